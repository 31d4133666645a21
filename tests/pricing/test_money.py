"""Ranges and money: what sums and products hold, and what they refuse."""

from decimal import Decimal

import pytest

from pricing import ANYTHING, ZERO, CurrencyError, Money, Range


def between(low: str, high: str | None) -> Range:
    return Range(Decimal(low), None if high is None else Decimal(high))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (between("1", "2"), between("10", "20"), between("11", "22")),
        (between("1", None), between("10", "20"), between("11", None)),
        (between("1", "2"), between("10", None), between("11", None)),
        (ZERO, between("3", "4"), between("3", "4")),
        (ANYTHING, between("3", "4"), between("3", None)),
    ],
)
def test_a_sum_holds_every_sum(first: Range, second: Range, expected: Range) -> None:
    assert first + second == expected
    assert second + first == expected


def test_a_sum_is_exact_far_beyond_the_usual_precision() -> None:
    tiny, large = Decimal("1E-20"), Decimal("1E+20")
    found = Range.exactly(tiny) + Range.exactly(large)
    assert found == Range.exactly(Decimal("100000000000000000000.00000000000000000001"))


def test_two_currencies_are_never_added() -> None:
    assert Money(Decimal(1), "USD") + Money(Decimal(2), "USD") == Money(Decimal(3), "USD")
    with pytest.raises(CurrencyError):
        Money(Decimal(1), "USD") + Money(Decimal(2), "CNY")
