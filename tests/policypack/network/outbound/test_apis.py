"""Every row of the decision table of backends, in both directions where it has two.

The row's number stands in the name of its test; the table is in docs/network.md.
"""

import json

import pytest

from policypack.declared import Unknown


def outbound(program, **settings):
    return program.judged(**settings).outbound


def rules(judgement, direction):
    return {item.rule for item in judgement.evidence if item.direction == direction}


@pytest.mark.parametrize("address", ["8.8.8.8", "8.8.8.8:443", "203.0.113.7:80", "https://8.8.8.8/path"])
def test_row_1_a_public_address_needs_outbound(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("needed", "high")
    assert rules(judgement, "public") == {"backend-1"}


@pytest.mark.parametrize("address", ["api.example.com", "API.Example.COM.:8443", "http://api.example.com/v1"])
def test_row_2_a_public_name_needs_outbound(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert judgement.verdict == "needed"
    assert rules(judgement, "public") == {"backend-2"}


@pytest.mark.parametrize(
    "cidrs", [{"cidr": "10.20.0.0/16"}, {"cidr": "10.0.0.0/24", "secondaryCidrs": ["10.20.0.0/16"]}]
)
def test_row_3_a_private_address_inside_the_vpc_needs_none(program, cidrs):
    vpc = program.add("vpc", "net", **cidrs)
    program.web(program.gateway(vpc=vpc), "10.20.1.40:8080")
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rules(judgement, "private") == {"backend-3"}
    assert 'VPC "net"' in judgement.evidence[0].fact


@pytest.mark.parametrize("address", ["10.99.0.1", "172.16.0.9", "192.168.1.1:443"])
def test_row_4_a_private_address_outside_the_vpc_needs_none(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rules(judgement, "private") == {"backend-4"}
    assert "route" in judgement.evidence[0].fact


@pytest.mark.parametrize("cidr", ["10.20.0.7/16", "10.20.0.0/99", "x", Unknown("later")])
def test_row_4_a_vpc_without_a_cidr_is_named(program, cidr):
    vpc = program.add("vpc", "net", cidr=cidr)
    program.web(program.gateway(vpc=vpc), "10.20.1.40")
    (evidence,) = outbound(program).evidence
    assert 'cidr of "net" is no CIDR that is known' in evidence.fact


def test_row_4_a_declared_route_is_named(program, ref):
    gateway = program.gateway()
    program.add("apig_instance_routes", "routes", instanceId=ref(gateway), nexthops=["10.99.0.0/16"])
    program.web(gateway, "10.99.0.1")
    assert "10.99.0.0/16" in outbound(program).evidence[0].fact


@pytest.mark.parametrize("elsewhere", ["10.98.0.0/16", "10.99.0.1/16", "no network"])
def test_row_4_a_route_to_somewhere_else_is_not(program, ref, elsewhere):
    gateway = program.gateway()
    program.add("apig_instance_routes", "routes", instanceId=ref(gateway), nexthops=[elsewhere])
    program.web(gateway, "10.99.0.1")
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert "reachable with a route and a private line only" in judgement.evidence[0].fact


@pytest.mark.parametrize(
    "address", ["100.64.0.1", "100.125.3.4", "169.254.169.254", "127.0.0.1", "198.19.128.7"]
)
def test_row_5_reserved_addresses_need_none(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-5"}


@pytest.mark.parametrize("address", ["[fd00::1]:8080", "fd12:3456::1", "[fe80::1%eth0]"])
def test_row_6_local_ipv6_addresses_need_none(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-6"}


def test_row_7_a_global_ipv6_address_needs_outbound(program):
    program.web(program.gateway(), "[2001:4860:4860::8888]:443")
    judgement = outbound(program)
    assert judgement.verdict == "needed"
    assert rules(judgement, "public") == {"backend-7"}


def test_row_7_an_address_of_an_ipv6_subnet_of_the_vpc_needs_none(program, ref):
    vpc = program.network()
    program.add(
        "vpc_subnet",
        "v6",
        vpcId=ref(vpc),
        ipv6Enable=True,
        more={"outputs": {"ipv6Cidr": "2407:c080:1::/64"}},
    )
    program.web(program.gateway(vpc=vpc), "[2407:c080:1::5]:443")
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-7"}


def test_row_7_an_ipv6_subnet_that_is_not_known_yet_leaves_it_open(program, ref):
    vpc = program.network()
    program.add("vpc_subnet", "v6", vpcId=ref(vpc), ipv6Enable=True)
    program.web(program.gateway(vpc=vpc), "[2407:c080:1::5]:443")
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert 'ipv6Cidr of subnet "v6"' in judgement.missing


def private_zone(program, ref, vpc, **inputs):
    return program.add(
        "dns_zone",
        "zone",
        name="corp.example.",
        zoneType="private",
        routers=[{"routerId": ref(vpc)}],
        **inputs,
    )


def test_row_8_a_name_of_a_private_zone_of_the_vpc_needs_none(program, ref):
    vpc = program.network()
    private_zone(program, ref, vpc)
    program.web(program.gateway(vpc=vpc), "stock.corp.example:8080")
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "medium")
    assert rules(judgement, "private") == {"backend-8"}


@pytest.mark.parametrize(("value", "verdict"), [("10.20.1.1", "unneeded"), ("8.8.8.8", "needed")])
def test_row_8_a_record_of_the_private_zone_decides(program, ref, value, verdict):
    vpc = program.network()
    zone = private_zone(program, ref, vpc)
    program.add("dns_recordset", "r", zoneId=ref(zone), name="stock.corp.example.", type="A", records=[value])
    program.web(program.gateway(vpc=vpc), "stock.corp.example")
    assert outbound(program).verdict == verdict


def test_row_8_a_private_zone_of_another_vpc_does_not_count(program, ref):
    private_zone(program, ref, program.network(name="other"))
    program.web(program.gateway(), "stock.corp.example")
    judgement = outbound(program)
    assert judgement.verdict == "needed"
    assert rules(judgement, "public") == {"backend-2"}


@pytest.mark.parametrize(
    "hidden", [{"zoneType": "?"}, {"name": "?"}, {"routers": "?"}, {"proxyPattern": "RECURSIVE"}]
)
def test_row_8_a_zone_that_is_not_fully_known_leaves_it_open(program, ref, hidden):
    vpc = program.network()
    inputs = {"name": "corp.example.", "zoneType": "private", "routers": [{"routerId": ref(vpc)}]}
    hidden = {key: program.unknown if value == "?" else value for key, value in hidden.items()}
    program.add("dns_zone", "zone", **(inputs | hidden))
    program.web(program.gateway(vpc=vpc), "stock.corp.example")
    assert outbound(program).verdict == "undecided"


@pytest.mark.parametrize(
    ("values", "verdict"),
    [(["10.20.1.1"], "unneeded"), (["10.20.1.1", "8.8.8.8"], "needed"), (["8.8.8.8"], "needed")],
)
def test_row_9_a_public_name_with_private_addresses_only_needs_none(program, ref, values, verdict):
    zone = program.add("dns_zone", "zone", name="example.com.")
    program.add("dns_recordset", "r", zoneId=ref(zone), name="stock.example.com.", type="A", records=values)
    program.web(program.gateway(), "stock.example.com")
    judgement = outbound(program)
    assert judgement.verdict == verdict
    if verdict == "unneeded":
        assert judgement.certainty == "medium"
        assert rules(judgement, "private") == {"backend-9"}


def test_row_9_a_chain_of_aliases_is_followed_and_a_circle_leaves_it_open(program, ref):
    zone = program.add("dns_zone", "zone", name="example.com.")
    for name, alias in (("a", "b"), ("b", "c")):
        program.add(
            "dns_recordset",
            name,
            zoneId=ref(zone),
            name=f"{name}.example.com.",
            type="CNAME",
            records=[f"{alias}.example.com."],
        )
    program.web(program.gateway(), "a.example.com")
    last = {"zoneId": ref(zone), "name": "c.example.com."}
    assert outbound(program).verdict == "needed"
    program.add("dns_recordset", "c", type="A", records=["10.1.1.1"], **last)
    assert outbound(program).verdict == "unneeded"
    program.add("dns_recordset", "c", type="CNAME", records=["a.example.com."], **last)
    assert outbound(program).verdict == "undecided"


@pytest.mark.parametrize(
    "address", ["db.local", "stock.internal:80", "a.default.svc.cluster.local", "printer.lan", "backend"]
)
def test_row_10_internal_names_need_none(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "medium")
    assert rules(judgement, "private") == {"backend-10"}


@pytest.mark.parametrize("address", ["bucket.obs.cn-north-4.myhuaweicloud.com", "iam.myhuaweicloud.com"])
def test_row_11_service_endpoints_of_the_region_cannot_be_told(program, address):
    program.web(program.gateway(), address)
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert rules(judgement, "unknown") == {"backend-11"}


def test_row_11_service_endpoints_of_another_region_are_public_names(program):
    program.web(program.gateway(), "obs.eu-west-101.myhuaweicloud.com")
    assert outbound(program).verdict == "needed"


def variable_program(program, ref, values, published=("prod",), address="#host#:8080"):
    gateway = program.gateway()
    environments = {
        name: program.add("apig_environment", name, instanceId=ref(gateway)) for name in ("prod", "test")
    }
    group = program.add(
        "apig_group",
        "group",
        instanceId=ref(gateway),
        environments=[
            {"environmentId": ref(environments[name]), "variables": [{"name": "host", "value": value}]}
            for name, value in values.items()
        ],
    )
    api = program.web(gateway, address, published=False, groupId=ref(group))
    for name in published:
        program.add(
            "apig_api_publishment",
            f"publish-{name}",
            instanceId=ref(gateway),
            apiId=ref(api),
            envId=ref(environments[name]),
        )


@pytest.mark.parametrize(
    ("values", "published", "verdict"),
    [
        ({"prod": "10.20.1.1"}, ("prod",), "unneeded"),
        ({"prod": "api.example.com"}, ("prod",), "needed"),
        ({"prod": "10.20.1.1", "test": "api.example.com"}, ("prod", "test"), "needed"),
        ({"prod": "10.20.1.1"}, ("prod", "test"), "undecided"),
        ({}, ("prod",), "undecided"),
        ({"prod": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, ("prod",), "undecided"),
    ],
)
def test_row_12_a_variable_counts_with_its_value_in_each_environment(
    program, ref, values, published, verdict
):
    variable_program(program, ref, values, published)
    judgement = outbound(program)
    assert judgement.verdict == verdict
    assert any(item.rule == "backend-12" for item in judgement.evidence)


def test_row_12_a_variable_of_an_environment_without_publication_is_left_out_where_ids_are_known(
    program, ref
):
    variable_program(program, ref, {"prod": "10.20.1.1", "test": "api.example.com"})
    for urn, resource in program.resources.items():
        if "Environment" in resource.token:
            program.change(urn, identifier=f"id-{resource.name}")
        if resource.name == "group":
            blocks = [
                {**block, "environmentId": f"id-{name}"}
                for block, name in zip(resource.inputs["environments"], ("prod", "test"), strict=True)
            ]
            program.change(urn, inputs={**resource.inputs, "environments": blocks})
    assert outbound(program).verdict == "unneeded"


def test_row_12_more_values_than_can_be_told_apart_are_undecided_at_once(program, ref):
    names = [f"v{number}" for number in range(40)]
    address = "".join(f"#{name}#" for name in names)
    variable_program(program, ref, {}, address=address)
    group = next(urn for urn in program.resources if "ApigGroup" in urn)
    for name in names:
        for value in ("10.", "20."):
            program.add(
                "apig_environment_variable", f"{name}{value}", groupId=ref(group), name=name, value=value
            )
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert any("too many values" in item.fact for item in judgement.evidence)


def test_a_password_in_an_address_is_not_told(program):
    program.web(program.gateway(), "http://user:s3cret@10.0.0.1")
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert "forwards to http://***@10.0.0.1, which names a user" in judgement.evidence[0].fact
    assert "s3cret" not in str(judgement)


def test_row_12_a_variable_may_be_a_resource_of_its_own(program, ref):
    variable_program(program, ref, {})
    group = next(urn for urn in program.resources if "ApigGroup" in urn)
    program.add("apig_environment_variable", "v", groupId=ref(group), name="host", value="10.20.1.9")
    assert outbound(program).verdict == "unneeded"


@pytest.mark.parametrize(
    ("type_name", "inputs", "verdict", "rule"),
    [
        ("compute_instance", {}, "undecided", "backend-13"),
        ("compute_instance", {"eipId": "eip"}, "undecided", "backend-13"),
        ("networking_vip", {}, "unneeded", "backend-13"),
        ("rds_instance", {}, "undecided", "backend-13"),
    ],
)
def test_row_13_an_unknown_address_is_that_of_its_source(program, ref, type_name, inputs, verdict, rule):
    source = program.add(type_name, "source", **inputs)
    program.web(program.gateway(), ref(source))
    judgement = outbound(program)
    assert judgement.verdict == verdict
    assert judgement.evidence[0].rule == rule


def test_row_13_an_associated_eip_makes_the_address_of_a_server_doubtful(program, ref):
    server, eip = program.add("compute_instance", "server"), program.add("vpc_eip", "eip")
    program.add("compute_eip_associate", "bind", instanceId=ref(server), publicIp=ref(eip))
    program.web(program.gateway(), ref(server))
    assert outbound(program).verdict == "undecided"


def test_row_13_an_address_from_nowhere_cannot_be_told(program):
    program.web(program.gateway(), program.unknown)
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert judgement.missing == ('web.backendAddress of "list"',)


def test_row_14_the_address_of_an_eip_needs_outbound_and_is_avoidable(program, ref):
    program.web(program.gateway(), ref(program.add("vpc_eip", "eip")))
    judgement = outbound(program)
    assert judgement.verdict == "needed"
    assert judgement.evidence[0].rule == "backend-14"
    assert "private address behind it would do" in judgement.evidence[0].fact


def test_row_14_a_known_address_of_an_eip_is_recognised(program):
    program.add("vpc_eip", "eip", more={"outputs": {"address": "203.0.113.9"}})
    program.web(program.gateway(), "203.0.113.9")
    assert outbound(program).evidence[0].rule == "backend-14"


@pytest.mark.parametrize("known", [True, False])
def test_row_15_the_private_address_of_a_load_balancer_needs_none(program, ref, known):
    balancer = program.add("elb_loadbalancer", "elb", ipv4Address="10.20.3.3")
    program.web(program.gateway(), "10.20.3.3:80" if known else ref(balancer))
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert judgement.evidence[0].rule == "backend-15"


def test_row_16_the_public_address_of_a_load_balancer_needs_outbound(program):
    program.add("elb_loadbalancer", "elb", more={"outputs": {"ipv4Eip": "203.0.113.3"}})
    program.web(program.gateway(), "203.0.113.3")
    judgement = outbound(program)
    assert judgement.verdict == "needed"
    assert judgement.evidence[0].rule == "backend-16"


def test_row_16_an_address_of_a_load_balancer_with_an_eip_is_doubtful(program, ref):
    balancer = program.add("elb_loadbalancer", "elb", ipv4EipId=ref(program.add("vpc_eip", "eip")))
    program.web(program.gateway(), ref(balancer))
    assert outbound(program).verdict == "undecided"


def channel(program, ref, gateway, type_name="apig_channel", **inputs):
    return program.add(type_name, "channel", instanceId=ref(gateway), **inputs)


def through_channel(program, ref, type_name="apig_channel", **inputs):
    gateway = program.gateway()
    urn = channel(program, ref, gateway, type_name, **inputs)
    program.api(gateway, web={"path": "/", "vpcChannelId": ref(urn)})
    return outbound(program)


@pytest.mark.parametrize("type_name", ["apig_channel", "apig_vpc_channel"])
def test_row_17_servers_by_id_need_none(program, ref, type_name):
    server = program.add("compute_instance", "server", eipId="eip")
    judgement = through_channel(program, ref, type_name, members=[{"id": ref(server)}, {"id": "i-2"}])
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rules(judgement, "private") == {"backend-17"}


@pytest.mark.parametrize(("address", "expected"), [("10.20.0.1", "unneeded"), ("8.8.8.8", "undecided")])
def test_row_17_an_address_beside_the_id_must_be_private_too(program, ref, address, expected):
    server = program.add("compute_instance", "server")
    members = [{"id": ref(server), "ipAddress": address}]
    judgement = through_channel(program, ref, "apig_vpc_channel", memberType="EIP", members=members)
    assert judgement.verdict == expected


def test_row_17_members_that_are_hidden_as_a_whole_may_hold_an_address(program, ref):
    """A member with an id and a public address is undecided, so that hiding the list must be, too."""
    assert through_channel(program, ref, "apig_vpc_channel", members=program.unknown).verdict == "undecided"


def test_row_17_members_that_are_not_known_cannot_be_told(program, ref):
    assert through_channel(program, ref, members=program.unknown).verdict == "undecided"


def test_row_17_a_channel_without_members_cannot_be_told(program, ref):
    judgement = through_channel(program, ref)
    assert judgement.verdict == "undecided"
    assert judgement.missing == ('the members of "channel"',)


@pytest.mark.parametrize("more", [{}, {"id": "i-1"}])
@pytest.mark.parametrize("address", ["me:hunter2@8.8.8.8", "https://example.com/a?token=hunter2"])
def test_row_18_a_member_is_shown_without_user_and_query(program, ref, address, more):
    members = [{"ipAddress": address, **more}]
    judgement = through_channel(program, ref, "apig_vpc_channel", memberType="EIP", members=members)
    assert judgement.evidence
    assert not any(
        "hunter2" in text for text in (*judgement.missing, *(one.fact for one in judgement.evidence))
    )


def test_row_18_private_member_addresses_need_none(program, ref):
    judgement = through_channel(
        program, ref, "apig_vpc_channel", memberType="EIP", members=[{"ipAddress": "10.20.0.1"}]
    )
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-18"}


def test_row_18_ten_thousand_members_are_one_statement(program, ref):
    members = [{"host": f"10.20.{n // 250}.{n % 250}"} for n in range(10_000)]
    judgement = through_channel(program, ref, memberType="ip", members=members)
    assert judgement.verdict == "unneeded"
    assert len(judgement.evidence) == 1


def test_row_19_one_public_member_address_needs_outbound(program, ref):
    judgement = through_channel(
        program, ref, memberType="ip", members=[{"host": "10.20.0.1"}, {"host": "8.8.4.4"}]
    )
    assert judgement.verdict == "needed"
    assert rules(judgement, "public") == {"backend-19"}


@pytest.mark.parametrize(("host", "verdict"), [("10.20.0.1", "unneeded"), ("8.8.4.4", "needed")])
def test_row_19_a_member_may_be_a_resource_of_its_own(program, ref, host, verdict):
    gateway = program.gateway()
    urn = channel(program, ref, gateway, memberType="ip")
    program.add("apig_channel_member", "m", vpcChannelId=ref(urn), memberIpAddress=host)
    program.api(gateway, web={"vpcChannelId": ref(urn)})
    assert outbound(program).verdict == verdict


def test_row_20_a_workload_of_a_cluster_needs_none(program, ref):
    judgement = through_channel(
        program, ref, type="microservice", microservice={"cceConfig": {"clusterId": "c"}}
    )
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-20"}


def test_row_20_a_microservice_without_a_cluster_cannot_be_told(program, ref):
    assert through_channel(program, ref, type="microservice").verdict == "undecided"


def test_row_21_a_microservice_engine_needs_none(program, ref):
    judgement = through_channel(
        program, ref, type="microservice", microservice=[{"cseConfig": {"engineId": "e"}}]
    )
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-21"}


@pytest.mark.parametrize(("host", "verdict"), [("10.20.0.1", "unneeded"), ("8.8.4.4", "needed")])
def test_row_22_a_channel_that_refers_to_another_is_followed(program, ref, host, verdict):
    gateway = program.gateway()
    target = program.add("apig_channel", "target", instanceId=ref(gateway), members=[{"host": host}])
    urn = channel(
        program, ref, gateway, type="reference", memberGroups=[{"referenceVpcChannelId": ref(target)}]
    )
    program.api(gateway, web={"vpcChannelId": ref(urn)})
    assert outbound(program).verdict == verdict


def test_row_22_channels_that_refer_in_a_circle_cannot_be_told(program, ref):
    gateway = program.gateway()
    urns = [f"urn:pulumi:dev::shop::huaweicloud:index/apigChannel:ApigChannel::{name}" for name in ("a", "b")]
    for name, other in (("a", urns[1]), ("b", urns[0])):
        program.add(
            "apig_channel", name, type="reference", memberGroup=[{"referenceVpcChannelId": ref(other)}]
        )
    program.api(gateway, web={"vpcChannelId": ref(urns[0])})
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert rules(judgement, "unknown") == {"backend-22"}


URN = "urn:fss:{}:0a1b2c3d:function:default:report:latest"


def test_row_23_a_function_of_the_same_region_needs_none(program):
    program.api(program.gateway(), funcGraph={"functionUrn": URN.format("cn-north-4")})
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rules(judgement, "private") == {"backend-23"}


def test_row_23_a_function_of_the_stack_is_followed(program, ref):
    program.api(program.gateway(), funcGraph={"functionUrn": ref(program.add("fgs_function", "report"))})
    assert outbound(program).verdict == "unneeded"


def test_row_23_one_provider_means_one_region_even_if_nobody_knows_which(program, ref):
    program.region = Unknown("known only after the deployment")
    program.api(program.gateway(), funcGraph={"functionUrn": ref(program.add("fgs_function", "report"))})
    assert outbound(program).verdict == "unneeded"


def test_row_23_a_function_by_name_needs_the_region_of_the_gateway(program):
    program.region = Unknown("known only after the deployment")
    program.api(program.gateway(), funcGraph={"functionUrn": URN.format("cn-north-4")})
    judgement = outbound(program)
    assert judgement.verdict == "undecided"
    assert judgement.missing == ("the region of the gateway",)


def test_row_23_pulumis_own_name_of_a_function_is_a_slip_and_is_followed(program, ref):
    function = program.add("fgs_function", "report")
    program.api(program.gateway(), funcGraph={"functionUrn": function})
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert "Pulumi's own name" in judgement.evidence[0].fact


@pytest.mark.parametrize(
    "urn", ["urn:pulumi:dev::shop::x:y:Z::gone", "report", "urn:fss::p:function:d:n", ""]
)
def test_row_23_what_names_no_function_cannot_be_told(program, urn):
    program.api(program.gateway(), funcGraph={"functionUrn": urn})
    assert outbound(program).verdict == "undecided"


def test_row_24_a_function_of_another_region_needs_outbound(program):
    program.api(program.gateway(), funcGraph={"functionUrn": URN.format("eu-west-101")})
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("needed", "medium")
    assert rules(judgement, "public") == {"backend-24"}


def test_row_24_a_policy_of_an_api_counts_like_the_api(program):
    program.api(
        program.gateway(),
        funcGraph={"functionUrn": URN.format("cn-north-4")},
        funcGraphPolicies=[{"name": "far", "functionUrn": URN.format("eu-west-101")}],
    )
    assert outbound(program).verdict == "needed"


@pytest.mark.parametrize(
    "inputs", [{"mock": {"response": "ok"}}, {"mock": [{}], "mockPolicies": [{"name": "x"}]}]
)
def test_row_25_a_mock_needs_none(program, inputs):
    program.api(program.gateway(), **inputs)
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-25"}


@pytest.mark.parametrize(("region", "verdict"), [("cn-north-4", "unneeded"), ("eu-west-101", "needed")])
def test_row_26_an_authorizer_is_a_function(program, ref, region, verdict):
    gateway = program.gateway()
    program.api(gateway, mock={"response": "ok"})
    program.add("apig_custom_authorizer", "check", instanceId=ref(gateway), functionUrn=URN.format(region))
    judgement = outbound(program)
    assert judgement.verdict == verdict
    assert ("backend-26" in rules(judgement, "private")) == (verdict == "unneeded")


def plugin(program, ref, kind, content):
    gateway = program.gateway()
    program.api(gateway, mock={"response": "ok"})
    program.add(
        "apig_plugin",
        "plugin",
        instanceId=ref(gateway),
        type=kind,
        content=content if isinstance(content, str) else json.dumps(content),
    )
    return outbound(program)


@pytest.mark.parametrize(("host", "verdict"), [("10.20.0.1", "unneeded"), ("login.example.com", "needed")])
def test_row_27_a_third_party_authorizer_is_classified_by_its_address(program, ref, host, verdict):
    judgement = plugin(program, ref, "third_auth", {"auth_request": {"url_domain": host, "path": "/"}})
    assert judgement.verdict == verdict
    assert any(item.rule == "backend-27" for item in judgement.evidence)


@pytest.mark.parametrize("content", ["no json", "[" * 5000, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_row_27_content_that_cannot_be_read_cannot_be_told(program, ref, content):
    judgement = plugin(program, ref, "third_auth", content)
    assert judgement.verdict == "undecided"
    assert judgement.missing == ('content of "plugin"',)


@pytest.mark.parametrize(("broker", "verdict"), [("10.20.0.1:9092", "unneeded"), ("8.8.8.8:9092", "needed")])
def test_row_28_a_log_to_kafka_is_classified_by_its_brokers(program, ref, broker, verdict):
    content = {"broker_list": [broker], "sasl_config": {"sasl_password": "hunter2"}}
    judgement = plugin(program, ref, "kafka_log", content)
    assert judgement.verdict == verdict
    assert any(item.rule == "backend-28" for item in judgement.evidence)
    assert not any("hunter2" in item.fact for item in judgement.evidence)


@pytest.mark.parametrize(
    ("backend", "verdict"),
    [
        (None, "unneeded"),
        ({"type": "mock", "mock_info": {"result_content": "x"}}, "unneeded"),
        ({"type": "http", "http_info": {"url_domain": "10.20.0.1"}}, "unneeded"),
        ({"type": "http", "http_info": {"url_domain": "api.example.com"}}, "needed"),
        ({"type": "function", "func_info": {"function_urn": URN.format("cn-north-4")}}, "unneeded"),
        ({"type": "http", "http_info": {}}, "undecided"),
    ],
)
def test_row_29_the_downgrade_backend_of_a_breaker_counts(program, ref, backend, verdict):
    assert (
        plugin(program, ref, "breaker", {"downgrade_default": backend, "downgrade_rules": []}).verdict
        == verdict
    )
    content = {"downgrade_default": None, "downgrade_rules": [{"downgrade_backend": backend}]}
    assert plugin(program, ref, "breaker", content).verdict == verdict


@pytest.mark.parametrize(("host", "verdict"), [("10.20.0.1", "unneeded"), ("8.8.8.8", "needed")])
def test_row_29b_a_mirror_copies_traffic_to_its_target(program, ref, host, verdict):
    judgement = plugin(program, ref, "proxy_mirror", {"url_domain": host})
    assert judgement.verdict == verdict
    assert any(item.rule == "backend-29b" for item in judgement.evidence)


@pytest.mark.parametrize("kind", ["cors", "rate_limit", "set_resp_headers", "proxy_cache"])
def test_row_29b_other_plugins_send_nothing(program, ref, kind):
    assert plugin(program, ref, kind, "anything").verdict == "unneeded"


def test_row_30_log_collection_needs_none(program, ref):
    gateway = program.gateway()
    program.api(gateway, mock={})
    program.add("apig_instance_feature", "logs", instanceId=ref(gateway), name="lts", enabled=True)
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "neutral") == {"backend-30"}


@pytest.mark.parametrize("how", ["peering", "router", "nothing"])
def test_row_31_another_vpc_of_the_region_needs_none(program, ref, how):
    here, there = program.network(), program.network("10.99.0.0/16", "there")
    if how == "peering":
        program.add("vpc_peering_connection", "peer", vpcId=ref(here), peerVpcId=ref(there))
    if how == "router":
        router = program.add("er_instance", "er")
        for name, vpc in (("one", here), ("two", there)):
            program.add("er_vpc_attachment", name, instanceId=ref(router), vpcId=ref(vpc))
    program.web(program.gateway(vpc=here), "10.99.0.1")
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "high")
    assert rules(judgement, "private") == {"backend-4" if how == "nothing" else "backend-31"}


def test_row_32_a_data_center_behind_a_private_line_needs_none(program, ref):
    vpc = program.network()
    program.add("vpn_gateway", "line", vpcId=ref(vpc))
    program.web(program.gateway(vpc=vpc), "192.168.77.1")
    judgement = outbound(program)
    assert judgement.verdict == "unneeded"
    assert rules(judgement, "private") == {"backend-32"}


def test_row_33_another_region_over_cloud_connect_needs_none_with_medium_certainty(program, ref):
    program.network("10.99.0.0/16", "far", region="eu-west-101")
    far = next(urn for urn in program.resources if urn.endswith("::far"))
    program.add("cc_network_instance", "cloud", instanceId=ref(far), type="vpc")
    program.web(program.gateway(), "10.99.0.1")
    judgement = outbound(program)
    assert (judgement.verdict, judgement.certainty) == ("unneeded", "medium")
    assert rules(judgement, "private") == {"backend-33"}


@pytest.mark.parametrize("translated", [True, False])
def test_row_34_an_nlb_edition_needs_address_translation(program, ref, translated):
    vpc = program.network()
    gateway = program.gateway(vpc=vpc, elbIds=[ref(program.add("elb_loadbalancer", "elb"))], bandwidthSize=5)
    program.web(gateway, "8.8.8.8")
    if translated:
        nat = program.add("nat_gateway", "nat", vpcId=ref(vpc))
        program.add("nat_snat_rule", "snat", natGatewayId=ref(nat), floatingIpId="eip")
    judged = program.judged()
    assert judged.outbound.declared == "off"
    assert judged.outbound.verdict == "needed"
    assert "backend-34" in rules(judged.outbound, "neutral")
    assert (judged.address_translation is not None) == translated
