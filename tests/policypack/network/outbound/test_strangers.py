"""What belongs to a gateway, or reads it, and is not understood."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.policypack.network.landscapes import (
    Builder,
    Form,
    Hidden,
    Out,
    base,
    eip,
    of_gate,
    plugin,
    server,
    web,
    with_,
    zone,
)
from tests.policypack.network.test_law import answers

Make = Callable[[Builder], Any]
URN = "urn:fss:{}:p:function:default:f"

both_forms = pytest.mark.parametrize("form", ["preview-json", "export"])


def outbound(form: Form, make: Make) -> tuple[str, int]:
    builder = Builder("cn-north-1")
    base(builder)
    make(builder)
    return answers(builder.stack(form))["gate outbound"]


def trigger(kind: Any, region: str) -> Make:
    event = Out("gate", text='{{"instance_id": "{}"}}')
    return lambda b: b.add(
        "fgs_function_trigger", "t", functionUrn=URN.format(region), type=kind, eventData=event
    )


def other_gateway(**inputs: Any) -> Make:
    returns = {"vpcIngressAddress": "10.20.0.77", "egressAddress": "8.8.4.4", "ingressAddress": ""}
    return lambda b: b.add("apig_instance", "two", returns=returns, vpcId=Out("net"), **inputs)


def balancer(builder: Builder) -> None:
    builder.add("elb_loadbalancer", "inside", returns={"ipv4Address": "10.20.4.4", "ipv4Eip": ""})


UNDECIDED: Mapping[str, Make] = {
    "a type of APIG that nobody knows": of_gate("apig_openapi_import", "import", content="..."),
    "one of a group": lambda b: b.add("apig_openapi_import", "import", groupId=Out("group")),
    "one of any gateway": lambda b: b.add("apig_openapi_import", "import", instanceId=Hidden()),
    "a trigger of a type that nobody knows": trigger("SPRING", "cn-south-1"),
    "a name that is built from a zone": with_(zone("public"), balancer, web(Hidden(("inside", "zone")))),
    "a name that is built from a group": with_(balancer, web(Hidden(("inside", "group")))),
    "an address of a gateway with outbound bandwidth": with_(
        other_gateway(bandwidthSize=5), web(Hidden(("two",)))
    ),
    "an address of a plugin that nobody knows": plugin(
        "third_auth", '{"auth_request": {"url_domain": "10.20.1.1"}, "custom": {"server": "8.8.8.8"}}'
    ),
    "a URL of a plugin that nobody knows": plugin(
        "third_auth", '{"auth_request": {"url_domain": "10.20.1.1"}, "jwks": "https://id.example.org/keys"}'
    ),
}


@both_forms
@pytest.mark.parametrize("case", UNDECIDED)
def test_what_is_not_understood_leaves_outbound_open(case: str, form: Form) -> None:
    assert outbound(form, UNDECIDED[case])[0] == "undecided"


UNNEEDED: Mapping[str, Make] = {
    "a type that leads nowhere": of_gate("apig_throttling_policy", "few"),
    "a trigger of another kind": trigger("TIMER", "cn-south-1"),
    "a trigger of the same region": trigger("DEDICATEDGATEWAY", "cn-north-1"),
    "an address of a gateway without public ways": with_(other_gateway(), web(Hidden(("two",)))),
    "an address of a balancer": with_(balancer, web(Hidden(("inside",)))),
    "a plugin": plugin("third_auth", '{"auth_request": {"url_domain": "10.20.1.1", "path": "/auth"}}'),
}


@both_forms
@pytest.mark.parametrize("case", UNNEEDED)
def test_what_is_understood_does_not(case: str, form: Form) -> None:
    assert outbound(form, UNNEEDED[case])[0] == "unneeded"


def test_a_trigger_that_makes_an_api_is_followed() -> None:
    assert outbound("export", trigger("DEDICATEDGATEWAY", "cn-south-1"))[0] == "needed"


@pytest.mark.parametrize("of", ["gate", "group"])
def test_another_package_that_uses_a_gateway_may_add_apis(of: str) -> None:
    """As an output may: the certainty is medium."""
    command = Out(of, text="hcloud APIG ImportApi --id={}")
    script: Make = lambda b: b.add("command:local:Command", "import", create=command)  # noqa: E731
    high = outbound("export", lambda _: None)
    assert high == ("unneeded", 2)
    assert outbound("export", script) == ("unneeded", 1)
    alarm: Make = lambda b: b.add("ces_alarmrule", "alarm", dimensions=[{"value": Out(of)}])  # noqa: E731
    assert outbound("export", alarm) == high


@both_forms
def test_an_eip_that_stands_beside_a_server_is_no_id(form: Form) -> None:
    members = [{"id": Out("server")}, {"host": Out("inside", "ipv4Address")}]

    def channel(builder: Builder) -> None:
        builder.add("apig_channel", "channel", instanceId=Out("gate"), members=members)
        builder.add("apig_api", "a", instanceId=Out("gate"), web={"vpcChannelId": Out("channel")})

    assert outbound(form, with_(server, balancer, channel))[0] == "unneeded"
    members[1] = {"host": Out("eip", "address")}
    assert outbound(form, with_(server, eip, channel))[0] == "needed"
