"""Which public entrance a gateway has, by its kind, and what is stated rather than seen."""

import pytest

from policypack.settings.model import Statement

INBOUND = {"ingressBandwidthSize": 5, "ingressBandwidthChargingMode": "bandwidth"}


@pytest.mark.parametrize(
    ("region", "inputs", "kind", "declared"),
    [
        ("cn-north-4", INBOUND, "elb", "on"),
        ("cn-north-4", {}, "elb", "off"),
        ("cn-north-4", {"ingressBandwidthSize": "0"}, "elb", "off"),
        ("cn-north-4", {"eipId": "eip"}, "elb", "off"),
        ("cn-north-4", {"ingressBandwidthSize": "?"}, "elb", "unknown"),
        ("cn-north-4", {"ingressBandwidthSize": "five"}, "elb", "unknown"),
        ("cn-north-1", {"eipId": "eip"}, "lvs", "on"),
        ("cn-north-1", {"eipId": "?"}, "lvs", "unknown"),
        ("cn-north-1", {"eipId": ""}, "lvs", "off"),
        ("na-mexico-1", {}, "lvs", "off"),
        (None, {"eipId": "eip"}, "unknown", "unknown"),
        (None, INBOUND, "unknown", "on"),
        (None, {}, "unknown", "off"),
        ("cn-north-4", {"elbIds": []}, "elb", "off"),
        ("cn-north-4", {"elbIds": ["literal"]}, "nlb", "unknown"),
        ("cn-north-4", {"elbIds": "?"}, "unknown", "unknown"),
    ],
)
def test_the_kind_of_gateway_decides_what_counts(make_program, region, inputs, kind, declared):
    program = make_program(region)
    program.gateway(**{key: program.unknown if value == "?" else value for key, value in inputs.items()})
    judged = program.judged()
    assert (judged.kind, judged.entrance.declared) == (kind, declared)


@pytest.mark.parametrize(
    ("region", "reported", "kind"),
    [
        ("cn-north-4", "lvs", "unknown"),
        ("cn-north-4", "elb", "elb"),
        ("cn-north-4", "", "elb"),
        ("cn-north-1", "elb", "unknown"),
        ("cn-north-1", "LVS", "lvs"),
    ],
)
def test_a_gateway_of_another_kind_than_its_region_has_is_of_unknown_kind(
    make_program, ref, region, reported, kind
):
    program = make_program(region)
    eip = program.add("vpc_eip", "eip", bandwidth={"shareType": "PER", "size": 5})
    program.change(
        program.gateway(eipId=ref(eip)), outputs={"loadbalancerProvider": reported, "ingressAddress": ""}
    )
    assert program.judged().kind == kind
    states = {"unknown": "undecided", "elb": "unbound", "lvs": "bound"}
    assert program.judge().eips[eip].state == states[kind]


@pytest.mark.parametrize(("address", "state"), [("203.0.113.5", "undecided"), ("203.0.113.6", "unbound")])
def test_an_eip_whose_address_a_gateway_has_may_be_bound_to_it(make_program, ref, address, state):
    program = make_program("cn-north-4")
    eip = program.add("vpc_eip", "eip", bandwidth={"shareType": "PER", "size": 5})
    program.change(eip, outputs={"address": "203.0.113.5"})
    program.change(program.gateway(eipId=ref(eip)), outputs={"ingressAddress": address})
    assert program.judge().eips[eip].state == state


@pytest.mark.parametrize(
    ("inputs", "declared"), [({}, "off"), ({"ipv4EipId": "e"}, "on"), ({"iptype": "5_bgp"}, "on")]
)
def test_an_nlb_edition_has_the_entrance_of_its_load_balancer(program, ref, inputs, declared):
    balancer = program.add("elb_loadbalancer", "elb", **inputs)
    program.gateway(elbIds=[ref(balancer)])
    assert program.judged().entrance.declared == declared


