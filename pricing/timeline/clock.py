"""The vendor's clock: full hours in GMT+08:00, terms that end at 23:59:59, shares of months."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final

from pricing.money import divide, multiply

VENDOR_TIME: Final = timezone(timedelta(hours=8))
_HOUR: Final = timedelta(hours=1)


def clock_hours(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Split an interval at each full hour; one part is one billing record."""
    begin = start
    while begin < end:
        next_hour = begin.replace(minute=0, second=0, microsecond=0) + _HOUR
        yield begin, min(next_hour, end)
        begin = next_hour


def month_of(moment: datetime) -> date:
    """The first day of the month that a moment is in, on the vendor's clock."""
    return moment.astimezone(VENDOR_TIME).date().replace(day=1)


def months_of(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Split an interval where a month ends on the vendor's clock."""
    begin = start
    while begin < end:
        first = month_of(begin)
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        next_month = datetime.combine(following, time(), VENDOR_TIME)
        yield begin, min(next_month, end)
        begin = next_month


def count_clock_hours(start: datetime, end: datetime) -> int:
    """How many parts ``clock_hours`` makes."""
    if start >= end:
        return 0
    first = start.replace(minute=0, second=0, microsecond=0)
    return -((first - end) // _HOUR)


def seconds_between(start: datetime, end: datetime) -> int:
    """Whole seconds from one moment to another."""
    return int((end - start).total_seconds())


def end_of_term(start: datetime, months: int) -> datetime:
    """When a yearly/monthly term ends: 23:59:59 on the same day, that many months later.

    One month from 2023-03-20 10:30:00 ends 2023-04-20 23:59:59. Where the month has no such day, it
    is its last one (no source states that case).
    """
    local = start.astimezone(VENDOR_TIME)
    years, month = divmod(local.month - 1 + months, 12)
    year = local.year + years
    day = min(local.day, monthrange(year, month + 1)[1])
    return datetime.combine(date(year, month + 1, day), time(23, 59, 59), VENDOR_TIME)


def remaining_months(changed: date, last: date) -> Decimal:
    """The remaining period of a term: for each calendar month the days left / days of that month.

    From 18 April to 8 May: 12/30 + 8/31. The day of the change itself does not count.
    """
    remaining = Decimal(0)
    year, month, gone = changed.year, changed.month, changed.day
    while (year, month) <= (last.year, last.month):
        days = monthrange(year, month)[1]
        until = last.day if (year, month) == (last.year, last.month) else days
        remaining += divide(Decimal(until - gone), Decimal(days))
        year, month, gone = (year, month + 1, 0) if month < 12 else (year + 1, 1, 0)
    return remaining


def upgrade_fee(new_month: Decimal, old_month: Decimal, remaining: Decimal) -> Decimal:
    """What the change of a yearly/monthly resource to a larger specification costs.

    Price of the new specification x remaining period - price of the old one x remaining period,
    without discounts (the vendor's Billing Center rule).
    """
    return multiply(new_month, remaining) - multiply(old_month, remaining)
