"""Hidings that nobody generated: each stands for a way in which a verdict once became firmer."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.policypack.network.landscapes import (
    PUBLIC,
    Builder,
    Form,
    Hidden,
    Out,
    api,
    base,
    channel,
    eip,
    of_gate,
    record,
    rule,
    server,
    variable,
    web,
    with_,
    zone,
)
from tests.policypack.network.test_law import answers, broken

GATE = Out("gate")


def two(builder: Builder) -> None:
    """A second gateway."""
    builder.add(
        "apig_instance",
        "gate2",
        returns={"ingressAddress": "198.51.100.10", "vpcIngressAddress": "10.20.0.10"},
        edition="BASIC",
        vpcId=Out("net"),
    )


CASES: Mapping[str, Callable[[Builder], Any]] = {
    "text built from a server's id": with_(server, web(Out("server", "id", "{}.apps.example.com"))),
    "api of another gateway": with_(
        two, lambda b: b.add("apig_api", "x", instanceId=Out("gate2"), web={"backendAddress": "8.8.8.8"})
    ),
    "acl of another gateway": with_(
        two,
        lambda b: b.add(
            "apig_acl_policy", "p", instanceId=Out("gate2"), type="PERMIT", entityType="IP", value="8.8.8.8"
        ),
        lambda b: b.add(
            "apig_acl_policy_associate",
            "pa",
            policyId=Out("p"),
            publishIds=[Out("publish-inner", "publishId")],
        ),
    ),
    "trigger of another gateway": with_(
        two,
        lambda b: b.add(
            "fgs_function", "f2", returns={"id": "urn:fss:cn-south-1:p:function:d:f"}, region="cn-south-1"
        ),
        lambda b: b.add(
            "fgs_trigger",
            "t",
            functionUrn=Out("f2"),
            type="DEDICATEDGATEWAY",
            eventData=Out("gate2", text='{{"instance_id": "{}"}}'),
        ),
    ),
    "waf of another gateway": with_(
        two, lambda b: b.add("waf_domain", "w", servers=[{"address": Out("gate2", "ingressAddress")}])
    ),
    "waf literal": lambda b: b.add("waf_domain", "w", servers=[{"address": "198.51.100.9"}]),
    "waf other literal": lambda b: b.add("waf_domain", "w", servers=[{"address": "198.51.100.99"}]),
    "cdn literal two": lambda b: b.add(
        "cdn_domain", "w", sources=[{"origin": "198.51.100.99"}, {"origin": "198.51.100.9"}]
    ),
    "associate by port literal": with_(
        server,
        eip,
        lambda b: b.add("vpc_eip_associate", "j", publicIp=Out("eip", "address"), portId="port-1"),
        web(Out("server", "accessIpV4")),
    ),
    "associate by port resource": with_(
        server,
        eip,
        lambda b: b.add("networking_port", "po", networkId="n"),
        lambda b: b.add("vpc_eip_associate", "j", publicIp=Out("eip", "address"), portId=Out("po")),
        web(Out("server", "accessIpV4")),
    ),
    "bought with the server": with_(
        lambda b: b.add(
            "compute_instance",
            "server",
            returns={"accessIpV4": "10.20.3.3", "publicIp": "8.8.8.8"},
            eipType="5_bgp",
        ),
        web(Out("server", "accessIpV4")),
    ),
    "server public address of console": with_(
        lambda b: b.add(
            "compute_instance", "server", returns={"accessIpV4": "10.20.3.3", "publicIp": "8.8.8.8"}
        ),
        web(Out("server", "publicIp")),
    ),
    "two channels": with_(
        of_gate("apig_channel", "c1", members=[{"host": "10.20.1.5"}]),
        of_gate("apig_channel", "c2", members=[{"host": "8.8.8.8"}]),
        lambda b: api(b, "web", web={"path": "/", "vpcChannelId": Out("c1")}),
    ),
    "member of another channel": with_(
        of_gate("apig_channel", "c1", members=[{"host": "10.20.1.5"}]),
        of_gate("apig_channel", "c2"),
        lambda b: b.add("apig_channel_member", "m", vpcChannelId=Out("c2"), memberIpAddress="8.8.8.8"),
        lambda b: api(b, "web", web={"path": "/", "vpcChannelId": Out("c1")}),
    ),
    "server id and public host": with_(server, channel({"id": Out("server"), "host": "8.8.8.8"})),
    "empty server id and public host": channel({"id": "", "host": "8.8.8.8"}),
    "empty group beside prefix": rule(remoteGroupId="", remoteIpPrefix="0.0.0.0/0"),
    "address group": rule(remoteAddressGroupId="ag-1"),
    "secondary public block": with_(
        lambda b: b.add("vpc", "net", cidr="10.20.0.0/16", secondaryCidrs=["8.8.8.0/24"]), web("8.8.8.8")
    ),
    "nested zones": with_(
        lambda b: b.add(
            "dns_zone", "z1", name="example.com.", zoneType="private", routers=[{"routerId": Out("net")}]
        ),
        lambda b: b.add(
            "dns_zone",
            "z2",
            name="a.example.com.",
            zoneType="private",
            proxyPattern="RECURSIVE",
            routers=[{"routerId": Out("net")}],
        ),
        web("x.a.example.com"),
    ),
    "cname to group": with_(
        lambda b: b.add("apig_group", "group", returns={"id": "abcdef"}, instanceId=GATE),
        lambda b: b.add("dns_zone", "z1", name="example.com."),
        lambda b: b.add(
            "dns_recordset",
            "r",
            zoneId=Out("z1"),
            type="CNAME",
            name="w.example.com.",
            records=["abcdef.apig.cn-north-1.huaweicloudapis.com."],
        ),
    ),
    "private record of public address": with_(zone("private"), record(PUBLIC)),
    "variable of another group": with_(
        variable("10.20.1.8"),
        lambda b: b.add("apig_group", "g2", instanceId=GATE),
        lambda b: b.add(
            "apig_environment_variable",
            "v",
            groupId=Out("g2"),
            envId=Out("prod"),
            name="host",
            value="8.8.8.8",
        ),
    ),
    "eip of shared nat": with_(eip, lambda b: b.add("nat_snat_rule", "sn", floatingIpId=Out("eip"))),
}


@pytest.mark.parametrize("form", ["preview-json", "export"])
@pytest.mark.parametrize("case", CASES)
def test_a_fact_hidden_by_hand_never_firms_an_answer(case: str, form: Form) -> None:
    builder = Builder("cn-north-1")
    base(builder)
    CASES[case](builder)
    assert broken(builder.stack(form)) == []


HELD_BY_OTHERS: Mapping[str, Callable[[Builder], Any]] = {
    "handed on": lambda b: b.add(
        "dns_recordset",
        "ns",
        zoneId=Out("zone"),
        name="sub.example.com.",
        type="NS",
        records=["ns.partner.com."],
    ),
    "perhaps handed on": lambda b: b.add(
        "dns_recordset",
        "ns",
        zoneId=Out("zone"),
        name="sub.example.com.",
        type=Hidden(),
        records=["10.20.1.5"],
    ),
    "handed on somewhere": lambda b: b.add(
        "dns_recordset", "ns", zoneId=Out("zone"), name=Hidden(), type="NS", records=["ns.partner.com."]
    ),
    "a zone of its own": lambda b: b.add("dns_zone", "own", name="sub.example.com.", zoneType="public"),
}


@pytest.mark.parametrize("form", ["preview-json", "export"])
@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("name", ["*", "www.sub", "*.sub"])
@pytest.mark.parametrize("case", ["", *HELD_BY_OTHERS])
def test_a_zone_answers_for_no_name_that_others_hold(case: str, name: str, kind: str, form: Form) -> None:
    builder = Builder("cn-north-1")
    base(builder)
    zone(kind, routers=[{"routerId": Out("net")}] if kind == "private" else [])(builder)
    record("10.20.1.5", name=name)(builder)
    web("www.sub.example.com")(builder)
    if case:
        HELD_BY_OTHERS[case](builder)
    expected = "undecided" if case else "unneeded"
    assert answers(builder.stack(form))["gate outbound"][0] == expected


@pytest.mark.parametrize("form", ["preview-json", "export"])
@pytest.mark.parametrize("kind", ["public", "private"])
@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("status", ["DISABLE", Hidden(), "ENABLE"])
def test_a_zone_that_may_be_disabled_decides_nothing(status: Any, held: bool, kind: str, form: Form) -> None:
    builder = Builder("cn-north-1")
    base(builder)
    zone(kind, routers=[{"routerId": Out("net")}] if kind == "private" else [], status=status)(builder)
    if held or kind == "public":
        record("10.20.1.5")(builder)
    web("www.example.com")(builder)
    expected = "unneeded" if status == "ENABLE" else "undecided"
    assert answers(builder.stack(form))["gate outbound"][0] == expected
