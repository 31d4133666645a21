"""What an audit of a folder finds: everything once, and nothing skipped silently."""

import bz2
import gzip
import json
import os
from pathlib import Path

import pytest

from policypack.cli.support.place import look
from tests.policypack.fleet.company import write

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
        ([".pulumi/stacks/x.json", "terraform.tfstate"], ["."]),
        (["Pulumi.yaml", "infra/data.json", "infra/terraform.tfstate"], [".", "infra/terraform.tfstate"]),
        (["main.tf.json", "x.json", "dev.tfvars.json"], ["x.json"]),
        (["x.json", "node_modules/y.json", ".git/z.json", "venv/Pulumi.yaml"], ["x.json"]),
    ],
)
def test_what_is_found(files: list[str], expected: list[str], tmp_path: Path) -> None:
    make(tmp_path, dict.fromkeys(files, EMPTY))
    assert list(look(str(tmp_path), ()).addresses) == [str(tmp_path / name) for name in expected]


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


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "web", "version": "1.0.0", "dependencies": {}}',
        '[{"a": 1}]',
        '"text"',
        '// comments\n{"compilerOptions": {"strict": true,},}',
        '/* comments */ {"a": 1,}',
        '{"a": NaN}',
        '{"a": 1}\n{"a": 2}\n',
        '{"half": "\\ud83d"}',
        "[" * 150 + "]" * 150,
        '{"steps": [{"run": "make"}]}',
        '{"deployment": {"replicas": 3}}',
        '{"deployment": "blue"}',
        '{"checkpoint": "model.bin"}',
        '{"manifest": {"files": []}}',
        '{"lineage": ["a", "b"]}',
        '{"resources": [{"name": "a"}]}',
    ],
)
def test_json_of_another_kind_is_left_alone_and_counted(text: str, run, work: Path) -> None:
    make(work, {"repo/state.json": EMPTY, "repo/web/other.json": text, "repo/main.tf.json": "{}"})
    found = run("audit", "repo", "-f", "json")
    assert (found.code, len(found.report["stacks"]), found.err) == (0, 1, "")
    (note,) = found.report["notes"]
    assert note.startswith("2 JSON files are no state, preview or plan and left alone (repo/main.tf.json, ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"version": 3, "deploy',
        EMPTY.replace("[]", "[,]"),
        EMPTY.replace('"resources"', '\n<<<<<<< HEAD\n"resources"'),
        '{"deployment": {"resources": 5}}',
        '{"deployment": null}',
        '{"version": 9, "deployment": {}}',
        '{"checkpoint": {"stack": 5}}',
        '{"steps": [{"op": "create"}]}',
        '{"manifest": {"time": "now"}, "resources": 5}',
        '{"format_version": "9.0", "values": {}}',
        '{"serial": 1, "lineage": "x", "resources": []}',
        '{"serial": 1, "lineage": "x", "encrypted_data": "abc"}',
        '{"resourcePlans": {}}',
        '{"resources": [{"urn": "urn:pulumi:dev::a::b::c"}]}',
        "[" + EMPTY + "]",
        '{"config": {"a": tru',
        '"a": 1}',
        '{"a": 1}, {"b": 2}]}',
        '[1], "b": 2}',
        '{"config": {"a": "\\u00',
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "-----BEGIN PGP MESSAGE-----\n",
        "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
        "<html>403 Forbidden</html>",
        "\0" * 512,
        '{"a": 1' + "\0" * 512,
    ],
)
def test_what_looks_like_state_and_cannot_be_read_is_an_error(text: str, run, work: Path) -> None:
    make(work, {"repo/state.json": EMPTY, "repo/web/other.json": text})
    found = run("audit", "repo", "-f", "json")
    assert found.code == 2
    assert [error["path"] for error in found.report["errors"]] == ["repo/web/other.json"]


@pytest.mark.parametrize("data", [b"\x80", b"\x1f\x8bdamaged"])
def test_bytes_that_could_be_anything_are_an_error(data: bytes, run, work: Path) -> None:
    make(work, {"repo/state.json": EMPTY})
    (work / "repo" / "other.json").write_bytes(data)
    assert run("audit", "repo").code == 2


