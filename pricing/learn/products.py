"""Which product of the book a bill record is about, and how much of it."""

import re
from decimal import Decimal
from typing import Final

from msgspec import Struct

from pricing.book.model import Definitions
from pricing.learn.records import BillRecord
from pricing.quantity import Meter, Mode
from pricing.sync.codes import RatedProduct, codes

_REGION: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Used(Struct, frozen=True):
    """How much of which product.

    Attributes:
        meter: The meter.
        spec: The product, as the book calls it.
        size: Mbit/s; ``None`` for what has no size.
        quantity: Hours of use, or GB; ``None`` of what is prepaid.
    """

    meter: Meter
    spec: str
    size: Decimal | None
    quantity: Decimal | None


class NotUnderstoodError(ValueError):
    """A record of a product that is priced here lacks something, or has it in a unit that is not known."""


def product_of(record: BillRecord, definitions: Definitions) -> tuple[Meter, str] | None:
    """Meter and spec of a record; ``None`` for what is not priced here."""
    possible = [
        (product.meter, spec)
        for product in codes().rated
        if (product.service, product.resource) == (record.service, record.resource_type)
        for spec in _specs(product, record)
    ]
    if len(possible) != 1:  # a record without a product code may be about each of several
        return None
    ((meter, spec),) = possible
    return meter, definitions.meters[meter].spec_names.get(spec, spec)


def used_of(record: BillRecord, definitions: Definitions) -> Used | None:
    """How much of which product a record is about; ``None`` for what is not priced here.

    Raises:
        NotUnderstoodError: Region, size or usage is missing, or in another unit.
    """
    found = product_of(record, definitions)
    if found is None:
        return None
    if record.lacks:
        raise NotUnderstoodError(f"{record.lacks} is missing")
    if not _REGION.fullmatch(record.region):
        raise NotUnderstoodError("region is no id of a region")
    meter, spec = found
    by_size = any(product.size_measure is not None for product in codes().rated if product.meter == meter)
    return Used(
        meter,
        spec,
        _measured("size", record.size, record.size_measure) if by_size else None,
        None if record.periods is not None and record.mode is not Mode.PAY_PER_USE else _quantity(record),
    )


def _quantity(record: BillRecord) -> Decimal:
    dimension = "hours" if record.usage_type.lower() == "duration" else "volume"
    return _measured(dimension, record.usage, record.usage_measure)


def _specs(product: RatedProduct, record: BillRecord) -> tuple[str, ...]:
    """What of a product a record may be about. What is prepaid names no usage, or the same kind of it."""
    counted = record.usage is not None or record.usage_type
    if counted and product.usage.lower() != record.usage_type.lower():
        return ()
    wanted = record.sku.lower()
    return tuple(spec for spec in product.specs if wanted in ("", spec.lower()))


def _measured(dimension: str, value: Decimal | None, measure: int | None) -> Decimal:
    what = "spec_size" if dimension == "size" else "usage"
    if value is None or value <= 0:
        raise NotUnderstoodError(f"{what} is missing")
    known = codes().measures.get(-1 if measure is None else measure)
    if known is None or known.dimension != dimension:
        raise NotUnderstoodError(
            f"{what} is in measure {measure}, which is no unit of {dimension} known here"
        )
    return value * known.factor
