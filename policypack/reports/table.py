"""Tables for people: on a terminal, in a log, in a file."""

from io import StringIO
from typing import TYPE_CHECKING, Final

from policypack.reports.headline import (
    by_cost,
    headline,
    level_word,
    limit_line,
    monthly,
    not_covered,
    price_note,
    quantity,
    total_line,
    what,
    where,
)
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import log_lines, name, visible

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH: Final = 120
"""Where the output is no terminal, so that the same report gives the same bytes."""


def render(report: Report, *, width: int = _WIDTH, colour: bool = False, costs_only: bool = False) -> str:
    """Tables as text.

    Args:
        report: What to show.
        width: Columns of the terminal.
        colour: Whether escape sequences of a terminal may be written.
        costs_only: Leave out what policies and limits say.
    """
    from rich.console import Console

    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for stack in report.stacks:
        _stack(console, stack, costs_only)
    if len(report.stacks) > 1:
        console.print("All stacks, a month: " + _totals(report), style="bold")
        console.print()
    for error in report.errors:
        console.print(f"ERROR {_located(error.path, error.message)}", style="red")
    for warning in report.warnings:
        console.print(f"WARNING {visible(warning)}", style="yellow")
    if not costs_only:
        console.print(headline(report), style="bold")
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return log_lines("\n".join(lines) + "\n")


def _located(path: str, message: str) -> str:
    return visible(message) if not path or message.startswith(path) else f"{name(path)}: {visible(message)}"


def _totals(report: Report | StackReport) -> str:
    return "; ".join(total_line(total) for total in report.totals) or "nothing that is priced here"


def _stack(console: "Console", stack: StackReport, costs_only: bool) -> None:
    origin = stack.stack.origin
    read_from = f"{origin.kind}: {name(origin.path)}" if origin.path else origin.kind
    console.print(f"{name(stack.label)} ({read_from})", style="bold")
    if stack.lines:
        console.print(_lines(stack))
        console.print(f"Total a month: {_totals(stack)}", style="bold")
    else:
        console.print("No API gateway, elastic IP or shared bandwidth is declared.")
    missing = not_covered(stack)
    if missing:
        console.print(missing)
    for gap in stack.stack.gaps:
        console.print(f"INCOMPLETE {visible(gap)}", style="yellow")
    for note in (*stack.stack.notes, *stack.remarks):
        console.print(f"Note: {visible(note)}", style="dim")
    if not costs_only:
        _judgements(console, stack)
    console.print()


def _lines(stack: StackReport) -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in ("Resource", "What", "Where", "Quantity"):
        table.add_column(heading, overflow="fold")
    table.add_column("A month", justify="right", overflow="fold")
    table.add_column("Price", overflow="fold")
    for line in by_cost(stack.lines):
        leaving = " (waits for deletion)" if line.resource.leaving else ""
        cells = (
            name(line.resource.name) + leaving,
            what(line),
            where(line),
            quantity(line),
            monthly(line),
            price_note(line) or ("" if line.price else "; ".join(visible(reason) for reason in line.reasons)),
        )
        style = "" if line.status in {"priced", "free"} else "yellow"
        table.add_row(*(Text(cell) for cell in cells), style=style)
    return table


def _judgements(console: "Console", stack: StackReport) -> None:
    for limit in stack.budget.limits:
        style = {"within": "green", "over": "red", "undecided": "yellow"}[limit.verdict]
        console.print(f"Budget {limit_line(limit)}", style=style)
    for gateway in stack.gateways:
        outbound, entrance = gateway.outbound, gateway.entrance
        console.print(
            f"Public network of {name(gateway.gateway.resource.name)}: outbound {outbound.declared}, "
            f"{outbound.verdict}; entrance {entrance.declared}, {entrance.verdict}"
        )
    for enforced in stack.findings:
        finding = enforced.finding
        style = "red" if enforced.stops else "dim" if enforced.waiver else ""
        console.print(
            f"[{level_word(enforced)}] {finding.policy}: {visible(finding.message)} {visible(finding.hint)}",
            style=style,
        )
        if enforced.waiver is not None:
            waiver = enforced.waiver
            console.print(
                f"    waived by {visible(waiver.owner)} until {waiver.expires}: {visible(waiver.reason)}",
                style="dim",
            )
