"""The stack before a preview, from the old states that the preview shows."""

import json
from pathlib import Path

import pytest

from policypack.sources import SourceError, read
from policypack.sources.before import read_before

URN = "urn:pulumi:dev::shop::huaweicloud:DedicatedApig/instance:Instance::"


def state(name: str, edition: str, **more) -> dict:
    urn = f"{URN}{name}"
    return {"urn": urn, "custom": True, "type": urn.split("::")[2], "inputs": {"edition": edition}, **more}


@pytest.fixture
def preview(tmp_path: Path) -> Path:
    def step(operation: str, name: str, old: dict | None, new: dict | None) -> dict:
        states = {"oldState": old, "newState": new}
        shown = {key: value for key, value in states.items() if value is not None}
        return {"op": operation, "urn": f"{URN}{name}", **shown}

    moved, read_ = state("moved", "BASIC"), state("read", "BASIC", external=True)
    steps = [
        step("same", "kept", state("kept", "BASIC"), state("kept", "BASIC")),
        step("update", "grown", state("grown", "BASIC"), state("grown", "PLATINUM")),
        step("create-replacement", "moved", moved, moved),
        step("replace", "moved", moved, moved),
        step("delete-replaced", "moved", moved, None),
        step("delete", "gone", state("gone", "BASIC"), None),
        step("create", "new", None, state("new", "BASIC")),
        step("read", "read", read_, read_),
    ]
    path = tmp_path / "preview.json"
    document = {"config": {"huaweicloud:region": "la-south-2"}, "steps": steps, "changeSummary": {"same": 1}}
    path.write_text("a warning\n" + json.dumps(document, indent=1), encoding="utf-8")
    return path


def test_what_existed_is_there_as_it_was(preview: Path) -> None:
    before = read_before(str(preview))
    found = {resource.name: (resource.inputs or {}).get("edition") for resource in before.resources}
    assert found == {"kept": "BASIC", "grown": "BASIC", "moved": "BASIC", "gone": "BASIC"}
    assert (before.project, before.name, before.gaps) == ("shop", "dev", ())
    (after,) = read(str(preview))
    assert before.region == after.region


def test_a_first_deployment_has_nothing_before(tmp_path: Path) -> None:
    path = tmp_path / "preview.json"
    step = {"op": "create", "urn": f"{URN}new", "newState": state("new", "BASIC")}
    path.write_text(json.dumps({"steps": [step]}), encoding="utf-8")
    assert list(read_before(str(path)).resources) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{}", "this is no preview"),
        (b"[]", "an object"),
        (b'{"steps": [5]}', "steps[0]"),
        (b'{"steps": [{"op": "same", "urn": 5, "oldState": {}}]}', "steps[0].urn"),
        (b'{"steps"', "preview.json"),
        (b"\x1f\x8bnone", "gzip"),
        (b"\xff", "preview.json"),
    ],
)
def test_what_is_no_preview(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "preview.json"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"preview\.json") as caught:
        read_before(str(path))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_before(str(tmp_path / "none.json"))
