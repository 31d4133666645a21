"""The same answer everywhere: engine, offline preview, preview JSON, export and state file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

RECORDINGS = Path(__file__).parents[1] / "recordings"
CASES = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
WORDING = ("reasons",)


def answer(report: Mapping[str, Any]) -> dict[str, Any]:
    """What a report says, without where it was read and how it is worded."""
    (stack,) = report["stacks"]
    return {
        "lines": {
            (line["urn"], line["meter"]): {key: line[key] for key in line if key not in WORDING}
            for line in stack["lines"]
        },
        "network": {
            (judged["gateway"], path): (judged[path]["declared"], judged[path]["verdict"])
            for judged in stack["network"]
            for path in ("outbound", "entrance")
        },
        "findings": sorted(
            (found["policy"], found["urn"] or "", found["verdict"]) for found in stack["findings"]
        ),
        "totals": stack["totals"],
        "notCovered": stack["notCovered"],
    }


def assert_within(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """What is true after the deployment was allowed before."""
    for key, line in after["lines"].items():
        allowed = before["lines"][key]["monthly"]
        if allowed["low"] is not None:
            assert float(line["monthly"]["low"]) >= float(allowed["low"])
        if allowed["high"] is not None:
            assert line["monthly"]["high"] is not None
            assert float(line["monthly"]["high"]) <= float(allowed["high"])
    for key, (declared, verdict) in before["network"].items():
        assert declared in (after["network"][key][0], "unknown"), key
        assert verdict in (after["network"][key][1], "undecided"), key


@pytest.mark.parametrize("case", CASES)
def test_the_same_answer_everywhere(workspace: Any, case: str) -> None:
    workspace.copy(RECORDINGS / case)
    workspace.start()
    settings, path = workspace.report("engine")

    done = workspace.preview("--policy-pack-config", settings)
    assert done.code == 0, done.text
    engine = answer(json.loads(path.read_text()))

    offline = workspace.apig_cost("preview", str(workspace.program), "--stack", "dev", "--format", "json")
    assert offline.code == 0, offline.text
    assert answer(json.loads(offline.stdout)) == engine

    digest = workspace.folder / "preview.json"
    shown = workspace.run("preview", "--json", "--show-sames")
    assert shown.code == 0, shown.text
    digest.write_text(shown.stdout)
    assert checked(workspace, digest) == engine

    done = workspace.up("--policy-pack-config", settings)
    assert done.code == 0, done.text
    exported = checked(workspace, workspace.export())
    (state,) = workspace.state.glob(".pulumi/stacks/*/dev.json")
    assert checked(workspace, state) == exported
    assert answer(json.loads(path.read_text())) == exported, "the update phase sees what is there"
    assert_within(engine, exported)


def checked(workspace: Any, path: Path) -> dict[str, Any]:
    done = workspace.apig_cost("check", str(path), "--format", "json")
    assert done.code == 0, done.text
    return answer(json.loads(done.stdout))
