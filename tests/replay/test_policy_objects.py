"""The objects for a team's own pack say what our own service says."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2

MANDATORY = analyzer_pb2.MANDATORY


def descriptions(pack: Any) -> dict[str, str]:
    return {policy.name: policy.description for policy in pack.stub.GetAnalyzerInfo(Empty()).policies}


def said(diagnostics: list[Any], before: dict[str, str]) -> list[tuple[str, int, str, str]]:
    """Diagnostics without the description that ``pulumi_policy`` puts before each message."""
    return sorted(
        (
            found.policyName,
            found.enforcementLevel,
            found.urn,
            found.message.removeprefix(before.get(found.policyName, "") + "\n"),
        )
        for found in diagnostics
    )


LIMITS = {
    "apig-monthly-budget": {"limits": [{"name": "team", "amount": 1000, "currency": "CNY"}]},
    "apig-cost": {"hoursPerMonth": 700},
    "apig-price-unknown": {"enforcementLevel": "mandatory"},
}
WAIVER = {
    "policy": "apig-price-unknown",
    "resource": "*",
    "reason": "agreed",
    "owner": "ops",
    "expires": "2999-01-01",
}


@pytest.mark.parametrize("settings", [{}, LIMITS], ids=["bare", "limits"])
def test_both_say_the_same(
    served: Any,
    composed: Any,
    recording: list[tuple[str, Any]],
    settings: Any,
    capfd: pytest.CaptureFixture[str],
) -> None:
    own = served.replay(recording, settings)
    summary = capfd.readouterr().err
    theirs = composed.replay(recording, settings)
    said_by_objects = said(theirs, descriptions(composed))
    hindrances = {text for policy, _, _, text in said_by_objects if policy == "apig-cost"}
    said_by_objects = [  # the budget repeats what hinders it, for teams that take it alone
        one for one in said_by_objects if one[0] == "apig-cost" or one[3] not in hindrances
    ]
    assert said_by_objects == said(own, {})
    assert all(found.policyPackName == "team" for found in theirs)
    assert capfd.readouterr().err == summary


def test_a_wrong_setting_stops_a_composed_pack_too(composed: Any, recorded: Callable[[str], Any]) -> None:
    theirs = composed.replay(recorded("orders-internal"), {"apig-cost": {"hoursPerMnth": 730}})
    assert {found.policyName for found in theirs} == {"apig-cost", "apig-monthly-budget"}
    assert all(found.enforcementLevel == MANDATORY for found in theirs)
    assert all("did you mean hoursPerMonth?" in found.message for found in theirs)


def test_what_is_accepted_does_not_stop_a_composed_pack(
    composed: Any, recorded: Callable[[str], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """An object cannot report below its own level, so it is said on standard error."""
    settings = {**LIMITS, "apig-cost": {"waivers": [WAIVER]}}
    settings["apig-monthly-budget"] = {**settings["apig-monthly-budget"], "whenUndecided": "warn"}
    theirs = composed.replay(recorded("unknowns"), settings)
    assert "apig-monthly-budget" not in {found.policyName for found in theirs}
    assert "apig-monthly-budget: Cannot decide" in capfd.readouterr().err


def test_the_name_means_the_list_whatever_was_imported_before(tmp_path: Path) -> None:
    code = (
        "import policypack.findings.catalogue\n"
        "from policypack import policies\n"
        "from policypack.findings.catalogue import policies as rules\n"
        "import policypack\n"
        "assert type(policies) is list and policies == policypack.policies\n"
        "assert len(policies) == len(rules()) + 2\n"
        "policies.clear()\n"
        "assert policypack.policies\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
