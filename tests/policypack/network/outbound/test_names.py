"""Names of backends, as the DNS of a gateway's VPC resolves them (RFC 1034, RFC 4592)."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import pytest

from tests.policypack.network.landscapes import Builder, Form, Hidden, Out, base, web, zone
from tests.policypack.network.test_law import answers

BOUND = [{"routerId": Out("net")}]
Kind = Literal["public", "private"]
Make = Callable[[Builder], Any]


def record_set(name: Any, kind: str, *values: Any, of: str = "zone", **inputs: Any) -> Make:
    return lambda builder: builder.add(
        "dns_recordset",
        f"{kind} {name}",
        zoneId=Out(of),
        name=name,
        type=kind,
        records=list(values),
        **inputs,
    )


def outbound(form: Form, kind: Kind, backend: str, *makers: Make) -> str:
    """The verdict on a gateway with a zone example.com, which is bound to its VPC where it is private."""
    builder = Builder("cn-north-1")
    base(builder)
    zone(kind, routers=BOUND if kind == "private" else [])(builder)
    web(backend)(builder)
    for make in makers:
        make(builder)
    return answers(builder.stack(form))["gate outbound"][0]


both_forms = pytest.mark.parametrize("form", ["preview-json", "export"])

INSIDE = record_set("*.example.com.", "A", "10.20.1.5")
OUTSIDE = record_set("*.example.com.", "A", "8.8.8.8")

SILENT: Mapping[str, tuple[str, Make]] = {
    "another type": ("www.example.com", record_set("www.example.com.", "TXT", "x")),
    "another type, in capitals": (
        "www.example.com",
        record_set("WWW.Example.com.", "MX", "10 mail.example.com"),
    ),
    "perhaps enabled": ("www.example.com", record_set("www.example.com.", "TXT", "x", status=Hidden())),
    "a name below it": ("www.example.com", record_set("a.www.example.com.", "A", "10.20.1.6")),
    "a name beside it": ("www.sub.example.com", record_set("a.sub.example.com.", "A", "10.20.1.6")),
    "the name above it": ("www.sub.example.com", record_set("sub.example.com.", "A", "10.20.1.6")),
    "a wildcard of another type": ("www.sub.example.com", record_set("*.sub.example.com.", "TXT", "x")),
    "a name that is not known": ("www.example.com", record_set(Hidden(), "TXT", "x")),
    "a zone that is not known": (
        "www.example.com",
        lambda b: b.add(
            "dns_recordset", "r", zoneId=Hidden(), name="www.example.com.", type="TXT", records=["x"]
        ),
    ),
}
"""What keeps the wildcard of example.com from answering: the backend, and what exists."""


@both_forms
@pytest.mark.parametrize("case", SILENT)
def test_a_wildcard_is_silent_for_names_that_exist(case: str, form: Form) -> None:
    backend, exists = SILENT[case]
    assert outbound(form, "public", backend, INSIDE, exists) == "undecided"
    assert outbound(form, "private", backend, OUTSIDE, exists) == "undecided"
    # whether the wildcard or nothing answers: a private zone that looks up nothing elsewhere stays private
    assert outbound(form, "private", backend, INSIDE, exists) == "unneeded"


@both_forms
def test_a_record_set_of_unknown_type_may_hand_its_name_on(form: Form) -> None:
    perhaps = record_set("www.example.com.", Hidden(), "10.20.1.6")
    for kind in ("public", "private"):
        assert outbound(form, kind, "www.example.com", INSIDE, perhaps) == "undecided"


SPEAKING: Mapping[str, tuple[str, Make]] = {
    "nothing": ("www.example.com", lambda _: None),
    "another name": ("www.example.com", record_set("mail.example.com.", "TXT", "x")),
    "the zone itself": ("www.example.com", record_set("example.com.", "TXT", "x")),
    "a disabled record set": (
        "www.example.com",
        record_set("www.example.com.", "TXT", "x", status="DISABLE"),
    ),
    "an address of its own": ("www.example.com", record_set("www.example.com.", "A", "10.20.1.6")),
    "a closer wildcard": ("www.sub.example.com", record_set("*.sub.example.com.", "A", "10.20.1.6")),
    "a name of another zone": ("www.example.com", record_set("www.example.com.", "TXT", "x", of="other")),
}


@both_forms
@pytest.mark.parametrize("case", SPEAKING)
def test_a_wildcard_answers_for_all_other_names(case: str, form: Form) -> None:
    backend, exists = SPEAKING[case]

    def other(builder: Builder) -> None:
        builder.add(
            "dns_zone", "other", name="example.com.", zoneType="private", routers=[{"routerId": "vpc-2"}]
        )

    for kind in ("public", "private"):
        assert outbound(form, kind, backend, INSIDE, other, exists) == "unneeded"


HANDED_ON: Mapping[str, Make] = {
    "the name": record_set("www.sub.example.com.", "NS", "ns.partner.com."),
    "a name above it": record_set("sub.example.com.", "NS", "ns.partner.com."),
    "any name": record_set(Hidden(), "NS", "ns.partner.com."),
    "perhaps": record_set("sub.example.com.", Hidden(), "ns.partner.com."),
    "a zone of its own": lambda b: b.add("dns_zone", "own", name="sub.example.com.", zoneType="public"),
}


@both_forms
@pytest.mark.parametrize("case", HANDED_ON)
def test_a_private_zone_holds_no_name_that_it_hands_on(case: str, form: Form) -> None:
    assert outbound(form, "private", "www.sub.example.com", HANDED_ON[case]) == "undecided"


@both_forms
def test_a_private_zone_holds_the_names_that_nobody_else_holds(form: Form) -> None:
    backend = "www.sub.example.com"
    assert outbound(form, "private", backend) == "unneeded"
    assert (
        outbound(form, "private", backend, record_set("example.com.", "NS", "ns.example.com.")) == "unneeded"
    )
    assert (
        outbound(form, "private", backend, record_set("other.example.com.", "NS", "ns.x.com.")) == "unneeded"
    )

    def own(builder: Builder) -> None:
        builder.add("dns_zone", "own", name="sub.example.com.", zoneType="private", routers=BOUND)

    assert outbound(form, "private", backend, own) == "unneeded"
    assert outbound(form, "private", backend, own, INSIDE) == "unneeded"
    assert outbound(form, "private", backend, own, OUTSIDE) == "undecided"


@both_forms
@pytest.mark.parametrize("name", ["www", "http://www.example.com/", "www.example.com:80", "www.example.org."])
def test_a_record_set_whose_name_is_not_of_its_zone_may_hold_any_name(name: str, form: Form) -> None:
    inside, outside = record_set(name, "A", "10.20.1.6"), record_set(name, "A", "8.8.8.8")
    assert outbound(form, "private", "www.example.com", outside) == "undecided"
    assert outbound(form, "public", "www.example.com", inside) == "undecided"
    assert outbound(form, "private", "www.example.com", inside) == "unneeded"


@both_forms
@pytest.mark.parametrize("pattern", ["AUTHORITY", "RECURSIVE"])
def test_a_public_record_needs_bandwidth_only_where_no_private_zone_holds_the_name(
    pattern: str, form: Form
) -> None:
    def split(builder: Builder) -> None:
        builder.declared["zone"][1]["proxyPattern"] = pattern
        builder.add("dns_zone", "front", name="example.com.", zoneType="public")

    def at(address: str) -> Make:
        return record_set("www.example.com.", "A", address, of="front")

    assert outbound(form, "private", "www.example.com", split, at("8.8.8.8")) == "undecided"
    assert outbound(form, "private", "www.example.com", split, at("10.20.1.5")) == "unneeded"
    assert outbound(form, "public", "www.example.com", split, at("8.8.8.8")) == "needed"


@pytest.mark.parametrize("returned", [{"status": "DISABLE"}, {"proxyPattern": "RECURSIVE"}, {}])
def test_what_the_provider_returned_of_a_zone_counts(returned: dict[str, str]) -> None:
    def by_hand(builder: Builder) -> None:
        builder.declared["zone"][2].update(returned)

    expected = "undecided" if returned else "unneeded"
    assert outbound("export", "private", "www.example.com", by_hand) == expected


def resolver_rule(name: Any) -> Make:
    return lambda b: b.add("dns_resolver_rule", "rule", domainName=name, endpointId="e-1")


def associate(rule: Any) -> Make:
    return lambda b: b.add(
        "dns_resolver_rule_associate", "join", resolverRuleId=rule, vpcId=Out("net"), returns={"status": "x"}
    )


@both_forms
@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize(
    ("makers", "expected"),
    [
        ([resolver_rule("example.com.")], "undecided"),
        ([resolver_rule("www.example.com")], "undecided"),
        ([resolver_rule(Hidden())], "undecided"),
        ([associate("rule-9")], "undecided"),
        ([lambda b: b.add("dns_policy", "new")], "undecided"),
        ([resolver_rule("example.org.")], "unneeded"),
        ([resolver_rule("example.org."), associate(Out("rule"))], "unneeded"),
        ([resolver_rule("mail.example.com.")], "unneeded"),
        ([lambda b: b.add("dns_ptrrecord", "back", floatingipId="e-1")], "unneeded"),
    ],
)
def test_a_name_that_others_resolve_is_undecided(
    makers: list[Make], expected: str, kind: Kind, form: Form
) -> None:
    inside = record_set("www.example.com.", "A", "10.20.1.5")
    assert outbound(form, kind, "www.example.com", inside, *makers) == expected


@both_forms
def test_a_rule_for_an_internal_name_leaves_it_internal(form: Form) -> None:
    assert outbound(form, "public", "db.corp.internal", resolver_rule("corp.internal.")) == "unneeded"


OWN_DNS: list[tuple[dict[str, Any], Any, str]] = [
    ({"dnsLists": ["10.99.0.53"]}, Out("sub"), "undecided"),
    ({"primaryDns": "8.8.8.8"}, Out("sub"), "undecided"),
    ({"primaryDns": Hidden()}, Out("sub"), "undecided"),
    ({"dnsLists": Hidden()}, Out("sub"), "undecided"),
    ({"dnsLists": ["100.125.1.250", "10.99.0.53"]}, Hidden(), "undecided"),
    ({"primaryDns": "100.125.1.250", "secondaryDns": "100.125.21.250"}, Out("sub"), "unneeded"),
    ({"dnsLists": ["100.125.1.250"]}, Hidden(), "unneeded"),
    ({"dnsLists": ["10.99.0.53"]}, Out("elsewhere"), "unneeded"),
]


@both_forms
@pytest.mark.parametrize(("servers", "subnet", "expected"), OWN_DNS)
def test_dns_servers_of_ones_own_need_not_know_a_private_zone(
    servers: dict[str, Any], subnet: Any, expected: str, form: Form
) -> None:
    def subnets(builder: Builder) -> None:
        builder.add("vpc_subnet", "sub", vpcId=Out("net"), cidr="10.20.0.0/24", **servers)
        builder.add("vpc_subnet", "elsewhere", vpcId=Out("net"), cidr="10.20.1.0/24")
        builder.declared["gate"][1]["subnetId"] = subnet

    assert outbound(form, "private", "www.example.com", subnets) == expected
    assert outbound(form, "public", "db.corp.internal", subnets) == "unneeded"
