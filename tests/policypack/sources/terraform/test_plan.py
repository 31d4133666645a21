"""Plans that are made up: each meaning of a change, and whatever cannot be told."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policypack.declared import SECRET, Absent, Change, Known, Stack, Unknown
from policypack.declared.read import block as read_block
from policypack.declared.read import member
from policypack.huaweicloud.packages import seller_of
from policypack.sources import SourceError, read, read_each

from .conftest import named

EIP = "huaweicloud_vpc_eip"


def reference(*texts):
    return {"references": list(texts)}


def test_an_attribute_without_an_expression_is_not_set(plan, change, block):
    stack = plan(
        [change(after={"name": None}, after_unknown={"tags": True, "id": True})],
        [block(name={"constant_value": "x"})],
    )
    (eip,) = stack.resources
    assert isinstance(eip.declared("tags"), Absent)
    assert isinstance(eip.declared("name"), Absent), "set to null"


def test_an_attribute_with_an_expression_is_unknown_where_its_value_is(plan, change, block):
    stack = plan([change(after_unknown={"tags": True})], [block(tags=reference("local.tags"))])
    (eip,) = stack.resources
    assert isinstance(eip.declared("tags"), Unknown)


@pytest.mark.parametrize("mark", [True, {"name": True}, {"name": {"inner": True}}, {"name": [True]}])
def test_a_sensitive_value_is_hidden_and_nothing_of_it_is_kept(plan, change, block, mark):
    part = mark if mark is True else mark["name"]
    value = "hunter2" if part is True else ["hunter2"] if isinstance(part, list) else {"inner": "hunter2"}
    stack = plan(
        [change(after={"name": value}, after_sensitive=mark)],
        [block(name=reference("var.name"))],
        variables={"name": {"value": value}},
    )
    for eip in stack.resources:
        assert "hunter2" not in repr(eip)


def test_a_sensitive_property_is_a_secret(plan, change, block):
    stack = plan(
        [change(after={"name": "hunter2"}, after_sensitive={"name": True})],
        [block(name=reference("var.name"))],
    )
    assert named(stack, f"{EIP}.web").declared("name") == SECRET


def test_keys_of_a_map_stay_and_keys_of_a_block_are_properties(plan, change, block):
    stack = plan(
        [change(after={"tags": {"cost_center": "a"}, "bandwidth": [{"charge_mode": "traffic"}]})],
        [
            block(
                tags={"constant_value": {"cost_center": "a"}},
                bandwidth=[{"charge_mode": {"constant_value": "traffic"}}],
            )
        ],
    )
    (eip,) = stack.resources
    assert eip.declared("tags") == Known({"cost_center": "a"})
    assert read_block(eip.declared("bandwidth")) == Known({"chargeMode": "traffic"})


def test_blocks_of_a_set_may_each_set_what_one_of_them_sets(plan, change, block):
    kind = "huaweicloud_apig_channel"
    stack = plan(
        [
            change(
                kind=kind,
                after={"member": [{"host": "10.0.0.1"}, {}]},
                after_unknown={"member": [{"id": True}, {"id": True, "host": True}]},
            )
        ],
        [
            block(
                kind=kind,
                member=[{"host": reference("local.host")}, {"host": {"constant_value": "10.0.0.1"}}],
            )
        ],
    )
    (channel,) = stack.resources
    first, second = channel.inputs["member"]
    assert first == {"host": "10.0.0.1"}
    assert isinstance(member(second, "host"), Unknown)


def test_a_dynamic_block_over_an_unknown_is_unknown(plan, change, block):
    kind = "huaweicloud_vpc_eip"
    stack = plan(
        [change(kind=kind, after_unknown={"bandwidth": True}, after_sensitive={"bandwidth": []})], [block()]
    )
    (eip,) = stack.resources
    assert isinstance(eip.declared("bandwidth"), Unknown)


@pytest.mark.parametrize(
    ("expressions", "is_absent"),
    [({"web": [{"path": {"constant_value": "/"}}]}, True), ({}, False)],
)
def test_a_backend_that_the_provider_computes_is_absent_only_beside_another(
    plan, change, block, expressions, is_absent
):
    kind = "huaweicloud_apig_api"
    stack = plan(
        [
            change(
                kind=kind,
                after={"web": [{"path": "/"}]} if is_absent else {},
                after_unknown={"func_graph": True, **({} if is_absent else {"web": True})},
                after_sensitive={"func_graph": [], "web": [{}] if is_absent else []},
            )
        ],
        [block(kind=kind, **expressions)],
    )
    (api,) = stack.resources
    assert isinstance(api.declared("funcGraph"), Absent if is_absent else Unknown)


@pytest.mark.parametrize(
    ("actions", "is_there"),
    [
        (["create"], True),
        (["update"], True),
        (["no-op"], True),
        (["delete", "create"], True),
        (["create", "delete"], True),
        (["forget"], True),
        (["create", "forget"], True),
        (["delete"], False),
    ],
)
def test_each_action_says_what_is_there_afterwards(plan, change, block, actions, is_there):
    stack = plan([change(actions=actions, before={"name": "a"}, after={"name": "b"})], [block()])
    halves = 2 if actions == ["create", "forget"] else 1
    assert [item.name for item in stack.resources] == ([f"{EIP}.web"] * halves if is_there else [])
    assert [bool(item.billed_on) for item in stack.resources][-1:] == (
        ["forget" in actions] if is_there else []
    )


def test_both_halves_are_named_where_the_new_one_comes_first(plan, change, block):
    stack = plan([change(actions=["create", "delete"], before={}, after={})], [block()])
    assert "both halves are billed" in stack.notes[0]


def test_a_deposed_half_is_still_there(plan, change, block):
    stack = plan(
        [
            change(actions=["no-op"]),
            change(actions=["delete"], deposed="ab12", before={"id": "1"}, after=None),
        ],
        [block()],
    )
    assert [(item.name, item.leaving) for item in stack.resources] == [
        (f"{EIP}.web", False),
        (f"{EIP}.web", True),
    ]


@pytest.mark.parametrize(("action", "lives_on"), [("forget", True), ("no-op", True), ("delete", False)])
def test_a_deposed_half_that_is_not_destroyed_lives_on(plan, change, block, action, lives_on):
    """An association that lives on still uses its EIP, and an EIP is billed on."""
    deposed = change(actions=[action], deposed="ab12", before={"id": "1"}, after=None)
    (item,) = [
        item for item in plan([change(actions=["no-op"]), deposed], [block()]).resources if item.leaving
    ]
    assert bool(item.billed_on) == lives_on


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({"errored": True}, "failed"),
        ({"complete": False}, "not complete"),
        ({"deferred_changes": [{}, {}]}, "2 changes are deferred"),
    ],
)
def test_a_plan_that_is_not_whole_has_a_gap(plan, fields, gap):
    assert gap in plan([], [], **fields).gaps[0]


def test_a_whole_plan_has_none(plan, change, block):
    assert plan([change()], [block()], errored=False, complete=True, applyable=True).gaps == ()


def test_what_a_target_left_out_is_a_gap(plan, change, block):
    stack = plan([change("a")], [block("a"), block("b"), block("c"), block("d"), block("e")])
    assert "huaweicloud_vpc_eip.b" in stack.gaps[0]
    assert "1 more" in stack.gaps[0]


@pytest.mark.parametrize("where", ["prior_state", "planned_values"])
def test_what_exists_or_will_exist_and_has_no_change_is_a_gap(plan, change, where):
    inner = {"address": 'module.m["a"]', "resources": [{**change("b", module='module.m["a"]'), "values": {}}]}
    values = {
        "root_module": {"resources": [{**change("a"), "values": {}}], "child_modules": [inner]},
    }
    fields = {where: {"format_version": "1.0", "values": values} if where == "prior_state" else values}
    assert 'module.m["a"].huaweicloud_vpc_eip.b' in plan([change("a")], [], **fields).gaps[0]
    listed = [
        change("a"),
        change("c", module='module.m["a"]', previous_address=inner["resources"][0]["address"]),
    ]
    assert plan(listed, [], **fields).gaps == ()


def test_opentofu_does_not_tell_a_target_from_a_shorter_repetition(plan, change, block):
    repeated = block(for_each_expression={})
    calls = {"m": {"module": {"resources": [block()]}, "count_expression": {}}}
    (note,) = plan([change(index="a")], [repeated], calls=calls).notes
    assert "huaweicloud_vpc_eip.web, module.m" in note
    assert plan([change(index="a")], [repeated], calls=calls, complete=True).notes == ()
    assert plan([change(index=0)], [block(count_expression={"constant_value": 1})]).notes == ()


def configured(*blocks, **outputs):
    """A configuration with outputs, by name what each refers to."""
    expressions = {
        name: {"expression": {"references": list(referred)} if referred else {}}
        for name, referred in outputs.items()
    }
    return {"root_module": {"resources": list(blocks), "outputs": expressions}}


@pytest.mark.parametrize("where", ["planned_values", "output_changes"])
def test_an_output_that_a_plan_lacks_shows_a_target(plan, change, block, where):
    """A whole plan has every output of the configuration, also one that is null (OpenTofu 1.12.6)."""
    repeated = block(for_each_expression={})
    configuration = configured(repeated, ips=["huaweicloud_vpc_eip.web"], plain=())
    ips, plain = {"actions": ["create"], "after_unknown": True}, {"actions": ["no-op"], "after": None}
    one = [change(index="a")]

    def planned(**outputs):
        return {where: {"outputs": outputs} if where == "planned_values" else outputs}

    limited = plan(one, [], configuration=configuration, **planned(ips=ips))
    assert "output.plain" in limited.gaps[0]
    whole = plan(one, [], configuration=configuration, **planned(ips=ips, plain=plain))
    assert (whole.gaps, whole.notes) == ((), ())
    told = plan(one, [], configuration=configuration, complete=True)
    assert (told.gaps, told.notes) == ((), ())


def test_an_output_that_depends_on_what_is_planned_proves_nothing(plan, change, block):
    configuration = configured(block(for_each_expression={}), ips=["huaweicloud_vpc_eip.web"])
    ips = {"ips": {"actions": ["create"], "after_unknown": True}}
    stack = plan([change(index="a")], [], configuration=configuration, output_changes=ips)
    assert stack.gaps == ()
    assert "-target" in stack.notes[0]


@pytest.mark.parametrize("tied", ["depends_on", "precondition"])
def test_a_constant_output_that_is_tied_to_a_resource_proves_nothing(plan, change, block, tied):
    """A limited plan of OpenTofu 1.12.6 has it where it depends on what is planned."""
    configuration = configured(block(for_each_expression={}), plain=())
    checks = []
    if tied == "depends_on":
        configuration["root_module"]["outputs"]["plain"]["depends_on"] = ["huaweicloud_vpc_eip.web"]
    else:
        address = {"kind": "output_value", "name": "plain", "to_display": "output.plain"}
        checks = [{"address": address, "status": "pass", "instances": [{"status": "pass"}]}]
    plain = {"plain": {"actions": ["create"], "after": True}}
    stack = plan([change(index="a")], [], configuration=configuration, output_changes=plain, checks=checks)
    assert "-target" in stack.notes[0]


def test_what_a_whole_plan_leaves_out_is_not_enabled(plan, change, block):
    """``lifecycle { enabled = false }`` of OpenTofu: the configuration in the plan does not hold it."""
    configuration = configured(block("on"), block("off"), whole=())
    whole = {"whole": {"actions": ["no-op"], "after": True}}
    assert plan([change("on")], [], configuration=configuration, output_changes=whole).gaps == ()
    assert plan([change("on")], [], configuration=configuration, complete=True).gaps == ()
    assert "huaweicloud_vpc_eip.off" in plan([change("on")], [block("on"), block("off")]).gaps[0]


@pytest.mark.parametrize(
    ("check", "limited"),
    [
        ({"status": "unknown"}, True),
        ({"status": "unknown", "instances": []}, True),
        ({"status": "unknown", "instances": [{"status": "unknown"}]}, False),  # waits for the apply
        ({"status": "pass"}, False),  # of a resource with a count of 0
        ({"status": "fail", "instances": [{"status": "fail"}]}, False),
    ],
)
def test_a_check_that_was_not_evaluated_shows_a_target(plan, change, check, limited):
    checks = [{"address": {"kind": "check", "name": "it", "to_display": "check.it"}, **check}]
    assert [("check.it" in gap) for gap in plan([change()], [], checks=checks).gaps] == [True] * limited


def test_a_plan_that_destroys_everything_has_neither_outputs_nor_checks(plan, change, block):
    gone = change(index="a", actions=["delete"], before={}, after=None)
    configuration = configured(block(for_each_expression={}), plain=())
    checks = [{"address": {"to_display": "check.it"}, "status": "unknown"}]
    stack = plan([gone], [], configuration=configuration, checks=checks)
    assert (stack.gaps, stack.notes) == ((), ())
    read_only = change("z", mode="data", actions=["read"])
    assert plan([read_only], [], configuration=configuration, checks=checks).gaps != ()


def test_a_resource_that_is_repeated_may_have_no_instance(plan, block):
    assert plan([], [block(count_expression={"constant_value": 0})]).gaps == ()
    module = {"resources": [block()]}
    assert plan([], [], calls={"m": {"module": module, "count_expression": {}}}).gaps == ()
    assert plan([], [], calls={"m": {"module": module}}).gaps != ()


def test_a_change_without_its_values_says_nothing(plan, change, block):
    made = plan([change(after=None)], [block()]).resources
    hidden = plan([change(after={}, after_unknown=True)], [block()]).resources
    left = plan([change(actions=["forget"], after=None)], [block()]).resources
    for (found,) in (made, hidden, left):
        assert isinstance(found.declared("bandwidth"), Unknown)


def test_a_count_that_is_a_number_tells_what_a_target_left_out(plan, change, block):
    """Also where it left out some instances only, of which OpenTofu shows nothing."""
    twice = {"constant_value": 2}
    one, both = [change(index=0)], [change(index=0), change(index=1)]
    assert "huaweicloud_vpc_eip.web" in plan([], [block(count_expression=twice)]).gaps[0]
    assert "huaweicloud_vpc_eip.web" in plan(one, [block(count_expression=twice)]).gaps[0]
    assert plan(both, [block(count_expression=twice)]).gaps == ()
    gone = change(index=2, actions=["delete"], before={}, after=None)
    assert plan([*both, gone], [block(count_expression=twice)]).gaps == ()
    assert plan([both[0], gone], [block(count_expression=twice)]).gaps != ()
    calls = {"m": {"module": {"resources": [block()]}, "count_expression": twice}}
    first, second = change(module="module.m[0]"), change(module="module.m[1]")
    assert "module.m" in plan([first], [], calls=calls).gaps[0]
    assert plan([first, second], [], calls=calls).gaps == ()


def test_a_reference_by_key_means_that_instance(plan, change, block):
    gateway = "huaweicloud_apig_instance"
    stack = plan(
        [
            change("e", index="a"),
            change("e", index="b"),
            change("g", kind=gateway, after_unknown={"eip_id": True}),
        ],
        [
            block("e", for_each_expression={}),
            block(
                "g",
                kind=gateway,
                eip_id=reference('huaweicloud_vpc_eip.e["b"].id', 'huaweicloud_vpc_eip.e["b"]'),
            ),
        ],
    )
    (urn,) = named(stack, f"{gateway}.g").dependencies["eipId"]
    assert urn.endswith('huaweicloud_vpc_eip.e["b"]')


def test_a_value_of_for_each_comes_from_what_is_iterated(plan, change, block):
    gateway = "huaweicloud_apig_instance"
    stack = plan(
        [change("e"), change("g", kind=gateway, index="a", after_unknown={"eip_id": True})],
        [
            block("e"),
            block(
                "g",
                kind=gateway,
                eip_id=reference("each.value"),
                for_each_expression=reference("huaweicloud_vpc_eip.e.id", "huaweicloud_vpc_eip.e"),
            ),
        ],
    )
    (urn,) = named(stack, f'{gateway}.g["a"]').dependencies["eipId"]
    assert urn.endswith("huaweicloud_vpc_eip.e")


def test_a_variable_of_a_module_comes_from_the_call(plan, change, block):
    gateway = "huaweicloud_apig_instance"
    stack = plan(
        [change("e"), change("g", kind=gateway, module="module.m", after_unknown={"eip_id": True})],
        [block("e")],
        calls={
            "m": {
                "expressions": {"eip": reference("huaweicloud_vpc_eip.e.id", "huaweicloud_vpc_eip.e")},
                "module": {"resources": [block("g", kind=gateway, eip_id=reference("var.eip"))]},
            }
        },
    )
    (urn,) = named(stack, f"module.m.{gateway}.g").dependencies["eipId"]
    assert urn.endswith("huaweicloud_vpc_eip.e")


def test_a_known_value_needs_no_local(plan, change, block):
    stack = plan(
        [change("a"), change("b", after={"name": "x"})], [block("a"), block("b", name=reference("local.n"))]
    )
    assert named(stack, f"{EIP}.b").dependencies == {}


@pytest.mark.parametrize(
    ("expression", "variables", "region"),
    [
        ({"constant_value": "cn-north-4"}, {}, "cn-north-4"),
        (reference("var.r"), {"r": {"value": "eu-west-101"}}, "eu-west-101"),
        (reference("var.r.eu", "var.r"), {"r": {"value": {"eu": "eu-west-101"}}}, "eu-west-101"),
        (reference("var.suffix"), {"suffix": {"value": "north-4x"}}, None),
        (reference("var.is_prod"), {"is_prod": {"value": True}}, None),
        (reference("var.a", "var.b"), {"a": {"value": "cn-north-4"}, "b": {"value": "cn-north-1"}}, None),
        (reference("local.region"), {}, None),
        (reference("var.missing"), {}, None),
    ],
)
def test_the_region_of_a_provider(plan, change, block, document, expression, variables, region):
    configuration = document([], [block()])["configuration"]
    configuration["provider_config"]["huaweicloud"]["expressions"] = {"region": expression}
    stack = plan([change()], [], configuration=configuration, variables=variables)
    (eip,) = stack.resources
    assert eip.provider.region == Known(region) if region else isinstance(eip.provider.region, Unknown)


def test_a_provider_without_a_region_depends_on_the_environment(plan, change, block, document):
    configuration = document([], [block()])["configuration"]
    configuration["provider_config"] = {}
    (eip,) = plan([change()], [], configuration=configuration).resources
    assert isinstance(eip.provider.region, Unknown)


@pytest.mark.parametrize(
    ("provider", "kind", "seller"),
    [
        ("registry.opentofu.org/huaweicloud/huaweicloud", "huaweicloud_vpc_eip", "vendor"),
        ("registry.terraform.io/sbercloud-terraform/sbercloud", "sbercloud_vpc_eip", "partner"),
        ("registry.terraform.io/opentelekomcloud/opentelekomcloud", "opentelekomcloud_vpc_eip_v1", "partner"),
        ("example.com/ours/huaweicloud", "huaweicloud_vpc_eip", "unknown"),
    ],
)
def test_a_provider_of_the_vendors_name_is_the_vendors_only_in_its_namespace(
    plan, change, block, provider, kind, seller
):
    (eip,) = plan([change(kind=kind, provider=provider)], [block(kind=kind)]).resources
    assert seller_of(eip, {}).kind == seller


@pytest.mark.parametrize(
    ("expressions", "variables", "seller"),
    [
        ({"cloud": {"constant_value": "myhuaweicloud.com"}}, {}, "vendor"),
        ({"cloud": {"constant_value": "cloud.example.com"}}, {}, "private"),
        ({"cloud": reference("var.cloud")}, {"cloud": {"value": "cloud.example.com"}}, "private"),
        ({"cloud": reference("local.cloud")}, {}, "unknown"),
        ({"endpoints": {"constant_value": {"vpc": "https://u:p@vpc.example.com/"}}}, {}, "private"),
        (
            {"endpoints": {"constant_value": {"vpc": "https://vpc.cn-north-4.myhuaweicloud.com"}}},
            {},
            "vendor",
        ),
        ({"endpoints": reference("var.endpoints")}, {"endpoints": {"value": {}}}, "unknown"),
    ],
)
def test_a_provider_of_another_cloud_is_told_by_its_domains(
    plan, change, block, document, expressions, variables, seller
):
    configuration = document([], [block()])["configuration"]
    configuration["provider_config"]["huaweicloud"]["expressions"] = expressions
    (eip,) = plan([change()], [], configuration=configuration, variables=variables).resources
    assert seller_of(eip, {}).kind == seller
    assert "u:p" not in repr(eip)


def test_a_provider_that_adds_tags_is_told(plan, change, block, document):
    configuration = document([], [block()])["configuration"]
    expressions = configuration["provider_config"]["huaweicloud"]["expressions"]
    expressions["default_tags"] = [{"tags": {"constant_value": {"team": "orders"}}}]
    (eip,) = plan([change()], [], configuration=configuration).resources
    assert eip.provider.adds_tags
    assert "orders" not in repr(eip.provider)


@pytest.mark.parametrize(
    ("content", "told", "hint"),
    [
        (b"PK\x03\x04rest", "saved plan", "tofu show -json PLAN"),
        ('{"@level":"info","@message":"x"}\n{"@level":"info"}', "log of 'plan -json'", "show"),
        ('resource "huaweicloud_vpc_eip" "a" {\n}\n', "a configuration", "tofu show -json PLAN"),
        ({"format_version": "2.0", "resource_changes": []}, "this is 2.0", "write the file again"),
        ({"format_version": 1, "resource_changes": []}, "text was expected", ""),
        ({"encrypted_data": "x", "lineage": "y", "serial": 1}, "encrypted by OpenTofu", "show"),
        ({"version": 3, "lineage": "y", "serial": 1}, "version 4", "show"),
        ({"format_version": "1.2", "resource_changes": {}}, "a list was expected", ""),
        ({"format_version": "1.2", "resource_changes": [{"type": "x"}]}, "was expected", ""),
        (
            {
                "format_version": "1.2",
                "resource_changes": [
                    {"address": "a.b", "type": "a", "name": "b", "change": {"actions": ["dance"]}}
                ],
            },
            "not known here",
            "newer",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_in_one_line(write, content, told, hint):
    with pytest.raises(SourceError) as raised:
        read(write(content))
    message = str(raised.value)
    assert told in message
    assert hint in message
    assert "\n" not in message


def test_unknown_keys_are_no_trouble(plan, change, block):
    assert plan([change() | {"new_key": [1]}], [block() | {"other": {}}], future={"a": 1}).resources


def test_references_to_nothing_are_no_trouble(plan, change, block):
    stack = plan(
        [change(after_unknown={"name": True})],
        [
            block(
                name=reference(
                    "huaweicloud_vpc_eip.gone.id", "module.gone.x", "data.gone.x.y", "", "[", "each.key"
                )
            )
        ],
    )
    assert len(stack.resources) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_wrong_kinds_anywhere_are_an_error_or_are_read(write, change, block, document, data):
    """Hostile files: never anything but a stack or one line."""
    built = document(
        [change(after={"bandwidth": [{"size": 5}]}), change("b", module="module.m", index="k")],
        [block(bandwidth=[{"size": {"constant_value": 5}}])],
        calls={"m": {"module": {"resources": [block("b")]}}},
        prior_state={"format_version": "1.0", "values": {"root_module": {"resources": []}}},
    )
    places = []

    def walk(node):
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(built)
    node, key = data.draw(st.sampled_from(places))
    node[key] = data.draw(JSON)
    (outcome,) = read_each(write(built))
    assert isinstance(outcome, Stack) or "\n" not in str(outcome)


@pytest.mark.parametrize(
    ("actions", "both_run"),
    [
        (["create", "delete"], True),
        (["create", "forget"], True),
        (["delete", "create"], False),
        (["update"], False),
        (["create"], False),
    ],
)
def test_a_plan_says_whether_both_halves_run(plan, change, block, actions, both_run):
    stack = plan(
        [change(actions=actions, before={}, after={}, replace_paths=[["publicip", 0, "type"]])], [block()]
    )
    assert stack.resources[0].change == Change(both_run, "publicip.type changes")


def test_only_what_is_created_first_costs_twice_for_a_while(write, document, change, block, run_diff):
    def billed(actions):
        def eip(kind):
            return {
                "region": "cn-north-4",
                "publicip": [{"type": kind}],
                "bandwidth": [{"share_type": "PER", "size": 6, "charge_mode": "bandwidth"}],
            }

        written = document(
            [change(actions=actions, before=eip("5_sbgp"), after=eip("5_bgp"))],
            [
                block(
                    region={"constant_value": "cn-north-4"},
                    publicip=[{"type": {}}],
                    bandwidth=[{"share_type": {}, "size": {}, "charge_mode": {}}],
                )
            ],
        )
        return run_diff(write(written, "shop/plan.json"))

    assert len(billed(["create", "delete"])) == 1
    assert billed(["delete", "create"]) == []


def test_what_the_configuration_no_longer_has_belongs_to_the_provider_without_an_alias(
    write, document, change
):
    configured = document([change(actions=["forget"], before={"name": "a"}, after=None)], [])
    expressions = {"cloud": {"constant_value": "cloud.example.com"}}
    configured["configuration"]["provider_config"]["huaweicloud"]["expressions"] = expressions
    (stack,) = read(write(configured, "shop/plan.json"))
    assert seller_of(stack.resources[0], {}).kind == "private"


JOIN = {"id": "join-1", "public_ip": "203.0.113.7", "port_id": "port-1"}


@pytest.mark.parametrize(
    ("actions", "after", "released"),
    [
        (["delete"], None, {"203.0.113.7", "port-1"}),
        (["delete", "create"], {"public_ip": "203.0.113.8"}, {"203.0.113.7", "port-1"}),
        (["update"], {**JOIN, "public_ip": "203.0.113.8"}, {"203.0.113.7"}),
        (["no-op"], JOIN, set()),
        (["forget"], None, set()),  # it stays as it is, outside of the state
    ],
)
def test_what_is_destroyed_or_changed_is_released(plan, change, actions, after, released):
    join = change("join", "huaweicloud_vpc_eip_associate", actions=actions, before=JOIN, after=after)
    stack = plan([join], [])
    assert stack.released is not None
    assert stack.released & {"203.0.113.7", "port-1"} == released


def test_a_sensitive_value_may_be_what_is_released(plan, change):
    """It is not kept, so that nobody knows what it was."""
    gone = change(
        actions=["delete"], before={"secret": "hunter2"}, before_sensitive={"secret": True}, after=None
    )
    assert plan([gone], []).released is None
    assert plan([change(actions=["delete"], before=None, after=None)], []).released is None
