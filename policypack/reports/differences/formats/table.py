"""A comparison for people on a terminal."""

from io import StringIO
from typing import TYPE_CHECKING, Final

from policypack.costs.difference import Change, ChangeTotal, IncreaseResult, Shift
from policypack.costs.wording import bounds, shift_bounds
from policypack.reports.console import console
from policypack.reports.differences.report import DifferenceReport, StackDifference, largest_first
from policypack.reports.formats.table import WIDTH, findings
from policypack.reports.headline import headline
from policypack.reports.safe import log_lines, name, visible

if TYPE_CHECKING:
    from rich.console import Console

_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~", "same": " "}


def render(report: DifferenceReport, *, width: int = WIDTH, colour: bool = False, errors: bool = True) -> str:
    """Tables as text; arguments as for ``policypack.reports.formats.table``."""
    buffer = StringIO()
    out = console(buffer, width, colour)
    out.print(headline(report.head), style="bold")
    out.print()
    for stack in report.stacks:
        _stack(out, stack)
    for head in report.head.stacks:
        findings(out, head)
    for error in report.head.errors if errors else ():
        out.print(f"ERROR {name(error.path)}: {visible(error.message)}", style="red")
    for warning in report.head.warnings:
        out.print(f"WARNING {visible(warning)}", style="yellow")
    if report.head.search is not None:
        out.print(f"Settings: {visible(report.head.search.told)}", style="dim")
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return log_lines("\n".join(lines) + "\n")


def total_line(total: ChangeTotal) -> str:
    """One total: before, after, and what made the difference."""
    return (
        f"{bounds(total.before, total.currency)} -> {bounds(total.after, total.currency)} a month: "
        f"{_told(total.code, total.currency)} by code, {_told(total.prices, total.currency)} by prices"
    )


def growth_line(result: IncreaseResult) -> str:
    """One limit on growth: what it allows, the verdict, and by how much the month grows."""
    words = {"within": "within", "over": "OVER", "undecided": "CANNOT DECIDE"}
    problem = f" ({visible(result.problem)})" if result.problem else ""
    grows = _told(result.shift, result.currency)
    return f'Growth "{name(result.name)}" ({result.limit} a month): {words[result.verdict]}{problem}, {grows}'


def cost(change: Change, after: bool) -> str:
    """One side of a change."""
    amount = change.after if after else change.before
    return "" if amount is None else bounds(amount, change.currency)


def _told(shift: Shift, currency: str | None) -> str:
    return shift_bounds(shift.low, shift.high, currency)


def _stack(out: "Console", stack: StackDifference) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    sides = f"{name(stack.before or 'nothing')} -> {name(stack.after or 'nothing')}"
    out.print(f"{name(stack.label)} ({sides})", style="bold")
    difference = stack.difference
    if difference.changes:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for heading in ("", "Resource", "What"):
            table.add_column(heading, overflow="fold")
        for heading in ("Before", "After", "By code", "By prices"):
            table.add_column(heading, justify="right", overflow="fold")
        for change in largest_first(difference.changes):
            cells = (
                _SIGNS[change.kind],
                name(change.resource),
                change.meter,
                cost(change, after=False),
                cost(change, after=True),
                _told(change.code, change.currency),
                _told(change.prices, change.currency),
            )
            table.add_row(*(Text(cell) for cell in cells))
        out.print(table)
    if difference.same:
        out.print(f"{difference.same} line{'' if difference.same == 1 else 's'} unchanged.")
    for total in difference.totals:
        out.print(f"Total {total_line(total)}", style="bold")
    for overlap in difference.overlaps:
        out.print(
            f"Replacement of {name(overlap.resource)} ({visible(overlap.reason)}): while both run, "
            f"{bounds(overlap.hourly, overlap.currency)} an hour"
        )
    for result in difference.increases:
        out.print(growth_line(result))
    out.print()
