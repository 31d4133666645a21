"""The tariffs of a timeline: those that it states, else those of the price book."""

from decimal import Decimal

from pricing.book.layers import Prices
from pricing.book.lookup import Found, Missing, find
from pricing.book.model import Row
from pricing.money import divide, multiply, plain
from pricing.quantity import Meter, Mode
from pricing.rounding import cut
from pricing.tiers import Dimension, Tariff
from pricing.timeline.events import Event, Timeline, TimelineError

_SPECS = {Meter.OUTBOUND_BANDWIDTH: "publicip", Meter.SHARED_BANDWIDTH: "share"}
_DYNAMIC_BGP = "5_bgp"


class Rates:
    """Looks up tariffs, and remembers which rows were used."""

    def __init__(self, timeline: Timeline, book: Prices) -> None:
        self._timeline = timeline
        self._book = book
        self._rows: dict[tuple[str, str], Row] = {}

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that were used, in order of their books and ids."""
        return tuple(self._rows[name] for name in sorted(self._rows))

    def currency(self) -> str:
        """The currency of the bill.

        Raises:
            TimelineError: The stated rates and the book disagree, or neither says it.
        """
        stated = self._timeline.currency
        of_rows = {row.currency for row in self._rows.values()}
        if stated is not None and of_rows and of_rows != {stated}:
            raise TimelineError(
                f"The rates are in {stated}, but the prices of site {self._timeline.site} that the price "
                f"book adds are in {', '.join(sorted(of_rows))}."
            )
        if stated is not None:
            return stated
        if of_rows:
            return of_rows.pop()
        if self._timeline.site in self._book.currencies:
            return self._book.currency_of(self._timeline.site or "")
        raise TimelineError("The currency is not known: state `currency`, or a `site` of the price book.")

    def hourly(self, meter: Meter, spec: str | None, size: Decimal, event: Event) -> Tariff:
        """The tariff of an hour (of a GB for traffic).

        Raises:
            TimelineError: Nothing states it, or not for this size.
        """
        for name in (spec or "*", "*"):
            if (meter, name) in self._timeline.rates:
                return self._timeline.rates[meter, name]
        row = self._row(meter, spec or _SPECS.get(meter, _DYNAMIC_BGP), Mode.PAY_PER_USE, size, None, event)
        if not row.states(size):
            raise TimelineError(
                f"{event.place}: the price of {meter} is not known for {plain(size)} Mbit/s (row {row.id}); "
                f'state it under [rates] as "{meter}".'
            )
        if row.tariff.dimension is Dimension.HOURS:
            raise TimelineError(f"{event.place}: row {row.id} is priced by duration and cannot be split.")
        return row.tariff

    def term(self, meter: Meter, spec: str | None, size: Decimal, months: int, event: Event) -> Decimal:
        """The price of a whole yearly/monthly term, cut to cents as the vendor's calculator does."""
        row = self._row(meter, spec or _DYNAMIC_BGP, Mode.YEARLY_MONTHLY, size, months, event)
        if not row.states(size):
            raise TimelineError(
                f"{event.place}: row {row.id} has no price for {plain(size)} Mbit/s; state price."
            )
        assert row.months is not None
        whole = multiply(row.tariff.amount(size), Decimal(months))
        return cut(divide(whole, Decimal(row.months)), 2)

    def _row(
        self, meter: Meter, spec: str, mode: Mode, size: Decimal, months: int | None, event: Event
    ) -> Row:
        site, region = self._timeline.site, self._timeline.region
        wanted = f"{event.place}: the price of {meter} {spec} ({mode})"
        stated = f'"{meter}" under [rates]' if mode is Mode.PAY_PER_USE else "price at the event"
        if site is None or region is None:
            raise TimelineError(f"{wanted} is not known; state {stated}, or site and region.")
        lookup = find(self._book, meter, spec, site, region, mode)
        if isinstance(lookup, Found) and len(lookup.products) == 1:
            row = lookup.products[0].row_for(size, months)
            if row is not None:
                self._rows[row.book, row.id] = row
                return row
        reason = lookup.reason if isinstance(lookup, Missing) else "The price book does not hold it."
        raise TimelineError(f"{wanted} is not known; state {stated}. {reason}")
