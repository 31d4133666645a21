"""A secret is never said: not to the engine, on standard error or in a report, in any form of the pack."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import policy as sdk

SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
MARKS = ("geheim", "203.0.113.99", "1987", "1,987")
"""What stands in the secrets, of the shape that the property asks for."""
SETTINGS = {
    "apig-monthly-budget": {"limits": [{"name": "team", "amount": 1_000, "currency": "CNY"}]},
    "apig-cost": {"usage": [{"match": "*", "trafficGB": 3}]},
}
Place = tuple[str, tuple[str | int, ...]]
EXTRA: dict[str, dict[str, Any]] = {
    "huaweicloud:DedicatedApig/instance:Instance": {
        "region": "cn-north-4",
        "edition": "BASIC",
        "bandwidthSize": 5,
        "ingressBandwidthSize": 5,
        "ingressBandwidthChargingMode": "bandwidth",
        "eipId": "x",
        "loadbalancerProvider": "elb",
        "vpcId": "x",
        "vpcepServiceName": "x",
        "publicAddress": "1.2.3.4",
        "tags": {"apig-cost": "callers=vpc"},
    },
    "huaweicloud:DedicatedApig/api:Api": {
        "instanceId": "x",
        "name": "x",
        "web": {"backendAddress": "1.2.3.4", "vpcChannelId": "x", "path": "/x"},
        "webPolicies": [{"backendAddress": "http://shop.example/x"}],
        "funcGraph": {"functionUrn": "x"},
    },
    "huaweicloud:DedicatedApig/channel:Channel": {
        "instanceId": "x",
        "memberType": "ip",
        "members": [{"host": "1.2.3.4", "id": "x", "name": "x"}],
    },
    "huaweicloud:DedicatedApig/acl:Acl": {"instanceId": "x", "type": "PERMIT", "value": "1.2.3.4"},
    "huaweicloud:Vpc/eip:Eip": {
        "region": "cn-north-4",
        "publicip": {"type": "5_bgp", "portId": "x", "ipAddress": "1.2.3.4"},
        "bandwidth": {"shareType": "PER", "size": 5, "chargeMode": "bandwidth", "id": "x", "name": "x"},
        "chargingMode": "prePaid",
        "periodUnit": "month",
        "period": 1,
        "autoRenew": "true",
    },
    "huaweicloud:Vpc/bandwidth:Bandwidth": {
        "name": "x",
        "size": 5,
        "chargeMode": "bandwidth",
        "bandwidthType": "share",
        "chargingMode": "prePaid",
        "periodUnit": "month",
        "period": 1,
    },
}


def with_extra(requests: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The recording, and a resource of each of our types in which nearly everything is set."""
    found = [(method, type(request).FromString(request.SerializeToString())) for method, request in requests]
    (stack,) = [request for method, request in found if method == "AnalyzeStack"]
    provider = next(one.provider for one in stack.resources if one.HasField("provider"))
    prefix = stack.resources[0].urn.rsplit("::", 2)[0]
    for token, properties in EXTRA.items():
        for kind in (analyzer_pb2.AnalyzeRequest, analyzer_pb2.AnalyzerResource):
            one = kind(type=token, urn=f"{prefix}::{token}::extra", name="extra", provider=provider)
            one.properties.update(properties)
            if isinstance(one, analyzer_pb2.AnalyzeRequest):
                found.insert(-1, ("Analyze", one))
            else:
                stack.resources.append(one)
    return found


def carriers(requests: list[tuple[str, Any]]) -> Iterator[Any]:
    """Everything that carries properties of a resource."""
    for method, request in requests:
        if method == "Analyze":
            yield request
        elif method == "AnalyzeStack":
            yield from request.resources


