"""Words that the formats of comparisons share."""

from collections.abc import Sequence

from policypack.costs.difference import Change, ChangeTotal, IncreaseResult, Shift
from policypack.costs.wording import CENTS, bounds, shift_bounds
from policypack.reports.safe import name, visible


def total_line(total: ChangeTotal, decimals: int = CENTS) -> str:
    """One total: before, after, and what made the difference."""
    before, after, code, prices = cells(total, decimals)
    return f"{before} -> {after} a month: {code} by code, {prices} by prices"


def cells(row: Change | ChangeTotal, decimals: int = CENTS) -> tuple[str, str, str, str]:
    """A row of a comparison: before, after, by code, by prices; empty on a side where there is nothing."""
    before, after = (
        "" if side is None else bounds(side, row.currency, decimals) for side in (row.before, row.after)
    )
    return before, after, told(row.code, row.currency, decimals), told(row.prices, row.currency, decimals)


def rest_cells(rest: Sequence[ChangeTotal], decimals: int) -> tuple[str, ...]:
    """What is left out of a table as one row of it; currencies are beside each other."""
    return tuple("; ".join(column) for column in zip(*(cells(one, decimals) for one in rest), strict=True))


def growth_line(result: IncreaseResult) -> str:
    """One limit on growth: what it allows, the verdict, and by how much the month grows."""
    words = {"within": "within", "over": "OVER", "undecided": "CANNOT DECIDE"}
    problem = f" ({visible(result.problem)})" if result.problem else ""
    grows = told(result.shift, result.currency)
    return f'Growth "{name(result.name)}" ({result.limit} a month): {words[result.verdict]}{problem}, {grows}'


def told(shift: Shift, currency: str | None, decimals: int = CENTS) -> str:
    """By how much something grows."""
    return shift_bounds(shift.low, shift.high, currency, decimals)
