"""What a sync changed in a book."""

from msgspec import Struct

from pricing.book.model import Book, Row
from pricing.money import divide, plain
from pricing.rounding import half_up


class Changes(Struct, frozen=True):
    """Rows of two editions of a book, compared by what they price.

    Attributes:
        added: Ids of rows that are new.
        changed: Rows whose price is another, a sentence each.
        gone: Ids of rows that are no more.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def changes(old: Book | None, new: Book) -> Changes:
    """Compare two editions of a book."""
    before = {_question(row): row for row in (old.rows if old else ())}
    after = {_question(row): row for row in new.rows}
    return Changes(
        added=tuple(row.id for key, row in after.items() if key not in before),
        changed=tuple(
            f"{row.id}: {_rates(before[key])} -> {_rates(row)} {row.currency}{_percent(before[key], row)}"
            for key, row in after.items()
            if key in before and (before[key].tariff, before[key].currency) != (row.tariff, row.currency)
        ),
        gone=tuple(row.id for key, row in before.items() if key not in after),
    )


def _question(row: Row) -> tuple[object, ...]:
    """What a row answers; the size where it is a row of one size alone."""
    return (*row.key, row.months, row.most if row.least == row.most else None)


def _rates(row: Row) -> str:
    return " / ".join(plain(tier.rate) for tier in row.tariff.tiers)


def _percent(old: Row, new: Row) -> str:
    """By how much the price of each step changes; nothing where the steps are others."""
    before, after = old.tariff.tiers, new.tariff.tiers
    if old.currency != new.currency or [tier.up_to for tier in before] != [tier.up_to for tier in after]:
        return " (another tariff)"
    if any(tier.rate == 0 for tier in before):
        return ""
    steps = [
        divide(later.rate - tier.rate, tier.rate) * 100 for tier, later in zip(before, after, strict=True)
    ]
    shown = dict.fromkeys(f"{half_up(step, 1):+f} %" for step in steps)
    return f" ({', '.join(shown)})"
