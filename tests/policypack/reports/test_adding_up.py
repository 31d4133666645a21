"""The amounts of a table add up as they are shown."""

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from policypack.costs.estimate import totals_of
from policypack.costs.line import Line
from policypack.costs.wording import bounds, number
from policypack.reports.adding_up import decimals_of
from policypack.reports.arrangement import cost_table, overview
from policypack.reports.catalogue import renderer
from policypack.reports.formats import table
from policypack.reports.price_sources import price_sources
from policypack.reports.report import Report
from pricing.money import Range, total

RATES = some.decimals("0", "30", places=5, allow_nan=False)


def ranges(low: Decimal, more: Decimal | None) -> Range:
    return Range(low * 730, None if more is None else (low + more) * 730)


@given(some.lists(some.tuples(RATES, some.none() | RATES), min_size=1, max_size=9))
def test_amounts_of_a_month_add_up(rates: list[tuple[Decimal, Decimal | None]]) -> None:
    amounts = [ranges(*rate) for rate in rates]
    decimals = decimals_of(("USD", amount) for amount in amounts)
    whole = total(amounts)
    shown = [Decimal(number(amount.low, decimals)) for amount in amounts]
    assert sum(shown) == Decimal(number(whole.low, decimals))
    if whole.high is not None:
        highs = [Decimal(number(amount.high or Decimal(0), decimals)) for amount in amounts]
        assert sum(highs) == Decimal(number(whole.high, decimals))


@pytest.mark.parametrize(
    ("amounts", "decimals"),
    [
        ([], 2),
        (["1.50", "2.50"], 2),
        (["102.565", "3.65"], 2),
        (["102.565", "205.13", "102.565"], 3),
        (["102.565", "102.565"], 3),
        (["0.0004", "1"], 4),
        (["0.3333333333", "0.3333333333", "0.3333333334"], 6),
    ],
)
def test_no_more_decimals_than_it_takes(amounts: list[str], decimals: int) -> None:
    assert decimals_of(("USD", Range.exactly(Decimal(amount))) for amount in amounts) == decimals


def lines_of(report: Report, amounts: list[str]) -> tuple[Line, ...]:
    first = report.stacks[0].lines[0]
    return tuple(
        replace(first, status="priced", currency="USD", monthly=Range.exactly(Decimal(amount)))
        for amount in amounts
    )


def with_lines(report: Report, lines: tuple[Line, ...]) -> Report:
    stack = replace(report.stacks[0], lines=lines, totals=totals_of(lines), converted=None)
    return replace(report, stacks=(stack,))


def test_what_is_cut_off_adds_up_with_what_is_shown(report: Report) -> None:
    [stack] = with_lines(report, lines_of(report, ["2.005", "1.005", "0.505", "0.005"])).stacks
    costs = cost_table(stack, 2)
    assert (len(costs.lines), costs.left_out) == (2, 2)
    assert (costs.decimals, costs.rest, costs.total.split(" (")[0]) == (3, "0.510 USD", "3.520 USD")


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_formats_show_amounts_that_add_up(form: str, report: Report) -> None:
    many = with_lines(report, lines_of(report, ["102.565"] * 104))
    text = table.render(many) if form == "table" else renderer(form)(many)
    shown = re.findall(r"102\.565\b", text.replace("&#46;", "."))
    assert len(shown) >= 100
    assert "10666.760" in text.replace("&#46;", ".")


def test_stacks_add_up_to_all_of_them(report: Report) -> None:
    [stack] = with_lines(report, lines_of(report, ["0.005"])).stacks
    run = replace(report, stacks=(stack, stack, stack), errors=())
    for most in (3, 1):
        stacks = overview(run, most)
        amounts = [re.match(r"[\d.]+", cost) for _, cost, _, _ in stacks.rows]
        parts = [Decimal(found.group()) for found in amounts if found]
        rest = Decimal(stacks.rest.split()[0]) if stacks.left_out else Decimal(0)
        assert sum(parts) + rest == Decimal(stacks.total.split()[0])


def test_bounds_have_the_decimals_of_their_table() -> None:
    amount = Range(Decimal("1.0054"), Decimal("1.0055"))
    assert (bounds(amount, "USD"), bounds(amount, "USD", 4)) == ("1.01 USD", "1.0054 - 1.0055 USD")


def test_the_firmest_prices_stand_first(report: Report) -> None:
    firmness = ["own", "billed", "official", "example", "third-party", "reference", "free", "none"]
    found = price_sources(report)
    assert sum(int(count) for _, count, _ in found) == sum(len(stack.lines) for stack in report.stacks)
    assert all(firmness.index(one) < firmness.index(two) for (one, *_), (two, *_) in pairwise(found))
    assert all(meaning for _, _, meaning in found)
    assert price_sources(replace(report, stacks=())) == []
