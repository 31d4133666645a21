"""Plans and states of the real tofu, with a provider that stands in for the cloud."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import engine_tools

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
PROVIDER = Path(__file__).parent / "standins" / "terraform"
CONFIGURATIONS = Path(__file__).parent / "terraform"
RECORDINGS = ROOT / "tests" / "recordings"
CASES = sorted(path.name for path in CONFIGURATIONS.iterdir())
APIG_COST = Path(sys.executable).with_name("apig-cost")
HOW_TO_GET_IT = "no tofu: run `python scripts/engine_tools.py tofu` (needs Go)"
SECONDS = 120

Tofu = Callable[..., str]


@pytest.fixture(scope="session")
def tofu_settings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The real tofu, and a file that points it to the provider of the tests."""
    binary = engine_tools.tofu_folder() / "tofu"
    if not binary.exists() or shutil.which("go") is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    sources = sorted(path for path in PROVIDER.iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = engine_tools.cache() / f"terraform-standin-{digest}"
    if not (folder / "terraform-provider-huaweicloud").exists():
        work = tmp_path_factory.mktemp("standin")
        for path in sources:
            shutil.copyfile(path, work / path.name)
        built = work / "terraform-provider-huaweicloud"
        engine_tools.go("build", "-o", str(built), ".", cwd=work)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built, folder / f".{os.getpid()}")
        (folder / f".{os.getpid()}").chmod(0o755)
        (folder / f".{os.getpid()}").replace(folder / "terraform-provider-huaweicloud")
    settings = tmp_path_factory.mktemp("settings") / "tofu.rc"
    settings.write_text(
        f'provider_installation {{\n  dev_overrides {{\n    "huaweicloud/huaweicloud" = "{folder}"\n  }}\n'
        "  direct {}\n}\n"
    )
    return binary, settings


@pytest.fixture
def tofu(tofu_settings: tuple[Path, Path]) -> Tofu:
    """Runs the real tofu in a folder."""
    binary, settings = tofu_settings

    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            [str(binary), *arguments],
            cwd=folder,
            env={**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def planned(tofu: Tofu, tmp_path: Path) -> Callable[[Path], Path]:
    """Plans a configuration and returns its JSON."""

    def plan(source: Path) -> Path:
        folder = tmp_path / source.name
        if not folder.exists():
            shutil.copytree(source, folder)
            tofu(folder, "get")
        tofu(folder, "plan", "-input=false", "-out=saved.plan")
        path = folder / "plan.json"
        path.write_text(tofu(folder, "show", "-json", "saved.plan"))
        return path

    return plan


def report(*arguments: str | Path) -> dict[str, Any]:
    """What apig-cost says of a source."""
    done = subprocess.run(
        [APIG_COST, *map(str, arguments), "--format", "json"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode in {0, 3}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def answer(found: dict[str, Any]) -> dict[str, Any]:
    """What a report says, without the names, which differ between the two languages."""
    (stack,) = found["stacks"]
    return {
        "lines": sorted(
            (line["meter"], line["spec"] or "", line["region"], line["status"], str(line["monthly"]))
            for line in stack["lines"]
        ),
        "network": [
            [judged[path][key] for path in ("outbound", "entrance") for key in ("declared", "verdict")]
            for judged in stack["network"]
        ],
        "findings": sorted((one["policy"], one["verdict"]) for one in stack["findings"]),
        "totals": stack["totals"],
    }


@pytest.mark.parametrize("case", CASES)
def test_a_plan_says_what_the_same_program_says(planned: Callable[[Path], Path], case: str) -> None:
    of_plan = answer(report("check", planned(CONFIGURATIONS / case)))
    of_program = answer(report("check", RECORDINGS / case / "preview.json"))
    assert of_plan == of_program


def test_a_state_says_what_its_plan_allowed(tofu: Tofu, planned: Callable[[Path], Path]) -> None:
    plan = planned(CONFIGURATIONS / "orders-internal")
    folder = plan.parent
    tofu(folder, "apply", "-input=false", "-auto-approve")
    shown = folder / "shown.json"
    shown.write_text(tofu(folder, "show", "-json"))
    before, raw, of_show = (
        answer(report("check", path)) for path in (plan, folder / "terraform.tfstate", shown)
    )
    assert raw == of_show
    assert raw["lines"] == before["lines"]
    assert raw["network"] == before["network"]


def test_a_sensitive_value_is_nowhere(tofu: Tofu, planned: Callable[[Path], Path]) -> None:
    plan = planned(CONFIGURATIONS / "orders-internal")
    assert "7d1e2e10-image" in plan.read_text(), "a plan holds it in plain text"
    tofu(plan.parent, "apply", "-input=false", "-auto-approve")
    for source in (plan, plan.parent / "terraform.tfstate"):
        assert "7d1e2e10-image" not in json.dumps(report("check", source))


def test_a_plan_holds_both_sides_of_a_change(tofu: Tofu, planned: Callable[[Path], Path]) -> None:
    folder = planned(CONFIGURATIONS / "orders-internal").parent
    tofu(folder, "apply", "-input=false", "-auto-approve")
    source = folder / "main.tf"
    text = source.read_text()
    source.write_text(
        text.replace('bandwidth_size                  = "5"', "bandwidth_size                  = 4")
    )
    assert source.read_text() != text
    difference = report("diff", planned(CONFIGURATIONS / "orders-internal"))
    (stack,) = difference["stacks"]
    changed = [change for change in stack["changes"] if change["kind"] != "same"]
    assert [(change["kind"], change["meter"]) for change in changed] == [
        ("changed", "apig.outbound-bandwidth")
    ]


def test_a_target_leaves_a_gap(tofu: Tofu, planned: Callable[[Path], Path]) -> None:
    folder = planned(CONFIGURATIONS / "orders-internal").parent
    tofu(folder, "plan", "-input=false", "-target=huaweicloud_vpc.orders", "-out=part.plan")
    part = folder / "part.json"
    part.write_text(tofu(folder, "show", "-json", "part.plan"))
    (stack,) = report("check", part)["stacks"]
    assert any("leaves out" in gap for gap in stack["gaps"])


REPEATED = """
terraform {
  required_providers { huaweicloud = { source = "huaweicloud/huaweicloud" } }
}
provider "huaweicloud" { region = "la-south-2" }
resource "huaweicloud_vpc" "each" {
  for_each = toset(["a", "b"])
  name     = each.key
  cidr     = "10.60.0.0/16"
}
output "all" { value = values(huaweicloud_vpc.each)[*].id }
output "whole" { value = true }
"""


@pytest.mark.parametrize("option", ["-target", "-exclude"])
def test_an_output_tells_that_instances_are_left_out(tofu: Tofu, tmp_path: Path, option: str) -> None:
    folder = tmp_path / "repeated"
    folder.mkdir()
    (folder / "main.tf").write_text(REPEATED)
    gaps = []
    for name, arguments in {"all": (), "part": (f'{option}=huaweicloud_vpc.each["a"]',)}.items():
        tofu(folder, "plan", "-input=false", f"-out={name}.plan", *arguments)
        shown = folder / f"{name}.json"
        shown.write_text(tofu(folder, "show", "-json", f"{name}.plan"))
        (stack,) = report("estimate", shown)["stacks"]
        gaps.append(stack["gaps"])
        assert stack["notes"] == []
    assert gaps[0] == []
    assert "output.whole" in gaps[1][0]
