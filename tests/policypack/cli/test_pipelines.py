"""The ready-made pipelines of examples/ci: their shell parts are executed, without the service around."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from policypack.cli.initial.installation import released
from tests.e2e.standins.platforms import GitHub, GitLab, Platform, serving

ROOT = Path(__file__).parents[3]
PIPELINES = ROOT / "examples" / "ci"
LIMIT = '[[apig-monthly-budget.limits]]\nname = "all"\namount = {}\ncurrency = "CNY"\n'


PROGRAM = """
import pulumi

pulumi.CustomResource(
    "huaweicloud:DedicatedApig/instance:Instance",
    "gateway",
    {"edition": "PROFESSIONAL", "region": "cn-north-4"},
)
"""


PLAN = {
    "format_version": "1.2",
    "resource_changes": [
        {
            "address": "huaweicloud_apig_instance.gateway",
            "mode": "managed",
            "type": "huaweicloud_apig_instance",
            "name": "gateway",
            "provider_name": "registry.opentofu.org/huaweicloud/huaweicloud",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"edition": "PROFESSIONAL", "region": "cn-north-4"},
                "after_unknown": {"id": True},
                "after_sensitive": {},
            },
        }
    ],
    "configuration": {
        "root_module": {
            "resources": [
                {
                    "mode": "managed",
                    "type": "huaweicloud_apig_instance",
                    "name": "gateway",
                    "provider_config_key": "huaweicloud",
                    "expressions": {
                        "edition": {"constant_value": "PROFESSIONAL"},
                        "region": {"constant_value": "cn-north-4"},
                    },
                }
            ]
        }
    },
}


@pytest.fixture(autouse=True)
def prices_of_the_regions(work: Path, exact_prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIG_COST_PRICE_BOOK", str(exact_prices))


@pytest.fixture
def project(work: Path) -> Path:
    """A repository as a pipeline finds it: a program with its requirements."""
    (work / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    (work / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    for stack in ("dev", "prod"):
        (work / f"Pulumi.{stack}.yaml").write_text("config: {}\n", encoding="utf-8")
    (work / "requirements.txt").write_text("pulumi\n", encoding="utf-8")
    return work


def execute(script: str, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run shell lines with our command on the path; nothing is installed."""
    tools = project / ".tools"
    tools.mkdir(exist_ok=True)
    for name, body in {
        "pip": "exit 0",
        "python": 'test "$1 $2" = "-m venv" && mkdir -p "$3" && cp -r "$(dirname "$0")" "$3/bin"',
        "apig-cost": f'exec "{sys.executable}" -m policypack.cli "$@"',
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", "-e", "-c", script, "pipeline", *arguments],
        cwd=project,
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def steps() -> dict[str, str]:
    """The named steps of the pipeline for GitHub."""
    document = yaml.safe_load((PIPELINES / "github.yml").read_text(encoding="utf-8"))
    (job,) = document["jobs"].values()
    return {step["name"]: step["run"] for step in job["steps"] if "run" in step}


def github() -> str:
    return steps()["Install"] + steps()["Check"]


def gitlab() -> str:
    (job,) = yaml.safe_load((PIPELINES / "gitlab.yml").read_text(encoding="utf-8")).values()
    return "\n".join(job["script"])


def of_plan(name: str) -> str:
    document = yaml.safe_load((PIPELINES / name).read_text(encoding="utf-8"))
    jobs = document.get("jobs", document)
    (job,) = jobs.values()
    steps = job["script"] if "script" in job else [step["run"] for step in job["steps"] if "run" in step]
    return "\n".join(steps)


@pytest.mark.parametrize("name", ["terraform-github.yml", "terraform-gitlab.yml"])
@pytest.mark.parametrize(("amount", "code"), [(999999, 0), (1, 1)])
def test_pipelines_of_a_plan(name: str, amount: int, code: int, project: Path) -> None:
    """The tool is stood in for by what it printed once; its own run is tested end to end."""
    (project / "apig-cost.toml").write_text(LIMIT.format(amount), encoding="utf-8")
    tools = project / ".tools"
    tools.mkdir()
    plan = project / "recorded.json"
    plan.write_text(json.dumps(PLAN), encoding="utf-8")
    (tools / "tofu").write_text(f'#!/bin/sh\n[ "$1" != show ] || cat "{plan}"\n', encoding="utf-8")
    (tools / "tofu").chmod(0o755)
    done = execute(of_plan(name), project)
    assert (done.returncode, done.stderr) == (code, "")


def jenkins() -> str:
    (script,) = re.findall(r"sh '''(.*?)'''", (PIPELINES / "Jenkinsfile").read_text(encoding="utf-8"), re.S)
    return script


@pytest.mark.parametrize(("amount", "code"), [(999999, 0), (1, 1)])
@pytest.mark.parametrize(
    ("script", "result"),
    [(github, None), (gitlab, "gl-code-quality-report.json"), (jenkins, "apig-cost.xml")],
)
def test_pipelines(script, result: str | None, amount: int, code: int, project: Path) -> None:
    (project / "apig-cost.toml").write_text(LIMIT.format(amount), encoding="utf-8")
    done = execute(script(), project)
    assert (done.returncode, done.stderr) == (code, "")
    if result is None:
        assert done.stdout.startswith("::error" if code else "::")
    else:
        assert (project / result).stat().st_size > 0
    if script is not jenkins:
        assert json.loads((project / "apig-cost.json").read_bytes())["schema"] == "apig-cost/report/1"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [GitHub, GitLab])
