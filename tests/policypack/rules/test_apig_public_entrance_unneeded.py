"""An entrance that nobody uses is named; one with public callers is not."""

import pytest

POLICY = "apig-public-entrance-unneeded"
INBOUND = {"ingressBandwidthSize": 5, "ingressBandwidthChargingMode": "bandwidth"}


def private_callers(program, ref, gateway):
    program.add("vpcep_endpoint", "endpoint", serviceId=ref(gateway))


def test_an_entrance_with_private_callers_is_named_with_what_it_costs(program, ref):
    private_callers(program, ref, program.gateway(**INBOUND))
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "high")
    assert finding.message == (
        '"gate" pays for a public entrance of 5 Mbit/s (ingress_bandwidth_size), and its callers come '
        "privately; "
        "none uses that entrance. Removing it saves at most 412.45 CNY a month."
    )
    assert finding.hint == "Remove ingress_bandwidth_size and ingress_bandwidth_charging_mode."
    assert finding.evidence


def test_an_eip_in_an_lvs_region_is_named(make_program, ref):
    program = make_program("cn-north-1")
    eip = program.add(
        "vpc_eip", "own", publicip={"type": "5_bgp"}, bandwidth={"shareType": "PER", "name": "x", "size": 5}
    )
    private_callers(program, ref, program.gateway(eipId=ref(eip)))
    [finding] = program.findings(POLICY)
    assert 'a public entrance, EIP "own"' in finding.message
    assert finding.hint == "Remove eip_id and release the EIP."


def test_an_eip_that_others_use_too_is_not_to_be_released(make_program, ref):
    program = make_program("cn-north-1")
    eip = program.add("vpc_eip", "own", bandwidth={"shareType": "PER", "name": "x", "size": 5})
    private_callers(program, ref, program.gateway(eipId=ref(eip)))
    [finding] = program.findings(POLICY)
    assert finding.saving is not None
    program.add("nat_snat_rule", "way-out", floatingIpId=ref(eip))
    [finding] = program.findings(POLICY)
    assert finding.hint == 'Remove eip_id and keep the EIP, which "way-out" uses, too.'
    assert finding.saving is None


def test_an_entrance_with_public_callers_is_fine(program, ref):
    gateway = program.gateway(**INBOUND)
    zone = program.add("dns_zone", "zone", name="example.com.")
    program.add(
        "dns_recordset", "r", zoneId=ref(zone), name="api.example.com.", type="A", records=[ref(gateway)]
    )
    assert program.findings(POLICY) == []


def test_a_gateway_without_an_entrance_is_fine(program, ref):
    private_callers(program, ref, program.gateway())
    assert program.findings(POLICY) == []


def test_without_any_evidence_it_asks(program):
    program.gateway(**INBOUND)
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence, finding.saving) == ("undecided", "low", None)
    assert finding.message == (
        '"gate" pays for a public entrance of 5 Mbit/s (ingress_bandwidth_size), and whether anybody '
        "calls it from "
        "the public network cannot be told. Not known: who calls the gateway (no caller is declared here)."
    )
    assert "callers: private or public" in finding.hint


def test_an_entrance_of_unknown_size_is_undecided(program, ref):
    private_callers(program, ref, program.gateway(**(INBOUND | {"ingressBandwidthSize": program.unknown})))
    [finding] = program.findings(POLICY)
    assert finding.verdict == "undecided"
    assert "may pay" in finding.message


@pytest.mark.parametrize("size", ["five", -1, [], {}])
def test_a_size_that_is_none_is_never_a_violation(program, ref, size):
    private_callers(program, ref, program.gateway(**(INBOUND | {"ingressBandwidthSize": size})))
    assert all(finding.verdict == "undecided" for finding in program.findings(POLICY))


@pytest.mark.parametrize("how", ["nlb", "misplaced"])
def test_other_ways_in_are_named_as_what_they_are(program, ref, how):
    eip = program.add("vpc_eip", "own", publicip={}, bandwidth={"shareType": "PER", "name": "x", "size": 5})
    if how == "nlb":
        balancer = program.add("elb_loadbalancer", "elb", ipv4EipId=ref(eip))
        gateway = program.gateway(elbIds=[ref(balancer)])
    else:
        gateway = program.gateway()
        program.add("vpc_eip_associate", "bind", publicIp=ref(eip), fixedIp=ref(gateway))
    private_callers(program, ref, gateway)
    [finding] = program.findings(POLICY)
    assert finding.verdict == "violation"
    assert ("load balancer" if how == "nlb" else "associated") in finding.message
