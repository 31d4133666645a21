"""From stretches of unchanged use to billing records and a total, with the vendor's rounding."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from pricing.money import divide, multiply
from pricing.quantity import SECONDS_PER_HOUR, Meter
from pricing.rounding import gateway_total, half_up
from pricing.tiers import Tariff
from pricing.timeline.clock import clock_hours, count_clock_hours, month_of, months_of, seconds_between
from pricing.timeline.events import Kind


class Stretch(Struct, frozen=True):
    """Use of one meter of one resource without a change.

    Attributes:
        size: Mbit/s; 1 for what has no size.
        tariff: Price of an hour.
    """

    resource: str
    kind: Kind
    meter: Meter
    start: datetime
    end: datetime
    size: Decimal
    tariff: Tariff

    @property
    def amount(self) -> Decimal:
        """What it costs, not rounded."""
        return _of_seconds(self.tariff.amount(self.size), seconds_between(self.start, self.end))


class Payment(Struct, frozen=True):
    """What is paid at once: a yearly/monthly term, an upgrade fee, or traffic.

    Attributes:
        quantity: What it pays for, in units of ``rate``.
        paid: A moment in the month in which it is paid.
        amount: What is paid, rounded as the vendor rounds it.
    """

    resource: str
    kind: Kind
    meter: Meter
    start: datetime
    end: datetime
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    paid: datetime


class Record(Struct, frozen=True):
    """One line of the bill.

    Attributes:
        resource: Its name in the timeline.
        meter: What is billed.
        start: When the interval begins; likewise ``end``.
        end: When it ends.
        seconds: Length of the interval.
        quantity: Mbit/s, gateways, addresses, GB or terms.
        rate: Price of one unit for an hour, or for the whole interval of what is paid at once.
        amount: Not rounded where it is billed by time.
    """

    resource: str
    meter: Meter
    start: datetime
    end: datetime
    seconds: int
    quantity: Decimal
    rate: Decimal
    amount: Decimal


class Subtotal(Struct, frozen=True):
    """What one meter of one resource costs in one month.

    Attributes:
        month: First day of the month, in the vendor's time.
        amount: Rounded as a total is.
    """

    month: date
    resource: str
    meter: Meter
    amount: Decimal


def subtotals(items: Iterable[Stretch | Payment]) -> tuple[Subtotal, ...]:
    """The total of each month, resource and meter, in this order.

    Each is rounded by itself, so that they may add up to another last digit than the total.
    """
    groups: dict[tuple[date, str, Meter], list[Stretch | Payment]] = {}
    for month, part in _by_month(items):
        groups.setdefault((month, part.resource, part.meter), []).append(part)
    return tuple(Subtotal(*key, total(groups[key])) for key in sorted(groups))


def monthly(items: Iterable[Stretch | Payment]) -> tuple[tuple[date, Decimal], ...]:
    """The total of each month, rounded by itself; the first day of the month stands for it."""
    groups: dict[date, list[Stretch | Payment]] = {}
    for month, part in _by_month(items):
        groups.setdefault(month, []).append(part)
    return tuple((month, total(groups[month])) for month in sorted(groups))


def _by_month(items: Iterable[Stretch | Payment]) -> Iterator[tuple[date, Stretch | Payment]]:
    """Use, split where a month ends; what is paid at once belongs to the month in which it is paid."""
    for item in items:
        if isinstance(item, Payment):
            yield month_of(item.paid), item
        else:
            for start, end in months_of(item.start, item.end):
                yield month_of(start), replace(item, start=start, end=end)


def records(items: Iterable[Stretch | Payment]) -> tuple[Record, ...]:
    """The billing records: one per clock hour and tier, in order of time."""
    records = [record for item in items for record in _records(item)]
    return tuple(sorted(records, key=lambda record: (record.start, record.resource, record.meter)))


def count(item: Stretch | Payment) -> int:
    """How many records it makes at most, without making them."""
    if isinstance(item, Payment):
        return 1
    return count_clock_hours(item.start, item.end) * len(item.tariff.tiers)


def total(items: Iterable[Stretch | Payment]) -> Decimal:
    """The total as the vendor's pages round it (docs/reference/prices.md, "Rounding").

    Gateways are added up and rounded once, to cents. Each row of an EIP or a shared bandwidth, which
    is a stretch without a change, is rounded to four decimals, and the rows are added.
    """
    gateways = rows = paid = Decimal(0)
    for item in items:
        if isinstance(item, Payment):
            paid += item.amount
        elif item.kind is Kind.GATEWAY:
            gateways += item.amount
        else:
            rows += half_up(item.amount, 4)
    return gateway_total(gateways) + rows + paid


def _records(item: Stretch | Payment) -> Iterator[Record]:
    if isinstance(item, Payment):
        seconds = seconds_between(item.start, item.end)
        yield Record(
            item.resource, item.meter, item.start, item.end, seconds, item.quantity, item.rate, item.amount
        )
        return
    for start, end in clock_hours(item.start, item.end):
        seconds = seconds_between(start, end)
        for part in item.tariff.parts(item.size):
            amount = _of_seconds(part.amount, seconds)
            yield Record(item.resource, item.meter, start, end, seconds, part.quantity, part.rate, amount)


def _of_seconds(hour: Decimal, seconds: int) -> Decimal:
    return divide(multiply(hour, Decimal(seconds)), SECONDS_PER_HOUR)
