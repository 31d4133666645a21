"""What must not go wrong between the engine and a running pack, over gRPC and in each form."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2

from tests.replay.test_secrets import TEAM_PACK

EIP = "huaweicloud:Vpc/eip:Eip"
LIMIT = {"apig-monthly-budget": {"limits": [{"name": "team", "amount": 1_000_000, "currency": "CNY"}]}}
pytestmark = pytest.mark.slow


@pytest.fixture(params=["executable", "directory", "composed"])
def pack(request: Any, run: Any, commands: Any, composing: Any) -> Iterator[Any]:
    """A running pack of each form."""
    start = composing(TEAM_PACK) if request.param == "composed" else run(commands[request.param])
    with start as started:
        yield started


def eip(kind: Callable[..., Any], name: str, stack: str = "dev", size: object = 5) -> Any:
    request = kind(type=EIP, urn=f"urn:pulumi:{stack}::shop::{EIP}::{name}", name=name)
    bandwidth = {"shareType": "PER", "size": size, "chargeMode": "bandwidth"}
    request.provider.type = "pulumi:providers:huaweicloud"
    request.provider.urn = f"urn:pulumi:{stack}::shop::pulumi:providers:huaweicloud::p"
    request.provider.properties.update({"region": "cn-north-4"})
    request.properties.update({"publicip": {"type": "5_bgp"}, "bandwidth": bandwidth})
    return request


def operation(
    names: list[str], *, missing: tuple[str, ...] = (), stack: str = "dev", size: object = 5
) -> Any:
    """A preview of some EIPs; those that are missing are shown, and not in the analysis of the stack."""
    shown = [("Analyze", eip(analyzer_pb2.AnalyzeRequest, name, stack, size)) for name in [*names, *missing]]
    whole = analyzer_pb2.AnalyzeStackRequest()
    whole.resources.extend(eip(analyzer_pb2.AnalyzerResource, name, stack, size) for name in names)
    introduction = analyzer_pb2.AnalyzerStackConfigureRequest(project="shop", stack=stack)
    return [("ConfigureStack", introduction), *shown, ("AnalyzeStack", whole)]


def told(path: Path) -> dict[str, Any]:
    return {"apig-cost": {"report": {"path": str(path)}}}


def test_what_was_analyzed_and_is_missing_is_said_and_stops(pack: Any) -> None:
    found = pack.replay(operation(["web"], missing=("lost",)), LIMIT)
    said = "One resource that the engine showed is missing from its analysis of the stack: lost"
    (budget,) = [one for one in found if one.policyName == "apig-monthly-budget"]
    assert said in budget.message
    assert budget.enforcementLevel == analyzer_pb2.MANDATORY
    assert said in pack.end()[2]


def test_a_second_operation_knows_nothing_of_the_first(pack: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    pack.replay(operation(["old"], stack="old"), told(path))
    pack.replay(operation(["new"], stack="new"), told(path))
    (stack,) = json.loads(path.read_text())["stacks"]
    assert (stack["stack"], {line["resource"] for line in stack["lines"]}) == ("new", {"new"})
    assert stack["gaps"] == []


@pytest.mark.parametrize("kind", ["link", "pipe", "device", "link to a device"])
def test_a_report_replaces_no_link_no_pipe_and_no_device(pack: Any, kind: str, tmp_path: Path) -> None:
    path, target = tmp_path / "report.json", tmp_path / "target.json"
    if kind == "link":
        path.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/null")
    else:
        path.symlink_to("/dev/null")
    before = path.lstat()
    found = pack.replay(operation(["web"]), told(path))
    after = path.lstat()
    assert (after.st_mode, after.st_ino, after.st_dev) == (before.st_mode, before.st_ino, before.st_dev)
    refused = [one for one in found if "The report could not be written" in one.message]
    assert bool(refused) == (kind != "link")
    assert all(one.enforcementLevel == analyzer_pb2.MANDATORY for one in refused)
    if kind == "link":
        assert json.loads(target.read_text())["stacks"]


@pytest.mark.parametrize("letters", [3_500, 19_500, 21_000])
def test_an_answer_near_the_limit_arrives(pack: Any, letters: int) -> None:
    """The channel takes 4 MiB, as the engine's. 200 findings with such names are below and above it."""
    names = [f"{number}-" + "x" * letters for number in range(220)]
    found = pack.replay(operation(names, size=-1), {})
    assert sum(one.ByteSize() for one in found) < 4 * 1024 * 1024
    assert any("more findings are not shown here" in one.message for one in found)
