"""Stacks of any size, put together from what real engines have sent.

A quarter of the resources are copies of the recorded previews (gateways, APIs, EIPs, records, channels
and what surrounds them), a quarter servers with 45 properties, a quarter volumes and a quarter security
group rules, which stacks are mostly made of and the pack does not care about.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.json_format import ParseDict

RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
PROJECT = "bench"
REGION = "cn-north-4"
PROVIDER = f"urn:pulumi:dev::{PROJECT}::pulumi:providers:huaweicloud::default"
STACK = f"urn:pulumi:dev::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-dev"
CREDENTIALS = {"accessKey": "AK", "secretKey": "SK", "projectId": "0" * 32, "region": REGION}

Json = dict[str, Any]


@dataclass(frozen=True)
class Requests:
    """What the engine sends in one preview."""

    introduction: Any
    resources: list[Any]
    stack: Any


@cache
def requests(size: int) -> Requests:
    """A preview of so many resources."""
    from pulumi.runtime.proto import analyzer_pb2

    provider = {
        "name": "default",
        "type": "pulumi:providers:huaweicloud",
        "urn": PROVIDER,
        "properties": CREDENTIALS,
    }
    analyzed: list[Any] = []
    stack = analyzer_pb2.AnalyzeStackRequest()
    for inputs, outputs in _pairs(size):
        if inputs is not None:
            analyzed.append(ParseDict({**inputs, "provider": provider}, analyzer_pb2.AnalyzeRequest()))
        ParseDict({**outputs, "provider": provider}, stack.resources.add())
    introduction = analyzer_pb2.AnalyzerStackConfigureRequest(
        project=PROJECT, stack="dev", organization="organization", dry_run=True
    )
    return Requests(introduction, analyzed, stack)


def export(size: int) -> Json:
    """The same kind of stack after a deployment, as `pulumi stack export` writes it."""
    resources: list[Json] = [
        {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack"},
        {
            "urn": PROVIDER,
            "custom": True,
            "id": "p",
            "type": "pulumi:providers:huaweicloud",
            "inputs": CREDENTIALS,
            "outputs": CREDENTIALS,
        },
    ]
    for number, record in enumerate(_mixed(_copies(_exported()), _states())):
        if number == size:
            break
        resources.append({**record, "provider": f"{PROVIDER}::p"})
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": "2026-11-23T00:00:00Z", "magic": "", "version": ""},
            "resources": resources,
        },
    }


def _pairs(size: int) -> Iterator[tuple[Json | None, Json]]:
    for number, pair in enumerate(_mixed(_copies(_analyzed()), _others())):
        if number == size:
            return
        yield pair


def _mixed(recorded: Iterator[Any], others: Iterator[Any]) -> Iterator[Any]:
    while True:
        yield next(recorded)
        for _ in range(3):
            yield next(others)


def _copies(originals: list[Any]) -> Iterator[Any]:
    """Copy after copy, each with names and ids of its own."""
    urns, ids = _identities(originals)
    copy = 0
    while True:
        renamed = {urn: _renamed(urn, copy) for urn in urns} | {one: f"{one}-{copy}" for one in ids}
        for original in originals:
            yield _replaced(original, renamed)
        copy += 1


def _identities(found: Any) -> tuple[set[str], set[str]]:
    urns: set[str] = set()
    ids: set[str] = set()

    def walk(value: Any) -> None:
        match value:
            case dict():
                if str(value.get("urn", "")).startswith("urn:pulumi:"):
                    urns.add(value["urn"])
                    if value.get("id"):
                        ids.add(value["id"])
                for member in value.values():
                    walk(member)
            case list() | tuple():
                for item in value:
                    walk(item)

    walk(found)
    return urns, ids


def _renamed(urn: str, copy: int) -> str:
    _, project, kind, name = urn.removeprefix("urn:pulumi:").split("::", 3)
    if kind == "pulumi:pulumi:Stack":
        return STACK
    return f"urn:pulumi:dev::{PROJECT}::{kind}::{project}-{copy}-{name}"


def _replaced(value: Any, renamed: Mapping[str, str]) -> Any:
    match value:
        case str():
            return renamed.get(value, value)
        case dict():
            return {key: _replaced(member, renamed) for key, member in value.items()}
        case list():
            return [_replaced(item, renamed) for item in value]
        case tuple():
            return tuple(_replaced(item, renamed) for item in value)
        case _:
            return value


@cache
def _analyzed() -> list[tuple[Json | None, Json]]:
    """Inputs and outputs of every recorded resource."""
    pairs: list[tuple[Json | None, Json]] = []
    for path in sorted(RECORDINGS.glob("*/analyzer.jsonl")):
        records = [json.loads(line) for line in path.read_text().splitlines()]
        inputs = {
            record["request"]["urn"]: record["request"] for record in records if record["method"] == "Analyze"
        }
        (outputs,) = (
            record["request"]["resources"] for record in records if record["method"] == "AnalyzeStack"
        )
        pairs += [
            (inputs.get(resource["urn"]), resource)
            for resource in outputs
            if resource["type"].startswith("huaweicloud:")
        ]
    return pairs


@cache
def _exported() -> list[Json]:
    found: list[Json] = []
    for path in sorted(RECORDINGS.glob("*/state.json")):
        resources = json.loads(path.read_text())["deployment"]["resources"]
        found += [resource for resource in resources if resource["type"].startswith("huaweicloud:")]
    return found


def _others() -> Iterator[tuple[Json, Json]]:
    for number, (kind, properties) in enumerate(_ordinary()):
        name = f"other-{number}"
        resource = {
            "type": kind,
            "name": name,
            "urn": f"urn:pulumi:dev::{PROJECT}::{kind}::{name}",
            "options": {"parent": STACK},
        }
        yield (
            {**resource, "properties": properties},
            {**resource, "parent": STACK, "properties": {**properties, "id": ""}},
        )


def _states() -> Iterator[Json]:
    for number, (kind, properties) in enumerate(_ordinary()):
        yield {
            "urn": f"urn:pulumi:dev::{PROJECT}::{kind}::other-{number}",
            "custom": True,
            "id": f"id-{number}",
            "type": kind,
            "inputs": properties,
            "outputs": {**properties, "id": f"id-{number}"},
            "parent": STACK,
            "propertyDependencies": {},
        }


def _ordinary() -> Iterator[tuple[str, Json]]:
    server = {
        "name": "server",
        "imageId": "1" * 32,
        "flavorId": "c7n.large.2",
        "networks": [{"uuid": "2" * 32, "fixedIpV4": "10.0.0.10", "port": "", "accessNetwork": False}],
        "dataDisks": [{"type": "SSD", "size": 100.0}, {"type": "SSD", "size": 200.0}],
        "tags": {"team": "a", "stage": "dev"},
        "adminPass": {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "value": "hidden",
        },
        **{f"setting{number}": f"value {number}" for number in range(38)},
    }
    volume = {
        "name": "volume",
        "description": "data of the warehouse",
        "size": 100.0,
        "volumeType": "SSD",
        "availabilityZone": f"{REGION}a",
        "deviceType": "VBD",
        "multiattach": False,
        "kmsId": "3" * 36,
        "backupId": "",
        "snapshotId": "",
        "imageId": "",
        "chargingMode": "postPaid",
        "enterpriseProjectId": "0",
        "iops": 0.0,
        "throughput": 0.0,
        "cascade": False,
        "region": REGION,
        "tags": {"team": "a", "stage": "dev", "cost": "4711"},
        "attachments": [{"id": "4" * 36, "instanceId": "5" * 36, "device": "/dev/vdb"}],
    }
    rule = {
        "securityGroupId": "6" * 36,
        "direction": "ingress",
        "ethertype": "IPv4",
        "protocol": "tcp",
        "ports": "443",
        "portRangeMin": 443.0,
        "portRangeMax": 443.0,
        "remoteIpPrefix": "10.0.0.0/16",
        "remoteGroupId": "",
        "remoteAddressGroupId": "",
        "action": "allow",
        "priority": 1.0,
        "description": "from the office",
        "region": REGION,
    }
    while True:
        yield "huaweicloud:Ecs/instance:Instance", server
        yield "huaweicloud:Evs/volume:Volume", volume
        yield "huaweicloud:Vpc/secgroupRule:SecgroupRule", rule
