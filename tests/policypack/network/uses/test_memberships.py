"""What belongs to which gateway, also where no id is known."""

import pytest


def test_each_gateway_is_judged_by_its_own_apis(program):
    one, two = program.gateway("one"), program.gateway("two")
    program.web(one, "10.20.0.1", "a")
    program.web(two, "8.8.8.8", "b")
    assert program.judged("one").outbound.verdict == "unneeded"
    assert program.judged("two").outbound.verdict == "needed"


def test_literal_ids_are_followed(program):
    urn = program.gateway()
    program.change(urn, identifier="g-1")
    program.add("apig_api", "a", instanceId="g-1", mock={})
    program.add("apig_api", "b", instanceId="g-2", web={"backendAddress": "8.8.8.8"})
    assert program.judged().outbound.verdict == "unneeded"


def test_a_literal_id_of_nobody_may_mean_a_gateway_whose_id_is_not_known(program):
    program.api(program.gateway(), "a", mock={})
    program.add("apig_api", "b", instanceId="g-2", web={"backendAddress": "8.8.8.8"})
    judgement = program.judged().outbound
    assert judgement.verdict == "undecided"
    assert judgement.missing == ('the gateway of "b" (instanceId)',)


@pytest.mark.parametrize(
    ("backend", "verdict"),
    [({"mock": {}}, "unneeded"), ({"web": {"backendAddress": "8.8.8.8"}}, "undecided")],
)
def test_an_api_of_an_unknown_gateway_counts_only_where_it_could_change_the_verdict(
    program, backend, verdict
):
    program.api(program.gateway(), "a", mock={})
    program.add("apig_api", "floating", instanceId=program.unknown, **backend)
    assert program.judged().outbound.verdict == verdict


def test_an_api_of_an_unknown_gateway_does_not_make_a_need_doubtful(program):
    program.web(program.gateway(), "8.8.8.8")
    program.add("apig_api", "floating", instanceId=program.unknown, web={"backendAddress": program.unknown})
    assert program.judged().outbound.verdict == "needed"


def test_no_api_means_nothing_is_claimed(program):
    program.gateway(bandwidthSize=5)
    judgement = program.judged().outbound
    assert (judgement.declared, judgement.verdict) == ("on", "undecided")
    assert judgement.missing == ("the APIs of the gateway (none is declared here)",)


def test_a_reference_through_another_resource_is_followed(program, ref):
    gateway = program.gateway()
    group = program.add("apig_group", "group", instanceId=ref(gateway))
    program.add("apig_api", "a", instanceId=ref(group), mock={})
    assert program.judged().outbound.verdict == "unneeded"


def test_the_group_tells_the_gateway_where_the_api_does_not(program, ref):
    gateway = program.gateway()
    group = program.add("apig_group", "group", instanceId=ref(gateway))
    program.add("apig_api", "a", instanceId=program.unknown, groupId=ref(group), mock={})
    assert program.judged().outbound.verdict == "unneeded"


def test_a_reference_to_a_component_means_what_is_inside(program, ref):
    component = program.add("", "edge", token="platform:network:Edge", more={"custom": False})
    gateway = program.gateway()
    program.change(gateway, parent=component)
    program.add("apig_api", "a", instanceId=ref(component), mock={})
    assert program.judged().outbound.verdict == "unneeded"


def test_an_api_that_is_about_to_be_deleted_does_not_count(program):
    gateway = program.gateway()
    program.change(program.web(gateway, "8.8.8.8", "old"), leaving=True)
    program.web(gateway, "10.20.0.1", "new")
    assert program.judged().outbound.verdict == "unneeded"


def test_an_api_that_is_not_published_counts_with_medium_certainty(program):
    gateway = program.gateway()
    program.web(gateway, "10.20.0.1", "live")
    program.web(gateway, "8.8.8.8", "draft", published=False)
    judgement = program.judged().outbound
    assert (judgement.verdict, judgement.certainty) == ("needed", "medium")


def test_the_apis_of_opentelekomcloud_are_understood(program, ref):
    program.add("vpc", "net", token="opentelekomcloud:index/vpcV1:VpcV1", cidr="10.0.0.0/8")
    token = "opentelekomcloud:index/apigwGatewayV2:ApigwGatewayV2"
    gateway = program.add("", "gate", token=token, specId="BASIC", bandwidthSize=5)
    api = "opentelekomcloud:index/apigwApiV2:ApigwApiV2"
    program.add("", "a", token=api, gatewayId=ref(gateway), web={"urlDomain": "10.0.0.5:80"})
    assert program.judged().outbound.verdict == "unneeded"


def test_an_api_whose_inputs_were_not_seen_leaves_it_open(program):
    gateway = program.gateway()
    urn = program.api(gateway, mock={})
    program.change(urn, inputs=None, outputs={"instanceId": "g"})
    program.change(gateway, identifier="g")
    assert program.judged().outbound.verdict == "undecided"
