"""What happened to each resource, as stretches of unchanged use, and the bill for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct, field

from pricing.book.layers import Prices
from pricing.book.model import Row
from pricing.eip_states import EipMode, billed_meters
from pricing.money import divide, plain
from pricing.quantity import Meter, Mode
from pricing.rounding import half_up
from pricing.timeline.clock import VENDOR_TIME, end_of_term, month_of, remaining_months, upgrade_fee
from pricing.timeline.events import Action, Event, Kind, Timeline, TimelineError
from pricing.timeline.rates import Rates
from pricing.timeline.settlement import (
    Payment,
    Record,
    Stretch,
    Subtotal,
    count,
    monthly,
    records,
    subtotals,
    total,
)

MOST_RECORDS: Final = 200_000
"""Of one bill: 22 years of one meter, or 250 EIPs for a month. Printing them takes seconds and 0.6 GB."""


class Bill(Struct, frozen=True):
    """What is billed for a timeline.

    Attributes:
        records: One per clock hour, in order of time.
        total: Rounded as the vendor rounds it.
        currency: ISO 4217 code.
        subtotals: Of each month, resource and meter; rounded by themselves.
        months: The total of each month, likewise.
        rows: The rows of the price book that were used.
        notes: What is not in the total, or ends by itself, a sentence each.
    """

    records: tuple[Record, ...]
    total: Decimal
    currency: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    subtotals: tuple[Subtotal, ...] = ()
    months: tuple[tuple[date, Decimal], ...] = ()


def bill(timeline: Timeline, book: Prices) -> Bill:
    """Rate a timeline. Linear in the hours that it covers.

    Raises:
        TimelineError: An event cannot have happened, or has no price; or there would be too many records.
    """
    rates = Rates(timeline, book)
    resources: dict[str, _Resource] = {}
    for event in timeline.events:
        if event.action is Action.CREATE:
            if event.resource in resources:
                raise TimelineError(f"{event.place}: {event.resource} exists already.")
            resources[event.resource] = _created(event, rates)
        elif event.resource not in resources:
            raise TimelineError(f"{event.place}: {event.resource} was never created.")
        else:
            resources[event.resource].happen(event)
    for resource in resources.values():
        resource.close(timeline.until)
        if timeline.ends_with_last_event and not resource.deleted:
            resource.notes.append(
                f"{resource.name} still exists and is billed to the last event only; "
                "state until, the end of what is billed."
            )
    items = [item for resource in resources.values() for item in resource.items]
    _bounded(items, timeline)
    notes = tuple(note for resource in resources.values() for note in resource.notes)
    return Bill(
        records(items),
        total(items),
        rates.currency(),
        rates.rows,
        notes,
        subtotals(items),
        monthly(items),
    )


def _bounded(items: Sequence[Stretch | Payment], timeline: Timeline) -> None:
    needed = sum(count(item) for item in items)
    if needed > MOST_RECORDS:
        first, last = timeline.events[0].at, timeline.until
        raise TimelineError(
            f"From {first:%Y-%m-%d} to {last:%Y-%m-%d} there would be {needed} billing records, one for each "
            f"clock hour and meter, and {MOST_RECORDS} are the most. Correct the time that is wrong, or "
            "split the timeline."
        )


class _Term(Struct, frozen=True):
    """A yearly/monthly term that a resource is in."""

    start: datetime
    end: datetime
    month: Decimal


class _Resource(Struct):
    """The state of one resource while its events happen one by one."""

    name: str
    kind: Kind
    rates: Rates
    created: Event
    bandwidth: Decimal
    edition: str | None
    mode: EipMode
    bound: bool = False
    was_bound: bool = False
    deleted: bool = False
    term: _Term | None = None
    back_to_pay_per_use: bool = False
    traffic: Decimal | None = None
    unstated: datetime | None = None
    """Since when it has been bound, or was, without a statement of its traffic."""
    items: list[Stretch | Payment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    running: dict[Meter, tuple[datetime, Decimal, str | None, Event]] = field(default_factory=dict)

    def happen(self, event: Event) -> None:
        """Change the state.

        Raises:
            TimelineError: The event cannot happen in this state.
        """
        if self.deleted:
            raise TimelineError(f"{event.place}: {self.name} was deleted before.")
        if event.kind is not None and event.kind is not self.kind:
            raise TimelineError(f"{event.place}: {self.name} was created as {self.kind}.")
        self._expire(event.at)
        if event.traffic is not None:
            self._moved(event)
        match event.action:
            case Action.BIND:
                self._bind(event, bound=True)
            case Action.UNBIND:
                self._bind(event, bound=False)
            case Action.RESIZE:
                self._resize(event)
            case Action.CHANGE_EDITION:
                self._change_edition(event)
            case Action.CONVERT:
                self._convert(event)
            case Action.DELETE:
                self.deleted = True
                if self.unstated == event.at:
                    self.unstated = None
            case Action.CREATE:
                raise TimelineError(f"{event.place}: {self.name} exists already.")
        self.meter(event.at, event)

    def close(self, until: datetime) -> None:
        """End what still runs, and say what is not in the bill."""
        self._expire(until)
        for meter in list(self.running):
            self._stop(meter, until)
        if self.kind is Kind.EIP and self.mode is EipMode.TRAFFIC and self.was_bound:
            if self.traffic is None:
                self.notes.append(
                    f"The traffic of {self.name} is not stated (trafficGB), so it is not in the total."
                )
                return
            self._pay_traffic(until)
            if self.unstated is not None and self.unstated < until:
                since = self.unstated.astimezone(VENDOR_TIME)
                self.notes.append(
                    f"The traffic of {self.name} since {since:%Y-%m-%d %H:%M:%S} is not stated (trafficGB), "
                    "so it is not in the total."
                )

    def meter(self, at: datetime, event: Event) -> None:
        """Let the meters run that belong to the state, and end those that do not."""
        wanted = {} if self.deleted else self._wanted()
        for meter in list(self.running):
            _, size, spec, _ = self.running[meter]
            if wanted.get(meter) != (size, spec):
                self._stop(meter, at)
        for meter, (size, spec) in wanted.items():
            if meter not in self.running:
                self.running[meter] = (at, size, spec, event)

    def _wanted(self) -> dict[Meter, tuple[Decimal, str | None]]:
        """The meters that run in the state; what is prepaid or moved is paid at once."""
        one = Decimal(1)
        prepaid = self.term is not None
        wanted: dict[Meter, tuple[Decimal, str | None]] = {}
        match self.kind:
            case Kind.GATEWAY:
                if not prepaid:
                    wanted[Meter.GATEWAY] = (one, self.edition)
                if self.bandwidth > 0:
                    wanted[Meter.OUTBOUND_BANDWIDTH] = (self.bandwidth, None)
            case Kind.SHARED_BANDWIDTH:
                if not prepaid:
                    wanted[Meter.SHARED_BANDWIDTH] = (self.bandwidth, None)
            case Kind.EIP:
                meters = billed_meters(self.mode, bound=self.bound, prepaid=prepaid)
                if Meter.EIP_RETENTION in meters:
                    wanted[Meter.EIP_RETENTION] = (one, None)
                if Meter.EIP_BANDWIDTH in meters and not prepaid:
                    wanted[Meter.EIP_BANDWIDTH] = (self.bandwidth, None)
        return wanted

    def _stop(self, meter: Meter, at: datetime) -> None:
        start, size, spec, event = self.running.pop(meter)
        if start < at:
            tariff = self.rates.hourly(meter, spec, size, event)
            self.items.append(Stretch(self.name, self.kind, meter, start, at, size, tariff))

    def _bind(self, event: Event, *, bound: bool) -> None:
        if self.kind is not Kind.EIP:
            raise TimelineError(f"{event.place}: only an EIP can be bound, {self.name} is a {self.kind}.")
        if self.bound is bound:
            raise TimelineError(f"{event.place}: {self.name} is {'already' if bound else 'not'} bound.")
        self.bound = bound
        if bound:
            self.unstated = self.unstated or event.at
        elif self.unstated == event.at:
            self.unstated = None
        self.was_bound = self.was_bound or bound

    def _resize(self, event: Event) -> None:
        if event.bandwidth is None:
            raise TimelineError(f"{event.place}: bandwidth is missing, the new size in Mbit/s.")
        if self.kind is not Kind.GATEWAY:
            _positive(event)
        if self.term is not None and self.kind is not Kind.GATEWAY:
            self._pay_upgrade(event, self.term)
        self.bandwidth = event.bandwidth

    def _change_edition(self, event: Event) -> None:
        if self.kind is not Kind.GATEWAY:
            raise TimelineError(
                f"{event.place}: only a gateway has an edition, {self.name} is a {self.kind}."
            )
        if event.edition is None:
            raise TimelineError(f"{event.place}: edition is missing, the new one.")
        if self.term is not None:
            self._pay_upgrade(event, self.term)
        self.edition = event.edition

    def _convert(self, event: Event) -> None:
        if event.payment is Mode.PAY_PER_USE:
            if self.term is None:
                raise TimelineError(f"{event.place}: {self.name} is pay-per-use already.")
            self.back_to_pay_per_use = True
            return
        if self.term is not None:
            raise TimelineError(
                f"{event.place}: {self.name} is yearly/monthly already, until {self.term.end}."
            )
        if event.months is None:
            raise TimelineError(f"{event.place}: months is missing, the term.")
        if self.kind is Kind.EIP and self.mode is not EipMode.BANDWIDTH:
            raise TimelineError(f"{event.place}: only an EIP paid by bandwidth can be yearly/monthly.")
        meter, size, spec = self._prepaid()
        price = event.price
        if price is None:
            price = self.rates.term(meter, spec, size, event.months, event)
        end = end_of_term(event.at, event.months)
        self.term = _Term(event.at, end, divide(price, Decimal(event.months)))
        self.items.append(
            Payment(
                self.name, self.kind, meter, event.at, end, Decimal(1), price, half_up(price, 2), event.at
            )
        )

    def _prepaid(self) -> tuple[Meter, Decimal, str | None]:
        match self.kind:
            case Kind.GATEWAY:
                return Meter.GATEWAY, Decimal(1), self.edition
            case Kind.SHARED_BANDWIDTH:
                return Meter.SHARED_BANDWIDTH, self.bandwidth, "share"
            case Kind.EIP:
                return Meter.EIP_BANDWIDTH, self.bandwidth, None

    def _pay_upgrade(self, event: Event, term: _Term) -> None:
        if event.price is None:
            raise TimelineError(
                f"{event.place}: {self.name} is yearly/monthly; state price, the new price of a month."
            )
        remaining = remaining_months(event.at.date(), term.end.date())
        fee = upgrade_fee(event.price, term.month, remaining)
        if fee < 0:
            raise TimelineError(
                f"{event.place}: the new price is below the old one; no source states what a smaller "
                "specification of a yearly/monthly resource refunds."
            )
        meter, _, _ = self._prepaid()
        self.items.append(
            Payment(
                self.name,
                self.kind,
                meter,
                event.at,
                term.end,
                remaining,
                event.price - term.month,
                half_up(fee, 2),
                event.at,
            )
        )
        self.term = _Term(term.start, term.end, event.price)

    def _expire(self, now: datetime) -> None:
        """End a term that is over: a conversion takes effect, else nothing more is billed."""
        if self.deleted or self.term is None or now <= self.term.end:
            return
        end, self.term = self.term.end, None
        if self.back_to_pay_per_use:
            self.back_to_pay_per_use = False
            self.meter(end, self.created)
            return
        raise TimelineError(
            f"{self.created.place}: the term of {self.name} ends at {end}, and no event says what follows "
            "(convert to pay-per-use, or delete)."
        )

    def _moved(self, event: Event) -> None:
        if self.kind is not Kind.EIP or self.mode is not EipMode.TRAFFIC:
            raise TimelineError(f"{event.place}: trafficGB is only for an EIP that is paid by traffic.")
        if event.traffic and not self.was_bound and event.action is not Action.BIND:
            raise TimelineError(
                f"{event.place}: trafficGB of {self.name}, which nothing has been bound to yet."
            )
        self.unstated = event.at if self.bound else None
        self.traffic = (self.traffic or Decimal(0)) + (event.traffic or Decimal(0))

    def _pay_traffic(self, until: datetime) -> None:
        assert self.traffic is not None
        tariff = self.rates.hourly(Meter.EIP_TRAFFIC, None, self.traffic, self.created)
        amount = tariff.amount(self.traffic)
        rate = tariff.tiers[0].rate if tariff.is_flat else amount
        quantity = self.traffic if tariff.is_flat else Decimal(1)
        last = max(self.created.at, until - timedelta(seconds=1))
        first_month, last_month = month_of(self.created.at), month_of(last)
        if not tariff.is_flat and first_month != last_month:
            self.notes.append(
                f"The steps of the traffic price of {self.name} are counted once from {first_month:%Y-%m} to "
                f"{last_month:%Y-%m}, and the traffic stands in the last month. No source says whether the "
                "steps start anew each month; a timeline for each month assumes that they do."
            )
        self.items.append(
            Payment(
                self.name,
                self.kind,
                Meter.EIP_TRAFFIC,
                self.created.at,
                until,
                quantity,
                rate,
                half_up(amount, 4),
                last,
            )
        )


def _created(event: Event, rates: Rates) -> _Resource:
    assert event.kind is not None
    bandwidth = event.bandwidth
    if bandwidth is None:
        needs_size = event.kind is Kind.SHARED_BANDWIDTH or (
            event.kind is Kind.EIP and event.mode in (None, EipMode.BANDWIDTH)
        )
        if needs_size:
            raise TimelineError(f"{event.place}: bandwidth is missing, the size in Mbit/s.")
        bandwidth = Decimal(0)
    elif event.kind is not Kind.GATEWAY:
        _positive(event)
    if event.kind is Kind.GATEWAY and event.edition is None:
        raise TimelineError(f"{event.place}: edition is missing.")
    if event.kind is not Kind.GATEWAY and event.edition is not None:
        raise TimelineError(f"{event.place}: only a gateway has an edition.")
    if event.kind is not Kind.EIP and event.mode is not None:
        raise TimelineError(f"{event.place}: only an EIP has a mode.")
    if event.traffic:
        raise TimelineError(
            f"{event.place}: what is created has sent nothing yet; trafficGB is for later events."
        )
    resource = _Resource(
        name=event.resource,
        kind=event.kind,
        rates=rates,
        created=event,
        bandwidth=bandwidth,
        edition=event.edition,
        mode=event.mode or EipMode.BANDWIDTH,
    )
    resource.meter(event.at, event)
    return resource


def _positive(event: Event) -> None:
    if event.bandwidth is not None and event.bandwidth <= 0:
        raise TimelineError(
            f"{event.place}: bandwidth is {plain(event.bandwidth)}; expected more than 0 Mbit/s."
        )
