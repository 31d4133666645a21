"""Which rows a question needs that no book has, so that somebody can fill them in."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from pricing.book.layers import Prices
from pricing.book.lookup import Found, find
from pricing.inquiry import is_nothing, usage_of, with_product
from pricing.quantity import Meter, Mode, Unit
from pricing.quote import Question
from pricing.rating import sizes_of
from pricing.sizes import shared_out

_YEAR: Final = 12
"""Months."""
_MONTH: Final = Decimal(730)
"""Hours; which rows answer does not depend on it."""


class Need(Struct, frozen=True, order=True):
    """A price that a team has to state.

    Attributes:
        site: Whose price it is.
        region: Region id.
        meter: What is billed.
        spec: Edition, EIP type or product.
        months: The term of a yearly/monthly price; 0 for pay-per-use.
        currency: ISO 4217 code of the prices of the site.
        unit: What the quantity counts.
    """

    site: str
    region: str
    meter: Meter
    spec: str
    months: int
    currency: str
    unit: Unit


def needs(book: Prices, question: Question) -> Iterator[Need]:
    """The rows of the very region that would state the price and that no book has.

    A reference price counts as missing, and so does a row that only bounds the amount. Nothing is needed
    for a question whose product, site or region is not known: there no row would help.
    """
    site, region = question.site, question.region
    if site is None or site not in book.currencies or region is None or book.regions.get(region) is None:
        return
    asked, _ = with_product(book, question)
    if asked.spec is None or is_nothing(book, question):
        return
    for mode, unit in book.definitions.meters[asked.meter].units.items():
        if question.mode not in (None, mode):
            continue
        for months in _terms(mode, question.months):
            if not _is_stated(book, asked, mode, months):
                currency = book.currency_of(site)
                yield Need(site, region, asked.meter, asked.spec, months or 0, currency, unit)


def _terms(mode: Mode, months: int | None) -> tuple[int | None, ...]:
    """The terms whose prices are needed: a year has one of its own, shorter terms are paid by the month."""
    if mode is Mode.PAY_PER_USE:
        return (None,)
    if months is None:
        return (1, _YEAR)
    return (1,) if months < _YEAR else (_YEAR,)


def _is_stated(book: Prices, question: Question, mode: Mode, months: int | None) -> bool:
    """Whether rows of the region state the price of every size; true of what has a misspelt name.

    That name has to be corrected, which a row of the same name would hide.
    """
    assert question.site is not None
    lookup = find(book, question.meter, question.spec, question.site, question.region, mode)
    if not isinstance(lookup, Found):
        return getattr(lookup, "misspelt", False)
    if lookup.reopened:
        return False
    (product,) = lookup.products
    rows = [row for offer in product.here if (row := offer.for_term(months)) is not None]
    answering = shared_out([rows], usage_of(question, _MONTH))
    return bool(answering) and all(row.covers(sizes_of(row, usage)) for row, usage in answering)
