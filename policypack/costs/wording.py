"""Amounts as people read them. The only place where an amount is rounded for the eye."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from policypack.costs.budget import LimitResult
from pricing.money import ZERO, Range, plain

NOT_KNOWN: Final = "not known"
CENTS: Final = 2
"""Decimals of an amount, where a table does not need more to add up."""
_LARGEST_WITH_CENTS: Final = Decimal(10) ** 20


def number(value: Decimal, decimals: int = CENTS) -> str:
    """A number with two decimals; one that would round to 0 without being 0 keeps its digits."""
    if abs(value) >= _LARGEST_WITH_CENTS:
        return plain(value)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if rounded == 0 and value != 0:
        return plain(value.quantize(Decimal(1).scaleb(value.adjusted() - 1), ROUND_HALF_UP))
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def bounds(amount: Range | None, currency: str | None, decimals: int = CENTS) -> str:
    """A range with its currency. What is not known is never a number."""
    unit = f" {currency}" if currency else ""
    if amount is None or amount.says_nothing:
        return NOT_KNOWN
    if amount.high is None:
        return f"at least {number(amount.low, decimals)}{unit}, no upper bound"
    low, high = number(amount.low, decimals), number(amount.high, decimals)
    return f"{low}{unit}" if low == high else f"{low} - {high}{unit}"


def beside_each_other(comparable: Range, currency: str, elsewhere: Sequence[tuple[str, Range]]) -> str:
    """Amounts in currencies that nothing converts. What is known is said in its own."""
    parts = [] if comparable == ZERO else [(currency, comparable)]
    told = " and ".join(bounds(amount, unit) for unit, amount in (*parts, *elsewhere))
    missing = " and ".join(unit for unit, _ in elsewhere)
    return f"{told}, and no rate converts {missing} to {currency}"


def limit_cost(limit: LimitResult) -> str:
    """What the scope of a limit costs, so that it can be compared with the limit by eye."""
    if limit.elsewhere:
        return beside_each_other(limit.comparable, limit.currency, limit.elsewhere)
    if limit.verdict == "over" and number(limit.cost.low) == number(limit.amount):
        return f"{plain(limit.cost.low)} {limit.currency}"  # two decimals would hide the difference
    if limit.cost.says_nothing and not limit.estimate.says_nothing:
        return f"{NOT_KNOWN}; the estimate is {bounds(limit.estimate, limit.currency)}"
    return bounds(limit.cost, limit.currency)


def shift_bounds(
    low: Decimal | None, high: Decimal | None, currency: str | None, decimals: int = CENTS
) -> str:
    """By how much a cost changes, always with its sign."""
    unit = f" {currency}" if currency else ""
    if high is None and (low is None or low == 0):
        return NOT_KNOWN
    if low is None:
        return f"at most {_signed(high or Decimal(0), decimals)}{unit}"
    if high is None:
        return f"at least {_signed(low, decimals)}{unit}, no upper bound"
    if number(low, decimals) == number(high, decimals):
        return f"{_signed(low, decimals)}{unit}"
    return f"{_signed(low, decimals)} to {_signed(high, decimals)}{unit}"


def _signed(value: Decimal, decimals: int) -> str:
    return f"+{number(value, decimals)}" if value > 0 else number(value, decimals)
