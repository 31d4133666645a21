"""The question that a declaration asks of the price book, and the answer.

A question may leave open whatever the declaration leaves open. The answer is then the tightest
range that the book proves, unbounded where the book is not known to be complete.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct, field

from pricing.money import Range
from pricing.quantity import Meter, Mode, Unit

Confidence = Literal["own", "billed", "official", "example", "third-party"]
"""How a price is known, best first; the first two are equally good (docs/prices.md, "Confidence")."""
OWN: Final[tuple[Confidence, ...]] = ("own", "billed")
"""The customer's own prices, stated by hand or taken from a bill."""


class Question(Struct, frozen=True):
    """What one line of an estimate wants to know.

    Attributes:
        meter: What is billed.
        spec: Edition, or the code of the product (``5_bgp``); ``None`` where it is not known.
        site: ``cn``, ``intl``, ``eu``; ``None`` where it is not known.
        region: Region id; ``None`` where it is not known.
        mode: How it is paid; ``None`` where it is not known.
        size: Mbit/s for bandwidth meters, 1 for those without a size.
        hours: Metered hours of the month that is estimated.
        volume: GB (decimal) of the month, for traffic.
        months: Term of a yearly/monthly purchase in months, where the declaration states one.
    """

    meter: Meter
    spec: str | None
    site: str | None
    region: str | None
    mode: Mode | None
    size: Range
    hours: Range
    volume: Range | None = None
    months: int | None = None


class PriceReference(Struct, frozen=True):
    """The row of a book that an amount comes from, as the report shows it.

    Attributes:
        row: Its id.
        confidence: How the price is known.
        as_of: When it was stated.
        source: Where it is stated.
        reference: Whether it is a reference price.
        book: Name of the book that holds the row; empty for what stands in no book.
    """

    row: str
    confidence: Confidence
    as_of: date
    source: str
    reference: bool
    book: str = ""


class Step(Struct, frozen=True):
    """One step of the arithmetic, for a reader with a pocket calculator.

    Attributes:
        text: What is reckoned.
        amount: What comes out; ``None`` where the step says something else.
    """

    text: str
    amount: Decimal | None = None


class Priced(Struct, frozen=True):
    """The book bounds the amount.

    Attributes:
        currency: ISO 4217 code.
        quantity: What was counted, in ``unit``.
        unit: Unit of the price.
        hourly: Cost of one hour, averaged where it is paid by the month.
        monthly: Cost of the month that was asked for.
        price: The row; ``None`` where the range spans several rows.
        steps: The arithmetic, in order.
        reasons: What the user should know of this price, a sentence each.
        open: Which parts of the question were left open and widen the range (``spec``, ``size``).
        elsewhere: Whether a reference price is part of it, which is of no certain region.
        discounted: Whether what the customer pays is part of it, rather than list prices alone.
    """

    currency: str
    quantity: Range
    unit: Unit
    hourly: Range
    monthly: Range
    price: PriceReference | None
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    elsewhere: bool = False
    discounted: bool = False


class Cause(StrEnum):
    """Why there is no price, so that an advice fits."""

    NO_ROW = "no price"
    """The book lacks the row; it may be fetched."""
    MISSPELT = "misspelt"
    """The book knows no such product or region, and one with nearly its name."""
    NOT_SOLD = "not sold"
    """It cannot be bought so, as far as the book tells."""
    STATED = "stated"
    """The book says itself why there is none."""
    SIZE = "size"
    """The book has a row, for other sizes."""
    TERM = "term"
    """The book has rows, for other terms."""
    SITE = "site"
    """It is not known who bills it, so neither is the currency."""
    PARTNER = "partner"
    """A partner bills it at prices of its own."""
    PRIVATE = "private"
    """It runs in a private cloud, which no list of prices is about."""
    PACKAGE = "package"
    """It is not known whose cloud the package talks to."""


LACKS_A_ROW: Final = frozenset({Cause.NO_ROW, Cause.STATED, Cause.SIZE, Cause.TERM})
"""Where a row would give the price; elsewhere a name or a setting has to be corrected first."""


class Unpriced(Struct, frozen=True):
    """The book does not bound the amount.

    Attributes:
        reason: Why, and the command that fetches the price; a sentence.
        currency: The currency that it would have, where the site is known.
        open: Which parts of the question were left open.
        quantity: What would be counted, in ``unit``: it is known without a price.
        unit: ``None`` where not even the way of counting is known.
        cause: What kind of reason it is.
    """

    reason: str
    currency: str | None = None
    open: tuple[str, ...] = field(default=())
    quantity: Range | None = None
    unit: Unit | None = None
    cause: Cause = Cause.NO_ROW


Answer = Priced | Unpriced
