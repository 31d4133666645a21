"""Which rows a question is about, and whether they are all that it can be about.

Several books are asked in their order and are not merged. A row of the region in any of them goes before a
reference price. Which of the rows answers depends on the size, so ``pricing.inquiry`` chooses.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from pricing.book.layers import Prices
from pricing.book.model import Book, Row, RowKey, first_statement
from pricing.book.regions import EVERY_REGION
from pricing.quantity import Meter, Mode

_NUMBER: Final = re.compile(r"\d+")
_YEAR: Final = 12
"""Months."""


class Offer(Struct, frozen=True):
    """The rows of one product in one mode in one book, for the same sizes.

    Attributes:
        rows: One for pay-per-use, one per term for yearly/monthly, the shortest first.
        is_complete: Whether the book is known to hold every price of the meter there.
    """

    rows: tuple[Row, ...]
    is_complete: bool

    @property
    def lacks_a_year(self) -> bool:
        """Whether a year has a price of its own that the book does not hold.

        It is usually that of ten months (docs/reference/prices.md, "Yearly/monthly terms"). A book that is
        known to hold every price lacks none.
        """
        longest = self.rows[-1].months
        return longest is not None and longest < _YEAR and not self.is_complete

    def for_term(self, months: int | None) -> Row | None:
        """The row with the longest term that fits, as the calculator picks it
        (docs/reference/prices.md, "Units of the calculator"); ``None`` where no row is about the term.

        Args:
            months: The term; ``None`` for pay-per-use.
        """
        if months is None:
            return self.rows[0] if self.rows[0].months is None else None
        if months >= _YEAR and self.lacks_a_year:
            return None
        fitting = [row for row in self.rows if row.months is not None and row.months <= months]
        return fitting[-1] if fitting else None


class Product(Struct, frozen=True):
    """Everything that the books say of one product in one mode in one region, in the order of the books.

    Attributes:
        here: Prices of the region.
        elsewhere: Reference prices; none where none may stand in.
        told_of_elsewhere: What the user should know of those.
        withheld: Why a book states no price for what the rows do not answer; empty where none does.
    """

    here: tuple[Offer, ...]
    elsewhere: tuple[Offer, ...] = ()
    told_of_elsewhere: str = ""
    withheld: str = ""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Every offer, in the order in which they are asked."""
        return (*self.here, *self.elsewhere)

    def terms(self) -> tuple[int, ...]:
        """Terms in months that stand for all: between two of them no other row answers."""
        stated = {row.months for offer in self.offers for row in offer.rows if row.months is not None}
        return tuple(sorted({1, _YEAR, *stated}))

    def row_for(self, size: Decimal, months: int | None = None) -> Row | None:
        """The row that states the price of a size, else the first one that is about the term."""
        rows = [row for offer in self.offers if (row := offer.for_term(months)) is not None]
        return next((row for row in rows if row.states(size)), rows[0] if rows else None)


class Found(Struct, frozen=True):
    """Every product that the question can mean. No products: the meter is not sold there.

    Attributes:
        reasons: What the user should know of how the rows were found, a sentence each.
        reopened: The spec is known, but the complete list of the region does not name it.
    """

    products: tuple[Product, ...]
    reasons: tuple[str, ...] = ()
    reopened: bool = False


class Missing(Struct, frozen=True):
    """The product is known, no book has a price for it.

    Attributes:
        reason: Why, as a sentence.
        deliberate: A book says itself why there is none.
        misspelt: The product or the region is not known, and one that is has nearly its name.
    """

    reason: str
    deliberate: bool
    misspelt: bool = False


class NotProven(Struct, frozen=True):
    """The question is open, and the books are not known to hold everything that it can mean.

    Attributes:
        reasons: What it may mean beyond the books, a sentence each.
    """

    reasons: tuple[str, ...] = ()


def find(
    book: Prices, meter: Meter, spec: str | None, site: str, region: str | None, mode: Mode
) -> Found | Missing | NotProven:
    """Find the rows of a product, or of all that it may be where spec or region is ``None``.

    Rows of the region go before reference prices of the site. Where a book is complete for the region, a
    reference price never stands in: what is not listed there is billed as one of the products that are, so
    that knowing less never gives a narrower answer than knowing more. What a book deliberately leaves
    without a price exists outside of every list, so an open question that may mean it is not bounded by
    the list. An open question spans the rows of every book.
    """
    if region is None:
        return _in_any_region(book, meter, spec, site, mode)
    if spec is None:
        if not book.is_complete(meter, site, region):
            return NotProven()
        if unlisted := _without_price(book, meter, site, region):
            return NotProven((_unlisted_reason(region, unlisted),))
        return _listed(book, meter, spec, site, region, mode)
    product = _product(book, (meter, spec, site, region, mode))
    if product.offers:
        return Found((product,))
    stated = first_statement(book.statements, meter, spec, site, region)
    if stated is not None:
        return Missing(stated.reason, deliberate=True)
    if book.is_complete(meter, site, region):
        return _listed(book, meter, spec, site, region, mode)
    near = " ".join(filter(None, (_known_product(book, meter, spec), _known_region(book, region))))
    if near:
        return Missing(near, deliberate=False, misspelt=True)
    return Missing(_absent(book, meter, spec, site, region, mode), deliberate=False)


