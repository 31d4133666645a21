"""Elastic IPs inside other resources: bought, used, or neither; with what is not known of them."""

import ast
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from policypack.costs.scope import counts
from policypack.huaweicloud.names import terraform_name
from policypack.metering.catalogue import billed_types
from policypack.metering.embedded import embedded
from policypack.metering.tags import Belongs
from policypack.settings.model import Scope, Usage
from pricing import plain
from pricing.money import Range

BRAZIL = "sa-brazil-1"
SPEAKS = re.compile(r"(?:^|_)(?:eips?\d?|public_?ips?|floating_?ips?|ip_?type|bandwidths?)(?=_|$|v\d)")

BALANCER = {"iptype": "5_bgp", "sharetype": "PER", "bandwidthChargeMode": "bandwidth", "bandwidthSize": 300}
SERVER = {"eipType": "5_bgp", "bandwidth": {"shareType": "PER", "size": 100, "chargeMode": "bandwidth"}}
HALF = {"type": "5_bgp", "bandwidthSize": 50, "chargeMode": "bandwidth"}
VPN = {"eip1": HALF, "eip2": HALF}
NODE = {"iptype": "5_bgp", "sharetype": "PER", "bandwidthSize": 100, "bandwidthChargeMode": "bandwidth"}


# --- the SDK, read from its source: importing all of it takes longer than all of these tests ---


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def properties(cls: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Names of the inputs of a class, and the types of each."""
    for one in cls.body:
        if isinstance(one, ast.FunctionDef) and any(
            isinstance(decorator, ast.Name) and decorator.id == "property" for decorator in one.decorator_list
        ):
            names = [
                keyword.value.value
                for decorator in one.decorator_list
                if isinstance(decorator, ast.Call)
                for keyword in decorator.keywords
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
            ]
            yield str(names[0] if names else one.name), ast.unparse(one.returns) if one.returns else ""


def sdk() -> Path:
    """The folder of the SDK; importing it takes seconds and warns."""
    spec = find_spec("pulumi_huaweicloud")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@cache
def inputs() -> Mapping[tuple[str, str], str]:
    """Every input of every resource that speaks of an EIP: Terraform name, path, and where it stands."""
    found: dict[tuple[str, str], str] = {}
    for folder in sorted(path for path in sdk().iterdir() if path.is_dir()):
        trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))}
        blocks = {
            one.name: list(properties(one))
            for path, tree in trees.items()
            if path.name == "_inputs.py"
            for one in tree.body
            if isinstance(one, ast.ClassDef)
        }
        for path, tree in trees.items():
            if path.name in ("_inputs.py", "outputs.py", "__init__.py"):
                continue
            tokens = re.findall(r"'(huaweicloud:\w+/\w+:\w+)',", path.read_text(encoding="utf-8"))
            for one in tree.body if tokens else ():
                if isinstance(one, ast.ClassDef) and re.fullmatch(r"[A-Z]\w*Args", one.name):
                    name = terraform_name(tokens[0])
                    assert name is not None
                    for place in walk(list(properties(one)), blocks, ()):
                        found[name, place] = path.name
    return found


def walk(
    found: list[tuple[str, str]], blocks: Mapping[str, list[tuple[str, str]]], above: tuple[str, ...]
) -> Iterator[str]:
    for name, types in found:
        if SPEAKS.search(snake(name)):
            yield ".".join((*above, name))
        for block in set(re.findall(r"'(\w+Args)'", types)):
            if len(above) < 6:
                yield from walk(blocks[block], blocks, (*above, name))


def classified() -> set[tuple[str, str]]:
    """All that embedded.toml says something of. What lies in a block that is bought is part of it."""
    table = embedded()
    found = {
        (type_, path)
        for rows in (table.uses, table.neither)
        for type_, paths in rows.items()
        for path in paths
    }
    for row in table.buys:
        modes = (row.charge_mode, row.share_type, row.shared_bandwidth, row.prepaid)
        paths = (row.set, row.line, row.size, row.count, *modes, *row.existing)
        found |= {(row.type, path) for path in paths if path}
    return found


def test_the_walk_sees_nested_inputs() -> None:
    assert ("as_configuration", "instanceConfig.publicIp.eip.bandwidth") in inputs()
    assert ("css_cluster", "publicAccess.bandwidth") in inputs()
    assert len(inputs()) > 60


@pytest.mark.parametrize("place", sorted(inputs()), ids=".".join)
def test_every_input_that_speaks_of_an_eip_is_classified(place: tuple[str, str]) -> None:
    type_, path = place
    steps = path.split(".")
    above = {(type_, ".".join(steps[:count])) for count in range(1, len(steps) + 1)}
    below = {found for found in classified() if found[0] == type_ and found[1].startswith(f"{path}.")}
    assert above & classified() or below, f"{type_}: {path} is not in policypack/billed/embedded.toml"


def test_nothing_is_classified_twice() -> None:
    table = embedded()
    used = {(type_, path) for type_, paths in table.uses.items() for path in paths}
    neither = {(type_, path) for type_, paths in table.neither.items() for path in paths}
    assert not used & neither
    assert not {(row.type, row.set) for row in table.buys} & (used | neither)
    assert not billed_types().keys() & table.whole.keys()
    said = [*table.uses.values(), *table.neither.values(), table.whole]
    assert all(reason for reasons in said for reason in reasons.values())


# --- what is bought -----------------------------------------------------------------------------


@pytest.fixture
def brazil(make_program):
    return make_program(BRAZIL)


def money(lines) -> list[tuple[str, str, str | None]]:
    return [(line.resource.name, line.meter, line.monthly and plain(line.monthly.low)) for line in lines]


def test_they_are_priced_as_eips(brazil) -> None:
    brazil.add("elb_loadbalancer", "lb", **BALANCER)
    brazil.add("compute_instance", "jump", **SERVER)
    brazil.add("vpn_gateway", "vpn", **VPN)
    assert money(brazil.lines()) == [
        ("jump", "eip.bandwidth", "2051.3"),
        ("lb", "eip.bandwidth", "6153.9"),
        ("vpn", "eip.bandwidth", "1025.65"),
        ("vpn", "eip.bandwidth", "1025.65"),
    ]
    assert sum(line.monthly.high for line in brazil.lines()) == 10256.50
    assert all(line.status == "priced" for line in brazil.lines())


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("elb_loadbalancer", {}),
        ("elb_loadbalancer", {"iptype": ""}),
        ("elb_loadbalancer", {"ipv4EipId": "eip-1"}),
        ("elb_loadbalancer", {**BALANCER, "ipv4EipId": "eip-1"}),
        ("compute_instance", {"eipId": "eip-1"}),
        ("vpn_gateway", {"eip1": {"id": "eip-1"}, "eip2": {"id": "eip-2"}}),
        ("cce_node", {**NODE, "eipCount": 0}),
        ("cce_node", {"eipIds": ["eip-1"]}),
        ("cce_cluster", {"eip": "110.0.0.1"}),
        ("mrs_cluster", {"publicIp": "110.0.0.1"}),
        ("dws_cluster", {"publicIp": {"publicBindType": "bind_existing", "eipId": "eip-1"}}),
        ("iec_server", {"bindEip": False}),
        ("sfs_turbo", {"hpcBandwidth": "40M"}),
    ],
)
def test_what_buys_none_has_no_line(brazil, type_, inputs) -> None:
    brazil.add(type_, "it", **inputs)
    assert brazil.lines() == ()


def test_a_shared_bandwidth_pays(brazil) -> None:
    shared = {"iptype": "5_bgp", "sharetype": "WHOLE", "bandwidthId": "bw-1"}
    brazil.add("elb_loadbalancer", "lb", **shared)
    [line] = brazil.lines()
    assert (line.status, line.monthly.high) == ("free", 0)


@pytest.mark.parametrize(("mode", "meter"), [("bandwidth", "eip.bandwidth"), ("traffic", "eip.traffic")])
def test_it_is_billed_by_what_its_charge_mode_says_and_nothing_else(brazil, mode, meter) -> None:
    brazil.add("elb_loadbalancer", "lb", **BALANCER | {"bandwidthChargeMode": mode})
    assert [line.meter for line in brazil.lines()] == [meter]


def test_usage_by_type_means_a_package_of_another_name_as_well(brazil) -> None:
    """Otherwise the next entry, which is about all the others, would state less."""
    brazil.add("", "lb", token="ours:index/elbLoadbalancer:ElbLoadbalancer", **BALANCER)
    entries = (
        Usage(type="elb_loadbalancer", hours_per_month=Decimal(730)),
        Usage(match="*", hours_per_month=Decimal(1)),
    )
    [line] = brazil.lines(usage=entries, packages={"ours": "huaweicloud"})
    assert line.quantity == Range.exactly(300 * 730)


def test_share_type_whole_without_an_id_is_open(brazil) -> None:
    brazil.add("compute_instance", "jump", eipType="5_bgp", bandwidth={"shareType": "WHOLE", "size": 5})
    [line] = brazil.lines()
    assert (line.monthly, line.unknowns) == (None, ("bandwidth.id",))


def test_several_of_one_node_are_lines_of_their_own(brazil) -> None:
    brazil.add("cce_node", "node", **NODE, eipCount=2)
    assert money(brazil.lines()) == [("node", "eip.bandwidth", "2051.3")] * 2


@pytest.mark.parametrize("what", ["unknown", "secret"])
@pytest.mark.parametrize(
    ("key", "path"), [("bandwidthSize", "bandwidthSize"), ("sharetype", "sharetype"), ("iptype", "iptype")]
)
def test_what_is_not_known_widens(brazil, what, key, path) -> None:
    brazil.add("elb_loadbalancer", "lb", **{**BALANCER, key: getattr(brazil, what)})
    [line] = brazil.lines()
    assert line.status == "undecided"
    assert path in line.unknowns
    assert line.monthly.low == 0
    assert line.monthly.high is None or line.monthly.high >= 6153


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, True, "lots", -1])
def test_a_size_of_a_wrong_type_is_open(brazil, value) -> None:
    brazil.add("elb_loadbalancer", "lb", **{**BALANCER, "bandwidthSize": value})
    [line] = brazil.lines()
    assert (line.status, line.monthly.high, line.unknowns) == ("undecided", None, ("bandwidthSize",))


@pytest.mark.parametrize("what", ["unknown", "secret"])
def test_an_existing_eip_that_is_not_known_may_be_none(brazil, what) -> None:
    brazil.add("elb_loadbalancer", "lb", **{**BALANCER, "ipv4EipId": getattr(brazil, what)})
    [line] = brazil.lines()
    assert (line.monthly.low, f"{line.monthly.high:.1f}") == (0, "6153.9")
    assert "ipv4EipId" in line.unknowns


def test_the_balancer_of_a_partner_cloud_buys_one_in_a_block(brazil) -> None:
    bought = {
        "ipType": "5_bgp",
        "bandwidthSize": 10,
        "bandwidthShareType": "PER",
        "bandwidthChargeMode": "traffic",
    }
    brazil.add("elb_loadbalancer", "lb", publicIp=bought)
    assert brazil.lines()
    brazil.add("elb_loadbalancer", "other", publicIp={"id": "eip-1"})
    assert {line.resource.name for line in brazil.lines()} == {"lb"}


@pytest.mark.parametrize("value", [5, [{}], [""], True])
def test_a_wrong_type_names_no_existing_eip(brazil, value) -> None:
    """Only a text names one; anything else must not make what is bought cost nothing."""
    brazil.add("elb_loadbalancer", "lb", **{**BALANCER, "ipv4EipId": value})
    [line] = brazil.lines()
    assert f"{line.monthly.high:.1f}" == "6153.9"


@pytest.mark.parametrize("value", [["auto_assign"], 5, {"a": 1}])
def test_a_word_of_a_wrong_type_may_buy_one(brazil, value) -> None:
    brazil.add("dws_cluster", "it", publicIp={"publicBindType": value})
    assert brazil.lines()


@pytest.mark.parametrize("what", ["unknown", "secret"])
def test_a_count_that_is_not_known_is_open(brazil, what) -> None:
    brazil.add("cce_node", "node", **NODE, eipCount=getattr(brazil, what))
    [line] = brazil.lines()
    assert (line.monthly, line.unknowns) == (None, ("eipCount",))


def test_a_prepaid_server_leaves_open_how_its_eip_is_paid(brazil) -> None:
    brazil.add("compute_instance", "jump", **SERVER, chargingMode="prePaid", period=1, periodUnit="month")
    assert any("chargingMode" in line.unknowns for line in brazil.lines())
    assert any("prepaid, and how the EIP" in " ".join(line.reasons) for line in brazil.lines())


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("as_configuration", {"instanceConfig": {"publicIp": {"eip": {"ipType": "5_bgp"}}}}),
        ("css_cluster", {"publicAccess": {"bandwidth": 5}}),
        ("dws_cluster", {"publicIp": {"publicBindType": "auto_assign"}}),
        ("iec_server", {"bindEip": True}),
        ("global_eip", {}),
        ("global_internet_bandwidth", {"size": 300}),
    ],
)
def test_what_cannot_be_priced_is_named_and_open(brazil, type_, inputs) -> None:
    brazil.add(type_, "it", **inputs)
    [line] = brazil.lines()
    assert (line.type, line.status, line.monthly) == (type_, "unpriced", None)
    assert line.reasons


@pytest.mark.parametrize(
    ("type_", "inputs", "meters"),
    [
        ("as_configuration", {"instanceConfig": {"publicIp": {}, "x": 1}}, ()),
        ("as_configuration", {"instanceConfig": {"publicIp": {"eip": {"ipType": "5_bgp"}}}}, ("traffic",)),
        ("cce_node", {**NODE, "eipCount": "many"}, ("traffic",)),
        ("compute_instance", {"eipType": "5_bgp", "bandwidth": {"shareType": "WHOLE"}}, ("traffic",)),
        ("global_eip", {}, ("traffic", "retention")),
    ],
)
def test_a_limit_on_any_meter_may_be_about_what_has_no_price(brazil, type_, inputs, meters) -> None:
    brazil.add(type_, "it", **inputs)
    for line in brazil.lines():
        assert line.monthly is None
        for meter in ("bandwidth", *meters):
            assert counts(Scope(meter=f"eip.{meter}"), line) is Belongs.MAYBE
        assert counts(Scope(meter="eip.*"), line) is Belongs.YES
    assert len(brazil.lines()) == bool(meters)


# --- Kubernetes ---------------------------------------------------------------------------------

SERVICE = "kubernetes:core/v1:Service"
CREATES = {"kubernetes.io/elb.autocreate": '{"type": "public", "bandwidth_size": 300}'}


@pytest.mark.parametrize("token", [SERVICE, "kubernetes:networking.k8s.io/v1:Ingress"])
def test_a_service_that_creates_a_load_balancer_is_named(brazil, token) -> None:
    brazil.add("", "web", token=token, metadata={"annotations": CREATES})
    [line] = brazil.lines()
    assert (line.resource.name, line.status, line.monthly) == ("web", "unpriced", None)
    assert "kubernetes.io/elb.autocreate" in line.reasons[0]


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"annotations": {}},
        {"annotations": {"kubernetes.io/elb.id": "b"}},
        {"annotations": {"kubernetes.io/elb.autocreate": '{"type": "inner"}'}},
    ],
)
def test_other_services_create_none(brazil, metadata) -> None:
    brazil.add("", "web", token=SERVICE, metadata=metadata)
    brazil.add("", "settings", token="kubernetes:core/v1:ConfigMap", metadata={"annotations": CREATES})
    assert brazil.lines() == ()


@pytest.mark.parametrize("annotation", ["{", "[]", "null", "?", "secret"])
def test_an_annotation_that_cannot_be_read_may_create_one(brazil, annotation) -> None:
    value = {"?": brazil.unknown, "secret": brazil.secret}.get(annotation, annotation)
    brazil.add("", "web", token=SERVICE, metadata={"annotations": {"kubernetes.io/elb.autocreate": value}})
    assert len(brazil.lines()) == 1


@pytest.mark.parametrize("what", ["unknown", "secret"])
def test_annotations_that_are_not_known_may_create_one(brazil, what) -> None:
    brazil.add("", "web", token=SERVICE, metadata={"annotations": getattr(brazil, what)}, spec={})
    brazil.add("", "inside", token=SERVICE, metadata=getattr(brazil, what), spec={"type": "ClusterIP"})
    [line] = brazil.lines()
    assert (line.resource.name, line.unknowns) == ("web", ("metadata.annotations",))
