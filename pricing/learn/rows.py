"""From a bill to price rows."""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from pricing.book.examples import with_example
from pricing.book.model import Book, Definitions, Example, Row, ordered
from pricing.book.proof import prove
from pricing.book.regions import Region, Regions
from pricing.learn.codes import bill_codes
from pricing.learn.products import NotUnderstoodError, Used, used_of
from pricing.learn.rates import Charged, NoRateError, price_of, rate_of
from pricing.learn.records import Bill, BillError, BillRecord
from pricing.money import multiply, plain
from pricing.quantity import Meter, Mode
from pricing.tiers import Dimension, Tariff, Tier, TierMode

_LEFT_OUT: Final = {
    "refunds": "refunds",
    "corrections": "corrections",
    "changed": "changes of what is prepaid",
}


class Learned(Struct, frozen=True):
    """What a bill says of prices.

    Attributes:
        rows: The prices.
        skipped: Products that are priced here and got no price, and why, a sentence each.
        others: Records of products that are not priced here, by product.
        left_out: Records that tell no price, by what they are.
        own_regions: Regions of the records that no table lists.
    """

    rows: tuple[Row, ...]
    skipped: tuple[str, ...]
    others: Mapping[str, int]
    left_out: Mapping[str, int]
    own_regions: tuple[Region, ...] = ()


class _Product(Struct, frozen=True):
    """What records are about that must have one price.

    Attributes:
        months: Months of a term; ``None`` for pay-per-use.
        size: The size, of products with steps.
    """

    meter: Meter
    spec: str
    region: str
    mode: Mode
    months: int | None
    size: Decimal | None = None

    def __str__(self) -> str:
        size = "" if self.size is None else f" of {plain(self.size)} Mbit/s"
        term = "" if self.months is None else f" for {self.months} months"
        return f"{self.meter} {self.spec}{size}{term} in {self.region}"


_Groups: TypeAlias = dict[_Product, list[tuple[BillRecord, Used]]]


def learn(
    bill: Bill,
    definitions: Definitions,
    regions: Regions,
    today: date,
    *,
    site: str | None = None,
    discounted: bool = False,
) -> Learned:
    """Take prices from a bill.

    A product without steps, whose records name a unit price, gets a row for every size. Any other gets one
    for each size that was billed, and for no other.

    Args:
        bill: The records.
        definitions: Meters, sites and what they are called.
        regions: Every region that is listed.
        today: No price is dated later.
        site: Whose bill it is; else it follows from region and currency.
        discounted: Take what was paid, before coupons, instead of the list price.

    Raises:
        BillError: Nobody sells there in the currency of the bill.
    """
    groups: _Groups = defaultdict(list)
    skipped: dict[str, None] = {}
    others: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for record in bill.records:
        try:
            used = used_of(record, definitions)
            reason = _tells_nothing(record)
            if used is None:
                others[f"{record.service} {record.resource_type} {record.sku}".strip() or "unnamed"] += 1
            elif reason:
                left_out[reason] += 1
            else:
                groups[_product(record, used)].append((_with_its_unit(record, used), used))
        except NotUnderstoodError as error:
            skipped[f"{record.place} ({record.resource_type}): {error}."] = None
    groups = _by_size_where_stepped(groups)
    rows: list[Row] = []
    end = date(bill.month.year, bill.month.month, monthrange(bill.month.year, bill.month.month)[1])
    for product, records in sorted(groups.items(), key=lambda item: str(item[0])):
        where = site or _site(regions, product.region, bill.currency, definitions)
        try:
            row = _row(product, records, definitions, where, bill, min(end, today), discounted)
        except NoRateError as error:
            skipped[f"{product}: {error}."] = None
            continue
        rows.append(with_example(row))
    return Learned(
        ordered(rows),
        tuple(skipped),
        dict(sorted(others.items())),
        dict(sorted(left_out.items())),
        tuple(_unlisted(rows, regions)),
    )


def merged(old: Book | None, learned: Learned, empty: Book) -> Book:
    """A book with what was learned in place of what it says of the same products, terms and sizes.

    Raises:
        BookError: The rows contradict each other.
    """
    base = old or empty
    new = {_slot(row) for row in learned.rows}
    regions = {region.id: region for region in (*base.own_regions, *learned.own_regions)}
    book = replace(
        base,
        rows=ordered([*(row for row in base.rows if _slot(row) not in new), *learned.rows]),
        as_of=max([row.as_of for row in learned.rows] + ([old.as_of] if old else [])),
        own_regions=tuple(regions[name] for name in sorted(regions)),
    )
    prove(book)
    return book


def _slot(row: Row) -> tuple[object, ...]:
    return (*row.key, row.months, row.least, row.most)


def _tells_nothing(record: BillRecord) -> str:
    """Why a record tells no price; empty where it tells one."""
    if record.kind in _LEFT_OUT:
        return _LEFT_OUT[record.kind]
    if record.kind is None:
        return "records of a bill type that is not known"
    if record.mode is None:
        return "records of another charge mode"
    if record.official <= 0 or record.amount < 0:
        return "records of nothing or less"
    if record.elsewhere:
        return "records of what a package or a reservation pays in part"
    return ""


