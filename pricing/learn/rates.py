"""From rounded amounts back to the rate that they were made with."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from typing import Final

from msgspec import Struct

from pricing.money import divide

_PLACES: Final = 12
"""Most decimals of a rate; the vendor states at most eight."""
_LARGEST: Final = 15
"""Most digits before the point of a rate: with its decimals, as many as are calculated with by default."""
_COARSEST: Final = Decimal("0.0002")
"""Widest that a rate may be open, as a part of it."""


class Charged(Struct, frozen=True):
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

    It must be the only one also with a decimal more: their rounding may hide which of several it is.

    Raises:
        NoRateError: No rate gives all of them, or many do.
    """
    known = list(charged)
    least = max(one.least for one in known)
    most = min(one.most for one in known)
    if most < least:
        raise NoRateError("the records contradict each other: no rate gives all their amounts")
    if most.adjusted() >= _LARGEST:
        raise NoRateError("the amounts are far larger than any price")
    for places in range(_PLACES + 1):
        rate = least.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING)
        if rate <= most:
            break
    else:
        return divide(least + most, Decimal(2))
    another = Decimal(1).scaleb(-places - 1)
    coarse = most - least > most * _COARSEST
    if coarse or rate - another >= least or rate + another <= most:
        raise NoRateError("the amounts are too small for their rounding to tell the rate")
    return rate.normalize()


def price_of(charged: Iterable[Charged]) -> Decimal:
    """What was charged for a single one of each: the amount itself, which is what the next one costs.

    Raises:
        NoRateError: The amounts differ.
    """
    amounts = {one.amount for one in charged}
    if len(amounts) > 1:
        raise NoRateError("the records contradict each other: no rate gives all their amounts")
    (amount,) = amounts
    return amount.normalize()
