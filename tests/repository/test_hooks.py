"""The hooks that other repositories take from this one, run by pre-commit from a clone of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "pre-commit.md"
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
KEPT_OUT = {"venv", "mutants", "build", "dist"}
CONFIGURATION = """
repos:
  - repo: {origin}
    rev: v1
    hooks:
      - id: apig-cost-settings
      - id: apig-cost
        args: [infrastructure, --stack, dev]
        additional_dependencies: [pulumi-huaweicloud==0.0.12, "setuptools<80.9"]
"""


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Team", "-c", "user.email=team@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a program and the hooks of this checkout, as it is now, at a tag."""
    place = tmp_path_factory.mktemp("hooks")
    origin = place / "apig-cost"
    left_out = shutil.ignore_patterns(".*_cache", ".git", ".venv", ".hypothesis", "__pycache__", *KEPT_OUT)
    shutil.copytree(ROOT, origin, ignore=left_out)
    git(origin, "init")
    git(origin, "add", "--all")
    git(origin, "commit", "--message", "as it is")
    git(origin, "tag", "v1")
    team = place / "team"
    shutil.copytree(ROOT / "examples" / "shop", team / "infrastructure")
    (team / ".pre-commit-config.yaml").write_text(CONFIGURATION.format(origin=origin))
    git(team, "init")
    git(team, "add", "--all")
    return team


def run(repository: Path) -> tuple[int, str]:
    done = subprocess.run(
        [PRE_COMMIT, "run", "--all-files", "--verbose"],
        cwd=repository,
        env={**os.environ, "PRE_COMMIT_HOME": str(repository.parent / "home"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=350,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_hooks_pass_and_stop_as_the_command_does(repository: Path) -> None:
    code, printed = run(repository)
    assert code == 0, printed
    assert "all settings are right" in printed
    assert 'Budget "shop"' in printed
    settings = repository / "infrastructure" / "apig-cost.toml"
    right = settings.read_text()
    settings.write_text(right.replace('"6000"', '"100"'))
    code, printed = run(repository)
    assert code == 1, printed
    assert "API gateway cost, settings" in printed
    assert printed.count("Failed") == 1
    settings.write_text(right.replace("amount", "amuont"))
    code, printed = run(repository)
    assert code == 1, printed
    assert printed.count("Failed") == 2
    assert "did you mean amount?" in printed


def test_the_page_names_the_hooks_and_their_settings() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    shown = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])["repos"][0]["hooks"]
    assert {hook["id"] for hook in shown} == {hook["id"] for hook in hooks}
    assert all(f"| `{hook['id']}` |" in text for hook in hooks)