@pytest.mark.parametrize("path", [".pulumi/stacks/shop/dev.json", "infra/terraform.tfstate"])
def test_what_stands_in_the_place_of_a_state_is_one(path: str, run, work: Path) -> None:
    make(work, {f"repo/{path}": "{}"})
    found = run("audit", "repo", "-f", "json")
    assert (found.code, len(found.report["errors"])) == (2, 1)


def test_a_file_that_is_named_is_not_left_alone(run, work: Path) -> None:
    make(work, {"package.json": "{}"})
    for command in ("audit", "check"):
        found = run(command, "package.json")
        assert (found.code, "of no kind that is read" in found.err) == (2, True)


def test_a_folder_of_other_files_alone_is_not_within(run, work: Path) -> None:
    make(work, {"repo/package.json": "{}"})
    found = run("audit", "repo")
    assert (found.code, "nothing here is read" in found.err) == (2, True)


def test_links_are_followed_once_and_loops_end(run, work: Path) -> None:
    make(work, {"repo/real/state.json": EMPTY, "elsewhere/other.json": EMPTY})
    (work / "repo" / "a-link").symlink_to(work / "repo" / "real")
    (work / "repo" / "loop").symlink_to(work / "repo")
    (work / "repo" / "above").symlink_to(work)
    (work / "repo" / "real" / "up").symlink_to("..")
    (work / "repo" / "other").symlink_to(work / "elsewhere")
    (work / "repo" / "again").symlink_to(work / "elsewhere")
    (work / "repo" / "link.json").symlink_to(work / "repo" / "real" / "state.json")
    found = run("audit", "repo", "-f", "json")
    paths = [stack["source"]["path"] for stack in found.report["stacks"]]
    assert (found.code, paths) == (0, ["repo/real/state.json", "repo/again/other.json"])


def test_links_that_lead_nowhere_are_told(run, work: Path) -> None:
    make(work, {"repo/state.json": EMPTY})
    (work / "repo" / "states").symlink_to(work / "gone")
    found = run("audit", "repo", "-f", "json")
    assert (found.code, found.report["notes"]) == (0, ["1 link leads nowhere (states)."])
    (work / "repo" / "x.json").symlink_to(work / "gone")
    (work / "repo" / "y.json").symlink_to("y.json")
    found = run("audit", "repo", "-f", "json")
    assert [error["path"] for error in found.report["errors"]] == ["repo/x.json", "repo/y.json"]


def test_links_in_a_backend_are_followed(run, work: Path) -> None:
    make(work, {"elsewhere/shop/dev.json": CHECKPOINT, "repo/.pulumi/meta.yaml": "version: 1\n"})
    (work / "repo" / ".pulumi" / "stacks").mkdir()
    (work / "repo" / ".pulumi" / "stacks" / "shop").symlink_to(work / "elsewhere" / "shop")
    (work / "repo" / ".pulumi" / "stacks" / "loop").symlink_to(work / "repo" / ".pulumi" / "stacks")
    found = run("audit", "repo", "-f", "json")
    assert [stack["project"] for stack in found.report["stacks"]] == ["shop"]
    (work / "elsewhere" / "shop" / "prod.json").symlink_to(work / "gone")
    assert run("audit", "repo").code == 2


def test_one_backend_behind_two_links_is_read_once(run, work: Path) -> None:
    make(work, {"elsewhere/stacks/shop/dev.json": CHECKPOINT})
    for name in ("a", "b"):
        (work / "repo" / name).mkdir(parents=True)
        (work / "repo" / name / ".pulumi").symlink_to(work / "elsewhere")
    assert len(run("audit", "repo", "-f", "json").report["stacks"]) == 1


