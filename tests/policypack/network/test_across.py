"""Stacks that are read together are one landscape, joined through a summary of each."""

import json

import pytest
from msgspec.structs import replace

from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.network.across import ANYWHERE, Summary, Use, joined
from policypack.network.summary import summarise
from policypack.settings.model import Settings

OWN = {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "PER", "size": 5}}


class Landscapes:
    """Two stacks: what one has, the other may use."""

    def __init__(self, make_program):
        self.owner, self.user = make_program(), make_program()

    def judged(self):
        """The owner's verdicts, with what the other says; the summaries pass through a journal."""
        stacks = [self.owner.stack, replace(self.user.stack, project="user", name="prod")]
        landscapes = [survey(stack, None) for stack in stacks]
        written = [json.dumps(summarise(item, Settings()).document()) for item in landscapes]
        summaries = [Summary.of_document(json.loads(text)) for text in written]
        told = joined(summaries)
        return judge(landscapes[0], Settings(), told[0])

    def eip(self, name="edge", **outputs):
        urn = self.owner.add("vpc_eip", name, **OWN)
        self.owner.change(urn, outputs={"id": f"id-{name}", "address": "203.0.113.11", **outputs})
        return urn

    def gateway(self, **outputs):
        urn = self.owner.gateway("gate", bandwidthSize=5)
        self.owner.change(urn, outputs={"id": "gw-1", "ingressAddress": "203.0.113.20", **outputs})
        return urn


@pytest.fixture
def two(make_program):
    return Landscapes(make_program)


USES = [
    ("vpc_eip_associate", {"publicIp": "203.0.113.11"}),
    ("networking_floatingip_associate_v2", {"publicIp": "203.0.113.11"}),
    ("compute_instance", {"eipId": "id-edge"}),
    ("elb_loadbalancer", {"ipv4EipId": "id-edge"}),
    ("nat_snat_rule", {"floatingIpId": "other, id-edge"}),
    ("vpn_gateway", {"eip1": {"id": "id-edge"}}),
]


@pytest.mark.parametrize(("kind", "inputs"), USES)
def test_another_stack_binds_an_eip_by_its_id_or_address(two, kind, inputs):
    urn = two.eip()
    two.user.add(kind, "user", **inputs)
    binding = two.judged().eips[urn]
    assert binding.state == "bound"
    assert '"user" of stack user/prod uses EIP "edge"' in binding.reason


def test_another_stack_that_reads_the_eip_first_binds_it(two, ref):
    urn = two.eip()
    read = two.user.add("vpc_eip", "read", more={"external": True, "outputs": {"id": "id-edge"}})
    two.user.add("nat_snat_rule", "snat", floatingIpId=ref(read))
    assert two.judged().eips[urn].state == "bound"


@pytest.mark.parametrize(
    "inputs", [{"publicIp": "203.0.113.12"}, {"publicIp": "10.0.0.5"}, {"publicIp": 5}, {"publicIp": ""}, {}]
)
def test_what_uses_something_else_binds_nothing(two, inputs):
    urn = two.eip()
    two.user.add("vpc_eip_associate", "user", **inputs)
    assert two.judged().eips[urn].state == "unbound"


def test_private_addresses_join_nothing(two):
    urn = two.eip(address="10.0.0.5")
    two.user.add("vpc_eip_associate", "user", publicIp="10.0.0.5")
    assert two.judged().eips[urn].state == "unbound"


def reference(program, name):
    token = "pulumi:pulumi:StackReference"
    return program.add("", "other", token=token, more={"external": True}, name=name)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("organization/shop/dev", "undecided"),
        ("shop/dev", "undecided"),
        ("dev", "undecided"),
        ("?", "undecided"),
        ("organization/shop/prod", "unbound"),
        ("organization/bar/dev", "unbound"),
    ],
)
def test_a_value_of_a_stack_reference_that_is_not_known_may_mean_what_that_stack_has(two, ref, name, state):
    urn = two.eip()
    other = reference(two.user, two.user.unknown if name == "?" else name)
    two.user.add("elb_loadbalancer", "lb", ipv4EipId=ref(other))
    binding = two.judged().eips[urn]
    assert binding.state == state
    if state == "undecided":
        assert "user/prod" in binding.reason


