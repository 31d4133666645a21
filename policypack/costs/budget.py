"""Limits, and whether a cost is within, over or cannot be decided.

What is not known only ever widens a range, and both decided verdicts need the whole range on one
side of the limit. So knowing more can turn *undecided* into *within* or *over*, never one of these
into the other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from policypack.costs.exchange import rate_between
from policypack.costs.line import Estimate, Line
from policypack.costs.outliving import note_on
from policypack.costs.scope import applies, counts, names
from policypack.costs.trust import estimated, undeciding
from policypack.declared import Stack
from policypack.metering.tags import Belongs
from policypack.settings.model import BUDGET_POLICY, Exchange, Limit, Settings
from pricing.money import ANYTHING, ZERO, Range, plain, total

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
        wants_price_of: The site and region whose price is missing or is not good enough; ``None``
            where the declaration is what is missing.
        by_reference: Whether it has a reference price, which the team may accept.
    """

    urn: str | None
    resource: str
    meter: str
    monthly: Range | None
    unknowns: tuple[str, ...]
    reason: str
    wants_price_of: tuple[str | None, str | None] | None = None
    by_reference: bool = False


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
        elsewhere: What the scope costs in currencies that no rate converts, by currency. Nothing bounds
            that in the limit's own currency, so ``cost`` has no upper end where there is any.
        comparable: What the rest of the scope costs, in the limit's currency.
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


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A limit in a currency that prices of its scope do not have, without a rate between them."""

    limit: str
    currency: str
    priced: str


@dataclass(frozen=True, slots=True)
class Budget:
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
) -> Budget:
    """Compare the cost of a stack with every limit that is about it.

    Takes time linear in lines times limits.

    Args:
        estimate: What the stack costs.
        stack: What it declares; its gaps leave every limit undecided.
        settings: Limits, exchange rates and what is asked of prices.
        today: For the age of prices.
        new: URNs that a diff adds, for limits on new resources; ``None`` outside of a diff.
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
        result, wrong = _against(limit, lines, stack, settings, today)
        results.append(result)
        problems.extend(wrong)
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


@dataclass(frozen=True, slots=True)
class _Part:
    """A line as it counts against one limit."""

    line: Line
    amount: Range
    reason: str
    weak: bool = False
    by_reference: bool = False


def _against(
    limit: Limit, lines: Sequence[Line], stack: Stack, settings: Settings, today: date
) -> tuple[LimitResult, list[str]]:
    problems: list[str] = []
    parts: list[_Part] = []
    foreign: dict[str, list[Range]] = {}
    comparable: list[Range] = []
    converted: dict[tuple[str, str], Exchange] = {}
    for line in lines:
        belongs = counts(limit.scope, line)
        if belongs is Belongs.NO:
            continue
        amount, reason = _amount(line, settings, today)
        if line.currency is not None and line.currency != limit.currency and amount != ZERO:
            rate = rate_between(line.currency, limit.currency, settings.exchange)
            if rate is None:
                # what is known is said in its own currency, whatever a limit makes of its price
                foreign.setdefault(line.currency, []).append(line.monthly or amount)
                amount, reason = ANYTHING, f"its price is in {line.currency}"
            else:
                converted[rate.source, rate.target] = rate
                reason = _told(amount, rate) + (f"; {reason}" if reason else "")
                amount = amount.scaled(rate.rate)
        if belongs is Belongs.MAYBE:
            amount = amount.or_else(ZERO)
            reason = f"{_doubt(limit, line)} is not known" + (f"; {reason}" if reason else "")
        weak = undeciding(line, settings, today) is not None
        parts.append(_Part(line, amount, reason, weak, estimated(line, settings) is not None))
        if line.currency not in foreign:
            comparable.append(amount)

    if lines and _means_nothing(limit, lines):
        problems.append(_unmatched(limit, stack))

    cost = total(part.amount for part in parts)
    if stack.gaps or problems:
        # A gap may hide more, but also that something seen does not exist: a program that took a wrong
        # turn offline, a deletion that was interrupted. Neither verdict could be proven.
        cost = ANYTHING
    verdict = _verdict(cost, limit.amount)
    result = LimitResult(
        limit.name,
        limit.amount,
        limit.currency,
        cost,
        verdict,
        _deciding(parts, stack, verdict),
        (
            *note_on(part.line for part in parts),
            *_confidence_notes(parts, verdict),
            *(_rate_note(rate) for _, rate in sorted(converted.items())),
        ),
        tuple((currency, total(amounts)) for currency, amounts in sorted(foreign.items())),
        total(comparable),
    )
    return result, problems


