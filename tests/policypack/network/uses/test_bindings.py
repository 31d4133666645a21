"""What uses an EIP or a shared bandwidth: bound, unbound, or nobody can tell."""

import pytest


def eip_state(program, name="eip"):
    network = program.judge()
    return next(binding for urn, binding in network.eips.items() if urn.endswith(f"::{name}")).state


def add_eip(program, name="eip", **inputs):
    return program.add(
        "vpc_eip", name, publicip={"type": "5_bgp"}, bandwidth={"shareType": "PER", "size": 5}, **inputs
    )


USERS = [
    ("vpc_eip_associate", {"publicIp": "?"}),
    ("compute_eip_associate", {"publicIp": "?"}),
    ("vpc_eipv3_associate", {"publicipId": "?"}),
    ("compute_instance", {"eipId": "?"}),
    ("elb_loadbalancer", {"ipv4EipId": "?"}),
    ("nat_snat_rule", {"floatingIpId": "?"}),
    ("nat_dnat_rule", {"floatingIpId": "?"}),
    ("vpn_gateway", {"eip1": {"id": "?"}}),
]


@pytest.mark.parametrize(("type_name", "inputs"), USERS)
def test_whatever_uses_an_eip_binds_it(program, ref, type_name, inputs):
    urn = add_eip(program)
    add_eip(program, "spare")
    program.add(
        type_name,
        "user",
        **{key: {"id": ref(urn)} if isinstance(value, dict) else ref(urn) for key, value in inputs.items()},
    )
    assert eip_state(program) == "bound"
    assert eip_state(program, "spare") == "unbound"


def test_a_list_of_ids_with_commas_binds_each(program, ref):
    for name in ("one", "two", "three"):
        program.change(add_eip(program, name), identifier=f"id-{name}")
    program.add("nat_snat_rule", "snat", floatingIpId="id-one, id-two")
    assert [eip_state(program, name) for name in ("one", "two", "three")] == ["bound", "bound", "unbound"]


def test_an_address_binds_the_eip_that_has_it(program):
    program.change(add_eip(program), outputs={"address": "203.0.113.5"})
    program.add("vpc_eip_associate", "bind", publicIp="203.0.113.5")
    assert eip_state(program) == "bound"


def test_nothing_binds_an_eip_that_nobody_uses(program):
    add_eip(program)
    program.add("vpc_eip_associate", "bind", publicIp="203.0.113.5")
    assert eip_state(program) == "unbound"


@pytest.mark.parametrize(
    ("region", "state"), [("cn-north-1", "bound"), ("cn-north-4", "unbound"), (None, "undecided")]
)
def test_a_gateway_binds_an_eip_where_it_can_use_one(make_program, ref, region, state):
    program = make_program(region)
    program.gateway(eipId=ref(add_eip(program)))
    assert eip_state(program) == state


@pytest.mark.parametrize("token", ["huaweicloud:index/newThing:NewThing", "command:local:Command"])
def test_a_reader_that_nobody_understands_leaves_it_open(program, ref, token):
    program.add("", "reader", token=token, target=ref(add_eip(program)))
    assert eip_state(program) == "undecided"


@pytest.mark.parametrize(
    ("type_name", "key"),
    [
        ("dns_recordset", "records"),
        ("networking_secgroup_rule", "remoteIpPrefix"),
        ("apig_api", "web"),
        ("new_thing", "tags"),
    ],
)
def test_reading_an_address_is_no_use(program, ref, type_name, key):
    program.add(type_name, "reader", **{key: ref(add_eip(program))})
    assert eip_state(program) == "unbound"


def hand_out(program, **outputs):
    token = "pulumi:pulumi:Stack"
    program.add("", "stack", token=token, more={"custom": False, "outputs": outputs})


@pytest.mark.parametrize(
    ("outputs", "state"),
    [
        ({"edge": "eip-1"}, "undecided"),
        ({"edge": {"deep": [{"id": "eip-1"}]}}, "undecided"),
        ({"url": "https://203.0.113.5:8443/x"}, "undecided"),
        ({"text": "reach us at 203.0.113.5."}, "undecided"),
        ({"edge": "?"}, "undecided"),
        ({"edge": "secret"}, "undecided"),
        ({"edge": ["x", "?"]}, "undecided"),
        ({"other": "eip-2", "address": "203.0.113.50", "count": 5, "on": True, "none": None}, "unbound"),
        ({}, "unbound"),
    ],
)
def test_what_the_stack_hands_out_may_be_used_elsewhere(program, outputs, state):
    program.change(add_eip(program), outputs={"id": "eip-1", "address": "203.0.113.5", "status": "UNBOUND"})
    marks = {"?": program.unknown, "secret": program.secret}
    values = {
        name: [marks.get(item, item) for item in value] if isinstance(value, list)
        else marks.get(value, value) if isinstance(value, str) else value
        for name, value in outputs.items()
    }  # fmt: skip
    hand_out(program, **values)
    assert eip_state(program) == state


