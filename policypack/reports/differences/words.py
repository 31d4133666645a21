"""Words that the formats of comparisons share."""

from policypack.costs.difference import Change, ChangeTotal, IncreaseResult, Shift
from policypack.costs.wording import bounds, shift_bounds
from policypack.reports.safe import name, visible


def total_line(total: ChangeTotal) -> str:
    """One total: before, after, and what made the difference."""
    return (
        f"{bounds(total.before, total.currency)} -> {bounds(total.after, total.currency)} a month: "
        f"{told(total.code, total.currency)} by code, {told(total.prices, total.currency)} by prices"
    )


def growth_line(result: IncreaseResult) -> str:
    """One limit on growth: what it allows, the verdict, and by how much the month grows."""
    words = {"within": "within", "over": "OVER", "undecided": "CANNOT DECIDE"}
    problem = f" ({visible(result.problem)})" if result.problem else ""
    grows = told(result.shift, result.currency)
    return f'Growth "{name(result.name)}" ({result.limit} a month): {words[result.verdict]}{problem}, {grows}'


def cost(change: Change, after: bool) -> str:
    """One side of a change."""
    amount = change.after if after else change.before
    return "" if amount is None else bounds(amount, change.currency)


def told(shift: Shift, currency: str | None) -> str:
    """By how much something grows."""
    return shift_bounds(shift.low, shift.high, currency)
