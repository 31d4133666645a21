"""Workflows, templates and hooks are what GitHub and pre-commit read, and use nothing that could change."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
COMMITS = {
    "actions/checkout": ("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "v5.0.0"),
    "actions/setup-python": ("a26af69be951a213d495a4c3e4e4022e16d87065", "v5.6.0"),
    "actions/setup-go": ("d35c59abb061a4a6fb18e82ac0862c26744d6ab5", "v5.5.0"),
    "actions/upload-artifact": ("ea165f8d65b6e75b540449e92b4886f43607fa02", "v4.6.2"),
    "actions/download-artifact": ("d3f86a106a0bac45b974a628896c90dbdf5c8093", "v4.3.0"),
    "actions/attest-build-provenance": ("e8998f949152b193b063cb0ec769d69d929409be", "v2.4.0"),
    "pypa/gh-action-pypi-publish": ("ed0c53931b1dc9bd32cbe73a98c7f6766f8a527e", "v1.13.0"),
}
"""The commits of these tags as many public repositories have them. Others are not used."""
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USES = re.compile(r"uses: *(?P<action>[\w./-]+)@(?P<commit>\S+)(?: +# +(?P<version>\S+))?")
PIPELINES = ROOT / "examples" / "ci"
EVERY_WORKFLOW = [*WORKFLOWS, *sorted(PIPELINES.glob("*github.yml"))]
SCHEMAS = {
    "vendor.github-workflows": EVERY_WORKFLOW,
    "custom.github-workflows-require-timeout": EVERY_WORKFLOW,
    "vendor.gitlab-ci": sorted(PIPELINES.glob("*gitlab.yml")),
    "vendor.github-actions": [ROOT / "action.yml"],
    "vendor.github-issue-forms": sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")),
    "vendor.github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
}


def test_actions_are_pinned_to_commits_that_are_known() -> None:
    pages = [
        *(ROOT / "docs").rglob("*.md"),
        *PIPELINES.glob("*.yml"),
        *ROOT.glob("action.yml"),
    ]
    for path in [*WORKFLOWS, *pages]:
        for used in USES.finditer(path.read_text(encoding="utf-8")):
            if used["action"].split("/")[-1] != "apig-cost":
                assert (used["commit"], used["version"]) == COMMITS[used["action"]], path


def test_the_checks_run_on_every_supported_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    job = yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))["jobs"]["all"]
    tested = job["strategy"]["matrix"]["python"]
    assert f">={tested[0]}" == project["requires-python"]
    stated = [line.rpartition(" ")[2] for line in project["classifiers"] if "Python :: 3." in line]
    assert set(stated) <= set(tested)
    assert {"run": ".ci/run", "env": {"PYTHON": "python"}} in job["steps"]


def test_only_the_jobs_that_need_it_may_write() -> None:
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {"contents": "read"}
        writing = {name for name, job in workflow["jobs"].items() if "write" in str(job.get("permissions"))}
        assert writing <= {"attest", "publish", "announce", "prices"}


@pytest.mark.slow
@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_of_the_host_are_as_its_schema_says(schema: str) -> None:
    assert SCHEMAS[schema]
    how = ["--data-transform", "gitlab-ci"] if schema == "vendor.gitlab-ci" else []
    ran(TOOLS / "check-jsonschema", "--builtin-schema", schema, *how, *SCHEMAS[schema])


def test_every_pipeline_that_can_be_validated_is() -> None:
    validated = {path for paths in SCHEMAS.values() for path in paths}
    assert set(PIPELINES.glob("*.yml")) <= validated


@pytest.mark.slow
def test_nothing_is_unsafe_in_a_workflow() -> None:
    ran(TOOLS / "zizmor", "--offline", "--no-progress", ".github", "examples/ci", "action.yml")


@pytest.mark.slow
def test_the_hooks_of_contributors_pass() -> None:
    """But for the types, which take a while and which CI checks by themselves."""
    if not (ROOT / ".git").exists() or not (ROOT / ".venv" / "bin").is_dir():
        pytest.skip("the hooks run in a clone with its environment in .venv")
    ran(
        TOOLS / "pre-commit",
        "run",
        "--all-files",
        variables={"SKIP": "types"},
    )


@pytest.mark.slow
def test_the_fragments_make_a_change_log() -> None:
    shown = ran(TOOLS / "towncrier", "build", "--draft", "--version", "9.9.9")
    assert shown.startswith("## 9.9.9 (")


def test_every_fragment_is_of_a_kind_that_is_shown() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
    kinds = {kind["directory"] for kind in settings["type"]}
    for path in (ROOT / "changes").iterdir():
        if path.name != "README.md":
            assert re.fullmatch(rf"(\+[\w-]+|\d+)\.({'|'.join(kinds)})\.md", path.name), path.name
            assert path.read_text(encoding="utf-8").strip().endswith("."), path.name
    table = (ROOT / "changes" / "README.md").read_text(encoding="utf-8")
    assert kinds <= set(re.findall(r"`(\w+)`", table)), "the page says what each kind is for"


def ran(*command: str | Path, variables: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", **(variables or {})},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
