"""References by id."""

from policypack.declared import Known
from policypack.huaweicloud import survey
from policypack.huaweicloud.links import Elsewhere, Found, Links


def test_ids_are_unique_per_type_only(program):
    eip, vpc = program.add("vpc_eip", "web"), program.network()
    for urn in (eip, vpc):
        program.change(urn, identifier="one")
    links = Links(survey(program.stack, None))
    assert [item.urn for item in links.named("one", {"vpc_eip"})] == [eip]
    assert [item.urn for item in links.named("one", {"vpc"})] == [vpc]
    assert {item.urn for item in links.named("one", {"vpc", "vpc_eip"})} == {eip, vpc}
    assert links.named("two", {"vpc", "vpc_eip"}) == ()


def test_what_waits_for_deletion_is_meant_by_nobody(program):
    eip = program.add("vpc_eip", "web")
    program.change(eip, identifier="one", leaving=True)
    links = Links(survey(program.stack, None))
    assert links.named("one", {"vpc_eip"}) == ()
    assert not links.has_identified({"vpc_eip"})


def test_references_by_id_come_before_what_the_value_was_built_from(program, ref):
    meant, other = program.add("vpc_eip", "meant"), program.add("vpc_eip", "other")
    program.change(meant, identifier="one")
    user = program.add("vpc_eip_associate", "user", publicIp=ref(other))
    stack = program.stack
    links, resource = Links(survey(stack, None)), stack.by_urn[user]
    keys, types = ("publicIp",), {"vpc_eip"}
    assert links.follow(resource, Known("one"), keys, types) == Found((stack.by_urn[meant],))
    assert links.follow(resource, Known("two"), keys, types) == Found((stack.by_urn[other],))
    assert links.follow(stack.by_urn[other], Known("two"), keys, types) == Elsewhere("two")
