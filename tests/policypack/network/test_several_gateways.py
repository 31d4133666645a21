"""What may belong to one of several gateways: it is looked at as from whichever it may belong to."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.policypack.network.landscapes import FORMS, Builder, Form, Hidden, Out, base, beside
from tests.policypack.network.test_law import Answers, answers, is_wider

Made = Callable[[Builder, Any], object]


GATES = ("gate", "second-gate")


def two() -> Builder:
    """Two gateways in two VPCs, each with a published private API; a private zone is bound to the first."""
    first, second = Builder("cn-north-4"), Builder("cn-north-4")
    base(first)
    base(second)
    builder = beside(first, second)
    routers = [{"routerId": Out("net")}]
    builder.add("dns_zone", "zone", name="e.com.", zoneType="private", routers=routers)
    builder.add(
        "dns_recordset", "www", zoneId=Out("zone"), type="A", name="www.e.com.", records=["10.20.3.3"]
    )
    return builder


def api(address: str) -> Made:
    web = {"backendAddress": address}

    def add(builder: Builder, gate: Any) -> None:
        builder.add("apig_api", "api", instanceId=gate, web=web)
        builder.add("apig_api_publishment", "publish", instanceId=gate, apiId=Out("api"), envId="prod")

    return add


def several_policies(builder: Builder, gate: Any) -> None:
    """One of the backends of an API is likely private, the next is public."""
    policies = [{"name": "a", "backendAddress": "db.internal"}, {"name": "b", "backendAddress": "8.8.8.8"}]
    builder.add(
        "apig_api", "api", instanceId=gate, web={"backendAddress": "db.internal"}, webPolicies=policies
    )


def many_likely_and_one_public(builder: Builder, gate: Any) -> None:
    for number in range(9):
        web = {"backendAddress": "db.internal" if number < 8 else "8.8.8.8"}
        builder.add("apig_api", f"api-{number}", instanceId=gate, web=web)


def member(address: str) -> Made:
    def add(builder: Builder, gate: Any) -> None:
        for name in GATES:
            channel = f"{name}-channel"
            builder.add("apig_channel", channel, instanceId=Out(name), members=[{"host": "10.20.1.5"}])
            builder.add("apig_api", f"{name}-api", instanceId=Out(name), web={"vpcChannelId": Out(channel)})
        channel_of = Out(f"{gate.name}-channel") if isinstance(gate, Out) else gate
        if isinstance(gate, Hidden):
            channel_of = Hidden(tuple(f"{name}-channel" for name in gate.sources))
        builder.add("apig_channel_member", "member", vpcChannelId=channel_of, memberIpAddress=address)

    return add


def endpoint(builder: Builder, gate: Any) -> None:
    builder.declared.pop("endpoint")
    builder.declared.pop("second-endpoint")
    builder.add("vpcep_endpoint", "endpoint", serviceId=gate)


MADE: dict[str, Made] = {
    "a name of the first VPC": api("www.e.com"),
    "a likely private name": api("db.internal"),
    "several backends": several_policies,
    "many APIs": many_likely_and_one_public,
    "a member by name": member("www.e.com"),
    "a likely private member": member("db.internal"),
    "an endpoint": endpoint,
}


def told(make: Made, gate: Any, form: Form) -> Answers:
    builder = two()
    make(builder, gate)
    return answers(builder.stack(form))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", MADE)
@pytest.mark.parametrize("sources", [(), GATES], ids=["of any", "of one of two"])
def test_what_may_be_of_either_is_as_wide_as_of_each(what: str, sources: Any, form: Form) -> None:
    hidden = told(MADE[what], Hidden(sources), form)
    for name in GATES:
        known = told(MADE[what], Out(name), form)
        assert not {
            key: (answer, hidden[key]) for key, answer in known.items() if not is_wider(answer, hidden[key])
        }


def test_in_one_vpc_what_may_be_of_either_is_judged_from_there() -> None:
    builder = two()
    kind, inputs, returns = builder.declared["second-gate"]
    builder.declared["second-gate"] = (kind, {**inputs, "vpcId": Out("net")}, returns)
    api("www.e.com")(builder, Hidden())
    found = answers(builder.stack("export"))
    assert found["gate outbound"][0] == found["second-gate outbound"][0] == "unneeded"
