"""Prices of Huawei Cloud API gateways, elastic IPs and bandwidth: a book, and arithmetic on it.

Usable alone::

    import pricing
    from decimal import Decimal

    question = pricing.Question(
        meter=pricing.Meter.GATEWAY, spec="PROFESSIONAL", site="intl", region="la-south-2",
        mode=pricing.Mode.PAY_PER_USE, size=pricing.Range.exactly(1), hours=pricing.Range.exactly(730),
    )
    print(pricing.answer(pricing.load(), question, Decimal(730)))

Errors that users cause are ``ValueError``: ``DocumentError`` (a file is not what it should be),
``BookError`` (rows contradict each other), ``CurrencyError`` (two currencies in one sum).
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pricing.book.layers import BUNDLED, Books, Prices
from pricing.book.model import Book, Row
from pricing.inquiry import answer
from pricing.money import ANYTHING, ZERO, CurrencyError, Money, Range, plain
from pricing.quantity import Meter, Mode, Unit
from pricing.quote import Answer, Cause, Confidence, Priced, PriceReference, Question, Step, Unpriced
from pricing.terms import Terms, apply_terms, load_terms, order_for

__all__ = [
    "ANYTHING",
    "BUNDLED",
    "ZERO",
    "Answer",
    "Book",
    "Books",
    "Cause",
    "Confidence",
    "CurrencyError",
    "Meter",
    "Mode",
    "Money",
    "PriceReference",
    "Priced",
    "Prices",
    "Question",
    "Range",
    "Row",
    "Step",
    "Terms",
    "Unit",
    "Unpriced",
    "answer",
    "apply_terms",
    "load",
    "load_file",
    "load_layers",
    "load_terms",
    "order_for",
    "plain",
]


def load() -> Book:
    """The price book that comes with this version. Read once per process."""
    from pricing.book import loader

    return loader.load()


def load_file(path: str | Path, *, today: date | None = None) -> Book:
    """Read and prove a price book of the user; it stands alone.

    Args:
        path: A TOML file: written by ``apig-cost prices sync``, or by hand (docs/prices.md).
        today: Rows of a later date are refused; by default the latest date anywhere on earth.

    Raises:
        pricing.document.DocumentError: The file cannot be read or says something unknown.
        pricing.book.proof.BookError: The rows contradict each other or their examples.
    """
    from pricing.book import loader

    return loader.load_file(path, today=today)


def load_layers(paths: Iterable[str | Path], *, today: date | None = None) -> Prices:
    """Read and prove several price books that are asked in their order; they are not merged.

    Args:
        paths: TOML files; the word ``bundled`` means ``load()``, which is also meant by no path at all.
        today: As for ``load_file``.

    Raises:
        pricing.document.DocumentError: As for ``load_file``.
        pricing.book.proof.BookError: A book contradicts itself; the message names it.
    """
    from pricing.book import loader

    return loader.load_layers(paths, today=today)
