"""The settings file beside the program: used where the pack has no configuration, and only there."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from policypack.analyzer.operation import Operation, Outcome
from policypack.declared import Known, Origin, Resource, Stack
from policypack.findings.catalogue import policies

LIMIT = '[[apig-monthly-budget.limits]]\nname = "{}"\namount = 1\ncurrency = "CNY"\n'
EIP = Resource(
    "urn:pulumi:dev::shop::huaweicloud:Vpc/eip:Eip::web",
    "huaweicloud:Vpc/eip:Eip",
    "web",
    {"bandwidth": {"shareType": "PER", "size": 5, "chargeMode": "bandwidth"}, "publicip": {"type": "5_bgp"}},
)
STACK = Stack("shop", "dev", Origin("engine"), (EIP,), Known("cn-north-4"))
DEFAULTS: dict[str, Any] = {policy.name: {"enforcementLevel": policy.level} for policy in policies()}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in a repository, and the pack started in its folder."""
    folder = tmp_path / "repository" / "shop"
    folder.mkdir(parents=True)
    (folder.parent / ".git").mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PWD", raising=False)
    return folder


def decided(document: dict[str, Any] | None = None) -> Outcome:
    return Operation(DEFAULTS if document is None else document).decide(lambda: STACK)


def limits_named(outcome: Outcome) -> str:
    return " ".join(one.message for one in outcome.diagnostics if one.policy == "apig-monthly-budget")


@pytest.mark.parametrize("place", [".", ".."])
def test_the_file_beside_the_program_or_above_counts_and_is_named(place: str, program: Path) -> None:
    (program / place / "apig-cost.toml").write_text(LIMIT.format("team"))
    outcome = decided()
    assert '"team"' in limits_named(outcome)
    assert f"Settings: {Path(place, 'apig-cost.toml')}, as no --policy-pack-config" in outcome.summary


def test_pulumi_policy_objects_have_no_levels(program: Path) -> None:
    (program / "apig-cost.toml").write_text(LIMIT.format("team"))
    assert '"team"' in limits_named(decided({name: {} for name in DEFAULTS}))


@pytest.mark.parametrize(
    "given",
    [
        {"apig-cost": {"enforcementLevel": "mandatory", "site": "cn"}},
        {"eip-idle": {"enforcementLevel": "mandatory"}},
    ],
)
def test_a_configuration_keeps_the_file_out(given: dict[str, Any], program: Path) -> None:
    (program / "apig-cost.toml").write_text(LIMIT.format("team"))
    outcome = decided({**DEFAULTS, **given})
    assert limits_named(outcome) == ""
    assert "Settings:" not in outcome.summary


def test_without_a_file_nothing_is_said(program: Path) -> None:
    outcome = decided()
    assert limits_named(outcome) == ""
    assert "Settings:" not in outcome.summary


@pytest.mark.parametrize(
    "text", [LIMIT.format("x").replace("CNY", "RMB"), "limits = [", 'extend = "gone.toml"', "sites = 1"]
)
def test_a_wrong_file_stops(text: str, program: Path) -> None:
    (program / "apig-cost.toml").write_text(text)
    (diagnostic,) = decided().diagnostics
    assert (diagnostic.level, "Wrong setting: " in diagnostic.message) == ("mandatory", True)


@pytest.mark.parametrize(("project", "used"), [("shop", True), ("other", False)])
def test_a_directory_pack_believes_the_shell_where_the_project_is_the_same(
    project: str, used: bool, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
    (program / "apig-cost.toml").write_text(LIMIT.format("team"))
    (tmp_path / "pack").mkdir()
    monkeypatch.chdir(tmp_path / "pack")
    assert limits_named(decided()) == ""
    monkeypatch.setenv("PWD", str(program))
    assert ('"team"' in limits_named(decided())) is used


def test_the_report_names_the_file(program: Path) -> None:
    (program / "apig-cost.toml").write_text('report = { path = "report.json" }\n' + LIMIT.format("team"))
    decided()
    assert json.loads((program / "report.json").read_text())["settings"] == "apig-cost.toml"


@pytest.mark.parametrize("named", ["apig-cost.toml", "base.toml", "prices.toml", "terms.toml"])
def test_a_preview_waits_for_no_pipe(named: str, program: Path) -> None:
    """Nobody may be writing to it, and the engine waits for the pack for ever."""
    settings = 'extend = "base.toml"\npriceBook = "prices.toml"\nterms = "terms.toml"\n'
    (program / "apig-cost.toml").write_text(settings)
    (program / "base.toml").write_text("")
    (program / "prices.toml").write_text("")
    (program / named).unlink(missing_ok=True)
    os.mkfifo(program / named)
    if named == "terms.toml":
        (program / "apig-cost.toml").write_text('terms = "terms.toml"\n')
    (said,) = decided().diagnostics
    assert said.level == "mandatory"
    assert named in said.message
    assert "a pipe or a device" in said.message


def test_a_folder_that_is_not_known_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a directory pack with ``pulumi -C``: limits beside the program are not read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(tmp_path))
    assert "Settings: none. The engine does not tell" in decided().summary
    assert "Settings:" not in decided({"apig-cost": {"site": "cn"}}).summary