def test_the_comment_of_a_pipeline(
    kind: type[Platform], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "apig-cost.toml").write_text(LIMIT.format(1), encoding="utf-8")
    platform = kind()
    with serving(platform) as base:
        if kind is GitHub:
            event = {"pull_request": {"number": 7, "head": {"repo": None}, "base": {"repo": None}}}
            (project / "event.json").write_text(json.dumps(event), encoding="utf-8")
            monkeypatch.setenv("GITHUB_EVENT_PATH", str(project / "event.json"))
            monkeypatch.setenv("GITHUB_API_URL", base)
            monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
            monkeypatch.setenv("GITHUB_TOKEN", platform.token)
            check, comment = github(), steps()["Comment"]
        else:
            document = yaml.safe_load((PIPELINES / "gitlab.yml").read_text(encoding="utf-8"))
            (job,) = document.values()
            check, comment = gitlab(), "\n".join(job["after_script"])
            for name, value in {
                "CI_API_V4_URL": base,
                "CI_PROJECT_ID": "42",
                "CI_MERGE_REQUEST_IID": "7",
                "GITLAB_TOKEN": platform.token,
            }.items():
                monkeypatch.setenv(name, value)
        assert execute(check, project).returncode == 1
        done = execute(comment, project)
        assert (done.returncode, done.stderr) == (0, "")
    [made] = platform.comments
    assert "### API gateway cost: Over the limit" in made["body"]
    assert platform.wrong == []


def test_no_pipeline_installs_a_name_that_anybody_may_register() -> None:
    address = released().partition(" @ ")[2]
    installed = {}
    for path in PIPELINES.iterdir():
        for line in re.findall(r"pip install (.*)", path.read_text(encoding="utf-8")):
            name, _, place = line.split("'")[1].partition(" @ ")
            installed[path.name] = name
            assert place == address, path.name
    assert {name for name in installed if "[comment]" in installed[name]} == {"github.yml", "gitlab.yml"}
    assert {*installed, "check.sh"} == {path.name for path in PIPELINES.iterdir()}


@pytest.mark.parametrize(
    ("deployed", "preview", "amount", "code", "told"),
    [
        ("orders-internal/state.json", "orders-internal/preview.json", 999999, 0, "within every limit"),
        ("orders-internal/state.json", "orders-internal/preview.json", 1, 1, "over a limit"),
        ("none.json", "orders-internal/preview.json", 999999, 2, "nothing was decided"),
        ("unknowns/state.json", "unknowns/preview.json", 999999, 3, "cannot decide"),
    ],
)
def test_plain_shell(
    deployed: str, preview: str, amount: int, code: int, told: str, project: Path, recordings: Path
) -> None:
    (project / "apig-cost.toml").write_text(LIMIT.format(amount), encoding="utf-8")
    script = f'"{PIPELINES / "check.sh"}" "$@"'
    done = execute(script, project, str(recordings / deployed), str(recordings / preview))
    assert done.returncode == code
    assert told in done.stdout
    assert (project / "apig-cost.md").read_text(encoding="utf-8").startswith("### API gateway cost")


def test_actions_are_pinned_to_commits() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(PIPELINES.glob("*github.yml")))
    used = re.findall(r"uses: (\S+) # (\S+)", text)
    assert len(used) == text.count("uses:") >= 4
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name) for name, _ in used)