HIDDEN = [UNKNOWN_STRING, {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:x"}]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_value_that_comes_from_nowhere_may_mean_what_any_stack_has(two, ref, hidden):
    """A secret of the configuration, or what a data source returns; not what its own stack has."""
    urn = two.eip()
    shared = two.owner.add("vpc_bandwidth", "shared", size=10)
    two.owner.change(shared, outputs={"id": "bw-1"})
    own = two.user.add("compute_instance", "server")
    two.user.add("vpc_eip_associate", "user", publicIp=ref(own))
    assert two.judged().eips[urn].state == "unbound"
    two.user.add("vpc_eip_associate", "other", publicIp=hidden)
    binding = two.judged().eips[urn]
    assert binding.state == "undecided"
    assert binding.reason == 'Stack user/prod: publicIp of "other" is not known and may mean EIP "edge".'
    assert two.judged().bandwidths[shared].state == "unbound"
    two.user.add("eip_bandwidth_associate", "move", bandwidthId="bw-9", publicipId=hidden)
    assert two.judged().memberships[urn].state == "undecided"


def test_of_many_stacks_one_that_may_mean_anything_is_enough():
    """Otherwise the stacks of a fleet would be compared each with each."""
    use = Use("vpc_eip", "", ANYWHERE, "urn", "user", "publicIp")
    found = joined([Summary("p", str(number), ("id-edge",), (use,)) for number in range(5)])
    assert [len(one.uses) for one in found] == [1, 1, 2, 2, 2], "never its own"
    nothing_yet = joined([Summary("p", "a", ("id-edge",), (use,)), Summary("p", "b")])
    assert [one.says_nothing for one in nothing_yet] == [True, True]


def test_a_shared_bandwidth_is_used_by_an_eip_of_another_stack(two):
    urn = two.owner.add("vpc_bandwidth", "shared", size=10)
    two.owner.change(urn, outputs={"id": "bw-1"})
    two.user.add("vpc_eip", "pool", publicip={}, bandwidth={"shareType": "WHOLE", "id": "bw-1"})
    assert two.judged().bandwidths[urn].state == "bound"


def test_another_stack_moves_an_eip_into_a_shared_bandwidth(two):
    urn = two.eip()
    two.user.add("eip_bandwidth_associate", "move", bandwidthId="bw-9", publicipId="id-edge")
    membership = two.judged().memberships[urn]
    assert membership.state == "bound"
    assert "user/prod" in membership.reason


def test_what_a_stack_with_a_gap_uses_is_used_perhaps(two):
    """Its program may have taken another turn, so that an EIP is not moved and pays its own bandwidth."""
    urn = two.eip()
    two.user.add("eip_bandwidth_associate", "move", bandwidthId="bw-9", publicipId="id-edge")
    two.user.add("vpc_eip_associate", "user", publicIp="203.0.113.11")
    two.user.gaps = ("A branch was not taken.",)
    judged = two.judged()
    assert (judged.memberships[urn].state, judged.eips[urn].state) == ("undecided", "undecided")
    assert "that stack has a gap: A branch was not taken." in judged.eips[urn].reason
    assert "that stack has a gap: A branch was not taken." in judged.memberships[urn].reason


LIVES_ON = {"leaving": True, "billed_on": "Its deletion was interrupted.", "may_be_gone": True}


@pytest.mark.parametrize(("more", "state"), [(LIVES_ON, "undecided"), ({"leaving": True}, "unbound")])
def test_what_leaves_another_stack_and_may_live_on_uses_perhaps(two, more, state):
    urn = two.eip()
    two.user.add("vpc_eip_associate", "user", publicIp="203.0.113.11", more=more)
    two.user.add("eip_bandwidth_associate", "move", bandwidthId="bw-9", publicipId="id-edge", more=more)
    judged = two.judged()
    assert judged.eips[urn].state == state
    assert [item.state for item in judged.memberships.values()] == [state] * (state == "undecided")


def test_what_lives_on_beside_its_successor_uses_what_it_used(two):
    """The successor has its URN and uses something else."""
    urn = two.user.add("vpc_eip_associate", "user", publicIp="203.0.113.99")
    (new,) = two.user.stack.resources
    old = replace(new, inputs={"publicIp": "203.0.113.11"}, **LIVES_ON)
    found = summarise(survey(replace(two.user.stack, resources=[new, old]), None), Settings())
    assert [(use.target, use.urn, use.gap) for use in found.uses] == [
        ("203.0.113.99", urn, ""),
        ("203.0.113.11", urn, "Its deletion was interrupted"),
    ]


@pytest.mark.parametrize("address", ["203.0.113.99", "10.20.1.5"])
@pytest.mark.parametrize(("more", "known"), [(LIVES_ON, False), ({"leaving": True}, True)])
def test_an_api_that_leaves_another_stack_and_may_live_on_proves_nothing(two, ref, address, more, known):
    urn = two.gateway()
    web = {"path": "/", "backendAddress": address}
    two.user.add("apig_api", "list", instanceId="gw-1", web=web, more=more)
    assert two.judged().gateways[0].outbound.verdict == "undecided", "no API that stays is known"
    two.owner.web(urn, "10.20.1.4")
    assert two.judged().gateways[0].outbound.verdict == ("unneeded" if known else "undecided")


@pytest.mark.parametrize("lives_on", [LIVES_ON, {"leaving": True}])
def test_a_caller_that_leaves_another_stack_and_may_live_on_may_still_call(two, ref, lives_on):
    urn = two.owner.gateway("gate", ingressBandwidthSize=5, tags={"callers": "private"})
    two.owner.change(urn, outputs={"id": "gw-1", "ingressAddress": "203.0.113.20"})
    zone = two.user.add("dns_zone", "zone", name="example.com.", zoneType="public", more=lives_on)
    record = {"zoneId": ref(zone), "name": "www.example.com.", "type": "A", "records": ["203.0.113.20"]}
    two.user.add("dns_recordset", "www", **record, more=lives_on)
    verdict = "undecided" if "billed_on" in lives_on else "unneeded"
    assert two.judged().gateways[0].entrance.verdict == verdict


@pytest.mark.parametrize(("address", "verdict"), [("203.0.113.99", "needed"), ("10.20.1.5", "undecided")])
def test_private_evidence_of_a_stack_with_a_gap_proves_nothing(two, address, verdict):
    """It may not be there, and the gateway have no API that is known."""
    two.gateway()
    two.user.add("apig_api", "list", instanceId="gw-1", web={"path": "/", "backendAddress": address})
    two.user.gaps = ("A branch was not taken.",)
    outbound = two.judged().gateways[0].outbound
    assert outbound.verdict == verdict
    if verdict == "undecided":
        assert any("A branch was not taken" in missing for missing in outbound.missing)


@pytest.mark.parametrize(
    ("address", "verdict"), [("203.0.113.99", "needed"), ("api.example.com", "needed"), ("?", "undecided")]
)
def test_an_api_of_another_stack_counts(two, address, verdict):
    urn = two.gateway()
    two.owner.web(urn, "10.20.1.4")
    assert two.judged().gateways[0].outbound.verdict == "unneeded"
    value = two.user.unknown if address == "?" else address
    two.user.add("apig_api", "list", instanceId="gw-1", web={"path": "/", "backendAddress": value})
    outbound = two.judged().gateways[0].outbound
    assert outbound.verdict == verdict
    assert any(item.fact.startswith("Stack user/prod: ") for item in outbound.evidence)


def test_an_api_that_another_stack_adds_to_a_gateway_that_it_reads_counts(two, ref):
    two.gateway()
    read = two.user.add("apig_instance", "read", more={"external": True, "outputs": {"id": "gw-1"}})
    two.user.add("apig_api", "list", instanceId=ref(read), web={"path": "/", "backendAddress": "203.0.113.9"})
    assert two.judged().gateways[0].outbound.verdict == "needed"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_an_api_of_no_gateway_that_is_known_may_be_of_any(two, ref, hidden):
    urn = two.gateway()
    two.owner.web(urn, "10.20.1.4")
    made = two.user.gateway("own", bandwidthSize=5)
    web = {"path": "/", "backendAddress": "203.0.113.9"}
    two.user.add("apig_api", "listed", instanceId=ref(made), web=web)
    assert two.judged().gateways[0].outbound.verdict == "unneeded"
    two.user.add("apig_api", "list", instanceId=hidden, web=web)
    outbound = two.judged().gateways[0].outbound
    assert outbound.verdict == "undecided"
    assert any(item.fact.startswith("Stack user/prod: ") for item in outbound.evidence)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("organization/shop/dev", "undecided"),
        ("?", "undecided"),
        ("organization/shop/prod", "unneeded"),
    ],
)
@pytest.mark.parametrize("outputs", [{}, {"id": "gw-1"}])
def test_an_api_of_a_stack_reference_that_is_not_known_may_be_of_any_gateway_there(
    two, ref, name, verdict, outputs
):
    """Also of one that is not made yet: a reference names what will be."""
    urn = two.owner.gateway("gate", bandwidthSize=5)
    two.owner.change(urn, outputs=outputs)
    two.owner.web(urn, "10.20.1.4")
    other = reference(two.user, two.user.unknown if name == "?" else name)
    token = "pulumi:pulumi:StackReference"
    elsewhere = two.user.add("", "bar", token=token, more={"external": True}, name="organization/bar/dev")
    group = two.user.add("apig_group", "group", instanceId=ref(other))
    two.user.add(
        "apig_api",
        "list",
        instanceId=ref(other),
        groupId=ref(group),
        web={"path": "/", "backendAddress": "203.0.113.9"},
    )
    two.user.add("apig_group", "another", instanceId=ref(elsewhere))
    assert two.judged().gateways[0].outbound.verdict == verdict


