"""Amounts as people read them."""

from decimal import Decimal

import pytest

from policypack.costs.wording import bounds, number, shift_bounds
from pricing.money import ANYTHING, Range


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "0.00"),
        ("1.005", "1.01"),
        ("0.0018", "0.0018"),
        ("-0.001", "-0.001"),
        ("1E+30", f"1{'0' * 30}"),
    ],
)
def test_numbers(value: str, shown: str) -> None:
    assert number(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "not known"),
        (ANYTHING, "not known"),
        (Range(Decimal(5), None), "at least 5.00 USD, no upper bound"),
        (Range(Decimal(0), Decimal(5)), "0.00 - 5.00 USD"),
        (Range.exactly(0), "0.00 USD"),
    ],
)
def test_what_is_not_known_is_never_a_number(amount: Range | None, shown: str) -> None:
    assert bounds(amount, "USD") == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (None, None, "not known"),
        ("0", None, "not known"),
        ("5", None, "at least +5.00 USD, no upper bound"),
        (None, "-5", "at most -5.00 USD"),
        (None, "0", "at most 0.00 USD"),
        ("-5", "5", "-5.00 to +5.00 USD"),
        ("5", "5", "+5.00 USD"),
    ],
)
def test_changes_have_a_sign(low: str | None, high: str | None, shown: str) -> None:
    found = shift_bounds(low and Decimal(low), high and Decimal(high), "USD")
    assert found == shown
