"""Amounts of a table that add up as shown.

An amount is rounded when it is shown, and the sum of rounded amounts is not the rounded sum. A table whose
cents do not add up is shown with more decimals: hourly prices have few, so that the amounts of a month end
after a few more.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from policypack.costs.line import Total
from policypack.costs.wording import CENTS, number
from pricing.money import Range, total

_MOST: Final = 6
"""Decimals. What does not end after these comes of a division, and is off by less than anybody pays."""


def decimals_of(amounts: Iterable[tuple[str | None, Range | None]]) -> int:
    """With how many decimals amounts, each with its currency, add up to their sums."""
    by_currency: dict[str, list[Range]] = {}
    for currency, amount in amounts:
        if currency is not None and amount is not None:
            by_currency.setdefault(currency, []).append(amount)
    return next(
        (
            decimals
            for decimals in range(CENTS, _MOST)
            if all(_add_up(group, decimals) for group in by_currency.values())
        ),
        _MOST if by_currency else CENTS,
    )


def decimals_of_totals(totals: Iterable[Total]) -> int:
    """With how many decimals the totals of several stacks add up to that of all."""
    return decimals_of((one.currency, one.monthly) for one in totals)


def _add_up(amounts: list[Range], decimals: int) -> bool:
    whole = total(amounts)
    if _sum((amount.low for amount in amounts), decimals) != _shown(whole.low, decimals):
        return False
    if whole.high is None:
        return True
    return _sum((amount.high or Decimal(0) for amount in amounts), decimals) == _shown(whole.high, decimals)


def _sum(values: Iterable[Decimal], decimals: int) -> Decimal:
    return sum((_shown(value, decimals) for value in values), Decimal(0))


def _shown(value: Decimal, decimals: int) -> Decimal:
    return Decimal(number(value, decimals))
