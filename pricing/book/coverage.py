"""Which products have a price in which region, and which have a hole there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from pricing.book.layers import Prices
from pricing.book.model import Row, first_statement
from pricing.quantity import Meter
from pricing.quote import Confidence

_LETTERS: Final[Mapping[Confidence, str]] = {
    "own": "y",
    "billed": "b",
    "official": "o",
    "example": "e",
    "third-party": "t",
}
LEGEND: Final = (
    "Y your own, B billed, O official, E example, T third party; small: reference price of the site;",
    "- no price;",
    "+ every price of the meter in the region is in the book.",
)


class Product(Struct, frozen=True):
    """One line of the matrix.

    Attributes:
        meter: What is counted.
        spec: Edition, EIP type or product.
        marks: One for the regions that no row names, then one for each region of the site, as ``LEGEND``
            explains them.
    """

    meter: Meter
    spec: str
    marks: tuple[str, ...]


class SiteCoverage(Struct, frozen=True):
    """The pay-per-use prices of one site.

    Attributes:
        site: Its id.
        regions: Every region that a row or a statement of the book names.
        products: Those that exist, and those that have a price somewhere on the site.
    """

    site: str
    regions: tuple[str, ...]
    products: tuple[Product, ...]


def coverage(book: Prices) -> Iterator[SiteCoverage]:
    """The matrix of each site, in the order of their ids."""
    rows = [row for row in book.rows if row.months is None]
    for site in sorted({row.site for row in rows}):
        here = [row for row in rows if row.site == site]
        stated = {stated.region for stated in book.statements if stated.site == site}
        regions = tuple(sorted(({row.region for row in here} | stated) - {"*"}))
        products = tuple(
            Product(meter, spec, _marks(book, here, site, meter, spec, regions))
            for meter, spec in _products(book, here)
        )
        yield SiteCoverage(site, regions, products)


def _products(book: Prices, rows: Sequence[Row]) -> list[tuple[Meter, str]]:
    """Every product that has a price somewhere on the site, and those that are known to exist."""
    priced = {(row.meter, row.spec) for row in rows}
    known = [
        (definition.meter, spec)
        for definition in book.definitions.meters.values()
        for spec in definition.known_specs
    ]
    return [*known, *sorted(priced - set(known))]


def _marks(
    book: Prices, rows: Sequence[Row], site: str, meter: Meter, spec: str, regions: Sequence[str]
) -> tuple[str, ...]:
    found = [row for row in rows if (row.meter, row.spec) == (meter, spec)]
    own = {row.region: _LETTERS[row.confidence] for row in reversed(found)}
    reference = own.get("*", "-")

    def mark(region: str) -> str:
        letter = own[region].upper() if region in own else stand_in(region)
        return letter + ("+" if book.is_complete(meter, site, region) else "")

    def stand_in(region: str) -> str:
        stated = first_statement(book.statements, meter, spec, site, region)
        if book.is_complete(meter, site, region) or (stated is not None and stated.region == region):
            return "-"
        return reference

    return (reference, *map(mark, regions))
