"""Ways to a gateway that pass through what the stack does not declare, or that nobody here understands."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.policypack.network.landscapes import (
    PRIVATE,
    PUBLIC,
    Builder,
    Form,
    Hidden,
    Out,
    access,
    base,
    eip,
    of_gate,
    own_balancer,
    with_,
    zone,
)
from tests.policypack.network.test_law import answers

Make = Callable[[Builder], Any]
DOMAIN = of_gate("apig_group", "group", urlDomains=[{"name": "api.example.com"}])
NAME_OF_GROUP = Out("group", text="{}.apig.cn-north-1.huaweicloudapis.com")

BOUND = [{"routerId": Out("net")}]

both_forms = pytest.mark.parametrize("form", ["preview-json", "export"])


def entrance(form: Form, make: Make) -> str:
    builder = Builder("cn-north-1")
    base(builder)
    make(builder)
    return answers(builder.stack(form))["gate entrance"][0]


def record_set(kind: str, *values: Any, name: str = "api.example.com.") -> Make:
    return lambda b: b.add(
        "dns_recordset", f"{kind} {name}", zoneId=Out("zone"), name=name, type=kind, records=list(values)
    )


def public_record(value: Any) -> Make:
    name, zone_id = "api.example.com.", Out("front")
    return with_(
        lambda b: b.add("dns_zone", "front", name="example.com.", zoneType="public"),
        lambda b: b.add("dns_recordset", "public", zoneId=zone_id, name=name, type="A", records=[value]),
    )


def listener(**inputs: Any) -> Make:
    return lambda b: b.add("elb_listener", "shop", protocolPort=8443, **inputs)


def without_endpoint(builder: Builder) -> None:
    del builder.declared["endpoint"]


def trigger(builder: Builder) -> None:
    event = Out("gate", text='{{"instance_id": "{}"}}')
    urn = "urn:fss:cn-north-1:p:function:default:f"
    builder.add("fgs_trigger", "t", functionUrn=urn, type="DEDICATEDGATEWAY", eventData=event)


CLOSED = with_(without_endpoint, access("10.0.0.0/8"))

UNDECIDED: Mapping[str, Make] = {
    "a name of others": with_(DOMAIN, zone("public"), record_set("CNAME", "api.cdn.example.net.")),
    "a name of others, by another record": with_(
        DOMAIN,
        zone("public"),
        record_set("CNAME", "edge.example.com."),
        record_set("CNAME", "api.cdn.example.net.", name="edge.example.com."),
    ),
    "an address of others": with_(DOMAIN, zone("public"), record_set("A", "203.0.113.77")),
    "an IPv6 address": with_(DOMAIN, zone("public"), record_set("AAAA", "2407:c080::1")),
    "records that are not known": with_(DOMAIN, zone("public"), record_set("CNAME", Hidden())),
    "a name of a group in other DNS": lambda b: b.add(
        "cloudflare:index/record:Record", "r", value=NAME_OF_GROUP
    ),
    "a public record of others beside the private one": with_(
        zone("private", routers=BOUND), record_set("A", PRIVATE), public_record("203.0.113.50")
    ),
    "an API that no access control is about": with_(CLOSED, trigger),
    "APIs that nobody knows": with_(CLOSED, of_gate("apig_openapi_import", "import")),
    "a listener of its balancer": with_(own_balancer, listener(loadbalancerId=Out("balancer"))),
    "a listener of any balancer": with_(own_balancer, listener(loadbalancerId=Hidden())),
    "a cluster that uses its balancer": with_(
        own_balancer,
        lambda b: b.add("kubernetes:core/v1:Service", "s", metadata={"annotations": {"id": Out("balancer")}}),
    ),
}


@both_forms
@pytest.mark.parametrize("case", UNDECIDED)
def test_a_way_that_is_not_seen_to_its_end_leaves_the_entrance_open(case: str, form: Form) -> None:
    assert entrance(form, UNDECIDED[case]) == "undecided"


UNNEEDED: Mapping[str, Make] = {
    "a private and a public record of one name": with_(
        eip, zone("private", routers=BOUND), record_set("A", PRIVATE), public_record(Out("eip", "address"))
    ),
    "a private record": with_(DOMAIN, zone("private"), record_set("A", PRIVATE)),
    "a private record of a name": with_(
        DOMAIN,
        zone("private"),
        record_set("CNAME", "edge.example.com."),
        record_set("A", PRIVATE, name="edge.example.com."),
    ),
    "an EIP of the stack in front": with_(
        DOMAIN, eip, zone("public"), record_set("A", Out("eip", "address"))
    ),
    "access control": CLOSED,
    "a load balancer of its own": own_balancer,
    "a listener of another balancer": with_(
        own_balancer,
        lambda b: b.add("elb_loadbalancer", "other"),
        listener(loadbalancerId=Out("other")),
    ),
    "an alarm": lambda b: b.add("ces_alarmrule", "alarm", dimensions=[{"value": Out("gate")}]),
    "tags": lambda b: b.add("tms_resource_tags", "tags", resources=[{"resourceId": Out("gate")}]),
}


@both_forms
@pytest.mark.parametrize("case", UNNEEDED)
def test_a_way_that_is_seen_to_its_end_does_not(case: str, form: Form) -> None:
    assert entrance(form, UNNEEDED[case]) == "unneeded"


@pytest.mark.parametrize("kind", ["waf_domain", "cdn_domain"])
def test_what_forwards_to_the_domain_of_a_group_comes_from_outside(kind: str) -> None:
    keys = {"waf_domain": ("servers", "address"), "cdn_domain": ("sources", "origin")}
    outer, inner = keys[kind]
    make: Make = lambda b: b.add(kind, "front", **{outer: [{inner: NAME_OF_GROUP}]})  # noqa: E731
    assert entrance("export", make) == "needed"
    assert entrance("preview-json", make) == "undecided"


def test_a_member_with_the_public_address_does_not_show_private_callers() -> None:
    front = with_(without_endpoint, lambda b: b.add("elb_member", "member", address=PUBLIC))
    assert entrance("export", front) == "undecided"
    front = with_(without_endpoint, lambda b: b.add("elb_member", "member", address=PRIVATE))
    assert entrance("export", front) == "unneeded"


@pytest.mark.parametrize(
    ("returned", "expected"), [([{"name": "api.example.com"}], "undecided"), ([], "unneeded")]
)
def test_a_domain_that_was_bound_by_hand_counts(returned: list[Any], expected: str) -> None:
    make: Make = lambda b: b.declared["group"][2].update(urlDomains=returned)  # noqa: E731
    assert entrance("export", make) == expected


def second_gateway(builder: Builder) -> None:
    returns = {"ingressAddress": "198.51.100.10", "vpcIngressAddress": "10.20.0.10"}
    builder.add("apig_instance", "second", returns=returns, edition="BASIC", vpcId=Out("net"))


def forwards(address: Any, of: str = "second") -> Make:
    web = {"path": "/", "backendAddress": address}
    return with_(second_gateway, lambda b: b.add("apig_api", "chain", instanceId=Out(of), web=web))


FORWARDING: list[tuple[Make, str, str]] = [
    (forwards(PUBLIC), "undecided", "needed"),
    (forwards("198.51.100.9:443"), "unneeded", "needed"),
    (forwards(PUBLIC, of="gate"), "undecided", "needed"),
    (forwards(PRIVATE), "undecided", "unneeded"),
    (forwards("8.8.8.8"), "unneeded", "unneeded"),
    (forwards(Hidden()), "unneeded", "undecided"),
    (with_(eip, forwards(Hidden(("eip",)))), "unneeded", "unneeded"),
    (
        with_(
            second_gateway,
            lambda b: b.add("apig_channel", "c", instanceId=Out("second"), members=[{"host": PUBLIC}]),
        ),
        "undecided",
        "needed",
    ),
    (
        of_gate("apig_plugin", "p", type="proxy_mirror", content='{"host": "198.51.100.9"}'),
        "unneeded",
        "needed",
    ),
]


@pytest.mark.parametrize(("make", "before", "deployed"), FORWARDING)
def test_a_gateway_may_be_the_backend_of_another(make: Make, before: str, deployed: str) -> None:
    """Before its deployment nothing can hold its address as a text."""
    assert (entrance("preview-json", make), entrance("export", make)) == (before, deployed)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("accepted", "unneeded"), ("rejected", "undecided"), ("failed", "undecided"), ("new word", "undecided")],
)
def test_an_endpoint_that_is_not_connected_shows_no_callers(status: str, expected: str) -> None:
    make: Make = lambda b: b.declared["endpoint"][2].update(status=status)  # noqa: E731
    assert entrance("export", make) == expected


@both_forms
@pytest.mark.parametrize(("bound", "expected"), [(True, "unneeded"), (False, "undecided")])
def test_a_private_zone_that_no_vpc_sees_shows_no_callers(bound: bool, expected: str, form: Form) -> None:
    routers = [{"routerId": Out("net")}] if bound else []
    make = with_(without_endpoint, zone("private", routers=routers), record_set("A", PRIVATE))
    assert entrance(form, make) == expected


@both_forms
@pytest.mark.parametrize(
    ("port", "expected"), [("8443", "undecided"), (Hidden(), "undecided"), ("9443", "unneeded")]
)
def test_a_port_of_the_gateway_itself_is_open_too(port: Any, expected: str, form: Form) -> None:
    def make(builder: Builder) -> None:
        ports = [{"protocol": "HTTPS", "port": 8443}]
        builder.declared["gate"][1]["customIngressPorts"] = ports
        builder.add(
            "networking_secgroup_rule",
            "open",
            securityGroupId=Out("closed"),
            direction="ingress",
            protocol="tcp",
            remoteIpPrefix="0.0.0.0/0",
            ports=port,
        )

    assert entrance(form, make) == expected


@pytest.mark.parametrize(
    ("prefix", "ports", "expected"),
    [("0.0.0.0/0", "443", "undecided"), ("0.0.0.0/0", "22", "unneeded"), ("10.0.0.0/8", "443", "unneeded")],
)
def test_rules_that_a_security_group_had_count(prefix: str, ports: str, expected: str) -> None:
    rule = {
        "direction": "ingress",
        "protocol": "tcp",
        "ports": ports,
        "remoteIpPrefix": prefix,
        "action": "allow",
    }
    make: Make = lambda b: b.declared["closed"][2].update(rules=[rule])  # noqa: E731
    assert entrance("export", make) == expected