@pytest.mark.parametrize("closed", ["stacks", "stacks/web"])
def test_a_folder_of_a_backend_that_cannot_be_listed_is_an_error(
    closed: str, run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(work, {f"repo/.pulumi/stacks/{name}/dev.json": CHECKPOINT for name in ("shop", "web")})
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith(closed):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = run("audit", "repo", "-f", "json")
    (error,) = found.report["errors"]
    assert (found.code, "cannot be listed" in error["message"]) == (2, True)
    assert len(found.report["stacks"]) == (closed == "stacks/web")


def test_states_in_folders_that_are_left_out_are_counted(run, work: Path) -> None:
    make(
        work,
        {
            "repo/state.json": EMPTY,
            "repo/.cache/state.json": EMPTY,
            "repo/node_modules/pkg/package.json": "{}",
            "repo/node_modules/pkg/plan.json": '{"format_version": "1.2"}',
            "repo/app/venv/terraform.tfstate": "{}",
            "repo/app/.terraform/terraform.tfstate": "{}",
            "repo/.git/HEAD": "",
        },
    )
    found = run("audit", "repo", "-f", "json")
    (note,) = found.report["notes"]
    assert note.startswith("3 files that look like state are in folders that are left out (")
    assert all(name in note for name in (".cache", "node_modules", "app/venv"))
    less = run("audit", "repo", "--exclude", ".cache", "--exclude", "app/venv", "-f", "json").report["notes"]
    assert less[0].startswith("1 file that looks like state is in folders that are left out (node_modules)")


def test_nothing_left_out_nothing_to_say(run, work: Path) -> None:
    make(work, {"repo/state.json": EMPTY, "repo/.git/config.json": "{}"})
    assert run("audit", "repo", "-f", "json").report["notes"] == []


@pytest.mark.parametrize("form", ["table", "markdown", "html", "github", "sarif"])
def test_what_was_left_out_stands_in_every_format_for_people(form: str, run, work: Path) -> None:
    make(work, {"repo/state.json": EMPTY, "repo/package.json": "{}"})
    assert "left alone" in run("audit", "repo", "-f", form).out


def test_a_plan_and_a_shown_state_of_tofu_are_found(run, work: Path, recordings: Path) -> None:
    case = recordings.parent / "recordings-tofu" / "existing"
    make(work, {f"repo/{name}": (case / name).read_text() for name in ("tofu.plan.json", "tofu.state.json")})
    assert len(run("audit", "repo", "-f", "json").report["stacks"]) == 2


def test_state_below_a_program_is_counted(run, work) -> None:
    """JSON there is the program's own, and is not read; what looks like state is said."""
    (work / "infra" / "exports").mkdir(parents=True)
    (work / "infra" / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (work / "infra" / "__main__.py").write_text("")
    (work / "infra" / "data.json").write_text('{"a": 1}')
    (work / "infra" / "exports" / "prod.json").write_text('{"version": 3, "deployment": {"resources": []}}')
    (work / "infra" / "exports" / "old.json.gz").write_bytes(b"\x1f\x8b")
    found = run("audit", "infra", "--format", "json")
    notes = json.loads(found.out)["notes"]
    assert any("2 files that look like state" in note and "exports" in note for note in notes)


@pytest.mark.parametrize("name", ["kept", "kept.json"])
def test_what_an_audit_wrote_is_no_state(name: str, run, work: Path) -> None:
    """A journal, a report and its lines beside the states."""
    write(work / "repo", 2)
    audit = ("audit", "repo", "--journal", f"repo/{name}")
    for form in ("json", "jsonl"):
        for output in (f"report.{form}", f"{form}.json", form):
            assert run(*audit, "-f", form, "-o", f"repo/{output}").code == 0
    report = run(*audit, "-f", "json").report
    assert (len(report["stacks"]), report["errors"]) == (2, [])
    assert all("left alone" in note for note in report["notes"]), report["notes"]


def test_a_state_is_not_missed_for_its_name(run, work: Path) -> None:
    """File systems that ignore case, and people who compress, rename or do without an ending."""
    compressed = bz2.compress(EMPTY.encode())
    make(work, {"repo/a.JSON": EMPTY, "repo/prod": EMPTY, "repo/b.json.txt": EMPTY, "repo/c.jsonl": EMPTY})
    make(
        work, {"repo/README": "text", "repo/data.jsonl": "{}", "repo/d.json.bak": EMPTY, "repo/run.sh": EMPTY}
    )
    (work / "repo" / "e.json.bz2").write_bytes(compressed)
    (work / "repo" / "terraform.tfstate.gz").write_bytes(gzip.compress(EMPTY.encode()))
    report = run("audit", "repo", "-f", "json").report
    assert len(report["stacks"]) == 2
    (note,) = report["notes"]
    assert note.startswith("4 files look like state and have another ending (")
    assert "b.json.txt" in note