def test_an_api_of_another_gateway_says_nothing(two):
    urn = two.gateway()
    two.owner.web(urn, "10.20.1.4")
    two.user.add("apig_api", "list", instanceId="gw-2", web={"path": "/", "backendAddress": "203.0.113.9"})
    assert two.judged().gateways[0].outbound.verdict == "unneeded"


def test_a_public_record_of_another_stack_names_the_entrance(two, ref):
    two.gateway()
    zone = two.user.add("dns_zone", "zone", name="example.com.", zoneType="public")
    two.user.add(
        "dns_recordset", "www", zoneId=ref(zone), name="www.example.com.", type="A", records=["203.0.113.20"]
    )
    assert two.judged().gateways[0].entrance.verdict == "needed"


WAF = {"domain": "a.example.com"}


@pytest.mark.parametrize("kind", ["dns_recordset", "waf_domain"])
@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("organization/shop/dev", "undecided"),
        ("nowhere", "undecided"),
        ("organization/shop/prod", "unneeded"),
        ("server", "unneeded"),
        ("203.0.113.20", "needed"),
    ],
)
def test_an_address_that_is_not_known_in_another_stack_may_be_the_entrance(two, ref, kind, source, verdict):
    urn = two.owner.gateway("gate", ingressBandwidthSize=5, tags={"callers": "private"})
    two.owner.change(urn, outputs={"id": "gw-1", "ingressAddress": "203.0.113.20"})
    if source == "server":
        address = ref(two.user.add("vpc_eip", "server", **OWN))
    elif source == "nowhere":
        address = two.user.unknown
    else:
        address = source if source[0] == "2" else ref(reference(two.user, source))
    if kind == "waf_domain":
        two.user.add(kind, "waf", **WAF, servers=[{"address": address, "port": 443}])
    else:
        zone = two.user.add("dns_zone", "zone", name="example.com.", zoneType="public")
        name = "www.example.com."
        two.user.add(kind, "www", zoneId=ref(zone), name=name, type="A", records=[address])
    assert two.judged().gateways[0].entrance.verdict == verdict


