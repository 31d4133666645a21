"""Limits, and whether the cost of a stack is within, over or cannot be decided."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace as replace_struct

from policypack.costs.counted import (
    Contribution,
    LimitVerdict,
    counted_by,
    deciding,
    price_kinds,
    price_notes,
    rate_note,
    verdict_on,
)
from policypack.costs.line import Estimate, Line
from policypack.costs.outliving import note_on
from policypack.costs.scope import applies, counts, names
from policypack.declared import Stack
from policypack.metering.tags import Belongs
from policypack.settings.model import BUDGET_POLICY, Limit, Settings
from pricing.money import ANYTHING, ZERO, Range, total

BudgetVerdict = Literal["within", "over", "undecided", "none"]

_BASE_HIDDEN: Final = "what is new is not known, because what it is compared with is incomplete"


class LimitResult(Struct, frozen=True):
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
        elsewhere: What the scope costs in currencies that no rate converts, by currency. Nothing bounds
            that in the limit's own currency, so ``cost`` has no upper end where there is any.
        comparable: What the rest of the scope costs, in the limit's currency.
        estimate: What the scope costs where every price is believed; decides nothing.
    """

    name: str
    amount: Decimal
    currency: str
    cost: Range
    verdict: LimitVerdict
    deciding: tuple[Contribution, ...] = ()
    notes: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, Range], ...] = ()
    comparable: Range = ZERO
    estimate: Range = ANYTHING


class Mismatch(Struct, frozen=True):
    """A limit in a currency that prices of its scope do not have, without a rate between them."""

    limit: str
    currency: str
    priced: str


class Budget(Struct, frozen=True):
    """All limits of a stack.

    Attributes:
        verdict: The worst of the limits; ``none`` when none is about the stack and none has to be.
        limits: In the order of the settings.
        problems: Settings that do not fit the stack: a scope that means nothing. One line each; such a
            limit is undecided.
        mismatches: Limits in another currency than the prices. What they are about is undecided.
        skipped: Limits that say nothing here, with the reason.
        growth: Verdicts of the limits on growth, which only a comparison decides.
        missing: Whether a limit is required and none is about the stack; its cost is then undecided.
        outside: Lines that cost, or may cost, and that no limit counts, where limits are set.
    """

    verdict: BudgetVerdict
    limits: tuple[LimitResult, ...] = ()
    problems: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    skipped: tuple[str, ...] = ()
    growth: tuple[LimitVerdict, ...] = ()
    missing: bool = False
    outside: tuple[Line, ...] = ()


def decide(
    estimate: Estimate,
    stack: Stack,
    settings: Settings,
    today: date,
    *,
    new: frozenset[str] | None = None,
    hidden_before: bool = False,
) -> Budget:
    """Compare the cost of a stack with every limit that is about it.

    Takes time linear in lines times limits.

    Args:
        estimate: What the stack costs.
        stack: What it declares; its gaps leave every limit undecided.
        settings: Limits, exchange rates and what is asked of prices.
        today: For the age of prices.
        new: URNs that a diff adds, for limits on new resources; ``None`` outside of a diff.
        hidden_before: Whether what the stack is compared with has gaps, so that what is new is not known.
    """
    results: list[LimitResult] = []
    problems: list[str] = []
    skipped: list[str] = []
    counted: set[int] = set()
    for limit in settings.limits:
        if not applies(limit.scope, stack):
            continue
        lines: Sequence[Line] = estimate.lines
        if limit.scope.new_only:
            if new is None:
                skipped.append(f'limit "{limit.name}" is about new resources only, which a diff shows')
                continue
            lines = [line for line in lines if line.resource.urn in new]
        counted.update(id(line) for line in lines if counts(limit.scope, line) is not Belongs.NO)
        unfit = bool(lines) and _means_nothing(limit, lines)
        if unfit:
            problems.append(_unmatched(limit, stack))
        hidden = limit.scope.new_only and hidden_before
        result = _against(limit, lines, stack, settings, today, is_open=unfit or hidden)
        results.append(replace_struct(result, notes=(*result.notes, _BASE_HIDDEN)) if hidden else result)
    if settings.limits and estimate.lines and not results and not skipped:
        skipped.append("limits are set, and none is about this stack (scope.stack, scope.project)")
    mismatches = tuple(
        Mismatch(result.name, result.currency, currency)
        for result in results
        for currency, _ in result.elsewhere
    )
    missing = settings.required and not results and bool(estimate.lines or stack.gaps)
    outside = [line for line in estimate.lines if id(line) not in counted and line.monthly != ZERO]
    return Budget(
        "undecided" if missing else _worst(results),
        tuple(results),
        tuple(problems),
        mismatches,
        tuple(skipped),
        missing=missing,
        outside=tuple(outside) if settings.limits else (),
    )


def _worst(results: Iterable[LimitResult]) -> BudgetVerdict:
    verdicts = {result.verdict for result in results}
    if "over" in verdicts:
        return "over"
    if "undecided" in verdicts:
        return "undecided"
    return "within" if verdicts else "none"


def _against(
    limit: Limit, lines: Sequence[Line], stack: Stack, settings: Settings, today: date, *, is_open: bool
) -> LimitResult:
    counted = counted_by(limit, lines, settings, today)
    parts, cost = counted.parts, total(part.amount for part in counted.parts)
    if stack.gaps or is_open:
        # A gap may hide more, but also that something seen does not exist: a program that took a wrong
        # turn offline, a deletion that was interrupted. Neither verdict could be proven.
        cost = ANYTHING
    verdict = verdict_on(cost, limit.amount)
    return LimitResult(
        limit.name,
        limit.amount,
        limit.currency,
        cost,
        verdict,
        deciding(parts, stack, verdict),
        (
            *note_on(part.line for part in parts),
            *price_notes(price_kinds(parts), verdict),
            *(rate_note(rate) for rate in counted.rates),
        ),
        counted.elsewhere,
        counted.comparable,
        ANYTHING if stack.gaps or is_open else counted.estimate,
    )


def _means_nothing(limit: Limit, lines: Sequence[Line]) -> bool:
    scope = replace(limit.scope, meter=None)
    if scope.resource is None and scope.tag is None:
        return False
    return all(names(scope, line.resource) is Belongs.NO for line in lines)


def _unmatched(limit: Limit, stack: Stack) -> str:
    wanted = [f'resource "{limit.scope.resource}"'] if limit.scope.resource is not None else []
    wanted += [f'tag "{limit.scope.tag}"'] if limit.scope.tag is not None else []
    return (
        f'{BUDGET_POLICY}: limit "{limit.name}": scope {" and ".join(wanted)} matches nothing that '
        f"costs money in {stack.project}/{stack.name}; correct it, or set scope.stack to where it applies"
    )
