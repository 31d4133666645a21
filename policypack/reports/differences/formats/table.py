"""A comparison for people on a terminal."""

from io import StringIO
from typing import TYPE_CHECKING, Final

from policypack.costs.wording import bounds
from policypack.reports.console import console
from policypack.reports.differences.report import DifferenceReport, StackDifference, change_table
from policypack.reports.differences.words import cells, growth_line, total_line
from policypack.reports.formats.table import WIDTH, findings, print_sources
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
    if any(head.findings for head in report.head.stacks):
        out.print()
    print_sources(out, report.head)
    for error in report.head.errors if errors else ():
        out.print(f"ERROR {name(error.path)}: {visible(error.message)}", style="red")
    for warning in report.head.warnings:
        out.print(f"WARNING {visible(warning)}", style="yellow")
    for note in report.head.notes:
        out.print(f"Note: {visible(note)}", style="dim")
    if report.head.search is not None:
        out.print(f"Settings: {visible(report.head.search.told)}", style="dim")
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return log_lines("\n".join(lines) + "\n")


def _stack(out: "Console", stack: StackDifference) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    sides = f"{name(stack.before or 'nothing')} -> {name(stack.after or 'nothing')}"
    out.print(f"{name(stack.label)} ({sides})", style="bold")
    difference = stack.difference
    changes = change_table(difference)
    if difference.changes:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for heading in ("", "Resource", "What"):
            table.add_column(heading, overflow="fold")
        for heading in ("Before", "After", "By code", "By prices"):
            table.add_column(heading, justify="right", overflow="fold")
        for change in changes.changes:
            amounts = cells(change, changes.decimals)
            row = (_SIGNS[change.kind], name(change.resource), change.meter, *amounts)
            table.add_row(*map(Text, row))
        out.print(table)
    if difference.same:
        out.print(f"{difference.same} line{'' if difference.same == 1 else 's'} unchanged.")
    for gap in stack.incomplete:
        out.print(f"INCOMPLETE {visible(gap)}", style="yellow")
    for total in difference.totals:
        out.print(f"Total {total_line(total, changes.decimals)}", style="bold")
    for overlap in difference.overlaps:
        out.print(
            f"Replacement of {name(overlap.resource)} ({visible(overlap.reason)}): while both run, "
            f"{bounds(overlap.hourly, overlap.currency)} an hour"
        )
    for result in difference.increases:
        out.print(growth_line(result))
    out.print()