def test_a_shared_bandwidth_that_is_handed_out_may_be_used_elsewhere(program):
    program.change(program.add("vpc_bandwidth", "shared", size=5), outputs={"id": "bw-1"})
    hand_out(program, bandwidth="bw-1")
    [binding] = program.judge().bandwidths.values()
    assert binding.state == "undecided"
    assert 'output "bandwidth" hands out shared bandwidth "shared"' in binding.reason


def test_a_use_in_the_stack_counts_more_than_an_output(program, ref):
    urn = add_eip(program)
    program.change(urn, outputs={"id": "eip-1"})
    program.add("nat_snat_rule", "snat", floatingIpId=ref(urn))
    hand_out(program, edge="eip-1")
    assert eip_state(program) == "bound"


@pytest.mark.parametrize("value", ["?", "secret"])
def test_a_user_of_something_unknown_may_use_any(program, value):
    add_eip(program)
    program.add("compute_eip_associate", "bind", publicIp=program.unknown if value == "?" else program.secret)
    assert eip_state(program) == "undecided"


@pytest.mark.parametrize(
    ("outputs", "state"),
    [
        ({"associateType": "PORT"}, "bound"),
        ({"portId": "p"}, "bound"),
        ({"status": "BOUND"}, "bound"),
        ({"associateType": "", "status": "UNBOUND"}, "unbound"),
    ],
)
def test_the_provider_reports_a_use_once_it_is_deployed(program, outputs, state):
    program.change(add_eip(program), outputs=outputs)
    assert eip_state(program) == state


@pytest.mark.parametrize(
    ("released", "state"),
    [({"eip-1"}, "undecided"), ({"port-1"}, "undecided"), (None, "undecided"), ({"eip-2"}, "bound")],
)
def test_what_is_destroyed_may_take_a_reported_use_along(program, released, state):
    """An association that leaves the program: the provider's report is older, and retention will be due."""
    program.change(add_eip(program), identifier="eip-1")
    program.change(add_eip(program), outputs={"id": "eip-1", "portId": "port-1"})
    program.released = None if released is None else frozenset(released)
    assert eip_state(program) == state


def test_what_is_destroyed_takes_no_use_that_stays(program, ref):
    urn = add_eip(program)
    program.change(urn, outputs={"id": "eip-1", "portId": "port-1"})
    program.add("vpc_eip_associate", "bind", publicIp=ref(urn))
    program.released = None
    assert eip_state(program) == "bound"


def test_an_eip_that_names_its_port_is_bound(program):
    program.add("vpc_eip", "eip", publicip={"portId": "p"}, bandwidth={})
    assert eip_state(program) == "bound"


def test_a_gap_in_the_declaration_leaves_it_open(program):
    add_eip(program)
    program.gaps = ("Resources may be missing.",)
    assert eip_state(program) == "undecided"


def test_the_old_half_of_a_replacement_does_not_hide_the_new_one(program):
    urn = add_eip(program)
    program.resources["old"] = type(program.resources[urn])(
        urn, program.resources[urn].token, "eip", {}, leaving=True, provider=program.resources[urn].provider
    )
    assert eip_state(program) == "unbound"


def bandwidth_state(program):
    return next(iter(program.judge().bandwidths.values())).state


@pytest.mark.parametrize(
    ("type_name", "inputs"),
    [
        ("vpc_eip", {"bandwidth": {"shareType": "WHOLE", "id": "?"}}),
        ("vpc_bandwidth_associate", {"bandwidthId": "?"}),
        ("eip_bandwidth_associate", {"bandwidthId": "?"}),
        ("elb_loadbalancer", {"bandwidthId": "?"}),
        ("compute_instance", {"bandwidth": {"shareType": "WHOLE", "id": "?"}}),
    ],
)
def test_whatever_is_in_a_shared_bandwidth_binds_it(program, ref, type_name, inputs):
    urn = program.add("vpc_bandwidth", "shared", size=20)
    assert bandwidth_state(program) == "unbound"
    filled = {
        key: {inner: ref(urn) if item == "?" else item for inner, item in value.items()}
        if isinstance(value, dict)
        else ref(urn)
        for key, value in inputs.items()
    }
    program.add(type_name, "user", **filled)
    assert bandwidth_state(program) == "bound"


