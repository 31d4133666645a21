"""The vendor's ways of rounding (docs/reference/prices.md, "Rounding").

Estimates are never rounded; these are for billing records, and to compare with published amounts.
"""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from pricing.money import PRECISION

CENT: Final = Decimal("0.01")


def half_up(amount: Decimal, places: int) -> Decimal:
    """Round half up, as the documentation does: cents for gateways, four places for EIP records."""
    return _quantized(amount, places, ROUND_HALF_UP)


def cut(amount: Decimal, places: int) -> Decimal:
    """Cut off, as the calculator does: six places on demand, two for a period."""
    return _quantized(amount, places, ROUND_FLOOR)


def gateway_total(amount: Decimal) -> Decimal:
    """Two decimals, half up; what is more than nothing is at least a cent."""
    rounded = half_up(amount, 2)
    return CENT if amount > 0 and rounded < CENT else rounded


def _quantized(amount: Decimal, places: int, rounding: str) -> Decimal:
    with localcontext() as context:
        context.prec = PRECISION
        return amount.quantize(Decimal(1).scaleb(-places), rounding=rounding)
