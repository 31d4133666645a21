"""Channels whose type, members and references do not fit together, and ids that are none."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.policypack.network.landscapes import (
    Builder,
    Form,
    Hidden,
    Out,
    base,
    channel,
    eip,
    of_gate,
    server,
    with_,
)
from tests.policypack.network.test_law import answers, broken

Make = Callable[[Builder], Any]
INSIDE = {"host": "10.20.1.5"}
OUTSIDE = {"host": "8.8.8.8"}
CLUSTER = {"cceConfig": {"clusterId": "c"}}
REFERRING = {"memberGroups": [{"name": "g", "referenceVpcChannelId": Out("other")}]}

both_forms = pytest.mark.parametrize("form", ["preview-json", "export"])


def stack(form: Form, make: Make) -> Any:
    builder = Builder("cn-north-1")
    base(builder)
    make(builder)
    return builder.stack(form)


def outbound(form: Form, make: Make) -> str:
    return answers(stack(form, make))["gate outbound"][0]


def other(member: Mapping[str, str]) -> Make:
    return of_gate("apig_channel", "other", members=[dict(member)])


def own_member(**inputs: Any) -> Make:
    return lambda builder: builder.add("apig_channel_member", "own", vpcChannelId=Out("channel"), **inputs)


def own_group(builder: Builder) -> None:
    builder.add(
        "apig_channel_member_group", "g", vpcChannelId=Out("channel"), referenceVpcChannelId=Out("other")
    )


ODD: Mapping[str, Make] = {
    "a reference without a type": with_(other(OUTSIDE), channel(INSIDE, **REFERRING)),
    "a reference of a builtin channel": with_(other(OUTSIDE), channel(INSIDE, type="builtin", **REFERRING)),
    "a group without a type": with_(other(OUTSIDE), channel(INSIDE), own_group),
    "a group of a workload": with_(
        other(OUTSIDE), channel(type="microservice", microservice=CLUSTER), own_group
    ),
    "members of a reference": with_(other(INSIDE), channel(OUTSIDE, type="reference", **REFERRING)),
    "members of a workload": channel(OUTSIDE, type="microservice", microservice=CLUSTER),
    "a member of a workload": with_(
        channel(type="microservice", microservice=CLUSTER), own_member(memberIpAddress="8.8.8.8")
    ),
    "an address for an id": channel({"id": "8.8.8.8"}),
    "an address for the id of a member": with_(channel(INSIDE), own_member(ecsId="8.8.8.8")),
    "a name for an id": channel({"id": "www.partner.example.org"}),
    "an EIP for an id": with_(eip, channel({"id": Out("eip", "address")})),
    "an id of a server or an EIP": with_(eip, server, channel({"id": Hidden(("server", "eip"))})),
    "an id that is not known": channel({"id": Hidden()}),
}


@both_forms
@pytest.mark.parametrize("case", ODD)
def test_a_channel_that_can_be_read_in_two_ways_is_undecided(case: str, form: Form) -> None:
    assert outbound(form, ODD[case]) == "undecided"


PLAIN: Mapping[str, Make] = {
    "a group that refers to nothing": with_(
        channel(INSIDE),
        lambda b: b.add("apig_channel_member_group", "g", vpcChannelId=Out("channel"), weight=1),
    ),
    "private members of a workload": channel(INSIDE, type="microservice", microservice=CLUSTER),
    "private members of a reference": with_(other(INSIDE), channel(INSIDE, type="reference", **REFERRING)),
    "an id of a server": channel({"id": "6b5b2e4e-0d6c-4c1a-9d2e-3a7f0c1d2e3f"}),
    "a server and an address": with_(server, channel({"id": Out("server")}, INSIDE)),
    "a server of its own": with_(server, channel(), own_member(ecsId=Out("server"))),
}


@both_forms
@pytest.mark.parametrize("case", PLAIN)
def test_a_channel_that_can_be_read_in_one_way_is_private(case: str, form: Form) -> None:
    assert outbound(form, PLAIN[case]) == "unneeded"


@pytest.mark.slow
@both_forms
@pytest.mark.parametrize("case", [name for name in (*ODD, *PLAIN) if "EIP" not in name])
def test_hiding_a_fact_of_a_channel_firms_no_answer(case: str, form: Form) -> None:
    """But for the address of an EIP in place of an id: a list that is hidden holds addresses."""
    assert broken(stack(form, {**ODD, **PLAIN}[case])) == []


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ({"members": [{"host": "8.8.8.8"}]}, "undecided"),
        ({"members": [{"host": "10.20.1.5"}]}, "unneeded"),
        ({"type": "reference"}, "undecided"),
        ({"type": "builtin", "memberGroups": []}, "unneeded"),
        ({"memberGroups": [{"name": "g", "referenceVpcChannelId": "c-9"}]}, "undecided"),
    ],
)
def test_what_the_provider_returned_of_a_channel_counts(returned: dict[str, Any], expected: str) -> None:
    """What a program leaves out stays as people and other resources made it."""

    def make(builder: Builder) -> None:
        channel()(builder)
        own_member(memberIpAddress="10.20.1.5")(builder)
        kind, inputs, outputs = builder.declared["channel"]
        left = {key: value for key, value in inputs.items() if key != "members"}
        builder.declared["channel"] = (kind, left, {**outputs, **returned})

    assert outbound("export", make) == expected
