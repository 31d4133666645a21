"""`pulumi preview` with the pack, as a user sees it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
EXECUTABLE = Path(sys.executable).with_name("apig-cost-pack")
TEAM_PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy
from policypack import policies

def count(args, report_violation):
    if args.resource_type == "huaweicloud:Vpc/vpc:Vpc":
        report_violation(f"saw {args.name}")

PolicyPack("team", policies=[
    ResourceValidationPolicy("team-networks", "Networks are reviewed.", count, EnforcementLevel.ADVISORY),
    *policies,
])
"""


@pytest.fixture(
    params=[
        "executable",
        pytest.param("directory", marks=pytest.mark.slow),  # tests/replay has each form in the default suite
        pytest.param("composed", marks=pytest.mark.slow),
    ]
)
def pack(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Each way to use the pack."""
    if request.param == "executable":
        return EXECUTABLE
    if request.param == "directory":
        return ROOT
    folder = tmp_path / "team-pack"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "__main__.py").write_text(TEAM_PACK)
    return folder


def budget(amount: int, currency: str = "CNY", **more: Any) -> dict[str, Any]:
    limits = [{"name": "team", "amount": amount, "currency": currency}]
    return {"apig-monthly-budget": {"limits": limits, **more}}


def policies_shown(text: str) -> str:
    """What the CLI prints below ``Policies:``."""
    return text.partition("Policies:")[2].partition("Diagnostics:")[0]


def test_within_a_budget_the_preview_passes_and_shows_the_cost(
    workspace: Any, pack: Path, exact_prices: Path
) -> None:
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    settings = budget(1_000_000) | {"apig-cost": {"priceBook": str(exact_prices)}}
    done = workspace.preview("--policy-pack-config", workspace.configured(settings), pack=pack)
    assert done.code == 0, done.text
    assert "API gateway cost, estimated" in done.text
    assert "orders-gateway" in done.text
    assert "21 to create" in done.text
    assert "apig-monthly-budget" not in policies_shown(done.text)


def test_over_a_budget_the_preview_fails_and_says_by_what(workspace: Any, pack: Path) -> None:
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview("--policy-pack-config", workspace.configured(budget(100)), pack=pack)
    assert done.code == 1, done.text
    shown = policies_shown(done.text)
    assert "[mandatory]" in shown
    assert "apig-monthly-budget" in shown
    assert '"team"' in shown
    assert "orders-gateway" in shown


@pytest.mark.slow
def test_a_budget_that_cannot_be_decided_fails_and_says_why(workspace: Any, pack: Path) -> None:
    workspace.copy(RECORDINGS / "unknowns")
    workspace.start()
    done = workspace.preview("--policy-pack-config", workspace.configured(budget(1_000_000)), pack=pack)
    assert done.code == 1, done.text
    shown = policies_shown(done.text)
    assert "edition" in shown
    assert "hub-gateway" in shown
    assert "HC-2024-0815" not in done.text


@pytest.mark.slow
def test_a_wrong_setting_fails_and_is_named(workspace: Any, pack: Path) -> None:
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(
        "--policy-pack-config", workspace.configured({"apig-cost": {"hoursPerMnth": 700}}), pack=pack
    )
    assert done.code == 1, done.text
    assert "did you mean hoursPerMonth?" in policies_shown(done.text)
    assert "publish-list-orders create" in done.text, "the preview goes on to its end"


def test_a_setting_of_the_wrong_type_is_refused_before_anything_runs(workspace: Any, pack: Path) -> None:
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(
        "--policy-pack-config", workspace.configured({"apig-monthly-budget": {"limits": 100}}), pack=pack
    )
    assert done.code != 0
    assert "apig-monthly-budget: limits: Invalid type. Expected: array, given: integer" in done.text
    assert "to create" not in done.text


@pytest.mark.slow
def test_somebody_elses_policy_works_beside_ours(workspace: Any, tmp_path: Path) -> None:
    folder = tmp_path / "team-pack"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "__main__.py").write_text(TEAM_PACK)
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview("--policy-pack-config", workspace.configured(budget(100)), pack=folder)
    shown = policies_shown(done.text)
    assert "saw orders-vpc" in shown
    assert "apig-monthly-budget" in shown
    assert done.code == 1


@pytest.mark.slow
def test_an_internal_error_fails_the_preview_but_lets_it_go_on(workspace: Any) -> None:
    broken = workspace.folder / "broken-pack"
    broken.write_text(
        f"#!{sys.executable}\n"
        "import policypack.analyzer.operation as operation\n"
        "def broken(*arguments):\n"
        "    raise ZeroDivisionError('the secret is HC-2024-0815')\n"
        "operation.assess = broken\n"
        "from policypack.pack import main\n"
        "main()\n"
    )
    broken.chmod(0o755)
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(pack=broken)
    assert done.code == 1, done.text
    shown = policies_shown(done.text)
    assert "Internal error in apig-cost (ZeroDivisionError at " in shown
    assert "HC-2024-0815" not in done.text
    assert "publish-list-orders create" in done.text, "the preview goes on to its end"


@pytest.mark.slow
def test_other_providers_leave_unknown_outputs_in_place(workspace: Any) -> None:
    """Some plan an unknown where others plan nothing; the answer is the same."""
    workspace.copy(RECORDINGS / "unknowns")
    workspace.start()
    reports = []
    for mode in ("drop", "keep"):
        path = workspace.folder / f"{mode}.json"
        settings = workspace.configured({"apig-cost": {"report": {"path": str(path)}}})
        done = workspace.preview("--policy-pack-config", settings, variables={"STANDIN_OUTPUTS": mode})
        assert done.code == 0, done.text
        reports.append(json.loads(path.read_text()))
    assert reports[0] == reports[1]


def test_a_secret_of_the_configuration_is_never_said(workspace: Any, pack: Path) -> None:
    workspace.write(
        "import pulumi\n"
        "secret = pulumi.Output.secret\n"
        "pulumi.CustomResource('huaweicloud:DedicatedApig/instance:Instance', 'front',\n"
        "    {'edition': secret('GEHEIM'), 'bandwidthSize': secret(1987)})\n"
        "pulumi.CustomResource('huaweicloud:Vpc/eip:Eip', 'web', {'chargingMode': secret('geheim'),\n"
        "    'publicip': {'type': '5_bgp'}, 'bandwidth': {'shareType': 'PER', 'size': secret(1987)}})\n"
    )
    workspace.start()
    settings, path = workspace.report("report")
    done = workspace.preview("--policy-pack-config", settings, pack=pack)
    said = (done.text + path.read_text()).lower()
    assert "front" in said
    assert "a secret" in said
    assert "geheim" not in said
    assert "1987" not in said


def test_the_settings_beside_the_program_count_without_a_configuration(workspace: Any) -> None:
    workspace.declare(("huaweicloud:DedicatedApig/instance:Instance", "gateway", {"edition": "PROFESSIONAL"}))
    workspace.start()
    (workspace.program / "apig-cost.toml").write_text(
        '[[apig-monthly-budget.limits]]\nname = "team"\namount = 1\ncurrency = "CNY"\n'
    )
    stopped = workspace.preview()
    assert (stopped.code, '"team"' in stopped.text) == (1, True)
    assert "Settings: apig-cost.toml, as no --policy-pack-config sets any." in stopped.text
    settings = workspace.configured({"apig-cost": {"site": "cn"}})
    passed = workspace.preview("--policy-pack-config", settings)
    assert (passed.code, "Settings:" in passed.text) == (0, False)


@pytest.mark.slow
def test_the_example_of_a_team_that_has_rules_of_its_own(workspace: Any) -> None:
    workspace.declare(("huaweicloud:DedicatedApig/instance:Instance", "bare", {"edition": "PROFESSIONAL"}))
    workspace.start()
    done = workspace.preview(
        "--policy-pack-config",
        workspace.configured(budget(1)),
        pack=ROOT / "examples" / "library" / "own-rules",
    )
    assert done.code == 1, done.text
    assert 'Gateway "bare" has no tags' in done.text
    assert "apig-monthly-budget" in policies_shown(done.text)
