"""From rounded amounts back to the rate that they were made with."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from pricing.money import divide

_PLACES: Final = 12
"""Most decimals of a rate; the vendor states at most eight."""
_COARSEST: Final = Decimal("0.002")
"""Widest that a rate may be open, as a part of it: two per mille."""


@dataclass(frozen=True, slots=True)
class Charged:
    """What was charged for a quantity, rounded or cut to some decimals."""

    amount: Decimal
    quantity: Decimal
    places: int

    @property
    def least(self) -> Decimal:
        """The lowest rate that gives the amount."""
        return divide(self.amount - self._unit, self.quantity)

    @property
    def most(self) -> Decimal:
        """The highest rate that gives the amount."""
        return divide(self.amount + self._unit, self.quantity)

    @property
    def _unit(self) -> Decimal:
        return Decimal(1).scaleb(-self.places)


class NoRateError(ValueError):
    """The amounts have no rate in common, or leave it open."""


def rate_of(charged: Iterable[Charged]) -> Decimal:
    """The rate with the fewest decimals that gives every amount.

    Raises:
        NoRateError: No rate gives all of them, or many do.
    """
    known = list(charged)
    least = max(one.least for one in known)
    most = min(one.most for one in known)
    if most < least:
        raise NoRateError("the records contradict each other: no rate gives all their amounts")
    if most - least > most * _COARSEST:
        raise NoRateError("the amounts are too small for their rounding to tell the rate")
    for places in range(_PLACES + 1):
        rate = least.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING)
        if rate <= most:
            return rate.normalize() if rate else rate
    return divide(least + most, Decimal(2))
