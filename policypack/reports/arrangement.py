"""In which order things are shown, and what stands together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.costs.line import Line
from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.adding_up import decimals_of, decimals_of_totals
from policypack.reports.prose import level_word, total_line, total_of
from policypack.reports.report import Report, StackReport
from policypack.reports.row import StackRow, sum_of, together


def by_cost(lines: tuple[Line, ...]) -> list[Line]:
    """What has no upper bound first, then the most expensive."""
    return sorted(lines, key=lambda line: (_cheapness(line), line.resource.urn, line.meter))


def _cheapness(line: Line) -> tuple[bool, Decimal]:
    if line.monthly is None or line.monthly.high is None:
        return False, -(line.monthly.low if line.monthly else Decimal(0))
    return True, -line.monthly.high


class Overview(Struct, frozen=True):
    """The stacks of a run as a table, whose amounts add up as shown.

    Attributes:
        rows: One a stack: label, cost of a month, what its limits say, findings.
        left_out: How many more there are.
        rest: What these cost.
        total: What all cost.
    """

    rows: tuple[tuple[str, str, str, str], ...]
    left_out: int
    rest: str
    total: str


def overview(report: Report, most: int) -> Overview:
    """The worst stacks of a run, at most so many."""
    words = {"over": "OVER", "undecided": "CANNOT DECIDE", "within": "within", "none": "no limit"}
    ordered = worst_rows(report)
    shown, others = ordered[:most], together(row.cost for row in ordered[most:])
    decimals = decimals_of_totals([*(total for row in shown for total in row.totals), *others.totals])
    return Overview(
        tuple(
            (row.label, total_of(row, decimals), words[row.budget.verdict], str(row.findings))
            for row in shown
        ),
        len(ordered) - len(shown),
        total_line(others.totals, decimals),
        total_of(report, decimals),
    )


class CostTable(Struct, frozen=True):
    """The cost lines of a stack as a table, whose amounts add up as shown.

    Attributes:
        lines: The most expensive ones.
        left_out: How many more there are.
        rest: What these cost.
        total: What all cost.
        decimals: Of every amount.
    """

    lines: tuple[Line, ...]
    left_out: int
    rest: str
    total: str
    decimals: int


def cost_table(stack: StackReport, most: int) -> CostTable:
    """The most expensive lines of a stack, at most so many."""
    ordered = by_cost(stack.lines)
    shown, others = ordered[:most], ordered[most:]
    rest = sum_of(others).totals
    amounts = [(line.currency, line.monthly) for line in shown]
    decimals = decimals_of([*amounts, *((one.currency, one.monthly) for one in rest)])
    return CostTable(
        tuple(shown), len(others), total_line(rest, decimals), total_of(stack, decimals), decimals
    )


_RANKS: Final = {"over": 0, "undecided": 1, "within": 2, "none": 3}


def worst_rows(report: Report) -> list[StackRow]:
    """Stacks by what they do to a pipeline, then the most expensive; else in their order."""
    return [report.rows[position] for position in _worst(report)]


def worst_first(report: Report, most: int | None = None) -> Iterator[StackReport]:
    """The stacks in that order, for formats that leave some out; each is looked at when it is its turn.

    Args:
        report: The run.
        most: How many are meant; all of them where it is not given.
    """
    return (report.stacks[position] for position in _worst(report)[:most])


def _worst(report: Report) -> list[int]:
    rows = report.rows
    return sorted(
        range(len(rows)),
        key=lambda position: (
            not rows[position].stops,
            _RANKS[rows[position].budget.verdict],
            -_least(rows[position]),
        ),
    )


def _least(row: StackRow) -> Decimal:
    """What a stack certainly costs, for the order alone; without a rate, currencies are taken as one."""
    totals = row.totals if row.converted is None else (row.converted.total,)
    return sum((total.monthly.low for total in totals), Decimal(0))


def by_policy(
    findings: Sequence[EnforcedFinding],
) -> Iterator[tuple[EnforcedFinding, list[list[EnforcedFinding]]]]:
    """Findings of one policy and level together, those with the same advice beside each other.

    Yields:
        The first finding of a policy at a level, and lists of findings that share hint and waiver.
    """
    policies: dict[tuple[str, str], dict[tuple[str, object], list[EnforcedFinding]]] = {}
    for one in findings:
        advice = policies.setdefault((level_word(one), one.finding.policy), {})
        advice.setdefault((one.finding.hint, one.waiver), []).append(one)
    for advice in policies.values():
        groups = list(advice.values())
        yield groups[0][0], groups
