"""Tables for people: on a terminal, in a log, in a file."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Final

from policypack.costs.line import Line
from policypack.reports.console import console
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

WIDTH: Final = 120
"""Where the output is no terminal, so that the same report gives the same bytes."""
_MOST: Final = 100
"""Lines and findings of one stack that a person reads; more are counted."""


def render(
    report: Report,
    *,
    width: int = WIDTH,
    colour: bool = False,
    errors: bool = True,
    costs_only: bool = False,
) -> str:
    """Tables as text.

    Args:
        report: What to show.
        width: Columns of the terminal.
        colour: Whether escape sequences of a terminal may be written.
        errors: Whether to list what could not be used; a terminal has it from standard error already.
        costs_only: Leave out what policies and limits say.
    """
    buffer = StringIO()
    out = console(buffer, width, colour)
    for stack in report.stacks:
        _stack(out, stack, costs_only)
    if len(report.stacks) > 1:
        out.print("All stacks, a month: " + _totals(report), style="bold")
        out.print()
    for error in report.errors if errors else ():
        out.print(f"ERROR {_located(error.path, error.message)}", style="red")
    for warning in report.warnings:
        out.print(f"WARNING {visible(warning)}", style="yellow")
    if not costs_only:
        out.print(headline(report), style="bold")
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return log_lines("\n".join(lines) + "\n")


def _located(path: str, message: str) -> str:
    return visible(message) if not path or message.startswith(path) else f"{name(path)}: {visible(message)}"


def _totals(report: Report | StackReport) -> str:
    return "; ".join(total_line(total) for total in report.totals) or "nothing that is priced here"


def _stack(out: "Console", stack: StackReport, costs_only: bool) -> None:
    origin = stack.stack.origin
    read_from = f"{origin.kind}: {name(origin.path)}" if origin.path else origin.kind
    out.print(f"{name(stack.label)} ({read_from})", style="bold")
    if stack.lines:
        shown = by_cost(stack.lines)[:_MOST]
        out.print(_table(shown))
        if len(shown) < len(stack.lines):
            out.print(f"+ {len(stack.lines) - len(shown)} cheaper lines, which the format json lists")
        for line in shown:
            if line.status in {"undecided", "unpriced"} and line.reasons:
                reasons = " ".join(visible(reason) for reason in line.reasons)
                out.print(f"{name(line.resource.name)}, {line.meter}:", style="yellow")
                _indented(out, reasons)
        out.print(f"Total a month: {_totals(stack)}", style="bold")
    else:
        out.print("No API gateway, elastic IP or shared bandwidth is declared.")
    missing = not_covered(stack)
    if missing:
        out.print(missing)
    for gap in stack.stack.gaps:
        out.print(f"INCOMPLETE {visible(gap)}", style="yellow")
    for note in (*stack.stack.notes, *stack.remarks):
        out.print(f"Note: {visible(note)}", style="dim")
    if not costs_only:
        _judgements(out, stack)
    out.print()


def _table(lines: Sequence[Line]) -> object:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Resource", overflow="fold")
    table.add_column("What", overflow="fold", no_wrap=True)
    table.add_column("Where", overflow="fold")
    table.add_column("Quantity", overflow="fold")
    table.add_column("A month", justify="right", overflow="fold", min_width=12)
    table.add_column("Price", overflow="fold", no_wrap=True)
    for line in lines:
        leaving = " (waits for deletion)" if line.resource.leaving else ""
        cells = (
            name(line.resource.name) + leaving,
            what(line),
            where(line),
            quantity(line),
            monthly(line),
            price_note(line),
        )
        style = "" if line.status in {"priced", "free"} else "yellow"
        table.add_row(*(Text(cell) for cell in cells), style=style)
    return table


def _judgements(out: "Console", stack: StackReport) -> None:
    for limit in stack.budget.limits:
        style = {"within": "green", "over": "red", "undecided": "yellow"}[limit.verdict]
        out.print(f"Budget {limit_line(limit)}", style=style)
    for gateway in stack.gateways[:_MOST]:
        outbound, entrance = gateway.outbound, gateway.entrance
        out.print(
            f"Public network of {name(gateway.gateway.resource.name)}: outbound {outbound.declared}, "
            f"{outbound.verdict}; entrance {entrance.declared}, {entrance.verdict}"
        )
    if len(stack.gateways) > _MOST:
        out.print(f"+ {len(stack.gateways) - _MOST} more gateways, which the format json lists")
    findings(out, stack)


def findings(out: "Console", stack: StackReport) -> None:
    """Write what the policies say, what stops a pipeline first."""
    for enforced in stack.findings[:_MOST]:
        finding = enforced.finding
        style = "red" if enforced.stops else "dim" if enforced.waiver else ""
        out.print(f"[{level_word(enforced)}] {finding.policy}", style=style)
        _indented(out, visible(finding.message))
        _indented(out, f"-> {visible(finding.hint)}")
        if enforced.waiver is not None:
            waiver = enforced.waiver
            reason = visible(waiver.reason)
            _indented(out, f"waived by {visible(waiver.owner)} until {waiver.expires}: {reason}")
    if len(stack.findings) > _MOST:
        out.print(f"+ {len(stack.findings) - _MOST} more findings, which the format json lists")


def _indented(out: "Console", text: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out.print(Padding(Text(text), (0, 0, 0, 4)))
