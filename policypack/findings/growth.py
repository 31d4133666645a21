"""Findings about limits on what a diff adds; they belong to the budget's policy."""

from collections.abc import Iterator

from policypack.costs.difference import IncreaseResult
from policypack.costs.wording import shift_bounds
from policypack.declared import Stack
from policypack.findings.finding import Finding, Saving
from policypack.settings.model import BUDGET_POLICY
from pricing.money import Range


def growth_findings(results: tuple[IncreaseResult, ...], stack: Stack) -> Iterator[Finding]:
    """One finding for each limit on growth that is not kept or not decided."""
    for result in results:
        if result.verdict == "within":
            continue
        grows = shift_bounds(result.shift.low, result.shift.high, result.currency)
        limit = f'"{result.name}" of {result.limit} a month'
        over = result.verdict == "over"
        why = f" ({result.problem})" if result.problem else ""
        start = "Over the limit on growth" if over else "Cannot decide the limit on growth"
        message = f"{start} {limit}{why}: the change is {grows}."
        yield Finding(
            policy=BUDGET_POLICY,
            urn=None,
            resource=stack.name or stack.project,
            verdict="violation" if over else "undecided",
            confidence="high",
            message=message,
            hint="See the lines that change; reduce them, or raise the limit."
            if over
            else "State what is not known in the lines that change.",
            key=result.name,
            cost=_cost(result),
        )


def _cost(result: IncreaseResult) -> Saving | None:
    """What the change adds, where it certainly adds something."""
    if result.verdict != "over" or result.shift.low is None or result.currency is None:
        return None
    return Saving(Range(result.shift.low, result.shift.high), result.currency)
