"""Proofs that a price book does not contradict itself.

What is wrong within one row (a gap between tiers, a unit that does not fit the meter) is refused
when the row is read. Here are the proofs that need the whole book, or the arithmetic.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pricing.book.model import Book, Row
from pricing.money import plain
from pricing.rating import Usage, charge, grows
from pricing.rounding import half_up
from pricing.tiers import Dimension


class BookError(ValueError):
    """The rows of a book contradict each other or their examples. The message names the rows."""


def prove(book: Book, *, today: date | None = None) -> None:
    """Prove the whole book.

    Args:
        book: What to prove.
        today: No row may be newer than this; ``None`` does not look at the dates.

    Raises:
        BookError: The first contradiction.
    """
    for problem in problems(book, today=today):
        raise BookError(problem)


def problems(book: Book, *, today: date | None = None) -> Iterator[str]:
    """Everything that is wrong with a book, a sentence each."""
    identifiers: set[str] = set()
    keys: dict[tuple[object, ...], list[Row]] = {}
    for row in book.rows:
        others = keys.setdefault((*row.key, row.months), [])
        for other in others:
            if _overlap(row, other):
                yield f"Row {row.id}: {_both(row, other)}, so the price is ambiguous; remove one of them."
        if row.id in identifiers:
            yield f"Row {row.id}: the id is used twice; each row needs its own."
        identifiers.add(row.id)
        others.append(row)
        yield from _row_problems(book, row, today)
    yield from _statement_problems(book, today)


def _both(row: Row, other: Row) -> str:
    same = "the same meter, spec, site, region, mode and term"
    # ids that nobody wrote are made of these, and name the same row twice
    return f"two rows have {same}" if row.id == other.id else f"row {other.id} has {same}"


def _overlap(one: Row, other: Row) -> bool:
    """Whether two rows price the same sizes, or bound those of the other."""
    if grows(one) or grows(other):
        return True
    return (other.most is None or one.least <= other.most) and (one.most is None or other.least <= one.most)


def _row_problems(book: Book, row: Row, today: date | None) -> Iterator[str]:
    if row.site not in book.currencies:
        yield f"Row {row.id}: site {row.site} is not one of {', '.join(sorted(book.currencies))}."
    elif book.currencies[row.site] != row.currency:
        yield (
            f"Row {row.id}: the currency is {row.currency}, but prices of site {row.site} "
            f"are in {book.currencies[row.site]}."
        )
    if row.meter in book.definitions.aliases:
        priced_as = book.definitions.aliases[row.meter].priced_as
        yield f"Row {row.id}: {row.meter} has no price of its own; give the price of {priced_as}."
    if today is not None and row.as_of > today:
        yield f"Row {row.id}: as_of {row.as_of} is in the future."
    size = row.example.volume if row.tariff.dimension is Dimension.VOLUME else row.example.size
    if size < row.least or (row.most is not None and size > row.most):
        yield f"Row {row.id}: the example has a size that the row does not price."
        return
    usage = Usage(size, row.example.hours, row.example.volume, row.example.month_hours)
    amount = charge(row, usage).amount
    published = row.example.amount
    if half_up(amount, _decimals(published)) != published:
        yield (
            f"Row {row.id}: the worked example gives {plain(amount)} {row.currency}, "
            f"but {published} is stated."
        )


def _statement_problems(book: Book, today: date | None) -> Iterator[str]:
    for stated in book.complete:
        where = f"Statement that {stated.meter} is complete for {stated.site} {stated.region}"
        if stated.site not in book.currencies:
            yield f"{where}: the site is not one of {', '.join(sorted(book.currencies))}."
        if today is not None and stated.as_of > today:
            yield f"{where}: as_of {stated.as_of} is in the future."
    if today is not None and book.as_of > today:
        yield f"The book's as_of {book.as_of} is in the future."


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
