"""What a comparison of two sources is rendered from."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from policypack.costs.difference import NO_SHIFT, Change, ChangeTotal, Difference
from policypack.reports.adding_up import decimals_of_comparison
from policypack.reports.report import BookReference, Report
from pricing.money import ZERO, total


class StackDifference(Struct, frozen=True):
    """One stack before and after.

    Attributes:
        label: ``project/stack``.
        before: Where the base was read; ``None`` for a stack that is new.
        after: Where the head was read; ``None`` for a stack that is gone.
        difference: What changes.
        base_gaps: Where the base may declare more, or less, than what was read; likewise ``head_gaps``.
    """

    label: str
    before: str | None
    after: str | None
    difference: Difference
    base_gaps: tuple[str, ...] = ()
    head_gaps: tuple[str, ...] = ()

    @property
    def incomplete(self) -> Iterator[str]:
        """Every gap with its side, for people."""
        for side, gaps in (("before", self.base_gaps), ("after", self.head_gaps)):
            yield from (f"{side}: {gap}" for gap in gaps)

    @property
    def nothing_changes(self) -> str:
        """A sentence for a table without rows."""
        is_whole = not self.base_gaps and not self.head_gaps
        return "Nothing changes." if is_whole else "Nothing changes in what was read."


class DifferenceReport(Struct, frozen=True):
    """A run of ``diff``.

    Attributes:
        head: The report on the head: its findings, limits, verdict and exit code count.
        base_book: The price book of the base.
        stacks: In the order of the head, then what only the base has.
    """

    head: Report
    base_book: BookReference
    stacks: tuple[StackDifference, ...]


class ChangeTable(Struct, frozen=True):
    """The changes of a stack as a table, whose amounts add up as shown.

    Attributes:
        changes: The largest ones.
        left_out: How many more there are.
        rest: What these are together, one for each currency.
        decimals: Of every amount, and of the totals.
    """

    changes: tuple[Change, ...]
    left_out: int
    rest: tuple[ChangeTotal, ...]
    decimals: int


def change_table(difference: Difference, most: int | None = None) -> ChangeTable:
    """The largest changes, at most so many."""
    ordered = _largest_first(difference.changes)
    shown = ordered[:most]
    others = ordered[len(shown) :]
    rest = tuple(_together(others))
    decimals = decimals_of_comparison([*shown, *rest], difference.totals)
    return ChangeTable(tuple(shown), len(others), rest, decimals)


def _together(changes: Sequence[Change]) -> Iterator[ChangeTotal]:
    for currency in sorted({change.currency for change in changes}, key=lambda one: one or "~"):
        of_it = [change for change in changes if change.currency == currency]
        yield ChangeTotal(
            currency,
            before=total(change.before or ZERO for change in of_it),
            after=total(change.after or ZERO for change in of_it),
            code=sum((change.code for change in of_it), NO_SHIFT),
            prices=sum((change.prices for change in of_it), NO_SHIFT),
        )


def _largest_first(changes: Iterable[Change]) -> list[Change]:
    """Changes without a bound first, then by how much they change."""
    return sorted(changes, key=lambda change: (_smallness(change), change.urn, change.meter))


def _smallness(change: Change) -> tuple[bool, Decimal]:
    total = change.code + change.prices
    if total.low is None or total.high is None:
        return False, Decimal(0)
    return True, -max(abs(total.low), abs(total.high))