def test_a_stack_that_was_read_twice_says_nothing_to_itself(two):
    two.eip()
    two.owner.add("vpc_eip_associate", "user", publicIp="203.0.113.99")
    one = summarise(survey(two.owner.stack, None), Settings())
    assert all(item.says_nothing for item in joined([one, one]))


def test_the_summary_of_a_stack_that_uses_nothing_of_others_is_small(two):
    two.eip()
    two.owner.web(two.gateway(), "10.20.1.4")
    found = summarise(survey(two.owner.stack, None), Settings())
    assert found.owned == ("203.0.113.11", "203.0.113.20", "gw-1", "id-edge")
    assert (found.uses, found.parts) == ((), ())


@pytest.mark.parametrize("outputs", [{"gateway": "gw-1"}, {"url": "https://203.0.113.20/"}, {"x": "?"}])
def test_a_gateway_that_is_handed_out_is_unneeded_with_medium_certainty(two, outputs):
    two.owner.web(two.gateway(), "10.20.1.4")
    assert two.judged().gateways[0].outbound.certainty == "high"
    token = "pulumi:pulumi:Stack"
    shown = {name: two.owner.unknown if value == "?" else value for name, value in outputs.items()}
    two.owner.add("", "stack", token=token, more={"custom": False, "outputs": shown})
    outbound = two.judged().gateways[0].outbound
    assert (outbound.verdict, outbound.certainty) == ("unneeded", "medium")
    assert any("APIs may be added to it elsewhere" in item.fact for item in outbound.evidence)


