"""In which order things are shown, and what stands together."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from policypack.costs.line import Line
from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.prose import level_word, total_of
from policypack.reports.report import Report, StackReport


def by_cost(lines: tuple[Line, ...]) -> list[Line]:
    """What has no upper bound first, then the most expensive."""
    return sorted(lines, key=lambda line: (_cheapness(line), line.resource.urn, line.meter))


def _cheapness(line: Line) -> tuple[bool, Decimal]:
    if line.monthly is None or line.monthly.high is None:
        return False, -(line.monthly.low if line.monthly else Decimal(0))
    return True, -line.monthly.high


def overview(report: Report) -> list[tuple[str, str, str, str]]:
    """One row a stack: label, cost of a month, what its limits say, findings."""
    words = {"over": "OVER", "undecided": "CANNOT DECIDE", "within": "within", "none": "no limit"}
    return [
        (
            stack.label,
            total_of(stack),
            words[stack.budget.verdict],
            str(sum(one.waiver is None for one in stack.findings)),
        )
        for stack in worst_first(report)
    ]


def worst_first(report: Report) -> list[StackReport]:
    """Stacks by what they do to a pipeline, for formats that leave some out; else in their order."""
    ranks = {"over": 0, "undecided": 1, "within": 2, "none": 3}
    return sorted(
        report.stacks,
        key=lambda stack: (not any(one.stops for one in stack.findings), ranks[stack.budget.verdict]),
    )


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
