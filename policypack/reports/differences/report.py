"""What a comparison of two sources is rendered from."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from policypack.costs.difference import Change, Difference
from policypack.reports.report import BookReference, Report


@dataclass(frozen=True, slots=True)
class StackDifference:
    """One stack before and after.

    Attributes:
        label: ``project/stack``.
        before: Where the base was read; ``None`` for a stack that is new.
        after: Where the head was read; ``None`` for a stack that is gone.
        difference: What changes.
    """

    label: str
    before: str | None
    after: str | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class DifferenceReport:
    """A run of ``diff``.

    Attributes:
        head: The report on the head: its findings, limits, verdict and exit code count.
        base_book: The price book of the base.
        stacks: In the order of the head, then what only the base has.
    """

    head: Report
    base_book: BookReference
    stacks: tuple[StackDifference, ...]


def largest_first(changes: Iterable[Change]) -> list[Change]:
    """Changes without a bound first, then by how much they change."""
    return sorted(changes, key=lambda change: (_smallness(change), change.urn, change.meter))


def _smallness(change: Change) -> tuple[bool, Decimal]:
    total = change.code + change.prices
    if total.low is None or total.high is None:
        return False, Decimal(0)
    return True, -max(abs(total.low), abs(total.high))
