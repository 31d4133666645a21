"""Limits over many stacks: what one stack adds to each of them."""

from dataclasses import replace
from datetime import date
from typing import Final

from msgspec import Struct

from policypack.costs.counted import Contribution, counted_by, deciding, price_kinds
from policypack.costs.line import Estimate
from policypack.costs.outliving import note_on
from policypack.costs.scope import applies, counts
from policypack.declared import Stack
from policypack.metering.tags import Belongs
from policypack.settings.model import Exchange, Limit, Scope, Settings
from pricing.money import ANYTHING, ZERO, Range, total


class Share(Struct, frozen=True):
    """What one stack adds to a limit over many.

    Attributes:
        limit: Name of the limit.
        lines: How many of its lines count or may count.
        near: How many do so whatever their meter.
        cost: What they add, in the limit's currency; anything where the declaration has gaps.
        open: What leaves that open, widest first; a few.
        elsewhere: Currencies of the scope that no rate converts.
        prices: How many of the lines have prices of which kind.
        rates: What was converted.
        outlives: What is billed on although the program no longer has it.
    """

    limit: str
    lines: int
    near: int
    cost: Range
    open: tuple[Contribution, ...]
    elsewhere: tuple[str, ...]
    prices: tuple[tuple[str, int], ...]
    rates: tuple[Exchange, ...]
    outlives: tuple[str, ...]


_MOST_OPEN: Final = 3
"""What is named of that which leaves the share of a stack open; its own report has all."""


def shares(estimate: Estimate, stack: Stack, settings: Settings, today: date) -> tuple[Share, ...]:
    """What a stack adds to each limit of the portfolio that may be about it.

    Args:
        estimate: What the stack costs.
        stack: What it declares; with gaps it may add anything.
        settings: The limits, exchange rates and what is asked of prices.
        today: For the age of prices.
    """
    return tuple(
        _share(limit.of_one_stack, estimate, stack, settings, today)
        for limit in settings.portfolio.limits
        if _may_apply(limit.of_one_stack.scope, stack)
    )


def _may_apply(scope: Scope, stack: Stack) -> bool:
    """Whether a limit may be about a stack; the names of some sources are not known (empty)."""
    return applies(_known(scope, stack), stack)


def _known(scope: Scope, stack: Stack) -> Scope:
    """The scope without what cannot be told of a stack."""
    return replace(
        scope, project=scope.project if stack.project else None, stack=scope.stack if stack.name else None
    )


def _share(limit: Limit, estimate: Estimate, stack: Stack, settings: Settings, today: date) -> Share:
    counted = counted_by(limit, estimate.lines, settings, today)
    cost = total(part.amount for part in counted.parts)
    anywhere = replace(limit.scope, meter=None)
    if _known(limit.scope, stack) != limit.scope:
        cost = cost.or_else(ZERO)
    return Share(
        limit=limit.name,
        lines=len(counted.parts),
        near=sum(counts(anywhere, line) is not Belongs.NO for line in estimate.lines),
        cost=ANYTHING if stack.gaps else cost,
        open=deciding(counted.parts, stack, "undecided")[:_MOST_OPEN],
        elsewhere=tuple(currency for currency, _ in counted.elsewhere),
        prices=tuple(sorted(price_kinds(counted.parts).items())),
        rates=counted.rates,
        outlives=note_on(part.line for part in counted.parts),
    )
