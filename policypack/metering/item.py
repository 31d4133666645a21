"""One thing that is bought: what is counted, how it is paid, and what of it is not known."""

from decimal import Decimal
from typing import Final, TypeVar

from msgspec import Struct, field

from policypack.declared import Absent, Invalid, Known, Resource, Value, unknown_reason
from policypack.huaweicloud.model import Purchase
from pricing.money import ANYTHING, Range, plain
from pricing.quantity import Meter, Mode

T = TypeVar("T")

ONE: Final = Range.exactly(1)
"""The size of what has none."""


class Item(Struct, frozen=True, kw_only=True):
    """One meter of one resource, ready to be priced.

    Attributes:
        resource: What is billed.
        type: Its Terraform name.
        meter: The meter.
        region: Where it is.
        spec: Edition or product code; ``None`` where it is not known.
        mode: How it is paid; ``None`` where it is not known.
        size: Mbit/s; 1 for what has no size.
        hours: Hours of the month in which it is billed.
        volume: GB of the month, for traffic.
        months: Term of a yearly/monthly purchase, where the declaration states one.
        reasons: What is not known, and what else a reader must know; sentences.
        unknowns: Paths of the properties that were not known.
        instead: What may be billed in its place.
        perhaps_free: Whether something else may pay for it.
        paid_elsewhere: Why it costs nothing by itself; empty where it does.
        without_price: Why no price can be asked for; empty where one can.
    """

    resource: Resource
    type: str
    meter: Meter
    region: Value[str]
    spec: str | None = None
    mode: Mode | None = Mode.PAY_PER_USE
    size: Range = ONE
    hours: Range = ANYTHING
    volume: Range | None = None
    months: int | None = None
    reasons: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    instead: "tuple[Item, ...]" = ()
    perhaps_free: bool = False
    paid_elsewhere: str = ""
    without_price: str = ""


class Notes(Struct):
    """What turns out not to be known while an item is put together.

    Attributes:
        reasons: Sentences for the item.
        unknowns: Paths of properties.
    """

    reasons: list[str] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)

    def known(self, value: Value[T], path: str) -> T | None:
        """The value, or ``None`` after noting why it is not known."""
        if isinstance(value, Known):
            return value.value
        self.unknowns.append(path)
        if isinstance(value, Invalid):
            self.reasons.append(f"{path}: {value.found} is not {value.expected}.")
        elif not isinstance(value, Absent):
            self.reasons.append(f"{path} is not known ({unknown_reason(value)}).")
        else:
            self.reasons.append(f"{path} is not set.")
        return None

    def size(self, value: Value[Decimal], path: str, accepted: Range = ANYTHING) -> Range:
        """The size that will be billed: anything when it is not known.

        A change that the service refuses leaves, and bills, what was there. That is no more than a size above
        the largest, and may be anything where a smaller one is refused.

        Args:
            value: What is declared.
            path: Where.
            accepted: The sizes that the service accepts; all where no source names any.
        """
        known = self.known(value, path)
        if known is None:
            return ANYTHING
        if accepted.contains(known):
            return Range.exactly(known)
        bound = f"less than {accepted.low}" if known < accepted.low else f"more than {accepted.high}"
        self.unknowns.append(path)
        self.reasons.append(
            f"{path} is {plain(known)}, and the service refuses {bound} Mbit/s: what was there, if anything, "
            "is billed on."
        )
        return ANYTHING if known < accepted.low else Range(Decimal(0), known)

    def mode(self, purchase: Purchase) -> Mode | None:
        """How a resource is paid for, or ``None`` after noting why that is not known."""
        prepaid = self.known(purchase.prepaid, "chargingMode")
        if prepaid is None:
            return None
        return Mode.YEARLY_MONTHLY if prepaid else Mode.PAY_PER_USE

    def months(self, purchase: Purchase) -> int | None:
        """The term of a prepaid resource in months, where the declaration states one."""
        if purchase.prepaid != Known(value=True) or isinstance(purchase.months, Absent):
            return None
        months = self.known(purchase.months, "period")
        return None if months is None else int(months)