def _with_its_unit(record: BillRecord, used: Used) -> BillRecord:
    """The record, without a unit price that is none of what was used."""
    if used.quantity is None:
        counted = "months"
    else:
        counted = "hours" if record.usage_type.lower() == "duration" else "volume"
    told = record.unit_price is not None and record.unit_price > 0
    if told and bill_codes().unit(record.unit) == (used.size is not None, counted):
        return record
    return replace(record, unit_price=None)


def _product(record: BillRecord, used: Used) -> _Product:
    assert record.mode is not None
    if record.mode is Mode.YEARLY_MONTHLY and record.periods is None:
        raise NotUnderstoodError("the term is missing (period_num, period_type)")
    return _Product(
        used.meter,
        used.spec,
        record.region,
        record.mode,
        record.periods if record.mode is Mode.YEARLY_MONTHLY else None,
    )


def _by_size_where_stepped(groups: _Groups) -> _Groups:
    """Each size alone, of products of which no record names a unit price: these have steps."""
    split: _Groups = defaultdict(list)
    for product, records in groups.items():
        stepped = all(record.unit_price is None for record, _ in records)
        for record, used in records:
            split[replace(product, size=used.size) if stepped else product].append((record, used))
    return split


def _row(
    product: _Product,
    records: Iterable[tuple[BillRecord, Used]],
    definitions: Definitions,
    site: str,
    bill: Bill,
    day: date,
    discounted: bool,
) -> Row:
    definition = definitions.meters[product.meter]
    dimension = definition.dimension
    records = list(records)
    stepped = all(record.unit_price is None for record, _ in records)
    if stepped and dimension is Dimension.VOLUME:
        raise NoRateError("the price of a GB has steps, and no record tells where they are")
    if stepped and product.size is not None and not _long_enough(records):
        hours = bill_codes().step_hours
        raise NoRateError(
            f"the price has steps, which may be bounded by a time, and it was used for {hours} hours at most"
        )
    charged = [_charged(record, used, stepped, discounted) for record, used in records]
    prepaid = product.months is not None and all(one.quantity == 1 for one in charged)
    rate = None if stepped or discounted else _stated(records)
    if rate is None:
        rate = price_of(charged) if prepaid else rate_of(charged)
    tariff = Tariff.flat(rate, dimension)
    if (
        product.size is not None
    ):  # the amount of this very size; a rate of a Mbit/s need not be a finite number
        tariff = Tariff((Tier(Decimal(0), None, rate),), TierMode.FIXED, dimension)
    parts = [site, product.region, *product.meter.split("."), product.spec.lower(), "billed"]
    parts += [] if product.size is None else [plain(product.size)]
    parts += [] if product.months is None else [f"{product.months}-months"]
    return Row(
        id="-".join(parts),
        meter=product.meter,
        spec=product.spec,
        site=site,
        region=product.region,
        mode=product.mode,
        currency=bill.currency,
        unit=definition.units[product.mode],
        tariff=tariff,
        confidence="billed",
        source=f"bill of {bill.month:%Y-%m}",
        as_of=day,
        example=Example(Decimal(0)),
        months=product.months,
        least=product.size or Decimal(0),
        most=product.size,
        discounted=discounted,
        note="What was paid, before coupons." if discounted else "",
    )


def _charged(record: BillRecord, used: Used, stepped: bool, discounted: bool) -> Charged:
    """The amount, and what a rate is multiplied with to give it."""
    quantity = Decimal(1) if used.quantity is None else used.quantity
    if not stepped and used.size is not None:
        quantity = multiply(quantity, used.size)
    if discounted:
        return Charged(record.amount, quantity, record.amount_places)
    return Charged(record.official, quantity, record.places)


def _long_enough(records: list[tuple[BillRecord, Used]]) -> bool:
    """Whether what was billed is long enough for steps that are bounded by a time to show."""
    quantities = [used.quantity for _, used in records]
    known = [quantity for quantity in quantities if quantity is not None]
    return len(known) < len(quantities) or sum(known) > bill_codes().step_hours


def _stated(records: list[tuple[BillRecord, Used]]) -> Decimal | None:
    """The unit price, once it is proven that the amounts were made with it; ``None`` for terms.

    The months of a term may cost less together.

    Raises:
        NoRateError: They were not, or records name different ones.
    """
    prices = {record.unit_price for record, _ in records if record.unit_price is not None}
    if len(prices) != 1:
        shown = ", ".join(sorted(plain(price) for price in prices))
        raise NoRateError(f"the records contradict each other: unit prices {shown}")
    (price,) = prices
    if any(used.quantity is None for _, used in records):
        return None
    makes_all = all(
        one.least <= price <= one.most
        for one in (_charged(record, used, stepped=False, discounted=False) for record, used in records)
    )
    if not makes_all:
        raise NoRateError(
            f"the records contradict each other: a unit price of {plain(price)} gives other amounts"
        )
    return price


def _site(regions: Regions, region: str, currency: str, definitions: Definitions) -> str:
    listed = regions.get(region)
    sold_by = tuple(definitions.currencies) if listed is None else listed.sites
    fitting = [site for site in sold_by if definitions.currencies.get(site) == currency]
    if not fitting or (listed is None and len(fitting) > 1):
        raise BillError(
            f"no site is known to sell region {region or '(empty)'} in {currency}; name it with --site"
        )
    return fitting[0]


def _unlisted(rows: Iterable[Row], regions: Regions) -> Iterator[Region]:
    for region, site in sorted({(row.region, row.site) for row in rows}):
        if regions.get(region) is None:
            yield Region(region, region, (site,))
