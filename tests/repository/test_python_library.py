"""The Python library is what its page says, and its examples run and satisfy a strict type checker."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import policypack
import pricing
import pricing.timeline

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
EXAMPLES = sorted((ROOT / "examples" / "library").rglob("*.py"))


def test_the_page_names_what_is_exported_and_nothing_else() -> None:
    named = re.findall(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), re.M)
    exported = [f"pricing.{name}" for name in sorted(pricing.__all__)]
    exported += [f"pricing.timeline.{name}" for name in sorted(pricing.timeline.__all__)]
    assert named == exported


def test_every_exported_name_has_its_meaning() -> None:
    """A heading with nothing below it helps nobody."""
    sections = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    assert [part.splitlines()[0] for part in sections if len(part.strip().splitlines()) < 3] == []


def test_every_field_has_its_meaning_and_no_default_is_private() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\|.*\|\s*\|$", text, re.M) == []
    assert re.findall(r"= _\w+", text) == []


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    [example, *_] = re.findall(r"```python\n(import .*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    exec(compile(example, str(PAGE), "exec"), {})
    assert capsys.readouterr().out.startswith("Priced(currency='USD'")


def test_the_names_of_policypack_and_the_timeline_are_locked() -> None:
    """Those of ``pricing`` are locked in tests/pricing/test_interface.py."""
    assert pricing.timeline.__all__ == [
        "Bill",
        "Record",
        "Timeline",
        "TimelineError",
        "bill",
        "read_timeline",
    ]
    assert policypack.__version__
    first, second = policypack.policies, policypack.policies
    assert first is not second, "each caller gets a list of its own"
    assert {policy.name for policy in first} >= {"apig-cost", "apig-monthly-budget", "eip-idle"}
    with pytest.raises(AttributeError, match="no attribute 'rules_of'"):
        policypack.rules_of  # noqa: B018


@pytest.mark.slow
def test_the_examples_are_typed_strictly() -> None:
    assert len(EXAMPLES) == 2
    ran(sys.executable, "-m", "mypy", "--strict", *EXAMPLES)


@pytest.mark.slow
def test_the_example_prices_a_gateway() -> None:
    shown = ran(sys.executable, ROOT / "examples" / "library" / "gateway_price.py").splitlines()
    assert [line.partition(":")[0] for line in shown] == ["la-south-2", "sa-brazil-1"]
    assert all(re.search(r": \d+\.\d\d USD, a (reference )?price of ", line) for line in shown)


def ran(*command: str | Path) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
