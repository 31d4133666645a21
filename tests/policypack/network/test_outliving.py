"""What leaves a program and may live on uses what it used."""

import pytest

from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings

OWN = {"publicip": {"type": "5_bgp"}, "bandwidth": {"shareType": "PER", "size": 5}}
LIVES_ON = {"leaving": True, "billed_on": "Its deletion was interrupted.", "may_be_gone": True}
GOES = {"leaving": True}


def judged(program):
    return judge(survey(program.stack, None), Settings())


@pytest.mark.parametrize(("more", "verdict"), [(LIVES_ON, "undecided"), (GOES, "unneeded")])
def test_an_api_that_may_live_on_leaves_the_bandwidth_undecided(program, ref, more, verdict):
    gate = program.gateway("gate", bandwidthSize=5)
    program.web(gate, "10.20.1.4")
    assert judged(program).gateways[0].outbound.verdict == "unneeded"
    web = {"path": "/", "backendAddress": "203.0.113.9"}
    program.add("apig_api", "old", instanceId=ref(gate), web=web, more=more)
    outbound = judged(program).gateways[0].outbound
    assert outbound.verdict == verdict
    assert (verdict == "undecided") == any("Its deletion was interrupted" in one for one in outbound.missing)


@pytest.mark.parametrize(("more", "state"), [(LIVES_ON, "undecided"), (GOES, "unbound")])
def test_an_association_that_may_live_on_leaves_the_eip_undecided(program, ref, more, state):
    urn = program.add("vpc_eip", "edge", **OWN)
    program.add("vpc_eip_associate", "use", publicIp=ref(urn), more=more)
    assert judged(program).eips[urn].state == state


@pytest.mark.parametrize(("more", "states"), [(LIVES_ON, ["undecided"]), (GOES, [])])
def test_an_association_that_may_live_on_may_still_move_the_eip(program, ref, more, states):
    urn = program.add("vpc_eip", "edge", **OWN)
    program.add("eip_bandwidth_associate", "move", bandwidthId="bw-9", publicipId=ref(urn), more=more)
    assert [one.state for one in judged(program).memberships.values()] == states


def test_an_eip_that_may_live_on_says_nothing_of_the_others(program):
    urn = program.add("vpc_eip", "edge", **OWN)
    program.add("vpc_eip", "old", **OWN, more=LIVES_ON)
    assert judged(program).eips[urn].state == "unbound"