def test_a_shared_bandwidth_with_members_of_another_stack_is_bound(program):
    program.add("vpc_bandwidth", "shared", size=20, more={"outputs": {"publicips": [{"id": "x"}]}})
    assert bandwidth_state(program) == "bound"


def test_of_several_eips_that_a_choice_was_built_from_none_is_bound_for_certain(program, ref):
    """``Output.all(one.id, two.id).apply(choose)``: one of them is used, and nobody knows which."""
    one, two = add_eip(program, "one"), add_eip(program, "two")
    choice = program.add("compute_instance", "server", eipId=ref(one))
    program.change(choice, dependencies={"eipId": (one, two)})
    assert [eip_state(program, name) for name in ("one", "two")] == ["undecided", "undecided"]


def test_a_list_of_as_many_references_as_eips_binds_each(program, ref):
    eips = [add_eip(program, name) for name in ("one", "two")]
    program.add("cce_node", "node", eipIds=[ref(urn) for urn in eips])
    assert [eip_state(program, name) for name in ("one", "two")] == ["bound", "bound"]


def test_a_user_that_was_not_seen_may_use_what_it_was_built_from(program, ref):
    """A resource that ``--target`` left out shows its dependencies and no inputs."""
    urn = add_eip(program)
    add_eip(program, "spare")
    program.change(program.add("nat_snat_rule", "out", floatingIpId=ref(urn)), inputs=None)
    assert eip_state(program) == "undecided"
    assert eip_state(program, "spare") == "unbound"


@pytest.mark.parametrize("hidden", ["unknown", "secret"])
def test_an_eip_whose_own_binding_is_hidden_is_undecided(program, hidden):
    program.add(
        "vpc_eip", "eip", publicip=getattr(program, hidden), bandwidth={"shareType": "PER", "size": 5}
    )
    assert eip_state(program) == "undecided"


def test_an_eip_that_was_not_seen_is_undecided(program):
    program.change(add_eip(program), inputs=None)
    assert eip_state(program) == "undecided"


@pytest.mark.parametrize(("region", "state"), [("cn-north-1", "undecided"), ("cn-north-4", "unbound")])
@pytest.mark.parametrize("hidden", ["unknown", "secret"])
def test_a_gateway_with_a_hidden_eip_may_use_any(make_program, region, state, hidden):
    program = make_program(region)
    add_eip(program)
    program.gateway(eipId=getattr(program, hidden))
    assert eip_state(program) == state


FREE = [
    ("cce_addon", {"values": {"basic": '{"eip": "id-eip"}'}}),
    ("cce_node_pool", {"extendParams": {"publicID": "id-eip"}}),
    ("css_cluster", {"kibanaPublicAccess": {"eipId": "id-eip"}}),
    ("ga_endpoint", {"resourceId": "id-eip", "ipAddress": "203.0.113.5"}),
]


@pytest.mark.parametrize(("type_name", "inputs"), FREE)
def test_an_id_in_a_parameter_that_nobody_knows_may_be_a_use(program, type_name, inputs):
    program.change(add_eip(program), identifier="id-eip")
    assert eip_state(program) == "unbound"
    program.add(type_name, "user", **inputs)
    assert eip_state(program) == "undecided"


@pytest.mark.parametrize(
    ("type_name", "inputs"),
    [
        ("as_bandwidth_policy", {"bandwidthId": "id-shared"}),
        ("as_group", {"networks": [{"id": "n", "ipv6BandwidthId": "id-shared"}]}),
        ("compute_interface_attach", {"ipv6BandwidthId": "id-shared"}),
    ],
)
def test_a_bandwidth_whose_id_stands_where_no_use_is_listed_may_be_used(program, type_name, inputs):
    urn = program.add("vpc_bandwidth", "shared", name="x", size=5)
    program.change(urn, identifier="id-shared")
    assert program.judge().bandwidths[urn].state == "unbound"
    program.add(type_name, "user", **inputs)
    assert program.judge().bandwidths[urn].state == "undecided"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("UNBOUND", "unbound"),
        ("DOWN", "unbound"),
        ("", "unbound"),
        ("BOUND", "bound"),
        ("ACTIVE", "bound"),
        ("FREEZED", "undecided"),
        ("BIND_ERROR", "undecided"),
        ("bound", "undecided"),
    ],
)
def test_a_status_that_nobody_knows_leaves_an_eip_open(program, status, state):
    program.change(add_eip(program), outputs={"status": status})
    assert eip_state(program) == state
