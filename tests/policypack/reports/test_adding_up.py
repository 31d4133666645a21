"""The amounts of a table add up as they are shown."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from policypack.costs.difference import difference
from policypack.costs.estimate import totals_of
from policypack.costs.line import Line
from policypack.costs.wording import bounds, number
from policypack.reports.adding_up import decimals_of
from policypack.reports.arrangement import cost_table, overview
from policypack.reports.catalogue import renderer
from policypack.reports.comment.body import body
from policypack.reports.comment.document import read
from policypack.reports.differences.formats import json as json_of_difference
from policypack.reports.differences.formats import markdown as markdown_of_difference
from policypack.reports.differences.formats import table as table_of_difference
from policypack.reports.differences.report import DifferenceReport, StackDifference, change_table
from policypack.reports.differences.words import cells, rest_cells
from policypack.reports.formats import json, table
from policypack.reports.page import comparison_page, run_page
from policypack.reports.price_sources import price_sources
from policypack.reports.report import Report
from policypack.reports.savings import savings_of
from pricing.money import Range, total
from tests.policypack.reports.conftest import line, resource

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
    whole = replace(report.stacks[0].stack, gaps=())
    stack = replace(report.stacks[0], stack=whole, lines=lines, totals=totals_of(lines), converted=None)
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


Compared = tuple[Decimal | None, Decimal | None, Decimal | None]
"""What a line is a month in the base, in the base at the prices of the head, and in the head."""


def sides(amounts: Sequence[Compared]) -> tuple[list[Line], list[Line], list[Line]]:
    made: tuple[list[Line], list[Line], list[Line]] = ([], [], [])
    for which, of_it in enumerate(amounts):
        for side, amount in zip(made, of_it, strict=True):
            if amount is not None:
                side.append(line(resource(f"gateway-{which}"), "apig.gateway", Range.exactly(amount)))
    return made


def compared(report: Report, amounts: Sequence[Compared]) -> DifferenceReport:
    made = sides(amounts)
    stack = StackDifference("shop/prod", "base", "head", difference(*made))
    whole = with_lines(report, tuple(made[2]))
    return DifferenceReport(whole, whole.book, (stack,))


def decimal(text: str) -> Decimal:
    return Decimal(text.removesuffix(" USD").removeprefix("+") or 0)


@given(
    some.lists(
        some.tuples(RATES, RATES, RATES)
        | some.tuples(some.none(), some.none(), RATES)
        | some.tuples(RATES, RATES, some.none()),
        min_size=1,
        max_size=6,
    ),
    some.integers(0, 6),
)
def test_a_comparison_adds_up(rates: list[Compared], most: int) -> None:
    base, repriced, head = sides([tuple(rate and rate * 730 for rate in one) for one in rates])
    changes = difference(base, repriced, head)
    found = change_table(changes, most)
    rows = [cells(change, found.decimals) for change in found.changes]
    rows += [rest_cells(found.rest, found.decimals)] if found.left_out else []  # type: ignore[list-item]
    totals = [cells(whole, found.decimals) for whole in changes.totals]
    for before, after, code, prices in (*rows, *totals):
        assert decimal(before) + decimal(code) + decimal(prices) == decimal(after)
    for column in (2, 3):
        parts = sum((decimal(row[column]) for row in rows), Decimal(0))
        assert parts == sum((decimal(whole[column]) for whole in totals), Decimal(0))


ODD: list[Compared] = [
    (Decimal("102.565"), Decimal("102.565"), Decimal(cost)) for cost in ("205.13", "307.695")
]
ODD.append((None, None, Decimal("102.565")))


@pytest.mark.parametrize("form", ["table", "markdown", "html", "comment"])
def test_formats_of_a_comparison_show_amounts_that_add_up(form: str, report: Report) -> None:
    odd = compared(report, ODD)
    text = {
        "table": table_of_difference.render,
        "markdown": markdown_of_difference.render,
        "html": comparison_page,
        "comment": lambda one: body(read(json_of_difference.render(one).encode()), "", 65_536),
    }[form](odd)
    shown = re.sub("<[^>]*>", " ", text.replace("&#46;", ".").replace("&#43;", "+"))
    for amount in ("102.565", "205.130", "307.695", "615.390", "+410.260"):
        assert f"{amount} USD" in shown, amount


def test_a_cut_comparison_says_what_is_left_out(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    many = compared(report, [(None, None, Decimal("0.005"))] * 400)
    monkeypatch.setattr(markdown_of_difference, "LIMIT", 20_000)
    text = markdown_of_difference.render(many).replace("&#46;", ".").replace("&#43;", "+")
    [left] = re.findall(r"\| (\d+) more lines are not shown .*\+([\d.]+) USD \| 0.000 USD \|", text)
    assert Decimal(left[1]) == int(left[0]) * Decimal("0.005")
    assert "+2.000 USD by code" in text


def cells_of(page: str, row: str) -> list[list[str]]:
    plain = [
        re.findall(r'<td class="number[^>]*>(.*?)</td>', one) for one in re.findall(row, page, re.DOTALL)
    ]
    return [[re.sub("<[^>]*>", "", cell) for cell in one] for one in plain]


def test_the_page_shows_amounts_that_add_up(report: Report) -> None:
    page = run_page(with_lines(report, lines_of(report, ["102.565"] * 3)))
    lines = [row[-1] for row in cells_of(page, "<tr data-status.*?</tr>")]
    assert lines == ["102.565 USD"] * 3
    assert cells_of(page, "<tfoot>.*?</tfoot>") == [["307.695 USD"]]


def test_the_page_of_many_stacks_adds_up(report: Report) -> None:
    [stack] = with_lines(report, lines_of(report, ["0.005"])).stacks
    page = run_page(replace(report, stacks=(stack,) * 3, errors=()))
    rows = [row[0] for row in cells_of(page, "<tr data-project.*?</tr>")]
    charts = [row[-1] for row in cells_of(page, '<tr><th scope="row">.*?</tr>')]
    assert rows[:3] == ["0.005 USD"] * 3
    assert charts.count("0.015") == 3  # one project, one region, one meter
    assert '<p class="figure">0.015 USD</p>' in page


def test_savings_of_a_page_add_up(report: Report) -> None:
    [stack] = with_lines(report, report.stacks[0].lines).stacks
    saves = next(one for one in stack.findings if one.finding.saving is not None)
    saving = replace(saves.finding.saving, amount=Range.exactly(Decimal("102.565")))  # type: ignore[type-var]
    findings = tuple(
        replace(
            saves,
            fingerprint=mark * 64,
            finding=replace(saves.finding, policy=f"{mark}-policy", saving=saving),
        )
        for mark in "abc"
    )
    savings = tuple(savings_of(findings, stack.lines, None))
    page = run_page(replace(report, stacks=(replace(stack, findings=findings, savings=savings),)))
    assert re.findall(r'<p class="figure">([\d.]+) USD</p>', page)[-1] == "307.695"
    assert [row[-1] for row in cells_of(page, "<tr data-policy.*?</tr>")] == ["102.565 USD"] * 3


def test_a_comment_adds_up_also_where_it_is_cut(report: Report) -> None:
    whole = with_lines(report, lines_of(report, ["0.005"] * 104))
    text = body(read(json.render(whole).encode()), "", 65_536).replace("&#46;", ".")
    assert text.count("| 0.005 USD |") == 100
    assert "| 4 cheaper lines are not shown | | 0.020 USD |" in text
    assert "</code>: 0.520 USD a month" in text
