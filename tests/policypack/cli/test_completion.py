"""What a shell completes: click's own protocol, asked as the shells' scripts ask."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from policypack.cli import group
from policypack.findings.catalogue import policies


@pytest.fixture
def program(work: Path) -> Path:
    folder = work / "shop"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in ("dev", "prod", "preprod"):
        (folder / f"Pulumi.{stack}.yaml").write_text("")
    return folder


def complete(*arguments: str, incomplete: str = "") -> list[tuple[str, str]]:
    shell = ShellComplete(group, {}, "apig-cost", "_APIG_COST_COMPLETE")
    return [(item.type, item.value) for item in shell.get_completions(list(arguments), incomplete)]


def test_policies() -> None:
    assert complete("policies") == [("plain", policy.name) for policy in policies()]
    assert complete("policies", incomplete="eip") == [("plain", "eip-idle")]


@pytest.mark.parametrize("command", ["preview", "check", "estimate", "explain", "init"])
def test_stacks_of_the_program_that_is_named(command: str, program: Path) -> None:
    found = complete(command, "shop", "--stack", incomplete="p")
    assert found == [("plain", "preprod"), ("plain", "prod")]


def test_stacks_of_the_current_folder(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(program)
    assert [value for _, value in complete("check", "--stack")] == ["dev", "preprod", "prod"]


def test_nothing_is_said_of_a_damaged_program(program: Path) -> None:
    (program / "Pulumi.yaml").write_text("[")
    assert complete("preview", "shop", "--stack") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("preview",),
        ("audit",),
        ("diff",),
        ("init",),
        ("explain",),
        ("settings", "check"),
        ("check", "--config"),
        ("check", "-o"),
    ],
)
def test_files(arguments: tuple[str, ...], work: Path) -> None:
    assert complete(*arguments, incomplete="sh") == [("file", "sh")]


def test_choices() -> None:
    assert ("plain", "gitlab") in complete("check", "--format")
    assert [value for _, value in complete("comment")] == ["github", "gitlab"]


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from policypack.cli import main; main()"],
        env={**os.environ, "_APIG_COST_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "_APIG_COST_COMPLETE" in done.stdout
