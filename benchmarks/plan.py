"""(i) ``apig-cost check`` on a Terraform plan against a Pulumi preview of as many resources."""

import json
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.command import CHECK, ROUNDS, seconds
from benchmarks.table import Row, in_turns
from policypack.sources import read

RESOURCES = 10_000
RECORDED = Path(__file__).parents[1] / "tests" / "recordings-tofu" / "shop" / "tofu.plan.json"

Json = dict[str, Any]


def measure() -> list[Row]:
    """Both files declare the same: the preview is made from what the plan says."""
    with tempfile.TemporaryDirectory() as place:
        plan, preview = Path(place, "plan.json"), Path(place, "preview.json")
        plan.write_text(json.dumps(_plan(RESOURCES)))
        preview.write_text(json.dumps(_preview(plan)))
        ours, other = in_turns(
            [partial(seconds, [*CHECK, str(plan)]), partial(seconds, [*CHECK, str(preview)])], ROUNDS
        )
    what = f"check of a plan, {RESOURCES:,} resources, process"
    return [Row("i", what, ours, ("a preview of the same", other), "2")]


def _preview(plan: Path) -> Json:
    (stack,) = read(str(plan))
    steps = [
        {
            "op": "create",
            "urn": one.urn,
            "newState": {
                "urn": one.urn,
                "type": one.token,
                "custom": True,
                "inputs": one.inputs,
                "propertyDependencies": {key: list(urns) for key, urns in one.dependencies.items()},
            },
        }
        for one in stack.resources
    ]
    return {"config": {"huaweicloud:region": "cn-north-4"}, "steps": steps}


def _plan(size: int) -> Json:
    """Copies of a recorded plan, each with names of its own."""
    found: Json = json.loads(RECORDED.read_text(encoding="utf-8"))
    root = found["configuration"]["root_module"]
    changes: list[Json] = []
    blocks: list[Json] = []
    calls: Json = {}
    planned: list[Json] = []
    for copy in _copies(found):
        changes += copy["resource_changes"]
        blocks += copy["configuration"]["root_module"]["resources"]
        calls |= copy["configuration"]["root_module"]["module_calls"]
        planned += copy["planned_values"]["root_module"]["resources"]
        if len(changes) >= size:
            break
    root |= {"resources": blocks, "module_calls": calls}
    found["planned_values"]["root_module"] = {"resources": planned}
    return found | {"resource_changes": changes}


def _copies(found: Json) -> Iterator[Json]:
    names = sorted({change["name"] for change in found["resource_changes"]} | {"network"})
    text = json.dumps(found)
    number = 0
    while True:
        copy = text
        for name in names:
            for before, after in ((".", '"'), (".", "."), ('"name": "', '"'), ('"', '": {"source"')):
                copy = copy.replace(f"{before}{name}{after}", f"{before}{name}_{number}{after}")
        yield json.loads(copy)
        number += 1
