"""The page states what the JSON report states: every verdict, amount and piece of evidence."""

from pathlib import Path

import pytest

from tests.policypack.reports.page.facts import check_comparison, check_page

ROOT = Path(__file__).parents[3]
CASES = sorted(path.name for path in (ROOT / "tests" / "recordings").iterdir() if path.is_dir())
PLANS = sorted(path.name for path in (ROOT / "tests" / "recordings-tofu").iterdir() if path.is_dir())
SETTINGS = """
[[apig-monthly-budget.limits]]
name = "all"
amount = 2000
currency = "CNY"

[[apig-monthly-budget.limits]]
name = "a meter"
amount = "0.01"
currency = "USD"
scope = { meter = "eip.bandwidth" }
"""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["preview.json", pytest.param("state.json", marks=pytest.mark.slow)])
def test_a_page_of_every_recording(case: str, name: str, run, settings) -> None:
    settings(SETTINGS)
    source = ROOT / "tests" / "recordings" / case / name
    page = run("check", source, "--format", "html")
    assert check_page(page.out, run("check", source, "--format", "json").report) > 10


@pytest.mark.slow
@pytest.mark.parametrize("case", PLANS)
def test_a_page_of_every_plan(case: str, run) -> None:
    sources = sorted((ROOT / "tests" / "recordings-tofu" / case).glob("*.json"))
    for source in sources:
        page = run("check", source, "--format", "html")
        if page.code != 2:
            assert check_page(page.out, run("check", source, "--format", "json").report)


GROWTH = """
[[apig-monthly-budget.increases]]
name = "growth"
percent = 5
"""


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("other", CASES)
def test_a_page_of_every_comparison(case: str, other: str, run, settings) -> None:
    settings(GROWTH)
    sources = [ROOT / "tests" / "recordings" / one / "state.json" for one in (case, other)]
    page = run("diff", *sources, "--format", "html")
    assert check_comparison(page.out, run("diff", *sources, "--format", "json").report)


@pytest.mark.slow
def test_a_page_of_all_recordings(run) -> None:
    sources = [ROOT / "tests" / "recordings" / case / "state.json" for case in CASES]
    page = run("check", *sources, "--format", "html")
    assert check_page(page.out, run("check", *sources, "--format", "json").report) > 100
