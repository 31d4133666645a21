"""The worked example of a row that was not copied by hand, or that a team answers for itself."""

from decimal import Decimal

from msgspec.structs import replace

from pricing.book.model import Example, Row
from pricing.rating import Usage, charge
from pricing.tiers import Dimension


def with_example(row: Row) -> Row:
    """The row with an example that reaches its last tier, so that a later change is noticed."""
    dimension = row.tariff.dimension
    reach = row.tariff.tiers[-1].above + 1
    size = max(row.least, Decimal(1) if dimension is Dimension.HOURS else reach)
    if row.most is not None:
        size = min(size, row.most)
    example = Example(
        amount=Decimal(0),
        size=Decimal(1) if dimension is Dimension.VOLUME else size,
        hours=reach if dimension is Dimension.HOURS else Decimal(1),
        volume=size if dimension is Dimension.VOLUME else Decimal(0),
        month_hours=Decimal(1),
    )
    usage = Usage(example.size, example.hours, example.volume, example.month_hours)
    return replace(row, example=replace(example, amount=charge(row, usage).amount))
