"""Values that are hidden among others, and names that several records could hold."""

import pytest


def outbound(program):
    return program.judged().outbound.verdict


@pytest.mark.parametrize("hidden", [{"host": "?"}, "?"])
def test_a_member_hidden_among_members_may_be_anything(program, ref, hidden):
    gateway = program.gateway()
    server = program.add("compute_instance", "server")
    member = {"host": program.unknown} if isinstance(hidden, dict) else program.unknown
    channel = program.add(
        "apig_channel", "c", instanceId=ref(gateway), members=[{"host": ref(server)}, member]
    )
    program.api(gateway, web={"vpcChannelId": ref(channel)})
    assert outbound(program) == "undecided"


def test_a_policy_hidden_among_policies_may_be_anything(program, ref):
    server = program.add("compute_instance", "server")
    policies = [
        {"name": "a", "backendAddress": ref(server)},
        {"name": "b", "backendAddress": program.unknown},
    ]
    program.web(program.gateway(), "10.20.0.1", webPolicies=policies)
    assert outbound(program) == "undecided"


def test_each_of_several_unknown_addresses_has_its_load_balancer(program, ref):
    balancers = [program.add("elb_loadbalancer", name) for name in ("one", "two")]
    policies = [{"name": "a", "backendAddress": ref(balancer)} for balancer in balancers]
    program.web(program.gateway(), "10.20.0.1", webPolicies=policies)
    assert outbound(program) == "unneeded"


@pytest.mark.parametrize("records", [["{server}", "?"], "?"])
def test_a_value_hidden_in_a_record_may_be_the_public_address(program, ref, records):
    gateway = program.gateway(ingressBandwidthSize=5, ingressBandwidthChargingMode="bandwidth")
    program.add("vpcep_endpoint", "e", serviceId=ref(gateway))
    server = program.add("compute_instance", "server")
    values = program.unknown if records == "?" else [ref(server), program.unknown]
    zone = program.add("dns_zone", "zone", name="example.com.")
    program.add("dns_recordset", "r", zoneId=ref(zone), name="www.example.com.", type="A", records=values)
    assert program.judged().entrance.verdict == "undecided"


def wildcard_program(program, ref, exact_zone_vpc):
    vpc = program.network()
    public = program.add("dns_zone", "public", name="example.com.")
    inner = program.add(
        "dns_zone",
        "inner",
        name="example.com.",
        zoneType="private",
        routers=[{"routerId": exact_zone_vpc or ref(vpc)}],
    )
    program.add(
        "dns_recordset", "any", zoneId=ref(public), name="*.example.com.", type="A", records=["10.1.1.1"]
    )
    program.add("dns_recordset", "b", zoneId=ref(inner), name="b.example.com.", type="A", records=["8.8.8.8"])
    program.web(program.gateway(vpc=vpc), "b.example.com")


def test_an_exact_record_answers_before_a_wildcard(program, ref):
    wildcard_program(program, ref, None)
    assert outbound(program) == "needed"


def test_a_record_of_another_vpc_does_not_keep_a_wildcard_from_answering(program, ref):
    wildcard_program(program, ref, ref(program.network(name="other")))
    assert outbound(program) == "unneeded"


@pytest.mark.parametrize(("length", "verdict"), [(12, "needed"), (400, "undecided")])
def test_names_that_branch_are_resolved_once_each(program, ref, length, verdict):
    zone = program.add("dns_zone", "zone", name="example.com.")
    for number in range(length):
        following = f"n{number + 1}.example.com."
        program.add(
            "dns_recordset",
            f"n{number}",
            zoneId=ref(zone),
            name=f"n{number}.example.com.",
            type="CNAME",
            records=[following, following],
        )
    program.web(program.gateway(), "n0.example.com")
    assert outbound(program) == verdict
