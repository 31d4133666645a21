"""The estimate beside the bill: the product's own proof.

What is compared is the list price of what was billed: the estimate is made for the hours, volumes and sizes
that the records are about, so that what differs is a price, a size or an edition. Discounts and coupons
lie between the list price and what is paid, and stand beside it.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

import pricing
from policypack.costs.line import Line
from policypack.costs.wording import bounds, number
from policypack.huaweicloud.identity import Identity
from pricing.learn.products import NotUnderstoodError, Used, used_of
from pricing.learn.records import Bill, BillRecord
from pricing.money import Range, divide, multiply, plain
from pricing.quantity import Mode
from pricing.quote import Priced, Question

_CENT: Final = Decimal("0.01")


class Declared(Struct, frozen=True):
    """One line of an estimate, and what a bill may call its resource.

    Attributes:
        stack: Label of its stack.
        line: The line.
        identities: Ids and names of its resource.
    """

    stack: str
    line: Line
    identities: tuple[Identity, ...]


class Compared(Struct, frozen=True):
    """What is billed of one meter of one resource, beside the estimate.

    Attributes:
        resource: Its name in the bill, else its id.
        identifier: Its id in the bill.
        meter: What is billed. Likewise ``spec`` and ``region``.
        declared: What it was joined with; ``None`` for what is declared nowhere.
        joined_by: How: by id, bandwidth id or name.
        hours: Hours that the records cover; ``None`` of what is not billed by the hour.
        estimated: List price of that by our prices; ``None`` where it cannot be told.
        official: List price in the bill.
        amount: What is paid, before coupons.
        coupon: The part of it that coupons pay.
        rounding: How far the amounts of the bill may be off, because each is rounded.
        reasons: What explains a difference, and what is paid less than the list price; sentences.
    """

    resource: str
    identifier: str
    meter: str
    spec: str
    region: str
    declared: Declared | None
    joined_by: str
    hours: Decimal | None
    estimated: Decimal | None
    official: Decimal
    amount: Decimal
    coupon: Decimal
    rounding: Decimal
    reasons: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """By how much the estimate is higher than the bill; 0 within the rounding of the bill."""
        if self.estimated is None:
            return None
        difference = self.estimated - self.official
        return Decimal(0) if abs(difference) <= self.rounding else difference


class Reconciliation(Struct, frozen=True):
    """A bill and the estimate of what it is about.

    Attributes:
        bill: The bill.
        compared: What is billed and declared, by stack, resource and meter.
        undeclared: What is billed and declared nowhere.
        unbilled: What is declared, should cost something, and is not billed.
        others: Records of what is not priced here: their list price, by product.
        left_out: Records that are no use of anything: their amount, by what they are.
        skipped: Records that are not understood, a sentence each.
        unread: Sources that could not be read, which may declare what is billed; a sentence each.
    """

    bill: Bill
    compared: tuple[Compared, ...]
    undeclared: tuple[Compared, ...]
    unbilled: tuple[Declared, ...]
    others: Mapping[str, Decimal] = field(default_factory=dict)
    left_out: Mapping[str, Decimal] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Compared, ...]:
        """What can be compared."""
        return tuple(one for one in self.compared if one.estimated is not None)

    @property
    def estimated(self) -> Decimal:
        """The estimate of all that can be compared."""
        return sum((one.estimated or Decimal(0) for one in self.told), Decimal(0))

    @property
    def official(self) -> Decimal:
        """The list price of the same in the bill."""
        return sum((one.official for one in self.told), Decimal(0))

    @property
    def percent(self) -> Decimal | None:
        """By how many percent of the bill the estimate differs; ``None`` where nothing can be compared."""
        if not self.told or not self.official:
            return None
        difference = sum((one.difference or Decimal(0) for one in self.told), Decimal(0))
        return multiply(divide(difference, self.official), Decimal(100))


class _Group(Struct, frozen=True):
    """The records of one meter of one resource."""

    identifier: str
    name: str
    region: str
    meter: str


_Records = list[tuple[BillRecord, Used]]


def reconcile(
    bill: Bill, declared: Sequence[Declared], book: pricing.Prices, hours_per_month: Decimal
) -> Reconciliation:
    """Compare a bill with what is declared.

    A resource is found by its id, by the id of its bandwidth, or by a name that no other one has.

    Args:
        bill: The bill.
        declared: Lines of the estimates of all stacks.
        book: The prices of the estimate.
        hours_per_month: Hours of a month, for what is paid by the month.
    """
    groups: dict[_Group, _Records] = defaultdict(list)
    others: dict[str, Decimal] = defaultdict(Decimal)
    left_out: dict[str, Decimal] = defaultdict(Decimal)
    skipped: list[str] = []
    for record in bill.records:
        try:
            used = used_of(record, book.definitions)
        except NotUnderstoodError as error:
            skipped.append(f"{record.place}: {error}.")
            continue
        if used is None:
            named = f"{record.service} {record.resource_type} {record.sku}".strip()
            others[named or "products without a name"] += record.official
        elif record.kind in ("used", "bought") and record.mode is not None:
            group = _Group(record.resource, record.name, record.region, used.meter)
            groups[group].append((record, used))
        else:
            left_out[record.kind or "bill types that are not known"] += record.amount
    index = _Index(declared)
    found = [
        _compared(group, records, *index.find(group), bill.currency, book, hours_per_month)
        for group, records in sorted(groups.items(), key=lambda item: (item[0].identifier, item[0].meter))
        if any(record.official for record, _ in records)
    ]
    return Reconciliation(
        bill,
        tuple(sorted((one for one in found if one.declared), key=_place)),
        tuple(one for one in found if one.declared is None),
        tuple(index.unused()),
        dict(sorted(others.items())),
        dict(sorted(left_out.items())),
        tuple(skipped),
    )


def _place(one: Compared) -> tuple[str, str, str]:
    return (one.declared.stack if one.declared else "", one.resource, one.meter)


class _Index:
    """Finds lines by what a bill calls their resource."""

    def __init__(self, declared: Sequence[Declared]) -> None:
        self._declared = declared
        self._used: set[int] = set()
        self._by: dict[tuple[str, str], list[int]] = defaultdict(list)
        for position, one in enumerate(declared):
            for identity in one.identities:
                self._by[identity.how, identity.value].append(position)

    def find(self, group: _Group) -> tuple[Declared | None, str]:
        """The line that a group of records is about, and how it was found."""
        for how, value in (
            ("id", group.identifier),
            ("bandwidth id", group.identifier),
            ("name", group.name),
        ):
            positions = self._by.get((how, value), []) if value else []
            if how == "name" and len({self._declared[one].line.resource.urn for one in positions}) > 1:
                continue  # a name that several have tells nothing
            fitting = [one for one in positions if self._declared[one].line.meter == group.meter]
            other = [one for one in positions if group.meter in self._declared[one].line.instead]
            for position in (fitting or other or _of_the_same_service(positions, self._declared, group))[:1]:
                self._used.add(position)
                return self._declared[position], how
        return None, ""

    def unused(self) -> Iterator[Declared]:
        """What no record is about and should have cost something."""
        for position, one in enumerate(self._declared):
            costs = one.line.status != "free" and (one.line.monthly is None or one.line.monthly.low > 0)
            if costs and position not in self._used and not one.line.resource.external:
                yield one


def _of_the_same_service(positions: Iterable[int], declared: Sequence[Declared], group: _Group) -> list[int]:
    """Lines of the resource that are billed in another way: by traffic instead of by size."""
    service = group.meter.partition(".")[0]
    unlike = ("eip.retention",)
    return [
        one
        for one in positions
        if declared[one].line.meter.partition(".")[0] == service
        and declared[one].line.meter not in unlike
        and group.meter not in unlike
        and service == "eip"
    ]


def _compared(
    group: _Group,
    records: _Records,
    declared: Declared | None,
    joined_by: str,
    currency: str,
    book: pricing.Prices,
    hours_per_month: Decimal,
) -> Compared:
    by_the_hour = [used.quantity for record, used in records if _is_by_the_hour(record)]
    told = Compared(
        resource=group.name or group.identifier,
        identifier=group.identifier,
        meter=group.meter,
        spec=records[0][1].spec,
        region=group.region,
        declared=declared,
        joined_by=joined_by,
        hours=sum((one or Decimal(0) for one in by_the_hour), Decimal(0)) if by_the_hour else None,
        estimated=None,
        official=sum((record.official for record, _ in records), Decimal(0)),
        amount=sum((record.amount for record, _ in records), Decimal(0)),
        coupon=sum((record.coupon for record, _ in records), Decimal(0)),
        rounding=sum((Decimal(1).scaleb(-record.places) for record, _ in records), Decimal(0)),
    )
    if declared is None:
        return replace(told, reasons=tuple(_paid_less(told)))
    if declared.line.meter != group.meter:
        reason = f"It is billed as {group.meter} and declared as {declared.line.meter}."
        return replace(told, reasons=(reason, *_paid_less(told)))
    billed = list(dict.fromkeys((used.spec, used.size) for _, used in records))
    own, reasons = _declared_as(declared.line, billed)
    prices: list[Decimal] = []
    for record, used in records:
        spec, size = (used.spec, used.size) if own is None else own
        price = _price(declared.line, record, used, spec, size, currency, book, hours_per_month)
        if isinstance(price, str):
            return replace(told, reasons=(price, *reasons, *_paid_less(told)))
        prices.append(price)
    told = replace(told, estimated=sum(prices, Decimal(0)))
    if declared.line.status == "free":
        reasons.append(f"The declaration expects no charge: {' '.join(declared.line.reasons)}")
    month = _hours_of(records)
    if told.hours is not None and told.hours < month:
        reasons.append(f"It is billed for {plain(told.hours)} of {plain(month)} hours of the month.")
    if told.hours is not None and told.hours > month:
        reasons.append(
            f"It is billed for {plain(told.hours)} hours, and the month has {plain(month)}: more than one "
            "resource is billed under its id, or a record is there twice."
        )
    reasons += _of_modes(declared.line, records)
    if not told.difference and told.estimated != told.official and told.rounding > _CENT:
        reasons.append(
            "The amounts of the bill are rounded, so that a difference below "
            f"{plain(told.rounding)} does not show."
        )
    if told.difference and own is None:
        reasons += _of_prices(declared.line, records)
    return replace(told, reasons=(*reasons, *_paid_less(told)))


def _declared_as(
    line: Line, billed: Sequence[tuple[str, Decimal | None]]
) -> tuple[tuple[str, Decimal | None] | None, list[str]]:
    """What to make the estimate for: what is declared, or ``None`` for what each record is about.

    Where what is declared is among what was billed, it was changed during the month: that is no difference.
    """
    sized = any(size is not None for _, size in billed)
    size = line.size.low if sized and line.size.is_exact else None
    spec = line.spec or billed[0][0]
    shown = ", ".join(_shown(*one) for one in billed)
    if sized and size is None:
        return None, [f"Its size is not known in the declaration; {shown} was billed."]
    if (spec, size) in billed:
        return None, [f"It was changed during the month: {shown}."] if len(billed) > 1 else []
    return (spec, size), [f"It is declared as {_shown(spec, size)} and was billed as {shown}."]


def _shown(spec: str, size: Decimal | None) -> str:
    return spec if size is None else f"{plain(size)} Mbit/s"


def _hours_of(records: _Records) -> Decimal:
    """Hours of the month that is billed."""
    month = records[0][0].month
    return Decimal(monthrange(month.year, month.month)[1] * 24)


def _is_by_the_hour(record: BillRecord) -> bool:
    return record.usage is not None and record.usage_type.lower() == "duration"


def _price(
    line: Line,
    record: BillRecord,
    used: Used,
    spec: str,
    size: Decimal | None,
    currency: str,
    book: pricing.Prices,
    hours_per_month: Decimal,
) -> Decimal | str:
    """List price of what one record is about, or why it cannot be told."""
    if record.elsewhere:
        return "A package or a reservation pays for a part of it."
    quantity = Decimal(0) if used.quantity is None else used.quantity
    question = Question(
        meter=used.meter,
        spec=spec,
        site=line.site,
        region=line.region,
        mode=record.mode,
        size=Range.exactly(Decimal(1) if size is None else size),
        hours=Range.exactly(quantity if _is_by_the_hour(record) else hours_per_month),
        volume=None if _is_by_the_hour(record) else Range.exactly(quantity),
        months=record.periods,
    )
    answer = pricing.answer(book, question, hours_per_month)
    if not isinstance(answer, Priced):
        return answer.reason
    if answer.currency != currency:
        return f"Its prices are in {answer.currency}, the bill is in {currency}."
    if not answer.monthly.is_exact:
        told = bounds(answer.monthly, answer.currency)
        return f"The price of {spec} in {line.region or 'its region'} leaves it open: {told}."
    months = record.periods if record.mode is Mode.YEARLY_MONTHLY and record.periods else 1
    return multiply(answer.monthly.low, Decimal(months))


def _of_modes(line: Line, records: _Records) -> Iterator[str]:
    """What is declared to be paid in another way than it is."""
    billed = sorted({record.mode for record, _ in records if record.mode is not None})
    if line.mode is not None and billed != [line.mode]:
        yield f"It is declared as {line.mode} and was billed as {', '.join(billed)}."


def _of_prices(line: Line, records: _Records) -> list[str]:
    """What explains a difference where size and edition agree: the price."""
    row = f"row {line.price.row}" if line.price is not None else "our rows"
    prices = sorted({record.unit_price for record, _ in records if record.unit_price is not None})
    if prices:
        told = ", ".join(plain(price) for price in prices)
        return [f"The unit price in the bill is {told}; {row} says otherwise."]
    return [f"The bill names no unit price, so the price has steps; {row} says otherwise."]


def _paid_less(told: Compared) -> Iterator[str]:
    discount = told.official - told.amount
    if discount and told.official:
        percent = multiply(divide(discount, told.official), Decimal(100))
        yield f"A discount of {number(discount)} ({number(percent)} %) is taken off the list price."
    if told.coupon:
        yield f"Coupons pay {number(told.coupon)}."
