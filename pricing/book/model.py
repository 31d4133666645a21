"""What a price book holds: rows, and statements about what the rows do and do not cover."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import astuple

from pricing.book.regions import EVERY_REGION, Region, Regions
from pricing.money import Range, plain
from pricing.quantity import Meter, Mode, Unit
from pricing.quote import Confidence
from pricing.tiers import Dimension, Tariff

RowKey = tuple[Meter, str, str, str, Mode]
"""Meter, spec, site, region and mode."""


class Example(Struct, frozen=True):
    """A worked example: what the source, or a reader with a pencil, gets from the row.

    Attributes:
        amount: The amount with as many decimals as the source rounds to (half up).
        size: Mbit/s.
        hours: Hours of use.
        volume: GB.
        month_hours: Hours of the calendar month, for what is paid by the month.
    """

    amount: Decimal
    size: Decimal = Decimal(1)
    hours: Decimal = Decimal(0)
    volume: Decimal = Decimal(0)
    month_hours: Decimal = Decimal(730)


class Row(Struct, frozen=True):
    """One unit price.

    Attributes:
        id: Unique and permanent.
        meter: What is billed.
        spec: Edition, EIP type or product; see docs/prices.md.
        site: ``cn``, ``intl``, ``eu``.
        region: Region id, or ``*`` for a reference price.
        mode: How it is paid.
        currency: ISO 4217 code.
        unit: What the quantity counts.
        tariff: The price, in tiers. Of a yearly/monthly row: the price of the whole term.
        confidence: How the price is known.
        source: Where it is stated.
        as_of: When it was stated.
        example: What proves that the row was copied right.
        months: Months that a yearly/monthly price pays for; ``None`` for pay-per-use.
        least: The smallest size (of traffic: volume) that the source states the price for.
        most: The largest one; ``None`` where it holds for all.
        inferred: Whether the amount is read into the source rather than stated by it: it is a lower bound.
        growing: Whether a larger size is known to cost no less, so that the stated sizes bound the
            others. Progressive tiers always grow.
        discounted: Whether it is what this customer pays rather than a list price, so that customer terms
            take nothing off it.
        note: What a reader should know of how the price was taken from the source.
        book: Name of the book that holds the row.
    """

    id: str
    meter: Meter
    spec: str
    site: str
    region: str
    mode: Mode
    currency: str
    unit: Unit
    tariff: Tariff
    confidence: Confidence
    source: str
    as_of: date
    example: Example
    months: int | None = None
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    growing: bool = False
    inferred: bool = False
    discounted: bool = False
    note: str = ""
    book: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    @property
    def _content(self) -> tuple[object, ...]:
        """All but the name of the book, which makes no other row of it."""
        return astuple(self)[:-1]

    @property
    def key(self) -> RowKey:
        """What the row is found by; the term is chosen among the rows of one key."""
        return (self.meter, self.spec, self.site, self.region, self.mode)

    def states(self, size: Decimal) -> bool:
        """Whether the source states the price for a size, rather than bounds for it."""
        return self.covers(Range.exactly(size))

    def covers(self, sizes: Range) -> bool:
        """Whether the source states the price for every one of some sizes."""
        return not self.inferred and Range(self.least, self.most).covers(sizes)


class Complete(Struct, frozen=True):
    """A statement that every price of a meter in a region of a site is in the book.

    Attributes:
        region: Region id, or ``*`` for every region of the site.
    """

    meter: Meter
    site: str
    region: str
    source: str
    as_of: date


class NoPrice(Struct, frozen=True):
    """A statement that a price is deliberately not in the book.

    Attributes:
        spec: Pattern (``*_IPV6``).
        site: Site, or ``*``.
        region: Region id, for which no reference price may stand in; ``*`` for all.
        reason: Why, as a sentence.
    """

    meter: Meter
    spec: str
    site: str
    region: str
    reason: str
    source: str

    def applies(self, meter: Meter, spec: str, site: str, region: str) -> bool:
        """Whether the statement is about this product."""
        return (
            self.meter == meter
            and fnmatchcase(spec, self.spec)
            and self.site in ("*", site)
            and self.region in (EVERY_REGION, region)
        )


class Alias(Struct, frozen=True):
    """A meter that has no price of its own and is billed at the price of another."""

    meter: Meter
    priced_as: Meter
    spec: str
    reason: str
    source: str


class MeterDefinition(Struct, frozen=True):
    """What a meter counts, and which products it has.

    Attributes:
        units: The unit of each mode that it can be paid in.
        dimension: What its tiers go by, unless a row says otherwise.
        sole_spec: Its only product; ``None`` where it has several.
        spec_names: Other names of its products (the vendor's codes) and what the book calls them.
        known_specs: Products that are known to exist, priced or not.
        page: What the vendor's price pages call the service; ``None`` where that is how the meter begins.
    """

    meter: Meter
    units: Mapping[Mode, Unit]
    dimension: Dimension
    sole_spec: str | None
    spec_names: Mapping[str, str]
    known_specs: tuple[str, ...] = ()
    page: str | None = None


class Definitions(Struct, frozen=True):
    """What is true of every book: meters, sites, regions. No prices.

    Attributes:
        meters: What is billed.
        currencies: Currency of each site.
        regions: Every region that is listed.
        aliases: Meters that are billed at the price of another.
        no_prices: What has no price in any book.
        pages: Where each site shows the prices of a service.
        calculators: The sites whose prices the public calculator has.
    """

    meters: Mapping[Meter, MeterDefinition]
    currencies: Mapping[str, str]
    regions: Regions
    aliases: Mapping[Meter, Alias]
    no_prices: tuple[NoPrice, ...]
    pages: Mapping[str, str] = field(default_factory=dict)
    calculators: frozenset[str] = frozenset()

    def page_of(self, site: str, meter: Meter) -> str | None:
        """The vendor's page where the prices of a meter stand; ``None`` for a site of somebody else."""
        page = self.pages.get(site)
        return page.format(service=self.meters[meter].page or meter.partition(".")[0]) if page else None


class Book(Struct, frozen=True, dict=True):
    """Price rows and what is known about their completeness. Immutable.

    Attributes:
        rows: Every row, ordered by id.
        as_of: When the book was put together.
        definitions: Meters, sites and regions.
        complete: Where the book is known to hold every price.
        no_prices: What deliberately has no price, and why.
        currencies: Currency of each site.
        own_regions: Regions that the book itself lists.
        own_sites: Sites whose currency the book itself states.
        name: What reports call it: its path, or ``bundled``.
        unfilled: Names of rows that are prepared and have no rate yet; they price nothing.
    """

    rows: tuple[Row, ...]
    as_of: date
    definitions: Definitions
    complete: tuple[Complete, ...] = ()
    no_prices: tuple[NoPrice, ...] = ()
    currencies: Mapping[str, str] = field(default_factory=dict)
    own_regions: tuple[Region, ...] = ()
    own_sites: frozenset[str] = frozenset()
    name: str = ""
    unfilled: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Book({self.identifier}, {len(self.rows)} rows)"

    @property
    def layers(self) -> "tuple[Book, ...]":
        """The books that are asked one after another: this one alone."""
        return (self,)

    def currency_of(self, site: str) -> str:
        """ISO 4217 code of the prices of a site.

        Raises:
            KeyError: There is no such site.
        """
        return self.currencies[site]

    @cached_property
    def regions(self) -> Regions:
        """Every region that is listed, those of the book itself first."""
        return self.definitions.regions.and_also(self.own_regions)

    @cached_property
    def identifier(self) -> str:
        """Names the content: the same rows and statements have the same identifier."""
        return self.digest[: len("sha256:") + 16]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the rows and statements, independent of the file that held them."""
        text = json.dumps(_content(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def by_key(self) -> Mapping[RowKey, tuple[Row, ...]]:
        """The rows of each product, shortest term first."""
        by_key: dict[RowKey, list[Row]] = {}
        for row in self.rows:
            by_key.setdefault(row.key, []).append(row)
        return {key: tuple(sorted(rows, key=_term)) for key, rows in by_key.items()}

    @cached_property
    def by_region(self) -> Mapping[tuple[Meter, str, str, Mode], tuple[tuple[Row, ...], ...]]:
        """The rows of every product of a meter, site, region and mode."""
        by_region: dict[tuple[Meter, str, str, Mode], list[tuple[Row, ...]]] = {}
        for (meter, _, site, region, mode), rows in sorted(self.by_key.items()):
            by_region.setdefault((meter, site, region, mode), []).append(rows)
        return {key: tuple(groups) for key, groups in by_region.items()}

    @cached_property
    def _complete_at(self) -> frozenset[tuple[Meter, str, str]]:
        return frozenset((stated.meter, stated.site, stated.region) for stated in self.complete)

    def is_complete(self, meter: Meter, site: str, region: str | None) -> bool:
        """Whether every price of the meter there is in the book; ``None`` asks for all regions."""
        everywhere = (meter, site, EVERY_REGION) in self._complete_at
        return everywhere or (region is not None and (meter, site, region) in self._complete_at)

    @cached_property
    def statements(self) -> tuple[NoPrice, ...]:
        """What deliberately has no price, here and in every book."""
        return (*self.no_prices, *self.definitions.no_prices)


def ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows in the order in which a book keeps them."""
    return tuple(sorted(rows, key=lambda row: row.id))


def first_statement(
    statements: Iterable[NoPrice], meter: Meter, spec: str, site: str, region: str
) -> NoPrice | None:
    """The statement that says why a product has no price; one of its region goes first."""
    applying = [stated for stated in statements if stated.applies(meter, spec, site, region)]
    return min(applying, key=lambda stated: stated.region == EVERY_REGION, default=None)


def _term(row: Row) -> int:
    return row.months or 0


def _content(book: Book) -> dict[str, object]:
    regions = {
        region.id: [region.name, region.sites, region.partner, region.balancer] for region in book.own_regions
    }
    return ({"regions": regions} if regions else {}) | {
        "asOf": book.as_of.isoformat(),
        "currencies": dict(book.currencies),
        "rows": [_row_content(row) for row in book.rows],
        "complete": sorted(
            [stated.meter, stated.site, stated.region, stated.source, stated.as_of.isoformat()]
            for stated in book.complete
        ),
        "unpriced": sorted(
            [stated.meter, stated.spec, stated.site, stated.region, stated.reason, stated.source]
            for stated in book.no_prices
        ),
    }


def _row_content(row: Row) -> list[object]:
    tiers = [
        [plain(tier.above), None if tier.up_to is None else plain(tier.up_to), plain(tier.rate)]
        for tier in row.tariff.tiers
    ]
    sizes = [plain(row.least), None if row.most is None else plain(row.most), row.growing]
    sizes += [row.inferred] if row.inferred else []
    example = [
        format(row.example.amount, "f"),
        plain(row.example.size),
        plain(row.example.hours),
        plain(row.example.volume),
        plain(row.example.month_hours),
    ]
    return [
        row.id,
        *row.key,
        row.currency,
        row.unit,
        row.months,
        [row.tariff.mode, row.tariff.dimension, tiers],
        sizes,
        [row.confidence, row.source, row.as_of.isoformat(), row.note],
        example,
    ]