def test_an_eip_that_is_associated_with_the_gateways_address_is_paid_and_flagged(program, ref):
    gateway, eip = program.gateway(), program.add("vpc_eip", "eip")
    association = program.add(
        "vpc_eip_associate", "bind", publicIp=ref(eip), networkId="n", fixedIp=ref(gateway)
    )
    judged = program.judged()
    assert judged.misplaced == (association,)
    assert judged.entrance.declared == "on"


@pytest.mark.parametrize(
    ("word", "verdict"), [("private", "unneeded"), ("public", "needed"), ("Private ", "unneeded")]
)
@pytest.mark.parametrize("place", ["tag", "setting by name", "setting by urn"])
def test_a_team_states_who_calls(program, word, verdict, place):
    tags = {"callers": word} if place == "tag" else {}
    urn = program.gateway(tags=tags, **INBOUND)
    match = {"setting by name": "ga*", "setting by urn": f"*{urn[-12:]}", "tag": ""}[place]
    statements = (Statement(match=match, callers=word.strip().lower()),) if place != "tag" else ()
    judgement = program.judged(statements=statements).entrance
    assert judgement.verdict == verdict
    assert [item.stated for item in judgement.evidence] == [True]


@pytest.mark.parametrize(("word", "verdict"), [("private", "unneeded"), ("public", "needed")])
def test_a_team_states_what_backends_are_elsewhere(program, word, verdict):
    program.gateway(tags={"backends-elsewhere": word})
    judgement = program.judged().outbound
    assert judgement.verdict == verdict
    statements = (Statement(match="gate", backends_elsewhere=word),)
    assert program.judged(statements=statements).outbound.verdict == verdict


def test_a_statement_does_not_outweigh_what_is_seen(program):
    program.web(program.gateway(tags={"backends-elsewhere": "private"}), "8.8.8.8")
    assert program.judged().outbound.verdict == "needed"


def test_a_word_that_states_nothing_is_said(program):
    program.gateway(tags={"callers": "mobile app"}, **INBOUND)
    judgement = program.judged().entrance
    assert judgement.verdict == "undecided"
    assert any("mobile app" in item.fact for item in judgement.evidence)


def test_a_statement_for_another_gateway_does_not_count(program):
    program.gateway(**INBOUND)
    statements = (Statement(match="other", callers="private"),)
    assert program.judged(statements=statements).entrance.evidence == ()


@pytest.mark.parametrize("tags", ["?", {"callers": "?"}, "secret", {"callers": "secret"}])
def test_tags_that_are_not_known_may_state_anything(program, ref, tags):
    hidden = {"?": program.unknown, "secret": program.secret}
    known = {key: hidden[value] for key, value in tags.items()} if isinstance(tags, dict) else hidden[tags]
    gateway = program.gateway(tags=known, **INBOUND)
    program.add("vpcep_endpoint", "e", serviceId=ref(gateway))
    judgement = program.judged().entrance
    assert judgement.verdict == "undecided"
    assert not any("never shown" in item.fact for item in judgement.evidence)


def test_a_gap_in_the_declaration_leaves_room_for_anything(program, ref):
    gateway = program.gateway(**INBOUND)
    program.api(gateway, mock={})
    program.add("vpcep_endpoint", "e", serviceId=ref(gateway))
    assert program.judged().entrance.verdict == program.judged().outbound.verdict == "unneeded"
    program.gaps = ("The program was stopped after 60 seconds.",)
    judged = program.judged()
    assert judged.entrance.verdict == judged.outbound.verdict == "undecided"
    assert "The program was stopped after 60 seconds" in judged.outbound.missing


def test_a_gap_does_not_make_a_need_doubtful(program):
    program.web(program.gateway(), "8.8.8.8")
    program.gaps = ("Something is missing.",)
    assert program.judged().outbound.verdict == "needed"


def test_a_gateway_that_waits_for_its_deletion_gets_no_advice(program):
    urn = program.gateway(bandwidthSize=5)
    program.change(urn, leaving=True)
    judged = program.judged()
    assert judged.outbound.verdict == judged.entrance.verdict == "undecided"
