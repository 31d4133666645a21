"""Which of several rows answers for which sizes: a row whose sizes do not fit does not answer."""

from collections.abc import Sequence
from decimal import Decimal

from pricing import rating
from pricing.book.model import Row
from pricing.money import Range
from pricing.rating import UsageRange

_Parts = tuple[Range, ...]


def shared_out(groups: Sequence[Sequence[Row]], usage: UsageRange) -> list[tuple[Row, UsageRange]]:
    """Share the sizes of a usage out among rows of one product.

    In a group the rows that state a price for a size go before those that only bound it, and earlier rows
    before later ones; the next group gets the sizes that are left.

    Args:
        groups: Rows of the region, then reference prices; each in the order of the books.
        usage: What is used.

    Returns:
        Rows with the usage that each answers for, which together have every size of ``usage``. A size of
        which no row says anything goes to the first row, which leaves it without bounds. Empty where that
        is true of every size.
    """
    rows = [row for group in groups for row in group]
    if not rows:
        return []
    if rows[0].covers(rating.sizes_of(rows[0], usage)):
        return [(rows[0], usage)]
    left: _Parts = (rating.sizes_of(rows[0], usage),)
    answering: list[tuple[Row, UsageRange]] = []
    for group in groups:
        for answered in (_stated, _bounded):
            for row in group:
                taken, left = _split(left, answered(row))
                answering.extend((row, rating.of_sizes(row, usage, part)) for part in taken)
    if answering:
        row = answering[0][0]
        answering.extend((row, rating.of_sizes(row, usage, part)) for part in left)
    return answering


def _stated(row: Row) -> Range | None:
    """The sizes that a row states a price for."""
    return None if row.inferred else Range(row.least, row.most)


def _bounded(row: Row) -> Range | None:
    """The sizes that a row says something of."""
    if rating.grows(row):
        return Range(Decimal(0), None)
    return Range(row.least, row.most)


def _split(parts: _Parts, by: Range | None) -> tuple[_Parts, _Parts]:
    """What of some ranges is within another, and what is not; an end may be in both."""
    if by is None:
        return (), parts
    within: list[Range] = []
    outside: list[Range] = []
    for part in parts:
        low = max(part.low, by.low)
        ends = [end for end in (part.high, by.high) if end is not None]
        high = min(ends) if ends else None
        if high is not None and high < low:
            outside.append(part)
            continue
        within.append(Range(low, high))
        if part.low < low:
            outside.append(Range(part.low, low))
        if high is not None and (part.high is None or high < part.high):
            outside.append(Range(high, part.high))
    return tuple(within), tuple(outside)
