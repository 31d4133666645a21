"""Tables for people: on a terminal, in a log, in a file."""

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Final

from policypack.costs.line import Line
from policypack.metering.catalogue import nothing_declared
from policypack.reports.arrangement import CostTable, Overview, by_policy, cost_table, overview, worst_first
from policypack.reports.cells import monthly, price_note, quantity, what, where
from policypack.reports.console import console
from policypack.reports.headline import headline
from policypack.reports.overall import WORST, counts, is_audit, left_to_others, portfolio_lines
from policypack.reports.price_sources import HEADINGS, price_sources
from policypack.reports.prose import counted, level_word, limit_line, not_covered
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import log_lines, name, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH: Final = 120
"""Where the output is no terminal, so that the same report gives the same bytes."""
_MOST: Final = 100
"""Lines and findings of one stack that a person reads; more are counted."""
_MOST_NAMES: Final = 5
"""Lines that are named before a reason that they share."""
_AMOUNT: Final = 12
_STYLES: Final = {"within": "green", "over": "red", "undecided": "yellow"}
_UNLIMITED: Final = 100_000
"""Columns in which every table fits."""


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
        errors: Whether to list what could not be used, where standard error does not show it.
        costs_only: Leave out what policies and limits say.
    """
    buffer = StringIO()
    out = console(buffer, width, colour)
    if not costs_only:
        out.print(headline(report), style="bold")
        out.print()
    if is_audit(report):
        _summary(out, report, costs_only)
        for stack in worst_first(report, WORST):
            _stack(out, stack, costs_only)
    else:
        for stack in report.stacks:
            _stack(out, stack, costs_only)
        if len(report.stacks) > 1:
            stacks = overview(report, _MOST)
            out.print(_overview(stacks, costs_only))
            out.print("All stacks, a month: " + stacks.total, style="bold")
            out.print()
    print_sources(out, report)
    for error in report.errors if errors else ():
        out.print(f"ERROR {_located(error.path, error.message)}", style="red")
    for warning in report.warnings:
        out.print(f"WARNING {visible(warning)}", style="yellow")
    for note in report.notes:
        out.print(f"Note: {visible(note)}", style="dim")
    if report.search is not None:
        out.print(f"Settings: {visible(report.search.told)}", style="dim")
    lines = (line.rstrip() for line in buffer.getvalue().splitlines())
    return log_lines("\n".join(lines) + "\n")


def _located(path: str, message: str) -> str:
    return visible(message) if not path or message.startswith(path) else f"{name(path)}: {visible(message)}"


def _stack(out: "Console", stack: StackReport, costs_only: bool) -> None:
    origin = stack.stack.origin
    read_from = f"{origin.kind}: {name(origin.path)}" if origin.path else origin.kind
    out.print(f"{name(stack.label)} ({read_from})", style="bold")
    if stack.lines:
        costs = cost_table(stack, _MOST)
        out.print(_table(out, costs))
        if costs.left_out:
            more = counted(costs.left_out, "cheaper line")
            out.print(f"+ {more} of {costs.rest}, listed by --format json")
        _reasons(out, costs.lines, set() if costs_only else _told(stack))
        out.print(f"Total a month: {costs.total}", style="bold")
    else:
        out.print(nothing_declared())
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


def _summary(out: "Console", report: Report, costs_only: bool) -> None:
    """What an audit begins with: all stacks together, and the worst of them."""
    stacks = overview(report, WORST)
    out.print(counts(report))
    out.print("All stacks, a month: " + stacks.total, style="bold")
    if report.portfolio is not None and not costs_only:
        for limit_verdict, line in portfolio_lines(report.portfolio):
            out.print(line, style=_STYLES.get(limit_verdict, ""))
    out.print()
    if len(report.stacks) > 1:
        out.print(_overview(stacks, costs_only))
        out.print()


def _overview(stacks: Overview, costs_only: bool) -> "Table":
    """One row a stack."""
    from rich.text import Text

    headings = ("Stack", "A month") if costs_only else ("Stack", "A month", "Limits", "Findings")
    table = _columns(*headings)
    for row in stacks.rows:
        label, *cells = row[: len(headings)]
        table.add_row(Text(name(label)), *(Text(cell) for cell in cells))
    if stacks.left_out:
        table.add_row(Text(left_to_others(stacks.left_out)), Text(stacks.rest))
    return table


def print_sources(out: "Console", report: Report) -> None:
    """Write what the prices rest on."""
    from rich.text import Text

    sources = price_sources(report)
    if not sources:
        return
    table = _columns(*HEADINGS)
    for row in sources:
        table.add_row(*map(Text, row))
    out.print(table)
    out.print()


def _told(stack: StackReport) -> set[tuple[str | None, str]]:
    """Resources with the facts that a finding about them rests on; these need not stand here twice."""
    return {(one.finding.urn, fact.fact) for one in stack.findings for fact in one.finding.evidence}


def _reasons(out: "Console", lines: Sequence[Line], told: set[tuple[str | None, str]]) -> None:
    """Why amounts are open; lines with the same reasons together."""
    groups: dict[str, list[str]] = {}
    for line in lines:
        unbounded = line.monthly is None or line.monthly.high is None
        if line.status in {"priced", "free"} or not line.reasons:
            continue
        if unbounded and all((line.resource.urn, reason) in told for reason in line.reasons):
            continue
        reasons = " ".join(visible(reason) for reason in line.reasons)
        groups.setdefault(reasons, []).append(f"{name(line.resource.name)} ({line.meter})")
    for reasons, items in groups.items():
        more = f" and {len(items) - _MOST_NAMES} more" if len(items) > _MOST_NAMES else ""
        out.print(f"{', '.join(items[:_MOST_NAMES])}{more}:", style="yellow")
        _indented(out, reasons)


def _table(out: "Console", costs: CostTable) -> "Table":
    """One row a line where that fits, else two."""
    from rich.measure import Measurement

    table = _wide(costs)
    needed = Measurement.get(out, out.options.update(max_width=_UNLIMITED), table).maximum
    return table if needed <= out.width else _narrow(costs)


def _wide(costs: CostTable) -> "Table":
    table = _columns("Resource", "What", "Where", "Quantity", "A month", "Price")
    for line in costs.lines:
        amount = _amount(line, costs.decimals)
        _row(table, line, what(line), where(line), quantity(line), amount, price_note(line))
    return table


def _narrow(costs: CostTable) -> "Table":
    table = _columns("Resource", "What, where", "Quantity, price", "A month")
    for line in costs.lines:
        note = price_note(line)
        counted_ = f"{quantity(line)}\n{note}" if note else quantity(line)
        _row(table, line, f"{what(line)}\n{where(line)}", counted_, _amount(line, costs.decimals))
    return table


def _amount(line: Line, decimals: int) -> str:
    return monthly(line, decimals).replace(", no upper", ",\nno upper")


def _columns(*headings: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        is_amount = heading == "A month"
        table.add_column(
            heading,
            justify="right" if is_amount else "left",
            overflow="fold",
            min_width=_AMOUNT if is_amount else None,
        )
    return table


def _row(table: "Table", line: Line, *cells: str) -> None:
    from rich.text import Text

    leaving = f"\n({line.resource.mark})" if line.resource.mark else ""
    style = "" if line.status in {"priced", "free"} else "yellow"
    table.add_row(*(Text(cell) for cell in (name(line.resource.name) + leaving, *cells)), style=style)


def _judgements(out: "Console", stack: StackReport) -> None:
    for limit in stack.budget.limits:
        out.print(f"Budget {limit_line(limit)}", style=_STYLES[limit.verdict])
    for gateway in stack.gateways[:_MOST]:
        outbound, entrance = gateway.outbound, gateway.entrance
        out.print(
            f"Public network of {name(gateway.gateway.resource.name)}: outbound {outbound.declared}, "
            f"{outbound.verdict}; entrance {entrance.declared}, {entrance.verdict}"
        )
    if len(stack.gateways) > _MOST:
        out.print(f"+ {counted(len(stack.gateways) - _MOST, 'more gateway')}, listed by --format json")
    findings(out, stack)


def findings(out: "Console", stack: StackReport) -> None:
    """Write what the policies say, what stops a pipeline first; the same advice is given once."""
    for first, groups in by_policy(stack.findings[:_MOST]):
        style = "red" if first.stops else "dim" if first.waiver or first.known else ""
        out.print(f"[{level_word(first)}] {first.finding.policy}", style=style)
        for group in groups:
            for enforced in group:
                _indented(out, visible(enforced.finding.message))
            _indented(out, f"-> {visible(group[0].finding.hint)}")
            waiver = group[0].waiver
            if waiver is not None:
                reason = visible(waiver.reason)
                _indented(out, f"waived by {visible(waiver.owner)} until {waiver.expires}: {reason}")
    if len(stack.findings) > _MOST:
        out.print(f"+ {counted(len(stack.findings) - _MOST, 'more finding')}, listed by --format json")


def _indented(out: "Console", text: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out.print(Padding(Text(text), (0, 0, 0, 4)))
