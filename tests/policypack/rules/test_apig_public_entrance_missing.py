"""Public callers without an entrance are named; everything else is not."""

import pytest

POLICY = "apig-public-entrance-missing"
INBOUND = {"ingressBandwidthSize": 5, "ingressBandwidthChargingMode": "bandwidth"}


def public_record(program, ref, gateway):
    zone = program.add("dns_zone", "zone", name="example.com.")
    program.add(
        "dns_recordset", "r", zoneId=ref(zone), name="api.example.com.", type="A", records=[ref(gateway)]
    )


def test_public_callers_without_an_entrance_are_named(program, ref):
    public_record(program, ref, program.gateway())
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "high")
    assert finding.message == (
        '"gate" is called from the public network and has 0 Mbit/s of public entrance. DNS record '
        '"api.example.com" of a public zone is built from the gateway. Nobody gets in until an '
        "entrance is bought "
        "by the hour, and the estimate does not include it. The smallest size, 5 Mbit/s, would cost at most "
        "412.45 CNY a month."
    )
    assert (
        finding.hint
        == 'Set ingress_bandwidth_size to 5 or more and ingress_bandwidth_charging_mode to "bandwidth".'
    )


@pytest.mark.parametrize("inputs", [INBOUND, {"ingressBandwidthSize": "?"}])
def test_with_an_entrance_or_perhaps_one_nothing_is_said(program, ref, inputs):
    public_record(
        program,
        ref,
        program.gateway(**{key: program.unknown if item == "?" else item for key, item in inputs.items()}),
    )
    assert program.findings(POLICY) == []


def test_without_public_callers_nothing_is_said(program):
    program.gateway()
    assert program.findings(POLICY) == []


@pytest.mark.parametrize(("region", "word"), [("cn-north-1", "eip_id"), (None, "LVS region")])
def test_the_hint_fits_the_region(make_program, ref, region, word):
    program = make_program(region)
    public_record(program, ref, program.gateway())
    [finding] = program.findings(POLICY)
    assert word in finding.hint
    assert "would cost" not in finding.message, "an EIP is bought apart from the gateway"


def test_a_statement_of_public_callers_counts(program):
    program.gateway(tags={"callers": "public"})
    assert len(program.findings(POLICY)) == 1
