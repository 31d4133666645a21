"""What a person reads of an audit: the summary and the worst ten; all the rest is elsewhere."""

import re
from pathlib import Path

import pytest

from tests.policypack.cli.test_portfolio import eip, state

LIMIT = """
[[apig-monthly-budget.limits]]
name = "each"
amount = 6000
currency = "CNY"
"""


@pytest.fixture
def many(work: Path) -> Path:
    """Twelve stacks, of which the last costs most; two can be read by nobody."""
    folder = work / "many"
    folder.mkdir()
    for count in range(1, 13):
        eips = [eip(f"e{count}-{n}", 6) for n in range(count)]
        (folder / f"s{count:02}.json").write_text(state("shop", f"s{count:02}", *eips))
    for name in ("x", "y"):
        (folder / f"{name}.json").write_text('{"version": 3, "deployment": {')
    return folder


def test_a_terminal_begins_with_the_summary_and_the_worst_ten(run, many: Path, exact_prices: Path) -> None:
    found = run("audit", many, "--prices", exact_prices)
    lines = found.out.splitlines()
    assert found.code == 2
    assert "2 inputs could not be used" in lines[0]
    assert "12 stacks, 2 inputs that could not be read" in lines
    assert any(line.startswith("All stacks, a month: ") for line in lines[:6])
    overview = [line.split()[0] for line in lines if re.match(r"shop/s\d\d  ", line)]
    assert overview == [f"shop/s{count:02}" for count in range(12, 2, -1)]
    assert "+ 2 more stacks, listed by --format json and --tables" in found.out
    details = re.findall(r"^shop/(s\d\d) \(export", found.out, re.M)
    assert details == [f"s{count:02}" for count in range(12, 2, -1)]
    assert lines.index("12 stacks, 2 inputs that could not be read") < next(
        number for number, line in enumerate(lines) if "(export" in line
    )


def test_markdown_does_so_too(run, many: Path, exact_prices: Path) -> None:
    found = run("audit", many, "--prices", exact_prices, "-f", "markdown")
    assert found.out.index("12 stacks, 2 inputs") < found.out.index("| Stack |") < found.out.index("####")
    assert len(re.findall(r"^#### ", found.out, re.M)) == 10
    assert "2 more stacks, listed by --format json and --tables" in found.out


def test_the_verdicts_are_counted(run, settings, many: Path, exact_prices: Path) -> None:
    settings(LIMIT)
    for name in ("x", "y"):
        (many / f"{name}.json").unlink()
    (many / "z.json").write_text(state("shop", "z", eip("z", 60)))
    found = run("audit", many, "--prices", exact_prices)
    assert found.code in {1, 3}
    assert re.search(r"^13 stacks \((\d+ over, )?(\d+ cannot be decided, )?\d+ within\)$", found.out, re.M)


def test_errors_without_end_are_counted(run, work: Path) -> None:
    (work / "many").mkdir()
    for count in range(103):
        (work / "many" / f"{count}.json").write_text('{"deployment": {')
    found = run("audit", "many")
    assert found.code == 2
    assert "Error: 3 more, listed by --format json" in found.err
    assert "103 inputs could not be used" in found.out
