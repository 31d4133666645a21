"""Plans and states of the real provider, against what their configurations say."""

import pytest

from policypack.declared import Absent, Known, Unknown
from policypack.declared.read import block, items, member
from policypack.sources import read
from policypack.sources.before import read_before

from .conftest import RECORDINGS, named

EIP = "huaweicloud_vpc_eip"
PLANS = sorted(path.relative_to(RECORDINGS).as_posix() for path in RECORDINGS.glob("*/*.plan.json"))


@pytest.mark.parametrize("path", PLANS)
def test_every_plan_is_read(path):
    case, file = path.split("/")
    (stack,) = read(str(RECORDINGS / case / file))
    assert (stack.project, stack.name, stack.origin.kind) == (case, "default", "terraform-plan")
    assert len(stack.resources) == len({item.urn for item in stack.resources})


@pytest.mark.parametrize("case", ["shop", "foreach", "regions", "datasources", "datasources-cloud"])
def test_both_tools_say_the_same(recorded, case):
    of_tofu, of_terraform = (recorded(case, f"{tool}.plan.json") for tool in ("tofu", "terraform"))
    for left, right in zip(of_tofu.resources, of_terraform.resources, strict=True):
        assert (left.name, left.inputs, left.dependencies) == (right.name, right.inputs, right.dependencies)


def test_what_is_set_is_told_from_what_is_computed(recorded):
    gateway = named(recorded("shop"), "huaweicloud_apig_instance.orders")
    assert gateway.declared("bandwidthSize") == Known(10)
    assert isinstance(gateway.declared("eipId"), Unknown), "set from an EIP that does not exist yet"
    webhooks = named(recorded("shop"), "huaweicloud_apig_instance.webhooks")
    for name in ("eipId", "elbIds", "tags", "region", "ipv6Enable"):
        assert isinstance(webhooks.declared(name), Absent), name


def test_a_part_that_nobody_set_is_absent(recorded):
    entrance = named(recorded("shop"), f"{EIP}.entrance")
    bandwidth = block(entrance.declared("bandwidth"))
    assert bandwidth == Known(
        {"chargeMode": "traffic", "name": "shop-entrance", "shareType": "PER", "size": 10}
    )
    assert isinstance(member(bandwidth.value, "id"), Absent)


def test_references_lead_through_modules(recorded):
    stack = recorded("shop")
    gateway = named(stack, "huaweicloud_apig_instance.orders")
    assert [urn.rpartition("::")[2] for urn in gateway.dependencies["vpcId"]] == [
        "module.network.huaweicloud_vpc.this"
    ]
    assert [urn.rpartition("::")[2] for urn in gateway.dependencies["eipId"]] == [f"{EIP}.entrance"]


def test_an_instance_keeps_to_its_own_module_instance(recorded):
    api = named(recorded("foreach"), 'module.edge["orders"].huaweicloud_apig_api.this[0]')
    (gateway,) = api.dependencies["instanceId"]
    assert gateway.endswith('::module.edge["orders"].huaweicloud_apig_instance.this')


def test_a_module_that_is_named_without_its_key_is_any_of_its_instances(recorded):
    group = named(recorded("foreach"), 'huaweicloud_apig_group.each["orders"]')
    gateways = [urn.rpartition("::")[2] for urn in group.dependencies["instanceId"]]
    assert gateways == [
        f'module.edge["{key}"].huaweicloud_apig_instance.this' for key in ("batch", "orders", "webhooks")
    ]


def test_a_local_may_be_anything_that_its_module_reaches(recorded):
    """Trap 1: an EIP that reaches a NAT rule through a local is not idle."""
    stack = recorded("foreach")
    rule = named(stack, "huaweicloud_nat_snat_rule.all")
    reached = {urn.rpartition("::")[2] for urn in rule.dependencies["floatingIpId"]}
    assert {f'{EIP}.each["a"]', f'{EIP}.each["b"]'} <= reached
    indirect = named(stack, "huaweicloud_apig_group.indirect")
    assert len([urn for urn in indirect.dependencies["instanceId"] if "apig_instance" in urn]) == 3


def test_a_dynamic_block_is_declared(recorded):
    """Trap 2: it has no expression."""
    each = named(recorded("foreach"), f'{EIP}.each["a"]')
    bandwidth = block(each.declared("bandwidth"))
    assert member(bandwidth.value, "size") == Known(5)
    assert isinstance(member(bandwidth.value, "id"), Unknown), "computed, or set by the dynamic block"


def test_regions_come_from_constants_variables_aliases_and_data(recorded):
    stack = recorded("regions")
    regions = {item.name: item.provider.region for item in stack.resources if not item.external}
    assert regions["module.home.huaweicloud_vpc_eip.e"] == Known("cn-north-4")
    assert regions["module.asia.huaweicloud_vpc_eip.e"] == Known("ap-southeast-1")
    assert regions["module.far.huaweicloud_vpc_eip.e"] == Known("eu-west-101")
    assert named(stack, f"{EIP}.own_region").declared("region") == Known("cn-south-1")


def test_a_data_source_that_was_read_is_known_and_one_that_waits_is_not(recorded):
    stack = recorded("datasources-cloud")
    gateway = named(stack, "huaweicloud_apig_instance.g")
    assert gateway.declared("vpcId") == Known("core-0001")
    assert items(gateway.declared("availabilityZones")) != Known(())
    assert isinstance(gateway.declared("subnetId"), Unknown)
    assert isinstance(gateway.declared("bandwidthSize"), Unknown)
    external = {item.name for item in stack.resources if item.external}
    assert external == {
        "data.huaweicloud_availability_zones.all",
        "data.huaweicloud_vpc.core",
        "data.huaweicloud_vpc_subnets.later",
    }


def test_what_is_forgotten_is_still_there_and_what_is_destroyed_is_not(recorded):
    stack = recorded("existing")
    names = {item.name for item in stack.resources}
    assert f"{EIP}.forget" in names
    assert f"{EIP}.drop" not in names
    assert any(f"{EIP}.forget" in note and "billed on" in note for note in stack.notes)
    assert any("outside of the configuration" in note for note in stack.notes)


def test_a_plan_holds_what_was_before(recorded):
    before = read_before(str(RECORDINGS / "existing" / "tofu.plan.json"))
    names = {item.name for item in before.resources}
    assert f"{EIP}.drop" in names
    assert f"{EIP}.imported" in names, "what is imported was there, and was billed"
    assert f"{EIP}.new_name" in names, "a move is no change"
    assert f"{EIP}.old_name" not in names
    size = member(block(named(before, f"{EIP}.imported").declared("bandwidth")).value, "size")
    assert size == Known(7)


def test_a_state_says_all_and_an_empty_text_is_not_set(recorded):
    stack = recorded("existing", "tofu.state.json")
    gateway = named(stack, "huaweicloud_apig_instance.gw")
    assert (stack.project, stack.origin.kind) == ("existing", "terraform-state")
    assert gateway.identifier == "148c116010dc41e5b5bdda55a31b7a37"
    assert gateway.declared("bandwidthSize") == Known(0)
    for name in ("ingressBandwidthChargingMode", "eipId", "elbIds", "description2"):
        assert isinstance(gateway.declared(name), Absent), name
    assert gateway.declared("region") == Known("cn-north-4")
    assert any("which cloud" in note for note in stack.notes)
