"""What an audit of a folder finds: everything once, and nothing skipped silently."""

import os
from pathlib import Path

import pytest

from policypack.cli.support.place import addresses

EMPTY = '{"version": 3, "deployment": {"manifest": {}, "resources": []}}'
CHECKPOINT = '{"version": 3, "checkpoint": {"stack": "organization/shop/dev", "latest": null}}'


def make(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["a/x.json", "b.json.gz", "c.json.zst", "notes.txt"], ["b.json.gz", "c.json.zst", "a/x.json"]),
        ([".pulumi/stacks/shop/dev.json", "old.json"], [".", "old.json"]),
        ([".pulumi/stacks/shop/dev.json", "team/.pulumi/stacks/x.json"], [".", "team"]),
        (["Pulumi.yaml", "package.json", "sub/data.json"], ["."]),
        (["Pulumi.yaml", "infra/Pulumi.yml", "infra/data.json"], [".", "infra"]),
        (["Pulumi.yaml", "state/.pulumi/stacks/x.json"], [".", "state"]),
        (["Pulumi.yaml", ".pulumi/stacks/x.json"], ["."]),
        (["x.json", "node_modules/y.json", ".git/z.json", "venv/Pulumi.yaml"], ["x.json"]),
    ],
)
def test_what_is_found(files: list[str], expected: list[str], tmp_path: Path) -> None:
    make(tmp_path, dict.fromkeys(files, EMPTY))
    assert addresses(str(tmp_path), ()) == [str(tmp_path / name) for name in expected]


@pytest.mark.parametrize("place", [".pulumi", "inside"])
def test_the_folder_of_a_backend_itself_gives_its_stacks_and_no_backups(
    place: str, run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(
        work,
        {
            ".pulumi/stacks/shop/dev.json": CHECKPOINT,
            ".pulumi/backups/shop/dev/1.json": CHECKPOINT,
            ".pulumi/history/shop/dev/1.json": CHECKPOINT,
        },
    )
    if place == "inside":
        monkeypatch.chdir(work / ".pulumi")
        place = "."
    found = run("audit", place, "-f", "json")
    assert found.code == 0
    (stack,) = found.report["stacks"]
    assert stack["source"]["path"].endswith(".pulumi/stacks/shop/dev.json")
    assert ".pulumi/.pulumi" not in stack["source"]["path"]


def test_state_beside_a_backend_is_read_too(run, work: Path) -> None:
    make(work, {"place/.pulumi/stacks/shop/dev.json": CHECKPOINT, "place/broken.json": "{"})
    found = run("audit", "place", "-f", "json")
    assert found.code == 2
    assert [stack["project"] for stack in found.report["stacks"]] == ["shop"]
    assert [error["path"] for error in found.report["errors"]] == ["place/broken.json"]


def test_a_folder_that_cannot_be_listed_is_an_error(run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(work, {"place/good.json": EMPTY, "place/closed/x.json": EMPTY})
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = run("audit", "place", "-f", "json")
    assert found.code == 2
    assert [error["path"] for error in found.report["errors"]] == ["place/closed"]


def test_a_backend_without_a_stack_is_not_within(run, settings, work: Path) -> None:
    settings('[[apig-monthly-budget.limits]]\nname = "all"\namount = 1\ncurrency = "USD"\n')
    make(work, {"place/.pulumi/meta.yaml": "version: 1\n"})
    found = run("audit", "place", "-f", "json")
    assert (found.code, found.report["verdict"]) == (2, "undecided")
    (error,) = found.report["errors"]
    assert "holds no stack" in error["message"]
