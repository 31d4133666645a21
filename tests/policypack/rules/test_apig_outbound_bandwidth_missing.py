"""A public backend without outbound bandwidth is named; everything else is not."""

from datetime import date

import pytest

import pricing
from policypack.assessment import assess
from policypack.settings.model import Settings

POLICY = "apig-outbound-bandwidth-missing"


@pytest.mark.parametrize("size", [None, 0])
def test_a_public_backend_without_outbound_bandwidth_is_named(program, size):
    program.web(program.gateway(bandwidthSize=size), "api.example.com")
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "high")
    assert finding.message == (
        '"gate" has 0 Mbit/s of public outbound bandwidth, and a backend needs it. API "list" forwards to '
        "api.example.com, a public domain name. Those calls fail until bandwidth is bought by the "
        "hour, and the "
        "estimate does not include it. The smallest size, 5 Mbit/s, would cost at least 45.99 CNY a month."
    )
    assert finding.hint.endswith(".")
    assert finding.saving is None


def test_what_it_would_cost_is_not_known_where_the_book_has_no_price(make_program):
    program = make_program("ap-southeast-3")
    program.web(program.gateway(), "api.example.com")
    [finding] = program.findings(POLICY)
    assert finding.message.endswith("The smallest size, 5 Mbit/s, has no known price in ap-southeast-3.")


def test_what_it_would_cost_stands_in_no_total(program):
    program.web(program.gateway(), "api.example.com")
    estimate = assess(program.stack, Settings(), pricing.load(), date(2026, 11, 23)).estimate
    assert [line.meter for line in estimate.lines] == ["apig.gateway"]
    assert [line.meter for line in estimate.remedies] == ["apig.outbound-bandwidth"]


@pytest.mark.parametrize(
    ("size", "address"), [(5, "8.8.8.8"), (0, "10.20.0.1"), (0, "?"), ("?", "8.8.8.8"), ("x", "8.8.8.8")]
)
def test_everything_else_is_not(program, size, address):
    hidden = {"?": program.unknown}
    program.web(program.gateway(bandwidthSize=hidden.get(size, size)), hidden.get(address, address))
    assert program.findings(POLICY) == []


@pytest.mark.parametrize("translated", [True, False])
def test_an_nlb_edition_needs_address_translation_instead(program, ref, translated):
    vpc = program.network()
    balancer = program.add("elb_loadbalancer", "elb")
    program.web(program.gateway(vpc=vpc, elbIds=[ref(balancer)]), "8.8.8.8")
    if translated:
        nat = program.add("nat_gateway", "nat", vpcId=ref(vpc))
        program.add("nat_snat_rule", "rule", natGatewayId=ref(nat))
    found = program.findings(POLICY)
    assert len(found) == (0 if translated else 1)
    assert all("SNAT" in finding.hint and "would cost" not in finding.message for finding in found)
