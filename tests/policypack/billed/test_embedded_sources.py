"""Elastic IPs inside other resources come out alike through a program, a preview, a state and the pack."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

import pricing
from policypack.analyzer.protocol import analyzer_pb2
from policypack.analyzer.undecoded import undecoded
from policypack.assessment import assess
from policypack.declared import Stack
from policypack.settings.model import Limit, Settings
from policypack.sources import read
from policypack.sources.engine import EngineStack

PREVIEW = Path(__file__).parent / "eip_inside_preview.json"
STATES = [step["newState"] for step in json.loads(PREVIEW.read_text(encoding="utf-8"))["steps"]]
PROVIDER = {
    "type": "pulumi:providers:huaweicloud",
    "urn": "urn:pulumi:dev::ha::pulumi:providers:huaweicloud::default",
    "name": "default",
    "properties": {"region": "sa-brazil-1"},
}
PROGRAM = """
from pulumi_huaweicloud import dedicatedelb, ecs

ecs.Instance("jump", flavor_id="s6.small.1", image_id="i", networks=[{"uuid": "s"}], eip_type="5_bgp",
             bandwidth={"share_type": "PER", "size": 100, "charge_mode": "bandwidth"})
dedicatedelb.Loadbalancer("main", availability_zones=["sa-brazil-1a"], vpc_id="v", iptype="5_bgp",
                          sharetype="PER", bandwidth_charge_mode="bandwidth", bandwidth_size=300)
"""


def money(stack: Stack, limit: int = 9_000) -> tuple[list[tuple[str, str | None]], str]:
    """What each line costs, and the verdict on a limit."""
    settings = Settings(limits=(Limit(name="team", amount=Decimal(limit), currency="USD"),))
    found = assess(stack, settings, pricing.load(), date(2026, 11, 23))
    lines = [
        (line.resource.name, line.monthly and pricing.plain(line.monthly.low))
        for line in found.estimate.lines
    ]
    return sorted(lines, key=str), found.budget.verdict


EXPECTED = sorted(
    [("main", "6153.9"), ("jump", "2051.3"), ("vpn", "1025.65"), ("vpn", "1025.65"), ("asg", None)], key=str
)


@pytest.mark.parametrize(("limit", "verdict"), [(10, "over"), (10_257, "undecided")])
def test_a_preview(limit: int, verdict: str) -> None:
    [stack] = read(str(PREVIEW))
    assert money(stack, limit) == (EXPECTED, verdict)


def test_a_state(tmp_path: Path) -> None:
    resources = [
        {"urn": one["urn"], "type": one["type"], "custom": one["custom"], "id": str(number)}
        | {"inputs": {"region": "sa-brazil-1", **one.get("inputs", {})}, "outputs": one.get("inputs", {})}
        for number, one in enumerate(STATES)
        if one["type"].startswith("huaweicloud:")
    ]
    checkpoint = {"stack": "organization/ha/dev", "latest": {"resources": resources}}
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"version": 3, "checkpoint": checkpoint}), encoding="utf-8")
    [stack] = read(str(path))
    assert money(stack) == (EXPECTED, "over")


def test_the_pack() -> None:
    engine = EngineStack({})
    configured = {"project": "ha", "stack": "dev", "config": {"huaweicloud:region": "sa-brazil-1"}}
    engine.introduce(ParseDict(configured, analyzer_pb2.AnalyzerStackConfigureRequest()))
    shown: list[dict[str, Any]] = [
        {"urn": one["urn"], "type": one["type"], "name": one["urn"].rpartition("::")[2]}
        | {"properties": one.get("inputs", {}), "provider": PROVIDER}
        for one in STATES
        if one["type"].startswith("huaweicloud:")
    ]
    for one in shown:
        engine.see(_received(ParseDict(one, analyzer_pb2.AnalyzeRequest())))
    request = ParseDict({"resources": shown}, analyzer_pb2.AnalyzeStackRequest())
    assert money(engine.stack(_received(request).resources)) == (EXPECTED, "over")


def test_a_program(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        "name: ha\nruntime: python\nconfig:\n  huaweicloud:region: sa-brazil-1\n", encoding="utf-8"
    )
    (tmp_path / "Pulumi.dev.yaml").touch()
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    [stack] = read(str(tmp_path))
    assert money(stack, 8_000) == ([("jump", "2051.3"), ("main", "6153.9")], "over")


def _received(message: Any) -> Any:
    """A request as the pack gets it."""
    return undecoded(message.DESCRIPTOR.full_name).FromString(message.SerializeToString())
