"""The page of a comparison: what changes, by code and by prices, and what policies say of the head."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.costs.difference import Change, ChangeTotal, Difference
from policypack.costs.wording import bounds
from policypack.reports.differences.report import DifferenceReport, StackDifference, change_table
from policypack.reports.differences.words import cells, growth_line, rest_cells
from policypack.reports.headline import headline
from policypack.reports.page.charts import Bar, bar
from policypack.reports.page.details import sections, sorted_by
from policypack.reports.page.render import render
from policypack.reports.page.run import colour_of_answer
from pricing.money import Range

_MOST_CHANGES: Final = 10_000
"""Changes of all stacks together: a row takes half a kilobyte."""
_MOST_STACKS: Final = 200
_OPEN: Final = 3


class Sides(Struct, frozen=True):
    """A total before and after on one scale, and what made the difference."""

    currency: str | None
    before: str
    after: str
    code: str
    prices: str
    bars: tuple[Bar, Bar]


class ChangeCells(Struct, frozen=True):
    """A change as cells of its table, and what they are sorted by."""

    change: Change
    before: str
    after: str
    code: str
    prices: str
    sort: str


class StackView(Struct, frozen=True):
    """One stack before and after.

    Attributes:
        number: Its place, part of its anchor.
        stack: What changes in it.
        standing: ``new``, ``gone``, ``changed`` or ``same``.
        totals: One for each currency.
        changes: The largest first; ``left`` more are not shown.
        rest: What these are together: before, after, by code, by prices.
        growth: The limits on growth, a line and a verdict each.
        overlaps: What is paid while both halves of a replacement run, a sentence each.
    """

    number: int
    stack: StackDifference
    standing: str
    totals: tuple[Sides, ...]
    changes: tuple[ChangeCells, ...]
    left: int
    rest: tuple[str, ...]
    growth: tuple[tuple[str, str], ...]
    overlaps: tuple[tuple[str, str], ...]


def comparison_page(report: DifferenceReport) -> str:
    """The whole page."""
    head = report.head
    shown = report.stacks[:_MOST_STACKS]
    most = _MOST_CHANGES // max(2, len(shown))
    views = [_view(number, stack, most) for number, stack in enumerate(shown, 1)]
    return render(
        "comparison.html.jinja",
        report=head,
        answer=headline(head),
        colour_of_answer=colour_of_answer(head),
        books=None if report.base_book == head.book else (report.base_book, head.book),
        stacks=views,
        stacks_left=max(0, len(report.stacks) - _MOST_STACKS),
        errors=head.errors,
        sections=sections(head, unfolded=len(head.stacks) <= _OPEN, limits_above=False),
    )


def _view(number: int, stack: StackDifference, most: int) -> StackView:
    difference = stack.difference
    table = change_table(difference, most)
    return StackView(
        number=number,
        stack=stack,
        standing=_standing(stack),
        totals=tuple(_sides(total, table.decimals) for total in difference.totals),
        changes=tuple(_cells(change, table.decimals) for change in table.changes),
        left=table.left_out,
        rest=rest_cells(table.rest, table.decimals),
        growth=tuple((growth_line(result), result.verdict) for result in difference.increases),
        overlaps=tuple(_overlaps(difference)),
    )


def _standing(stack: StackDifference) -> str:
    if stack.before is None:
        return "new"
    if stack.after is None:
        return "gone"
    return "changed" if stack.difference.changes else "same"


def _sides(total: ChangeTotal, decimals: int) -> Sides:
    ends = [amount.high or amount.low for amount in (total.before, total.after)]
    endless = any(amount.high is None for amount in (total.before, total.after))
    scale = max(ends) * (Decimal("1.25") if endless else Decimal(1))
    return Sides(
        total.currency,
        *cells(total, decimals),
        bars=(bar(total.before, scale), bar(total.after, scale)),
    )


def _cells(change: Change, decimals: int) -> ChangeCells:
    return ChangeCells(change, *cells(change, decimals), sort=sorted_by(_width(change)))


def _width(change: Change) -> Range | None:
    """By how much it changes, in either direction."""
    shift = change.code + change.prices
    if shift.low is None or shift.high is None:
        return None
    return Range.exactly(max(abs(shift.low), abs(shift.high)))


def _overlaps(difference: Difference) -> Iterable[tuple[str, str]]:
    for overlap in difference.overlaps:
        hourly = bounds(overlap.hourly, overlap.currency)
        yield overlap.resource, f"{overlap.reason}: while both run, {hourly} an hour."
