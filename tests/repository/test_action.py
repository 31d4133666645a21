"""The action, step by step as a runner does it, against an interface of GitHub on the loopback.

What is not run is the runner itself and ``actions/setup-python``, which it fetches.
"""

import base64
import gzip
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.standins.platforms import GitHub, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
ACTION: Mapping[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PAGE = ROOT / "docs" / "github-action.md"
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
SCANNING = "/api/v3/repos/acme/shop/code-scanning/sarifs"


@dataclass
class Platform(GitHub):
    """The platform with code scanning, too."""

    uploads: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, address: str, headers: Mapping[str, str], content: bytes) -> Any:
        if (method, address) != ("POST", SCANNING):
            return super().answer(method, address, headers, content)
        if self.credentials(headers) != self.token:
            return 403, {"message": "Resource not accessible by integration"}, {}
        self.uploads.append(json.loads(content))
        return 202, {"id": "1", "url": f"{self.base}/1"}, {}


@dataclass
class Job:
    """A job on a machine of GitHub's that has checked the program out."""

    folder: Path
    platform: Platform
    token: str = ""

    def run(self, **inputs: str) -> tuple[int, dict[str, str], str]:
        """The action; gives its exit code, its outputs and what it printed."""
        known = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        assert set(inputs) <= set(known)
        values = {f"inputs.{name}": value for name, value in (known | inputs).items()}
        values |= {"inputs.token": self.token or self.platform.token}
        printed, code = "", 0
        for step in ACTION["runs"]["steps"]:
            if "run" not in step or not wanted(step.get("if", ""), values):
                continue
            output = self.folder / "output.txt"
            output.write_text("")
            environment = self.environment() | {
                name: EXPRESSION.sub(lambda found: values.get(found[1], ""), text)
                for name, text in step["env"].items()
            }
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.folder,
                env=environment | {"GITHUB_OUTPUT": str(output)},
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            printed += done.stdout + done.stderr
            for line in output.read_text().splitlines():
                name, _, value = line.partition("=")
                values[f"steps.{step['id']}.outputs.{name}"] = value
            if done.returncode:
                code = done.returncode
                break
        outputs = {
            name: EXPRESSION.sub(lambda found: values.get(found[1], ""), output["value"])
            for name, output in ACTION["outputs"].items()
        }
        return code, outputs, printed

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder.parent / 'python'}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": self.platform.base,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_SHA": "0" * 40,
            "GITHUB_REF": "refs/pull/7/merge",
            "RUNNER_TEMP": str(self.folder.parent),
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
        }


