"""Money and ranges: exact decimals with a currency, and what is only known within bounds.

Nothing here rounds. Rounding happens once, where an amount is shown or where the vendor rounds a
billing record.
"""

from collections.abc import Iterable
from decimal import Context, Decimal

from msgspec import Struct

PRECISION = 50
"""Significant digits of every calculation; the vendor asks for at least eight decimals."""

_EXACT = Context(prec=PRECISION)


class CurrencyError(ValueError):
    """Two currencies met in one calculation."""


class Money(Struct, frozen=True):
    """An exact amount in one currency.

    Attributes:
        amount: Not rounded.
        currency: ISO 4217 code.
    """

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyError(f"cannot add {other.currency} to {self.currency}")
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __mul__(self, factor: Decimal) -> "Money":
        return Money(multiply(self.amount, factor), self.currency)


class Range(Struct, frozen=True):
    """A number of which only bounds are known, both included.

    Attributes:
        low: The least that it can be.
        high: The most that it can be, ``None`` where nothing bounds it.
    """

    low: Decimal
    high: Decimal | None

    def __post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise ValueError(f"the high end {self.high} is below the low end {self.low}")

    @classmethod
    def exactly(cls, value: Decimal | int) -> "Range":
        """A number that is known."""
        return cls(Decimal(value), Decimal(value))

    @property
    def is_exact(self) -> bool:
        """Whether only one number is possible."""
        return self.low == self.high

    @property
    def says_nothing(self) -> bool:
        """Whether this is no more than "zero or more"."""
        return self.low == 0 and self.high is None

    def contains(self, value: Decimal) -> bool:
        """Whether the number can be this value."""
        return self.low <= value and (self.high is None or value <= self.high)

    def covers(self, other: "Range") -> bool:
        """Whether everything that the other can be, this can be too."""
        if self.low > other.low:
            return False
        return self.high is None or (other.high is not None and other.high <= self.high)

    def __add__(self, other: "Range") -> "Range":
        high = None if self.high is None or other.high is None else _EXACT.add(self.high, other.high)
        return Range(_EXACT.add(self.low, other.low), high)

    def __mul__(self, other: "Range") -> "Range":
        """The product of two ranges of numbers that are not negative."""
        if self.low < 0 or other.low < 0:
            raise ValueError("only ranges of 0 or more can be multiplied")
        if self.high == 0 or other.high == 0:
            high: Decimal | None = Decimal(0)
        elif self.high is None or other.high is None:
            high = None
        else:
            high = multiply(self.high, other.high)
        return Range(multiply(self.low, other.low), high)

    def scaled(self, factor: Decimal) -> "Range":
        """The range times a number that is not negative."""
        return self * Range.exactly(factor)

    def or_else(self, other: "Range") -> "Range":
        """The smallest range that covers both."""
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Range(min(self.low, other.low), high)


ZERO = Range(Decimal(0), Decimal(0))
ANYTHING = Range(Decimal(0), None)
"""Zero or more: what is left when nothing is known of an amount."""


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Multiply without losing digits to the ambient precision."""
    return _EXACT.multiply(left, right)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Divide to fifty significant digits."""
    return _EXACT.divide(left, right)


def total(ranges: Iterable[Range]) -> Range:
    """The sum of ranges; zero for none."""
    low = Decimal(0)
    high: Decimal | None = low
    for one in ranges:
        low = _EXACT.add(low, one.low)
        high = None if high is None or one.high is None else _EXACT.add(high, one.high)
    return Range(low, high)


def plain(value: Decimal) -> str:
    """A decimal as the reports write it: no exponent, no trailing zeros, no negative zero."""
    normal = value.normalize()
    if normal == 0:
        return "0"
    return format(normal, "f")
