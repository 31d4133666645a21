"""The page of a run: of one stack, or of very many."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from policypack.costs.wording import bounds
from policypack.reports.adding_up import decimals_of
from policypack.reports.arrangement import worst_rows
from policypack.reports.headline import headline
from policypack.reports.page.charts import charts, worst_limits
from policypack.reports.page.details import MOST_STACKS, Rendered, sections, sorted_by
from policypack.reports.page.explain import command
from policypack.reports.page.render import render
from policypack.reports.page.saved import saved_by, savings_tile
from policypack.reports.page.since import since
from policypack.reports.page.standing import standing
from policypack.reports.page.tiles import price_basis, questions
from policypack.reports.prose import total_of
from policypack.reports.report import Report
from policypack.reports.row import StackRow
from policypack.reports.safe import name
from pricing.money import Range

_MOST_LIMITS: Final = 4
_MOST_OVER_ALL: Final = 50
"""Limits over many stacks: no stack's details have them."""
_MOST_ROWS: Final = MOST_STACKS
"""Rows of a table that stand in the page itself; the script has the others at hand."""
_MOST_ERRORS: Final = 1000
_OPEN: Final = 3
"""Stacks up to which the details are unfolded."""


class StackCells(Struct, frozen=True):
    """A stack as a row of the table of stacks.

    Attributes:
        row: The stack.
        standing: How it stands, a word.
        cost: Of a month, in words.
        sort: What it is sorted by.
        anchor: Number of its details; 0 where they are not on the page.
        command: What prints them then.
        network: Whether the details have a drawing.
        saves: What following the advice would save, in words; likewise ``saves_sort``.
        owners: Who owns what could be saved.
    """

    row: StackRow
    standing: str
    cost: str
    sort: str
    anchor: int
    command: str
    network: bool
    saves: str
    saves_sort: str
    owners: tuple[str, ...]


def run_page(report: Report) -> str:
    """The whole page."""
    judged = not report.costs_only
    several = len(report.rows) > 1
    asked, more_asked = questions(report) if judged else ([], 0)
    over_all, of_stacks = worst_limits(report) if judged else ([], [])
    room = max(0, _MOST_LIMITS - len(over_all))
    details = sections(
        report,
        costs_only=not judged,
        unfolded=len(report.stacks) <= _OPEN,
        limits_above=not several and len(of_stacks) <= room,
    )
    savings = savings_tile(report)
    divided = charts(report)
    decimals = decimals_of(
        [(one.currency, one.monthly) for row in report.rows for one in row.totals],
        *([(one.currency, entry.amount) for entry in one.entries] for one in divided),
    )
    return render(
        "run.html.jinja",
        title=_title(report),
        report=report,
        judged=judged,
        answer=headline(report) if judged else "",
        colour_of_answer=colour_of_answer(report),
        several=several,
        limits=[*over_all[:_MOST_OVER_ALL], *of_stacks[:room]],
        limits_over_all_left=max(0, len(over_all) - _MOST_OVER_ALL),
        limits_left=max(0, len(of_stacks) - room),
        questions=asked,
        more_questions=more_asked,
        savings=savings if judged else None,
        decimals=decimals,
        basis=price_basis(report),
        since=None if report.changes is None else since(report.changes),
        charts=divided,
        errors=report.errors[:_MOST_ERRORS],
        errors_left=max(0, len(report.errors) - _MOST_ERRORS),
        rows=list(_rows(report, details, decimals, savings.decimals)) if several else [],
        in_page=_MOST_ROWS,
        sections=details,
    )


def _title(report: Report) -> str:
    if len(report.rows) == 1:
        return name(report.rows[0].label)
    return f"{len(report.rows)} stacks" if report.rows else "no stack"


def colour_of_answer(report: Report) -> str:
    """Green is for what was held against a limit; where nothing was decided nothing is green."""
    limits = {limit.verdict for row in report.rows for limit in row.budget.limits}
    limits |= {limit.verdict for limit in report.portfolio.limits} if report.portfolio is not None else set()
    if report.verdict != "ok":
        return "bad" if report.verdict == "violation" else "open"
    return "good" if limits == {"within"} else "open" if limits else "plain"


def _rows(
    report: Report, details: Sequence[Rendered], decimals: int, saving_decimals: int
) -> Iterator[StackCells]:
    for number, row in enumerate(worst_rows(report), 1):
        saved = saved_by(row)
        detailed = number <= len(details)
        yield StackCells(
            row,
            standing(row),
            total_of(row, decimals),
            _largest(total.monthly for total in row.totals),
            number if detailed else 0,
            "" if detailed else command(row),
            detailed and details[number - 1].network,
            "; ".join(bounds(amount, currency, saving_decimals) for currency, amount in saved),
            _largest(amount for _, amount in saved),
            tuple(sorted({one.owner for one in row.savings if one.owner})),
        )


def _largest(amounts: Iterable[Range]) -> str:
    return max(map(sorted_by, amounts), key=float, default="0")
