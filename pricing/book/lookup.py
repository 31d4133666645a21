"""Which rows a question is about, and whether they are all that it can be about."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from pricing.book.model import Book, Row
from pricing.book.regions import EVERY_REGION
from pricing.quantity import Meter, Mode

_NUMBER: Final = re.compile(r"\d+")
Plans = tuple[Row, ...]
"""The rows of one product in one mode: one for pay-per-use, one per term for yearly/monthly."""


@dataclass(frozen=True, slots=True)
class Found:
    """Every product that the question can mean. No products: the meter is not sold there.

    Attributes:
        reasons: What the user should know of how the rows were found, a sentence each.
        reopened: The spec is known, but the complete list of the region does not name it.
    """

    products: tuple[Plans, ...]
    reasons: tuple[str, ...] = ()
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """The product is known, the book has no price for it.

    Attributes:
        reason: Why, as a sentence.
        deliberate: The book says itself why there is none.
        misspelt: The product or the region is not known, and one that is has nearly its name.
    """

    reason: str
    deliberate: bool
    misspelt: bool = False


@dataclass(frozen=True, slots=True)
class NotProven:
    """The question is open, and the book is not known to hold everything that it can mean.

    Attributes:
        reasons: What it may mean beyond the book, a sentence each.
    """

    reasons: tuple[str, ...] = ()


def find(
    book: Book, meter: Meter, spec: str | None, site: str, region: str | None, mode: Mode
) -> Found | Missing | NotProven:
    """Find the rows of a product, or of all that it may be where spec or region is ``None``.

    The row of the region goes before the reference price of the site. Where the book is complete
    for the region, a reference price never stands in: what is not listed there is billed as one of
    the products that are, so that knowing less never gives a narrower answer than knowing more.
    What the book deliberately leaves without a price exists outside of every list, so an open
    question that may mean it is not bounded by the list.
    """
    if region is None:
        return _in_any_region(book, meter, spec, site, mode)
    if spec is not None and (rows := book.by_key.get((meter, spec, site, region, mode))):
        return Found((rows,))
    if spec is None:
        if not book.is_complete(meter, site, region):
            return NotProven()
        if unlisted := book.without_price(meter, site, region):
            return NotProven((_unlisted_reason(region, unlisted),))
        return _listed(book, meter, spec, site, region, mode)
    stated = book.no_price(meter, spec, site, region)
    if book.is_complete(meter, site, region):
        if stated is not None:
            return Missing(stated.reason, deliberate=True)
        return _listed(book, meter, spec, site, region, mode)
    reference = book.by_key.get((meter, spec, site, EVERY_REGION, mode))
    if reference and (stated is None or stated.region == EVERY_REGION):
        near = _known_region(book, region)
        return Found((reference,), (_reference_reason(region, site) + (f" {near}" if near else ""),))
    if stated is not None:
        return Missing(stated.reason, deliberate=True)
    near = " ".join(filter(None, (_known_product(book, meter, spec), _known_region(book, region))))
    if near:
        return Missing(near, deliberate=False, misspelt=True)
    return Missing(_absent(book, meter, spec, site, region, mode), deliberate=False)


def _listed(book: Book, meter: Meter, spec: str | None, site: str, region: str, mode: Mode) -> Found:
    products = book.by_region.get((meter, site, region, mode), ())
    if spec is None or not products:
        return Found(products)
    told = (
        f"The complete price list of {region} does not name {spec}, so it costs what one of the others does."
    )
    near = _known_product(book, meter, spec)
    reason = f"{told} {near}" if near else told
    return Found(products, (reason,), reopened=True)


def _in_any_region(book: Book, meter: Meter, spec: str | None, site: str, mode: Mode) -> Found | NotProven:
    if not book.is_complete(meter, site, None):
        return NotProven()
    products: list[Plans] = []
    for found_meter, found_site, region, found_mode in book.by_region:
        if (found_meter, found_site, found_mode) == (meter, site, mode) and region != EVERY_REGION:
            lookup = find(book, meter, spec, site, region, mode)
            if isinstance(lookup, NotProven):
                return lookup
            if isinstance(lookup, Missing):
                return NotProven((lookup.reason,))
            products.extend(lookup.products)
    return Found(tuple(dict.fromkeys(products)))


def _reference_reason(region: str, site: str) -> str:
    return f"No price of region {region} is in the book; this is a reference price of site {site}."


def _known_product(book: Book, meter: Meter, spec: str) -> str | None:
    """What was meant by a product that nobody knows; a new size (``X9``) is no misspelt old one."""
    known = book.definitions.meters[meter].known_specs
    if spec in known or _NUMBER.sub("", spec) in {_NUMBER.sub("", one) for one in known}:
        return None
    near = get_close_matches(spec.upper(), known, 1, cutoff=0.8)
    return f"No {meter} {spec} is known; did you mean {near[0]}?" if near else None


def _known_region(book: Book, region: str) -> str | None:
    """What was meant by a region that nobody lists."""
    near = None if region in book.regions.listed else book.regions.nearest(region)
    return f"No region {region} is listed; did you mean {near}?" if near else None


def _unlisted_reason(region: str, patterns: tuple[str, ...]) -> str:
    named = ", ".join(patterns)
    return f"The price list of {region} is complete but for {named}, which exist and have no price."


def _absent(book: Book, meter: Meter, spec: str, site: str, region: str, mode: Mode) -> str:
    product = "" if spec == book.definitions.meters[meter].sole_spec else f" {spec}"
    return f"The price book has no {mode} price of {meter}{product} in region {region} (site {site})."