def leaves(found: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(found, dict) and SIGNATURE not in found and found:
        for key, value in found.items():
            yield from leaves(value, (*path, key))
    elif isinstance(found, list) and found:
        for index, value in enumerate(found):
            yield from leaves(value, (*path, index))
    else:
        yield path, found


def marked(value: Any) -> Any:
    """Something of the same shape that can be looked for."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "geheim"
    if not isinstance(value, str):
        return 1987
    if value.replace(".", "").isdecimal():
        return "203.0.113.99" if "." in value else "1987"
    return "https://geheim.example/geheim" if "://" in value else "geheim.example"


def put(requests: list[tuple[str, Any]], chosen: Callable[[Place], bool], *, secret: bool) -> Any:
    """The requests with a marked value in each chosen place."""
    changed = []
    for method, request in requests:
        copy = type(request).FromString(request.SerializeToString())
        changed.append((method, copy))
    for carrier in carriers(changed):
        found = MessageToDict(carrier.properties)
        places = [(path, value) for path, value in leaves(found) if path and chosen((carrier.type, path))]
        for path, value in places:
            inner = found
            for step in path[:-1]:
                inner = inner[step]
            new = marked(value)
            inner[path[-1]] = {SIGNATURE: SECRET, "value": new} if secret else new
        if places:
            carrier.properties.Clear()
            carrier.properties.update(found)
    return changed


def everything_said(engine: Any, requests: Any, path: Path, capfd: Any) -> str:
    settings = {**SETTINGS, "apig-cost": {**SETTINGS["apig-cost"], "report": {"path": str(path)}}}
    diagnostics = engine.replay(requests, settings)
    assert diagnostics
    streams = capfd.readouterr() if capfd is not None else engine.end()[1:]
    said = [found.message + found.urn for found in diagnostics]
    return "\n".join([*streams, path.read_text(encoding="utf-8"), *said]).lower()


def places(requests: list[tuple[str, Any]]) -> list[Place]:
    """One place of each property of each type of ours."""
    found: dict[tuple[Any, ...], Place] = {}
    for carrier in carriers(requests):
        if carrier.type.startswith("huaweicloud:"):
            for path, _ in leaves(MessageToDict(carrier.properties)):
                kind = tuple(step for step in path if isinstance(step, str))
                found.setdefault((carrier.type, *kind), (carrier.type, path))
    return [place for place in found.values() if place[1]]


@pytest.mark.parametrize("form_here", ["served", "composed"])
def test_each_property_by_itself(
    form_here: str, recorded: Any, tmp_path: Path, request: Any, capfd: Any
) -> None:
    search(request.getfixturevalue(form_here), with_extra(recorded("unknowns")), tmp_path, capfd)


@pytest.mark.slow
@pytest.mark.parametrize("form_here", ["served", "composed"])
def test_each_property_of_every_recording(
    form_here: str, recording: Any, tmp_path: Path, request: Any, capfd: Any
) -> None:
    search(request.getfixturevalue(form_here), recording, tmp_path, capfd)


def search(engine: Any, requests: Any, folder: Path, capfd: Any) -> None:
    for place in places(requests):
        sent = put(requests, lambda found, place=place: found == place, secret=True)
        said = everything_said(engine, sent, folder / "report.json", capfd)
        assert not [mark for mark in MARKS if mark in said], place
        assert "internal error" not in said, place


def test_the_search_finds_what_is_no_secret(served: Any, recorded: Any, tmp_path: Path, capfd: Any) -> None:
    requests = with_extra(recorded("unknowns"))
    sent = put(requests, lambda place: place[1][-1] in {"edition", "size"}, secret=False)
    said = everything_said(served, sent, tmp_path / "report.json", capfd)
    assert [mark for mark in MARKS if mark in said] == ["geheim", "1987"]


def test_all_at_once_through_each_form(started: Any, recorded: Any, tmp_path: Path) -> None:
    requests = with_extra(recorded("unknowns"))
    sent = put(requests, lambda place: place[0].startswith("huaweicloud:"), secret=True)
    said = everything_said(started, sent, tmp_path / "report.json", None)
    assert not [mark for mark in MARKS if mark in said]
    assert "internal error" not in said


TEAM_PACK = """
from pulumi_policy import PolicyPack
from policypack import policies
PolicyPack("team", policies=policies)
"""


def test_all_at_once_through_a_composed_pack(recorded: Any, tmp_path: Path, composing: Any) -> None:
    requests = with_extra(recorded("unknowns"))
    sent = put(requests, lambda place: place[0].startswith("huaweicloud:"), secret=True)
    with composing(TEAM_PACK) as pack:
        said = everything_said(pack, sent, tmp_path / "report.json", None)
    assert not [mark for mark in MARKS if mark in said]
    assert "internal error" not in said


def test_both_forms_take_a_secret_for_one(served: Any, composed: Any, recorded: Any, tmp_path: Path) -> None:
    """Not only is it not said: no verdict rests on it."""
    sent = put(recorded("orders-internal"), lambda place: place[1][-1] == "edition", secret=True)
    reports = []
    for number, engine in enumerate((served, composed)):
        path = tmp_path / f"{number}.json"
        engine.replay(sent, {"apig-cost": {"report": {"path": str(path)}}})
        (stack,) = json.loads(path.read_text())["stacks"]
        reports.append(stack["lines"])
    assert reports[0] == reports[1]
    assert any("secret" in reason for line in reports[0] for reason in line["reasons"])


@pytest.mark.parametrize("name", ["deserialize_properties", "unknown_checking_proxy"])
def test_an_sdk_that_cannot_be_wrapped_shows_no_value_and_keeps_the_verdicts(
    name: str, served: Any, composed: Any, recorded: Any, tmp_path: Path, capfd: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sdk, name, getattr(sdk, name).__wrapped__)
    requests = with_extra(recorded("unknowns"))
    sent = put(requests, lambda place: place[0].startswith("huaweicloud:"), secret=True)
    said = everything_said(composed, sent, tmp_path / "report.json", capfd)
    assert not [mark for mark in MARKS if mark in said]
    assert "does not tell which are secret" in said
    ours = served.replay(requests, SETTINGS)
    theirs = composed.replay(requests, SETTINGS)
    verdicts = [(found.policyName, found.urn, found.enforcementLevel) for found in ours]
    assert sorted(verdicts) == sorted(
        (found.policyName, found.urn, found.enforcementLevel) for found in theirs
    )


def test_other_policies_of_the_team_see_what_they_always_saw() -> None:
    """The wrapping changes nothing but what it remembers."""
    wire = {"pin": {SIGNATURE: SECRET, "value": "x"}, "sizes": [1, {"a": 2.5}]}
    decoded = sdk.deserialize_properties(wire)
    assert decoded == {"pin": "x", "sizes": [1, {"a": 2.5}]}
    assert isinstance(decoded, dict)
    seen = sdk.unknown_checking_proxy(decoded)
    plain = sdk.unknown_checking_proxy.__wrapped__(sdk.deserialize_properties.__wrapped__(wire))
    assert type(seen) is type(plain)
    assert seen["pin"] == plain["pin"] == "x"
    assert list(seen) == list(plain)
    assert sdk.deserialize_properties(wire, True)["pin"] == "x"


@pytest.mark.parametrize(
    "address", ["https://geheim:geheim@api.example.com/x", "https://api.example.com/x?token=geheim"]
)
def test_no_credential_of_an_address_is_said(
    served: Any, recorded: Any, tmp_path: Path, address: str, capfd: Any
) -> None:
    """The address itself is no secret, and names a backend, for example."""
    requests = with_extra(recorded("unknowns"))
    for place in places(requests):
        sent = put(requests, lambda found, place=place: found == place, secret=False)
        for carrier in carriers(sent):
            rename(carrier, address)
        said = everything_said(served, sent, tmp_path / "report.json", capfd)
        assert "geheim" not in said, place


def rename(carrier: Any, address: str) -> None:
    """Put an address where ``put`` left its mark in a text."""
    found = MessageToDict(carrier.properties)
    for path, value in list(leaves(found)):
        if isinstance(value, str) and "geheim" in value:
            inner = found
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = address
            carrier.properties.Clear()
            carrier.properties.update(found)