def has_a_price(book: Prices, meter: Meter, spec: str | None, site: str | None, region: str | None) -> bool:
    """Whether any book has a price that a question may mean; ``None`` for what is not known."""
    names = book.definitions.meters[meter].spec_names
    return any(
        row.meter == meter
        and (spec is None or row.spec == names.get(spec, spec))
        and (site is None or row.site == site)
        and (region is None or row.region in (EVERY_REGION, region))
        for row in book.rows
    )


def _product(book: Prices, key: RowKey) -> Product:
    """What the books say of a product. A statement that it has no price ends the look at later books."""
    meter, spec, site, region, mode = key
    here, withheld = _offers(book.layers, key)
    reference = (meter, spec, site, EVERY_REGION, mode)
    if not any(reference in layer.by_key for layer in book.layers):
        return Product(here, withheld=withheld)
    stated = first_statement(book.statements, meter, spec, site, region)
    of_the_region = stated is not None and stated.region != EVERY_REGION
    if withheld or of_the_region or book.is_complete(meter, site, region):
        return Product(here, withheld=withheld)
    elsewhere, withheld = _offers(book.layers, reference)
    told = _reference_reason(region, site, _known_region(book, region), bool(here)) if elsewhere else ""
    return Product(here, elsewhere, told, withheld)


def _offers(layers: Iterable[Book], key: RowKey) -> tuple[tuple[Offer, ...], str]:
    meter, spec, site, region, _ = key
    offers: list[Offer] = []
    for layer in layers:
        if rows := layer.by_key.get(key):
            is_complete = layer.is_complete(meter, site, region)
            offers.extend(Offer(same, is_complete) for same in _by_sizes(rows))
            continue
        of_the_region = (stated for stated in layer.no_prices if stated.region == region)
        if (stated := first_statement(of_the_region, meter, spec, site, region)) is not None:
            return tuple(offers), stated.reason
    return tuple(offers), ""


def _by_sizes(rows: tuple[Row, ...]) -> list[tuple[Row, ...]]:
    """The rows of each range of sizes: a book may have several that do not overlap."""
    groups: dict[tuple[Decimal, Decimal | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.least, row.most), []).append(row)
    return [tuple(groups[sizes]) for sizes in sorted(groups, key=lambda one: one[0])]


def _without_price(book: Prices, meter: Meter, site: str, region: str) -> tuple[str, ...]:
    """Patterns of the products of a meter that may exist there and deliberately have no price."""
    return tuple(
        dict.fromkeys(
            stated.spec
            for stated in book.statements
            if stated.meter == meter
            and stated.site in ("*", site)
            and stated.region in (EVERY_REGION, region)
        )
    )


def _listed(book: Prices, meter: Meter, spec: str | None, site: str, region: str, mode: Mode) -> Found:
    listed = {
        rows[0].spec for layer in book.layers for rows in layer.by_region.get((meter, site, region, mode), ())
    }
    products = tuple(_product(book, (meter, one, site, region, mode)) for one in sorted(listed))
    if spec is None or not products:
        return Found(products)
    told = (
        f"The complete price list of {region} does not name {spec}, so it costs what one of the others does."
    )
    near = _known_product(book, meter, spec)
    reason = f"{told} {near}" if near else told
    return Found(products, (reason,), reopened=True)


def _in_any_region(book: Prices, meter: Meter, spec: str | None, site: str, mode: Mode) -> Found | NotProven:
    if not book.is_complete(meter, site, None):
        return NotProven()
    products: list[Product] = []
    for region in _regions(book, meter, site, mode):
        lookup = find(book, meter, spec, site, region, mode)
        if isinstance(lookup, NotProven):
            return lookup
        if isinstance(lookup, Missing):
            return NotProven((lookup.reason,))
        products.extend(lookup.products)
    return Found(tuple(dict.fromkeys(products)))


def _regions(book: Prices, meter: Meter, site: str, mode: Mode) -> Iterator[str]:
    """Every region that a book has a row of the meter for."""
    regions = {
        region
        for layer in book.layers
        for of_meter, of_site, region, of_mode in layer.by_region
        if (of_meter, of_site, of_mode) == (meter, site, mode)
    }
    yield from sorted(regions - {EVERY_REGION})


def _reference_reason(region: str, site: str, near: str | None, of_another_size: bool) -> str:
    lacks = f"No price of region {region} is in the book"
    told = f"{lacks}{' for this size' if of_another_size else ''}; this is a reference price of site {site}."
    return f"{told} {near}" if near else told


def _known_product(book: Prices, meter: Meter, spec: str) -> str | None:
    """What was meant by a product that nobody knows; a new size (``X9``) is no misspelt old one."""
    known = book.definitions.meters[meter].known_specs
    if spec in known or _NUMBER.sub("", spec) in {_NUMBER.sub("", one) for one in known}:
        return None
    near = get_close_matches(spec.upper(), known, 1, cutoff=0.8)
    return f"No {meter} {spec} is known; did you mean {near[0]}?" if near else None


def _known_region(book: Prices, region: str) -> str | None:
    """What was meant by a region that nobody lists."""
    near = None if region in book.regions.listed else book.regions.nearest(region)
    return f"No region {region} is listed; did you mean {near}?" if near else None


def _unlisted_reason(region: str, patterns: tuple[str, ...]) -> str:
    named = ", ".join(patterns)
    return f"The price list of {region} is complete but for {named}, which exist and have no price."


def _absent(book: Prices, meter: Meter, spec: str, site: str, region: str, mode: Mode) -> str:
    product = "" if spec == book.definitions.meters[meter].sole_spec else f" {spec}"
    return f"The price book has no {mode} price of {meter}{product} in region {region} (site {site})."
