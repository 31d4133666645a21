"""The lines that a limit counts, in its currency, and what leaves their sum open.

What is not known only ever widens a range, and both decided verdicts need the whole range on one
side of the limit. So knowing more can turn *undecided* into *within* or *over*, never one of these
into the other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from policypack.costs.exchange import rate_between
from policypack.costs.line import Line
from policypack.costs.scope import counts
from policypack.costs.trust import estimated, undeciding
from policypack.declared import Stack
from policypack.metering.tags import Belongs
from policypack.settings.model import Exchange, Limit, Settings
from pricing.money import ANYTHING, ZERO, Range, plain, total
from pricing.quote import LACKS_A_ROW

LimitVerdict = Literal["within", "over", "undecided"]


class Contribution(Struct, frozen=True):
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


class Part(Struct, frozen=True):
    """A line as it counts against one limit."""

    line: Line
    amount: Range
    reason: str
    weak: bool = False
    by_reference: bool = False


class Counted(Struct, frozen=True):
    """The lines of a scope in the currency of a limit.

    Attributes:
        parts: The lines.
        elsewhere: Sums in currencies that no rate converts.
        comparable: The sum of the rest.
        estimate: The sum where every price is believed.
        rates: What was converted with.
    """

    parts: tuple[Part, ...]
    elsewhere: tuple[tuple[str, Range], ...]
    comparable: Range
    estimate: Range
    rates: tuple[Exchange, ...]


def counted_by(limit: Limit, lines: Sequence[Line], settings: Settings, today: date) -> Counted:
    """Put the lines in the scope of a limit into its currency."""
    parts: list[Part] = []
    foreign: dict[str, list[Range]] = {}
    comparable: list[Range] = []
    believed: list[Range] = []
    converted: dict[tuple[str, str], Exchange] = {}
    for line in lines:
        belongs = counts(limit.scope, line)
        if belongs is Belongs.NO:
            continue
        amount, reason = _amount(line, settings, today)
        estimate = ANYTHING if line.monthly is None or line.currency is None else line.monthly
        if line.currency is not None and line.currency != limit.currency and amount != ZERO:
            rate = rate_between(line.currency, limit.currency, settings.exchange)
            if rate is None:
                # what is known is said in its own currency, whatever a limit makes of its price
                foreign.setdefault(line.currency, []).append(line.monthly or amount)
                amount, reason = ANYTHING, f"its price is in {line.currency}"
                estimate = ANYTHING
            else:
                converted[rate.source, rate.target] = rate
                if not amount.says_nothing or not reason:
                    reason = _told(amount, rate) + (f"; {reason}" if reason else "")
                amount, estimate = amount.scaled(rate.rate), estimate.scaled(rate.rate)
        if belongs is Belongs.MAYBE:
            amount, estimate = amount.or_else(ZERO), estimate.or_else(ZERO)
            reason = f"{_doubt(limit, line)} is not known" + (f"; {reason}" if reason else "")
        weak = undeciding(line, settings, today) is not None
        parts.append(Part(line, amount, reason, weak, estimated(line, settings) is not None))
        believed.append(estimate)
        if line.currency not in foreign:
            comparable.append(amount)

    return Counted(
        tuple(parts),
        tuple((currency, total(amounts)) for currency, amounts in sorted(foreign.items())),
        total(comparable),
        total(believed),
        tuple(rate for _, rate in sorted(converted.items())),
    )


def verdict_on(cost: Range, amount: Decimal) -> LimitVerdict:
    """Both decided verdicts need the whole range on one side of the limit."""
    if cost.high is not None and cost.high <= amount:
        return "within"
    return "over" if cost.low > amount else "undecided"


def _amount(line: Line, settings: Settings, today: date) -> tuple[Range, str]:
    """What a line counts, and why it is open. Prices that are not good enough bound nothing."""
    if line.monthly is None or line.currency is None:
        return ANYTHING, " ".join(line.reasons) or "it has no price"
    reason = " ".join(line.reasons)
    weak = undeciding(line, settings, today)
    return (line.monthly, reason) if weak is None else (ANYTHING, weak)


def _doubt(limit: Limit, line: Line) -> str:
    """Why a line may or may not be in the scope of a limit."""
    if line.instead and limit.scope.meter is not None:
        return f"whether it pays {line.meter} or {', '.join(line.instead)}"
    if line.region is None and limit.scope.region is not None:
        return f"whether its region is {limit.scope.region}"
    return f"whether the tag {limit.scope.tag} applies"


def _told(amount: Range, rate: Exchange) -> str:
    """What is converted. Of what is not known there is nothing but the currency."""
    if amount.high is None:
        told = "" if amount.says_nothing else f"at least {plain(amount.low)} "
    else:
        told = f"{plain(amount.low)} " if amount.is_exact else f"{plain(amount.low)} to {plain(amount.high)} "
    return f"converted from {told}{rate.source} at {plain(rate.rate)} of {rate.date}"


def rate_note(rate: Exchange) -> str:
    """What a limit says of a rate that it was converted with."""
    return f"converted from {rate.source}: 1 {rate.source} = {plain(rate.rate)} {rate.target} of {rate.date}"


def price_kinds(parts: Sequence[Part]) -> Counter[str]:
    """How many of the prices are not the vendor's own price of that region.

    Reference prices are of no certain region, example prices of the vendor's worked examples.
    """
    prices = [part.line.price for part in parts if part.line.price is not None]
    kinds: Counter[str] = Counter()
    for price in prices:
        if price.reference:
            kinds["reference"] += 1
        if price.confidence == "third-party":
            kinds["third-party"] += 1
        elif price.confidence == "example":
            kinds["example"] += 1
    return kinds


def price_notes(kinds: Iterable[str], verdict: LimitVerdict) -> tuple[str, ...]:
    """On which prices a limit was decided, where they are not the vendor's own of that region."""
    named = sorted(kinds)
    if not named:
        return ()
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    return (f"{'estimated' if verdict == 'undecided' else 'decided'} on {listed} prices",)


def deciding(parts: Sequence[Part], stack: Stack, verdict: LimitVerdict) -> tuple[Contribution, ...]:
    """What decides a verdict: open lines, widest first; for *over* the most expensive first."""
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


def _contribution(part: Part) -> Contribution:
    line = part.line
    monthly = None if part.amount.says_nothing else part.amount
    unbounded = line.monthly is None or line.monthly.high is None
    lacks_price = part.weak or (unbounded and not line.unknowns and line.cause in {None, *LACKS_A_ROW})
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