def _verdict(cost: Range, amount: Decimal) -> LimitVerdict:
    if cost.high is not None and cost.high <= amount:
        return "within"
    return "over" if cost.low > amount else "undecided"


def _amount(line: Line, settings: Settings, today: date) -> tuple[Range, str]:
    """What a line counts, and why it is open. Prices that are not good enough bound nothing."""
    if line.monthly is None or line.currency is None:
        return ANYTHING, " ".join(line.reasons) or "it has no price"
    reason = " ".join(line.reasons)
    if line.monthly == ZERO:
        return ZERO, reason
    weak = undeciding(line, settings, today)
    return (line.monthly, reason) if weak is None else (ANYTHING, weak)


def _doubt(limit: Limit, line: Line) -> str:
    """Why a line may or may not be in the scope of a limit."""
    if line.instead and limit.scope.meter is not None:
        return f"whether it pays {line.meter} or {', '.join(line.instead)}"
    return f"whether the tag {limit.scope.tag} applies"


def _told(amount: Range, rate: Exchange) -> str:
    high = "no upper bound" if amount.high is None else plain(amount.high)
    bounds = plain(amount.low) if amount.is_exact else f"{plain(amount.low)} to {high}"
    return f"converted from {bounds} {rate.source} at {plain(rate.rate)} of {rate.date}"


def _rate_note(rate: Exchange) -> str:
    return f"converted from {rate.source}: 1 {rate.source} = {plain(rate.rate)} {rate.target} of {rate.date}"


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


def _confidence_notes(parts: Sequence[_Part], verdict: LimitVerdict) -> tuple[str, ...]:
    """Which of the prices are not the vendor's own price of that region.

    Reference prices are of no certain region, example prices of the vendor's worked examples.
    """
    prices = [part.line.price for part in parts if part.line.price is not None]
    kinds: Counter[str] = Counter()
    for price in prices:
        if price.reference:
            kinds["reference prices"] += 1
        if price.confidence == "third-party":
            kinds["third-party prices"] += 1
        elif price.confidence == "example":
            kinds["example prices"] += 1
    if not kinds:
        return ()
    noun = "line" if len(parts) == 1 else "lines"
    named = ", ".join(f"{kind} ({count} of {len(parts)} {noun})" for kind, count in sorted(kinds.items()))
    return (f"{'estimated' if verdict == 'undecided' else 'decided'} on {named}",)


def _deciding(parts: Sequence[_Part], stack: Stack, verdict: LimitVerdict) -> tuple[Contribution, ...]:
    if verdict == "within":
        return ()
    if verdict == "over":
        chosen = sorted(parts, key=lambda part: (-part.amount.low, part.line.resource.urn, part.line.meter))
        return tuple(_contribution(part) for part in chosen if part.amount.low > 0)
    gaps = tuple(Contribution(None, stack.name, "", None, (), gap) for gap in stack.gaps)
    open_parts = [part for part in parts if not part.amount.is_exact]
    open_parts.sort(key=lambda part: (_narrowness(part.amount), part.line.resource.urn, part.line.meter))
    return gaps + tuple(_contribution(part) for part in open_parts)


def _narrowness(amount: Range) -> tuple[bool, Decimal]:
    """Sorts unbounded ranges first, then wide before narrow."""
    return (True, amount.low - amount.high) if amount.high is not None else (False, Decimal(0))


def _contribution(part: _Part) -> Contribution:
    line = part.line
    monthly = None if part.amount.says_nothing else part.amount
    lacks_price = part.weak or ((line.monthly is None or line.monthly.high is None) and not line.unknowns)
    return Contribution(
        line.resource.urn,
        line.resource.name,
        line.meter,
        monthly,
        line.unknowns,
        part.reason or line.status,
        (line.site, line.region) if lacks_price else None,
        part.by_reference,
    )
