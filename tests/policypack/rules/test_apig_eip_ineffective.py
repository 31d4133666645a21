"""An EIP that a gateway cannot use is named; one that it can use is not."""

import pytest

POLICY = "apig-eip-ineffective"


def with_eip(program, ref, **inputs):
    eip = program.add("vpc_eip", "own", publicip={}, bandwidth={"shareType": "PER", "name": "x", "size": 5})
    return program.gateway(eipId=ref(eip), **inputs)


def test_an_eip_in_an_elb_region_is_named(make_program, ref):
    program = make_program("la-south-2")
    with_eip(program, ref)
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "high")
    assert finding.message == (
        '"gate" names EIP "own" in eip_id, but gateways in la-south-2 are behind ELB and bind no EIP; '
        "the EIP has no "
        "effect and is paid for as long as it exists."
    )
    assert [fact.fact for fact in finding.evidence] == [
        '"gate" is in la-south-2.',
        'eip_id refers to "own".',
        'Nothing in this stack uses EIP "own".',
    ]


@pytest.mark.parametrize("region", ["cn-north-1", "na-mexico-1"])
def test_an_eip_in_an_lvs_region_is_fine(make_program, ref, region):
    program = make_program(region)
    with_eip(program, ref)
    assert program.findings(POLICY) == []


@pytest.mark.parametrize("value", [None, ""])
def test_a_gateway_without_an_eip_is_fine(program, value):
    program.gateway(eipId=value)
    assert program.findings(POLICY) == []


def test_where_the_region_is_not_known_it_is_undecided(make_program, ref):
    program = make_program(None)
    with_eip(program, ref)
    [finding] = program.findings(POLICY)
    assert finding.verdict == "undecided"
    assert "region" in finding.message


@pytest.mark.parametrize("value", ["literal", "?", 7, ["x"]])
def test_an_eip_of_elsewhere_is_named_as_such(program, value):
    program.gateway(eipId=program.unknown if value == "?" else value)
    [finding] = program.findings(POLICY)
    assert "an EIP that is declared elsewhere" in finding.message


def test_an_nlb_edition_binds_no_eip_anywhere(make_program, ref):
    program = make_program("cn-north-1")
    with_eip(program, ref, elbIds=["elb"])
    assert "load balancers of its own" in program.findings(POLICY)[0].message


def test_an_association_with_the_gateways_address_is_named(program, ref):
    gateway = program.gateway()
    program.add("vpc_eip_associate", "bind", publicIp="203.0.113.1", fixedIp=ref(gateway))
    [finding] = program.findings(POLICY)
    assert finding.message.startswith('"bind" associates an EIP with the address of "gate"')
    assert finding.hint.startswith("Remove the association and the EIP;")


OWN = {"shareType": "PER", "name": "x", "size": 5, "chargeMode": "bandwidth"}


def test_the_one_finding_says_what_releasing_the_eip_saves(make_program, ref):
    program = make_program("sa-brazil-1")
    eip = program.add("vpc_eip", "own", publicip={"type": "5_bgp"}, bandwidth=OWN, region="sa-brazil-1")
    program.gateway(eipId=ref(eip))
    [finding] = program.findings(POLICY)
    assert program.findings("eip-idle") == []
    assert finding.saving is not None
    assert finding.message.endswith("Releasing it saves 106.22 USD a month.")


@pytest.mark.parametrize("region", ["la-south-2", None])
@pytest.mark.parametrize(
    ("levels", "speak"),
    [
        ({}, 1),
        ({POLICY: "mandatory"}, 1),
        ({POLICY: "mandatory", "eip-idle": "mandatory"}, 1),
        ({"eip-idle": "disabled"}, 1),
        ({"eip-idle": "mandatory"}, 2),
        ({POLICY: "disabled"}, 1),
    ],
)
def test_one_policy_speaks_of_an_eip_unless_the_other_counts_more(make_program, ref, region, levels, speak):
    program = make_program(region)
    with_eip(program, ref)
    found = [*program.findings(POLICY, levels=levels), *program.findings("eip-idle", levels=levels)]
    assert len(found) == speak


def test_an_eip_that_something_else_uses_is_not_to_be_released(make_program, ref):
    program = make_program("la-south-2")
    eip = program.add("vpc_eip", "own", publicip={}, bandwidth=OWN)
    program.gateway(eipId=ref(eip))
    program.add("vpc_eip_associate", "bind", publicIp=ref(eip), portId="port")
    [finding] = program.findings(POLICY)
    assert finding.message.endswith("; eip_id has no effect.")
    assert finding.hint.startswith("Remove eip_id; ")
    assert finding.saving is None
    assert program.findings("eip-idle") == []


def test_an_eip_that_something_else_may_use_is_not_simply_to_be_released(make_program, ref):
    program = make_program("la-south-2")
    eip = program.add("vpc_eip", "own", publicip={}, bandwidth=OWN)
    program.gateway(eipId=ref(eip))
    program.add("vpc_eip_associate", "bind", publicIp=program.unknown, portId="port")
    [finding] = program.findings(POLICY)
    assert "may mean" in finding.message
    assert "where the console shows that nothing else uses it" in finding.hint
    assert program.findings("eip-idle") == []
