"""Outbound bandwidth that nothing uses is named; what a backend needs is not."""

import pytest

POLICY = "apig-outbound-bandwidth-unneeded"


def test_bandwidth_that_no_backend_needs_is_named_with_what_it_costs(program):
    program.web(program.gateway(bandwidthSize=5), "10.20.0.1:8080")
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "high")
    assert finding.message == (
        '"gate" pays for 5 Mbit/s of public outbound bandwidth, and all its backends are reached privately; '
        "nothing uses that bandwidth. Switching it off saves at least 45.99 CNY a month."
    )
    assert finding.hint == "Remove bandwidth_size or set it to 0."
    assert finding.saving is not None
    assert [fact.fact for fact in finding.evidence] == [
        'API "list" forwards to 10.20.0.1:8080, inside cidr 10.20.0.0/16 of the gateway\'s VPC "net".'
    ]


@pytest.mark.parametrize("size", [0, None, "0"])
def test_a_gateway_without_outbound_bandwidth_is_fine(program, size):
    program.web(program.gateway(bandwidthSize=size), "10.20.0.1")
    assert program.findings(POLICY) == []


def test_bandwidth_that_a_backend_needs_is_fine(program):
    gateway = program.gateway(bandwidthSize=5)
    program.web(gateway, "10.20.0.1", "inside")
    program.web(gateway, "api.example.com", "outside")
    assert program.findings(POLICY) == []


def test_likely_evidence_is_said(program):
    program.web(program.gateway(bandwidthSize=5), "stock.internal")
    [finding] = program.findings(POLICY)
    assert (finding.verdict, finding.confidence) == ("violation", "medium")
    assert "as far as the declaration shows" in finding.message


def test_an_unknown_backend_is_undecided_and_named(program):
    program.web(program.gateway(bandwidthSize=5), program.unknown)
    [finding] = program.findings(POLICY)
    assert finding.verdict == "undecided"
    assert finding.saving is None
    assert 'Not known: web.backendAddress of "list".' in finding.message


def test_an_unknown_size_is_undecided(program):
    program.web(program.gateway(bandwidthSize=program.unknown), "10.20.0.1")
    [finding] = program.findings(POLICY)
    assert finding.verdict == "undecided"
    assert "any size above 0" in finding.message


def test_an_unknown_size_with_an_unknown_backend_is_undecided(program):
    program.gateway(bandwidthSize=program.unknown)
    [finding] = program.findings(POLICY)
    assert "of a size that is not known yet" in finding.message


def test_what_a_team_states_is_marked(program):
    program.gateway(bandwidthSize=5, tags={"backends-elsewhere": "private"})
    [finding] = program.findings(POLICY)
    assert finding.verdict == "violation"
    assert finding.evidence[0].fact.endswith("(stated, not seen).")


@pytest.mark.parametrize("size", ["five", -1, True, [], {}, float("inf")])
def test_a_size_that_is_none_is_never_a_violation(program, size):
    program.web(program.gateway(bandwidthSize=size), "10.20.0.1")
    assert all(finding.verdict == "undecided" for finding in program.findings(POLICY))


def test_a_gateway_that_waits_for_its_deletion_gets_no_advice(program):
    program.change(program.gateway(bandwidthSize=5), leaving=True)
    assert program.findings(POLICY) == []
