"""Limits, and whether a cost is within, over or cannot be decided."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pricing.money import Range

LimitVerdict = Literal["within", "over", "undecided"]
BudgetVerdict = Literal["within", "over", "undecided", "none"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much of a limit's range one line is responsible for.

    Attributes:
        urn: The resource; ``None`` for a gap of the declaration.
        resource: Its name.
        meter: The meter.
        monthly: The line's range; ``None`` where it has no price.
        unknowns: Property paths that decide it.
        reason: Why it is open, or what it is.
    """

    urn: str | None
    resource: str
    meter: str
    monthly: Range | None
    unknowns: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One limit against the cost in its scope.

    Attributes:
        name: Name of the limit.
        amount: The limit.
        currency: ISO 4217 code.
        cost: What the scope costs a month.
        verdict: ``within`` only when the high end is at most the limit.
        deciding: For undecided, the open lines by the width that they add, widest first; for over,
            the most expensive lines first.
        notes: What a reader must know first: reference prices, conversions.
    """

    name: str
    amount: Decimal
    currency: str
    cost: Range
    verdict: LimitVerdict
    deciding: tuple[Contribution, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """All limits of a stack."""

    verdict: BudgetVerdict
    limits: tuple[LimitResult, ...] = ()
