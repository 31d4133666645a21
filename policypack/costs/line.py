"""One priced item of one resource."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from policypack.costs.coverage import Uncovered
from policypack.declared import Resource
from policypack.metering.item import ONE
from pricing.money import Range
from pricing.quote import Cause, PriceReference, Step

Status = Literal["priced", "free", "unpriced", "undecided"]


class Line(Struct, frozen=True, kw_only=True):
    """One meter of one resource.

    Attributes:
        resource: What is billed.
        type: Its Terraform name.
        meter: Name of the meter (``pricing.quantity.Meter``).
        spec: Edition or product code; ``None`` where it is not known.
        region: Region id; ``None`` where it is not known. Likewise ``site``, ``mode``, ``currency``.
        quantity: What is counted, in ``unit``; ``None`` where nothing is known of it.
        status: ``priced`` and ``free`` have one amount, ``undecided`` a range, or an amount from a
            price that the settings do not trust, ``unpriced`` none.
        hourly: Cost of an hour; ``None`` where there is no price.
        monthly: Cost of a month.
        price: The price row, where one row decides.
        steps: The arithmetic.
        reasons: Why it is undecided, unpriced or free, and what else matters; sentences.
        unknowns: Paths of the properties that were not known (``edition``, ``bandwidth.size``).
        instead: Meters that may be billed in place of its own; the amount allows for them.
        cause: What kind of reason it is that there is no price; ``None`` where there is one.
        elsewhere: Whether a reference price is part of the amount.
        size: Mbit/s; 1 for what has no size.
    """

    resource: Resource
    type: str
    meter: str
    spec: str | None
    region: str | None
    site: str | None
    mode: str | None
    quantity: Range | None
    unit: str | None
    status: Status
    currency: str | None
    hourly: Range | None
    monthly: Range | None
    price: PriceReference | None
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    cause: Cause | None = None
    elsewhere: bool = False
    size: Range = ONE


class Total(Struct, frozen=True):
    """A sum in one currency.

    Attributes:
        currency: ``None`` for lines whose currency is not known; such a total bounds nothing.
        hourly: Sum of the hourly costs; unbounded when a line has no upper bound, or the declaration gaps.
        monthly: Sum of the monthly costs.
    """

    currency: str | None
    hourly: Range
    monthly: Range


class Estimate(Struct, frozen=True):
    """The cost of a stack.

    Attributes:
        lines: By URN, then meter.
        totals: One for each currency, sorted; one with currency ``None`` if no currency is known.
        unmatched_usage: Usage entries of the settings that matched nothing.
        unmatched_orders: Orders of the customer's terms that pay for no gateway here.
        order_notices: Orders whose term ends soon or has ended; sentences.
        remedies: What missing public paths would cost; in no total.
        not_covered: Resources that are or may be billed and have no meter here, by Terraform name.
        left_out: Lines of types that are listed only where there may be a price; in no total.
    """

    lines: Sequence[Line]
    totals: tuple[Total, ...]
    unmatched_usage: tuple[str, ...] = ()
    unmatched_orders: tuple[str, ...] = ()
    order_notices: tuple[str, ...] = ()
    remedies: tuple[Line, ...] = ()
    not_covered: tuple[Uncovered, ...] = ()
    left_out: tuple[Line, ...] = ()


NO_COST: Final = Estimate((), ())
"""Of a stack that does not exist."""
