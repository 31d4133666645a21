"""The objects for a team's own pack say what our own service says."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2

MANDATORY = analyzer_pb2.MANDATORY
TEAM_PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy
from policypack import policies

def every_gateway_has_a_name(args, report_violation):
    if args.resource_type.endswith(":Instance") and not args.name:
        report_violation("no name")

own = ResourceValidationPolicy(
    "team-names", "Gateways have names.", every_gateway_has_a_name, EnforcementLevel.ADVISORY
)
PolicyPack("team", policies=[own, *policies])
"""


@pytest.fixture
def composed(run: Callable[..., AbstractContextManager[Any]], tmp_path: Path) -> AbstractContextManager[Any]:
    """A pack of somebody's own policy and ours."""
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text(TEAM_PACK)
    return run(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )


@pytest.fixture
def own_pack(
    run: Callable[..., AbstractContextManager[Any]], commands: dict[str, list[str]]
) -> AbstractContextManager[Any]:
    """The pack with our own service."""
    return run(commands["executable"])


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
    own_pack: AbstractContextManager[Any],
    composed: AbstractContextManager[Any],
    recording: list[tuple[str, Any]],
    settings: Any,
) -> None:
    with own_pack as pack:
        own = pack.replay(recording, settings)
        summary = pack.end()[2]
    with composed as pack:
        theirs = pack.replay(recording, settings)
        said_by_objects = said(theirs, descriptions(pack))
        hindrances = {text for policy, _, _, text in said_by_objects if policy == "apig-cost"}
        said_by_objects = [  # the budget repeats what hinders it, for teams that take it alone
            one for one in said_by_objects if one[0] == "apig-cost" or one[3] not in hindrances
        ]
        assert said_by_objects == said(own, {})
        assert all(found.policyPackName == "team" for found in theirs)
        assert pack.end()[2] == summary


def test_a_wrong_setting_stops_a_composed_pack_too(
    composed: AbstractContextManager[Any], recorded: Callable[[str], Any]
) -> None:
    with composed as pack:
        theirs = pack.replay(recorded("orders-internal"), {"apig-cost": {"hoursPerMnth": 730}})
    assert {found.policyName for found in theirs} == {"apig-cost", "apig-monthly-budget"}
    assert all(found.enforcementLevel == MANDATORY for found in theirs)
    assert all("did you mean hoursPerMonth?" in found.message for found in theirs)


def test_what_is_accepted_does_not_stop_a_composed_pack(
    composed: AbstractContextManager[Any], recorded: Callable[[str], Any]
) -> None:
    """An object cannot report below its own level, so it is said on standard error."""
    settings = {**LIMITS, "apig-cost": {"waivers": [WAIVER]}}
    settings["apig-monthly-budget"] = {**settings["apig-monthly-budget"], "whenUndecided": "warn"}
    with composed as pack:
        theirs = pack.replay(recorded("unknowns"), settings)
        stderr = pack.end()[2]
    assert "apig-monthly-budget" not in {found.policyName for found in theirs}
    assert "apig-monthly-budget: Cannot decide" in stderr


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
