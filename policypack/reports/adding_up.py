"""Amounts of a table that add up as shown.

An amount is rounded when it is shown, and the sum of rounded amounts is not the rounded sum. A table whose
cents do not add up is shown with more decimals: hourly prices have few, so that the amounts of a month end
after a few more.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, Protocol, TypeAlias

from policypack.costs.line import Total
from policypack.costs.wording import CENTS, number
from pricing.money import Range, total

_MOST: Final = 6
"""Decimals. What does not end after these comes of a division, and is off by less than anybody pays."""

Column: TypeAlias = Sequence[Decimal]
"""Amounts whose exact sum is shown beside them."""


def decimals_of(*tables: Iterable[tuple[str | None, Range | None]]) -> int:
    """With how many decimals amounts, each with its currency, add up to the sums of their table.

    Args:
        tables: Those that show the same sum need the same decimals, and are given together.
    """
    return decimals_of_columns(column for amounts in tables for column in columns_of(amounts))


def decimals_of_totals(totals: Iterable[Total]) -> int:
    """With how many decimals the totals of several stacks add up to that of all."""
    return decimals_of((one.currency, one.monthly) for one in totals)


def columns_of(amounts: Iterable[tuple[str | None, Range | None]]) -> Iterator[Column]:
    """The ends of ranges, a column for each end and currency; one that is open has no sum."""
    by_currency: dict[str, list[Range]] = {}
    for currency, amount in amounts:
        if currency is not None and amount is not None:
            by_currency.setdefault(currency, []).append(amount)
    for group in by_currency.values():
        yield [amount.low for amount in group]
        highs = [amount.high for amount in group if amount.high is not None]
        if len(highs) == len(group):
            yield highs


def decimals_of_columns(columns: Iterable[Column]) -> int:
    """With how many decimals each column adds up to its sum."""
    summed = [(column, _exact_sum(column)) for column in columns]
    return next(
        (
            decimals
            for decimals in range(CENTS, _MOST)
            if all(_sum(column, decimals) == _shown(whole, decimals) for column, whole in summed)
        ),
        _MOST if summed else CENTS,
    )


class Ends(Protocol):
    """An amount, or a growth of one; ``None`` where nothing bounds it."""

    @property
    def low(self) -> Decimal | None: ...

    @property
    def high(self) -> Decimal | None: ...


class Compared(Protocol):
    """A row of a comparison: an amount before and after, and what made the difference."""

    @property
    def currency(self) -> str | None: ...

    @property
    def before(self) -> Ends | None: ...

    @property
    def after(self) -> Ends | None: ...

    @property
    def code(self) -> Ends: ...

    @property
    def prices(self) -> Ends: ...


def decimals_of_comparison(rows: Sequence[Compared], totals: Sequence[Compared]) -> int:
    """With how many decimals a comparison adds up: each row, and what changes to its totals.

    What is not known exactly need not add up, and is not held against the table.

    Args:
        rows: All of them; those that are left out as what they are together.
        totals: One for each currency.
    """
    columns = [column for row in (*rows, *totals) if (column := _across(row)) is not None]
    for whole in totals:
        of_it = [row for row in rows if row.currency == whole.currency]
        sides = (
            ([row.code for row in of_it], whole.code),
            ([row.prices for row in of_it], whole.prices),
        )
        for parts, summed in sides:
            for ends, end in (
                ([part.low for part in parts], summed.low),
                ([part.high for part in parts], summed.high),
            ):
                known = [one for one in ends if one is not None]
                if len(known) == len(ends) and _exact_sum(known) == end:
                    columns.append(known)
    return decimals_of_columns(columns)


def _across(row: Compared) -> Column | None:
    """What a row was before, and what was added; ``None`` where that is not exactly what it is now."""
    parts = [_known(one) for one in (row.before, row.code, row.prices)]
    after = _known(row.after)
    exact = [one for one in parts if one is not None]
    return exact if len(exact) == len(parts) and _exact_sum(exact) == after else None


def _known(amount: Ends | None) -> Decimal | None:
    if amount is None:
        return Decimal(0)
    return amount.low if amount.low == amount.high else None


def _exact_sum(values: Iterable[Decimal]) -> Decimal:
    return total(map(Range.exactly, values)).low


def _sum(values: Iterable[Decimal], decimals: int) -> Decimal:
    return sum((_shown(value, decimals) for value in values), Decimal(0))


def _shown(value: Decimal, decimals: int) -> Decimal:
    return Decimal(number(value, decimals))
