"""What the whole of a run needs of each stack: small, so that a run may have very many stacks.

The answer, the totals, the verdict and every overview are made from rows alone. Formats that also show
details read them stack by stack.
"""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.costs.budget import Budget
from policypack.costs.coverage import Uncovered
from policypack.costs.exchange import Converted
from policypack.costs.line import Total
from policypack.costs.portfolio import Share
from policypack.declared import Origin
from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.breakdown import Breakdown, Sum, sum_of
from policypack.reports.savings import Saving
from pricing.money import ANYTHING, Range, total

__all__ = ["StackRow", "Sum", "label", "sum_of", "together", "without_deciding"]

_DECIDING: Final = 3
"""What is named of that which decides a limit; the stack's own report has all."""


class StackRow(Struct, frozen=True):
    """One stack of a run.

    Attributes:
        project: Its project; likewise ``name``.
        origin: Where it was read.
        cost: What it costs.
        converted: The totals as one, where there are several and the settings have the rates.
        budget: The limits with what decides them most, without lines.
        outside: What no limit counts, where limits are set.
        stops: The findings that stop a pipeline, without evidence.
        findings: How many there are that are neither waived nor set aside, these among them.
        not_covered: Resources that are or may be billed and have no meter here.
        gaps: How many gaps the declaration has.
        breakdown: Its cost by region and meter, and what its prices rest on.
        shares: What it adds to the limits over many stacks.
        savings: What following the advice on it would save.
    """

    project: str
    name: str
    origin: Origin
    cost: Sum
    converted: Converted | None
    budget: Budget
    outside: Sum
    stops: tuple[EnforcedFinding, ...]
    findings: int
    not_covered: tuple[Uncovered, ...]
    gaps: int
    breakdown: Breakdown
    shares: tuple[Share, ...] = ()
    savings: tuple[Saving, ...] = ()

    @property
    def label(self) -> str:
        """``project/stack``, or what of it is known."""
        return label(self.project, self.name)

    @property
    def totals(self) -> tuple[Total, ...]:
        """One for each currency."""
        return self.cost.totals


def label(project: str, stack: str) -> str:
    """How reports name a stack."""
    return "/".join(part for part in (project, stack) if part) or "stack"


def without_deciding(budget: Budget, spelled: Callable[[str], str]) -> Budget:
    """The limits with no more than what decides them most, and without lines.

    Args:
        budget: Of a stack.
        spelled: Writes a property as the source of the stack does.
    """
    limits = tuple(
        replace(
            limit,
            deciding=tuple(
                replace(part, unknowns=tuple(map(spelled, part.unknowns)))
                for part in limit.deciding[:_DECIDING]
            ),
        )
        for limit in budget.limits
    )
    return replace(budget, limits=limits, outside=())


def together(sums: Iterable[Sum]) -> Sum:
    """Several sums as one: what ``totals_of`` says of all their lines."""
    all_of_them = list(sums)
    elsewhere = any(one.elsewhere for one in all_of_them)
    hourly: dict[str, list[Range]] = {}
    monthly: dict[str, list[Range]] = {}
    for one in all_of_them:
        for part in one.totals:
            if part.currency is not None:
                hourly.setdefault(part.currency, []).append(part.hourly)
                monthly.setdefault(part.currency, []).append(part.monthly)
    lines = sum(one.lines for one in all_of_them)
    if elsewhere and not monthly:
        return Sum(lines, (Total(None, ANYTHING, ANYTHING),), elsewhere)
    more = [ANYTHING] if elsewhere else []
    return Sum(
        lines,
        tuple(
            Total(currency, total([*hourly[currency], *more]), total([*monthly[currency], *more]))
            for currency in sorted(monthly)
        ),
        elsewhere,
    )
