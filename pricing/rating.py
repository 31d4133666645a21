"""From a price row and a quantity to an amount, exactly or within bounds. Nothing is rounded."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from msgspec import Struct

from pricing.book.model import Row
from pricing.money import ANYTHING, Range, divide, multiply, plain
from pricing.quantity import HOURS_PER_DAY, Mode, Unit
from pricing.quote import Step
from pricing.tiers import Dimension, TierMode

PER_MONTH: Final = frozenset({Unit.MONTH, Unit.MBIT_S_MONTH})
"""Units that are paid by the month, whatever the hours."""

_ONE: Final = Range.exactly(1)


class Usage(Struct, frozen=True):
    """How much is used of what a row prices.

    Attributes:
        size: Mbit/s; 1 for what has no size.
        hours: Hours of use.
        volume: GB.
        month_hours: Hours of the month, for what is settled by the month and used for a part of it.
    """

    size: Decimal = Decimal(1)
    hours: Decimal = Decimal(0)
    volume: Decimal = Decimal(0)
    month_hours: Decimal = Decimal(730)


class Charge(Struct, frozen=True):
    """What a usage costs, and the arithmetic."""

    amount: Decimal
    steps: tuple[Step, ...]


class UsageRange(Struct, frozen=True):
    """Like ``Usage``, where only bounds are known."""

    size: Range
    hours: Range
    volume: Range
    month_hours: Decimal


class SizeError(ValueError):
    """The row does not state a price for the size."""


def charge(row: Row, usage: Usage) -> Charge:
    """Rate an exact usage with one row; of a yearly/monthly row the whole term.

    Raises:
        SizeError: The row does not state a price for the size.
    """
    quantity = usage.volume if row.tariff.dimension is Dimension.VOLUME else usage.size
    if not _priced_sizes(row).contains(quantity) and quantity != 0:
        raise SizeError(f"row {row.id} has no price for a size of {plain(quantity)}")
    exactly = UsageRange(
        Range.exactly(usage.size), Range.exactly(usage.hours), Range.exactly(usage.volume), usage.month_hours
    )
    return Charge(bounds(row, exactly).low, tuple(explain(row, usage)))


def bounds(row: Row, usage: UsageRange) -> Range:
    """The least and the most that a usage costs; of a yearly/monthly row the whole term.

    Where the size may be outside what the row prices and the price grows with the size, a larger
    size costs at least as much as the largest that has a price, a smaller one at most as much as the
    smallest.
    """
    sizes = sizes_of(row, usage)
    if sizes == Range.exactly(0):
        return _whole(row, usage)
    amount = _whole(row, usage) if _priced_sizes(row).covers(sizes) else _outside(row, usage, sizes)
    return Range(amount.low, None) if row.inferred else amount


def _outside(row: Row, usage: UsageRange, sizes: Range) -> Range:
    if not grows(row):
        return ANYTHING
    low, high = Decimal(0), None
    if sizes.low >= row.least:
        nearest = sizes.low if row.most is None else min(sizes.low, row.most)
        low = _whole(row, of_sizes(row, usage, Range.exactly(nearest))).low
    if sizes.high is not None and (row.most is None or sizes.high <= row.most):
        high = _whole(row, of_sizes(row, usage, Range.exactly(max(sizes.high, row.least)))).high
    return Range(low, high)


def sizes_of(row: Row, usage: UsageRange) -> Range:
    """What the stated sizes of a row are about: GB where it is priced by volume, else Mbit/s."""
    return usage.volume if row.tariff.dimension is Dimension.VOLUME else usage.size


def hourly(row: Row, usage: UsageRange) -> Range | None:
    """What one hour costs while it runs; ``None`` for what is not metered by the hour alone."""
    if row.mode is not Mode.PAY_PER_USE or row.unit in PER_MONTH or row.unit in (Unit.GIGABYTE, Unit.DAY):
        return None
    if row.tariff.dimension is Dimension.HOURS:
        return None
    return bounds(row, UsageRange(usage.size, _ONE, usage.volume, usage.month_hours))


def counted(unit: Unit, mode: Mode | None, usage: UsageRange) -> Range:
    """The quantity that is billed, in the unit of the price."""
    match unit:
        case Unit.GATEWAY_HOUR | Unit.HOUR:
            return usage.hours
        case Unit.DAY:
            return days(usage.hours)
        case Unit.MBIT_S_HOUR:
            return usage.size * usage.hours
        case Unit.GIGABYTE:
            return usage.volume
        case Unit.MBIT_S_MONTH:
            return usage.size if mode is Mode.YEARLY_MONTHLY else usage.size * _months(usage)
        case Unit.MONTH:
            return Range.exactly(1)


def explain(row: Row, usage: Usage) -> Iterator[Step]:
    """The arithmetic of an exact usage, step by step."""
    tariff = row.tariff
    if tariff.dimension is Dimension.VOLUME:
        yield from _tier_steps(row, usage.volume, "GB")
        return
    if tariff.dimension is Dimension.HOURS:
        yield from _tier_steps(row, usage.hours, "h")
        amount = multiply(tariff.amount(usage.hours), usage.size)
        yield Step(f"x {plain(usage.size)} Mbit/s = {plain(amount)} {row.currency}", amount)
        return
    sized = row.unit in (Unit.MBIT_S_HOUR, Unit.MBIT_S_MONTH)
    yield from _tier_steps(row, usage.size, "Mbit/s" if sized else "")
    amount = tariff.amount(usage.size)
    if row.mode is Mode.YEARLY_MONTHLY:
        yield Step(f"for {row.months} month{'s' if row.months != 1 else ''} paid at once", amount)
    elif row.unit in PER_MONTH:
        share = _share(usage.hours, usage.month_hours)
        amount = multiply(amount, share)
        yield Step(
            f"x {plain(usage.hours)} h of {plain(usage.month_hours)} h = {plain(amount)} {row.currency}",
            amount,
        )
    elif row.unit is Unit.DAY:
        begun = _begun_days(usage.hours)
        amount = multiply(amount, begun)
        yield Step(f"x {plain(begun)} days that have begun = {plain(amount)} {row.currency}", amount)
    else:
        amount = multiply(amount, usage.hours)
        yield Step(f"x {plain(usage.hours)} h = {plain(amount)} {row.currency}", amount)


def _whole(row: Row, usage: UsageRange) -> Range:
    tariff = row.tariff
    match tariff.dimension:
        case Dimension.VOLUME:
            return tariff.bounds(usage.volume)
        case Dimension.HOURS:
            return tariff.bounds(usage.hours) * usage.size
        case Dimension.SIZE:
            if row.mode is Mode.YEARLY_MONTHLY:
                return tariff.bounds(usage.size)
            if row.unit in PER_MONTH:
                return tariff.bounds(usage.size) * _months(usage)
            if row.unit is Unit.DAY:
                return tariff.bounds(usage.size) * days(usage.hours)
            return tariff.bounds(usage.size) * usage.hours


def days(hours: Range) -> Range:
    """Days that have begun: a part of one is billed as a whole."""
    return Range(_begun_days(hours.low), None if hours.high is None else _begun_days(hours.high))


def _begun_days(hours: Decimal) -> Decimal:
    return divide(hours, HOURS_PER_DAY).to_integral_value(ROUND_CEILING)


def _months(usage: UsageRange) -> Range:
    """The share of the month in which something is used that is settled by the month."""
    high = usage.hours.high
    return Range(
        _share(usage.hours.low, usage.month_hours),
        Decimal(1) if high is None else _share(high, usage.month_hours),
    )


def _share(hours: Decimal, month_hours: Decimal) -> Decimal:
    return min(Decimal(1), divide(hours, month_hours))


def of_sizes(row: Row, usage: UsageRange, sizes: Range) -> UsageRange:
    """The usage with other sizes, in what the stated sizes of a row are about."""
    if row.tariff.dimension is Dimension.VOLUME:
        return UsageRange(usage.size, usage.hours, sizes, usage.month_hours)
    return UsageRange(sizes, usage.hours, usage.volume, usage.month_hours)


def grows(row: Row) -> bool:
    """Whether a larger size is known to cost no less, so that the stated sizes bound the others."""
    return row.growing or row.tariff.mode is TierMode.PROGRESSIVE


def _priced_sizes(row: Row) -> Range:
    return Range(row.least, row.most)


def _tier_steps(row: Row, quantity: Decimal, name: str) -> Iterator[Step]:
    tariff, currency = row.tariff, row.currency
    parts = tariff.parts(quantity)
    for part in parts:
        if tariff.mode is TierMode.FIXED:
            yield Step(f"{plain(quantity)} {name}: {plain(part.amount)} {currency}", part.amount)
        elif name:
            yield Step(
                f"{plain(part.quantity)} {name} x {plain(part.rate)} {currency} "
                f"= {plain(part.amount)} {currency}",
                part.amount,
            )
        else:
            yield Step(f"{plain(part.amount)} {currency} a {row.unit}", part.amount)
    if len(parts) > 1:
        amount = tariff.amount(quantity)
        yield Step(f"together {plain(amount)} {currency}", amount)