def wanted(condition: str, values: Mapping[str, str]) -> bool:
    """Whether a step runs; conditions here only compare texts and join by ``&&``."""
    facts = {**values, "github.event_name": "pull_request"}
    for part in filter(None, condition.split(" && ")):
        left, operator, right = part.split(" ")
        assert operator in {"==", "!="}
        if (facts[left] == right.strip("'")) != (operator == "=="):
            return False
    return True


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tool is installed once, as the first step does it; later jobs find it there."""
    folder = tmp_path_factory.mktemp("machine")
    (folder / "python").mkdir()
    (folder / "python" / "python").symlink_to(sys.executable)
    return folder


@pytest.fixture
def job(machine: Path, tmp_path: Path) -> Iterator[Job]:
    work = machine / tmp_path.name
    shutil.copytree(ROOT / "examples" / "shop", work)
    event = {"pull_request": {"number": 7, "head": {"repo": {"full_name": "acme/shop", "fork": False}}}}
    (work / "event.json").write_text(json.dumps(event))
    (work / "requirements.txt").write_text("pulumi-huaweicloud==0.0.12\nsetuptools<80.9\n")
    platform = Platform()
    with serving(platform):
        yield Job(work, platform)
    assert platform.wrong == []


def limit(job: Job, amount: str) -> None:
    settings = job.folder / "apig-cost.toml"
    settings.write_text(settings.read_text().replace('"6000"', f'"{amount}"'))


def test_within_the_limit_it_passes_comments_and_uploads(job: Job) -> None:
    code, outputs, printed = job.run(requirements="requirements.txt", sarif="true")
    assert code == 0, printed
    assert (outputs["exit-code"], outputs["verdict"]) == ("0", "ok")
    assert outputs["answer"].startswith("Within the limit")
    assert json.loads(Path(outputs["report"]).read_text())["verdict"] == "ok"
    [comment] = job.platform.comments
    assert outputs["answer"].rstrip(".") in comment["body"]
    [upload] = job.platform.uploads
    assert (upload["commit_sha"], upload["ref"]) == ("0" * 40, "refs/pull/7/merge")
    found = json.loads(gzip.decompress(base64.b64decode(upload["sarif"])))
    assert {result["ruleId"] for result in found["runs"][0]["results"]} >= {"eip-idle"}
    assert outputs["answer"].rstrip(".") in (job.folder / "summary.md").read_text()


def test_over_the_limit_it_fails_after_it_has_commented(job: Job) -> None:
    limit(job, "100")
    code, outputs, printed = job.run(requirements="requirements.txt")
    assert (code, outputs["verdict"]) == (1, "violation"), printed
    assert len(job.platform.comments) == 1
    assert job.platform.uploads == []


def test_what_cannot_be_decided_and_what_cannot_be_read_never_pass(job: Job) -> None:
    shutil.copytree(ROOT / "examples" / "tenants", job.folder / "tenants")
    code, outputs, printed = job.run(source="tenants", requirements="requirements.txt")
    assert (code, outputs["verdict"]) == (3, "undecided"), printed
    code, outputs, printed = job.run(source="not there\n\n", requirements="requirements.txt")
    assert (code, outputs["exit-code"]) == (2, "2"), printed
    assert "not there" in printed


def test_several_sources_and_a_stack_reach_the_command(job: Job) -> None:
    shutil.copyfile(ROOT / "tests" / "recordings" / "orders-internal" / "state.json", job.folder / "a b.json")
    (job.folder / "apig-cost.toml").write_text("")
    code, outputs, printed = job.run(
        source=".\na b.json", stack="dev", requirements="requirements.txt", comment="false"
    )
    assert code == 0, printed
    assert len(json.loads(Path(outputs["report"]).read_text())["stacks"]) == 2
    assert job.platform.comments == []


def test_no_input_is_a_command(job: Job) -> None:
    code, _, printed = job.run(source="$(touch owned); `touch owned`; --output=owned", requirements="")
    assert code == 2, printed
    assert not (job.folder / "owned").exists()


HOSTILE = "a' b\"; touch owned; $(touch owned) `touch owned` ${HOME} %0A::set-output name=verdict::ok"


def test_every_input_is_one_word_and_never_a_command(tmp_path: Path) -> None:
    """What reaches the command, which here writes down its words."""
    place = tmp_path / f"apig-cost-{platform.python_version()}" / "bin"
    place.mkdir(parents=True)
    words = tmp_path / "words"
    recorder = place / "apig-cost"
    recorder.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" >>'{words}'\n")
    recorder.chmod(0o755)
    (place / "python").symlink_to(sys.executable)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "SARIF": "false",
        **dict.fromkeys(("STACK", "CONFIG", "PRICES", "BASELINE"), ""),
    }
    lines = f"{HOSTILE}\n-{HOSTILE}\n \n* ?\n"
    listed = [HOSTILE, f"-{HOSTILE}", "* ?"]
    for name, option in (
        ("SOURCE", ""),
        ("STACK", "--stack"),
        ("CONFIG", "--config"),
        ("PRICES", "--prices"),
        ("BASELINE", "--baseline"),
    ):
        words.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", ROOT / "scripts" / "action", "check"],
            cwd=tmp_path,
            env=environment | {"SOURCE": "."} | {name: lines},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        given = words.read_text().split("\0")[5:-1]  # check --format github --report FILE
        expected = [word for line in listed for word in ([option, line] if option else [line])]
        assert given == (["--", *expected] if not option else [*expected, "--", "."])
    assert not (tmp_path / "owned").exists()


def test_requirements_that_are_not_there_stop_the_job(job: Job) -> None:
    code, outputs, printed = job.run(requirements=f"-{HOSTILE}")
    assert code != 0, printed
    assert set(outputs.values()) == {""}
    assert not (job.folder / "owned").exists()


def test_a_second_check_of_a_job_never_takes_the_answer_of_the_first(job: Job) -> None:
    code, first, printed = job.run(requirements="requirements.txt")
    assert (code, first["verdict"]) == (0, "ok"), printed
    code, second, printed = job.run(config="not there.toml")
    assert (code, second["exit-code"], second["verdict"], second["answer"]) == (2, "2", "", ""), printed
    assert json.loads(Path(first["report"]).read_text())["verdict"] == "ok"
    assert len(job.platform.comments) == 1


def test_files_of_the_program_are_no_modules_and_a_branch_may_have_quotes(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("json", "pathlib", "venv", "logging", "pip"):
        (job.folder / f"{module}.py").write_text("raise SystemExit('taken for the module')")
    recorded = ROOT / "tests" / "recordings" / "orders-internal" / "state.json"
    shutil.copyfile(recorded, job.folder / "state.json")
    (job.folder / "apig-cost.toml").write_text("")
    ref = 'refs/heads/a","sarif":"b'
    before = job.environment()
    monkeypatch.setattr(job, "environment", lambda: before | {"GITHUB_REF": ref})
    code, outputs, printed = job.run(source="state.json", sarif="true")
    assert (code, outputs["verdict"]) == (0, "ok"), printed
    assert len(job.platform.comments) == 1
    [upload] = job.platform.uploads
    assert upload["ref"] == ref
    assert set(upload) == {"commit_sha", "ref", "tool_name", "sarif"}


def test_a_token_without_rights_changes_no_answer(job: Job) -> None:
    job.token = job.platform.reader
    code, outputs, printed = job.run(requirements="requirements.txt", sarif="true")
    assert (code, outputs["verdict"]) == (0, "ok"), printed
    assert "::warning::apig-cost could not upload its findings" in printed
    assert job.platform.comments == []
    assert job.platform.uploads == []
    assert job.token not in printed


def test_the_page_lists_every_input_and_output() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for kind in ("inputs", "outputs"):
        listed = re.findall(
            r"^\| `([\w-]+)` \|", text.partition(f"## {kind.title()}")[2].partition("\n## ")[0], re.M
        )
        assert listed == list(ACTION[kind])
    used = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    [step] = [step for step in used["jobs"]["cost"]["steps"] if "/apig-cost@" in step["uses"]]
    assert set(step["with"]) <= set(ACTION["inputs"])