def test_a_gateway_is_handed_out_by_its_group(two, ref):
    urn = two.gateway()
    group = two.owner.add("apig_group", "group", instanceId=ref(urn))
    two.owner.change(group, outputs={"id": "group-1"})
    two.owner.web(urn, "10.20.1.4")
    token = "pulumi:pulumi:Stack"
    two.owner.add("", "stack", token=token, more={"custom": False, "outputs": {"group": "group-1"}})
    assert two.judged().gateways[0].outbound.certainty == "medium"


def test_a_gateway_is_handed_out_by_its_channel(two, ref):
    urn = two.gateway()
    channel = two.owner.add("apig_channel", "channel", instanceId=ref(urn), members=[{"host": "10.20.1.4"}])
    two.owner.change(channel, outputs={"id": "channel-1"})
    two.owner.web(urn, "10.20.1.4")
    token = "pulumi:pulumi:Stack"
    two.owner.add("", "stack", token=token, more={"custom": False, "outputs": {"channel": "channel-1"}})
    assert two.judged().gateways[0].outbound.certainty == "medium"


@pytest.mark.parametrize(("host", "verdict"), [("8.8.8.8", "undecided"), ("10.20.1.5", "unneeded")])
def test_a_member_that_another_stack_adds_to_a_channel_counts(two, ref, host, verdict):
    two.owner.web(two.gateway(), "10.20.1.4")
    member = {"instanceId": "gw-1", "vpcChannelId": "channel-1", "memberIpAddress": host}
    two.user.add("apig_channel_member", "more", **member)
    assert two.judged().gateways[0].outbound.verdict == verdict


def test_a_domain_that_another_stack_binds_counts(two, ref):
    gateway = two.gateway()
    two.owner.add("vpcep_endpoint", "endpoint", serviceId=ref(gateway))
    assert two.judged().gateways[0].entrance.verdict == "unneeded"
    two.user.add("apig_group_domain_associate", "name", instanceId="gw-1", urlDomain="api.example.org")
    assert two.judged().gateways[0].entrance.verdict == "undecided"


def test_what_nobody_knows_counts_in_another_stack_too(two):
    two.owner.web(two.gateway(), "10.20.1.4")
    two.user.add("apig_openapi_import", "import", instanceId="gw-1")
    assert two.judged().gateways[0].outbound.verdict == "undecided"


def test_a_record_of_another_address_says_nothing_of_a_gateway_whose_address_is_known(two, ref):
    """The other stack adds a private API, and has a public record of something else."""
    urn = two.gateway()
    two.owner.web(urn, "10.20.1.4")
    two.user.add("apig_api", "list", instanceId="gw-1", web={"path": "/", "backendAddress": "10.20.1.5"})
    zone = two.user.add("dns_zone", "zone", name="example.com.", zoneType="public")
    two.user.add(
        "dns_recordset", "www", zoneId=ref(zone), name="www.example.com.", type="A", records=["203.0.113.77"]
    )
    entrance = two.judged().gateways[0].entrance
    assert not any("www" in item.fact for item in entrance.evidence)
