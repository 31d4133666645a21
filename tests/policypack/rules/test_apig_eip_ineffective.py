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
    assert [fact.fact for fact in finding.evidence] == ['"gate" is in la-south-2.', 'eip_id refers to "own".']


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
