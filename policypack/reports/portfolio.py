"""Limits over all stacks of an audit, and what could be saved."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from policypack.costs.counted import LimitVerdict, price_notes, rate_note, verdict_on
from policypack.costs.portfolio import Share
from policypack.findings.enforcement import Verdict
from policypack.reports.row import StackRow
from policypack.reports.savings import Savings, ranked
from policypack.settings.model import BUDGET_POLICY, Level, PortfolioLimit, PortfolioScope, Settings
from pricing.money import ANYTHING, Range, total

_MOST_DECIDING: Final = 100
_MOST_NAMES: Final = 3


class Deciding(Struct, frozen=True):
    """A stack that decides a limit, or leaves it open.

    Attributes:
        stack: Its label; the number of inputs where these could not be read.
        path: Where it was read.
        monthly: What it adds; ``None`` where nothing is known of it.
        reason: What leaves that open.
    """

    stack: str
    path: str
    monthly: Range | None
    reason: str


class PortfolioResult(Struct, frozen=True):
    """One limit over many stacks.

    Attributes:
        limit: What the team set.
        cost: What all stacks in its scope cost a month, in its currency.
        verdict: ``within`` only when the high end is at most the limit; never where a stack was not read.
        level: ``mandatory`` stops a pipeline where it is not within.
        stacks: How many stacks have something in its scope.
        deciding: For undecided the stacks that leave it open, widest first; for over the dearest first.
        notes: What a reader must know first.
    """

    limit: PortfolioLimit
    cost: Range
    verdict: LimitVerdict
    level: Level
    stacks: int
    deciding: tuple[Deciding, ...]
    notes: tuple[str, ...]

    @property
    def stops(self) -> bool:
        """Whether a pipeline has to stop because of it."""
        return self.verdict != "within" and self.level == "mandatory"


class PortfolioReport(Struct, frozen=True):
    """What an audit says of all stacks together.

    Attributes:
        limits: In the order of the settings.
        savings: What following the advice would save.
        problems: Limits that do not fit what was read, a line each.
    """

    limits: tuple[PortfolioResult, ...]
    savings: Savings
    problems: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What a pipeline needs to know of the limits."""
        stopping = {limit.verdict for limit in self.limits if limit.stops}
        return "violation" if "over" in stopping else "undecided" if stopping else "ok"


def portfolio_of(
    rows: Sequence[StackRow], settings: Settings, unread: int, left_out: int = 0
) -> PortfolioReport:
    """Judge all stacks of an audit together.

    Args:
        rows: Of all stacks.
        settings: The limits, and the tag that names owners.
        unread: How many inputs could not be read: each may hold a stack that costs anything.
        left_out: How many more were not read, for their names or where they are: likewise.
    """
    missing = tuple(_missing(unread, left_out))
    is_asked = settings.levels.get(BUDGET_POLICY) != "disabled"
    limits = settings.portfolio.limits if is_asked else ()
    savings = ranked(
        ((row.project, saving) for row in rows for saving in row.savings), settings.portfolio.owner
    )
    return PortfolioReport(
        tuple(_result(limit, rows, settings, missing) for limit in limits),
        savings,
        tuple(problem for limit in limits for problem in _problems(limit, rows, bool(missing))),
    )


def _result(
    limit: PortfolioLimit, rows: Sequence[StackRow], settings: Settings, missing: tuple[Deciding, ...]
) -> PortfolioResult:
    found = list(_shares(limit, rows))
    once, notes = _counting_each_once(found)
    cost = total([*once, *([ANYTHING] if missing else [])])
    verdict = verdict_on(cost, limit.amount)
    prices: Counter[str] = Counter()
    for _, share in found:
        prices.update(dict(share.prices))
    rates = dict.fromkeys(rate for _, share in found for rate in share.rates)
    return PortfolioResult(
        limit,
        cost,
        verdict,
        _level(verdict, settings),
        sum(share.lines > 0 for _, share in found),
        tuple(_deciding(found, missing, verdict))[:_MOST_DECIDING],
        (*notes, *_outliving(found), *price_notes(prices, verdict), *map(rate_note, rates)),
    )


def _level(verdict: LimitVerdict, settings: Settings) -> Level:
    """Limits over many stacks are as binding as those of one."""
    level = settings.levels.get(BUDGET_POLICY, "mandatory")
    return "advisory" if verdict == "undecided" and settings.when_undecided == "warn" else level


def _shares(limit: PortfolioLimit, rows: Sequence[StackRow]) -> Iterator[tuple[StackRow, Share]]:
    for row in rows:
        for share in row.shares:
            if share.limit == limit.name:
                yield row, share


def _counting_each_once(found: Sequence[tuple[StackRow, Share]]) -> tuple[list[Range], list[str]]:
    """What the stacks add. Those of one name in several places may be one stack, or several.

    Such a group costs at least what its most expensive member does, and at most all of them.
    """
    places: dict[tuple[str, str], list[Range]] = {}
    for row, share in found:
        places.setdefault((row.project, row.name), []).append(share.cost)
    amounts: list[Range] = []
    repeated: list[str] = []
    for (project, name), costs in places.items():
        together = total(costs)
        low = max(cost.low for cost in costs)
        amounts.append(Range(low, together.high))
        if low != together.low:
            repeated.append(f"{project}/{name}")
    if not repeated:
        return amounts, []
    named = ", ".join(repeated[:_MOST_NAMES]) + (", ..." if len(repeated) > _MOST_NAMES else "")
    told = "was read from several places and may be one stack"
    if len(repeated) > 1:
        told = "were read from several places and may be one stack each"
    return amounts, [f"{named} {told}"]


def _outliving(found: Sequence[tuple[StackRow, Share]]) -> Iterator[str]:
    told = [(row, share.outlives[0]) for row, share in found if share.outlives]
    if len(told) == 1:
        yield told[0][1]
    elif told:
        yield f"counts what is billed on although the programs of {len(told)} stacks no longer have it"


def _missing(unread: int, left_out: int) -> Iterator[Deciding]:
    """What was not read and may hold a stack."""
    if unread:
        told = "1 input" if unread == 1 else f"{unread} inputs"
        yield Deciding(told, "", None, "could not be read")
    if left_out:
        told = "1 path" if left_out == 1 else f"{left_out} paths"
        yield Deciding(told, "", None, "left out, and may hold a stack")


def _deciding(
    found: Sequence[tuple[StackRow, Share]], missing: tuple[Deciding, ...], verdict: LimitVerdict
) -> Iterator[Deciding]:
    if verdict == "over":
        costly = sorted(found, key=lambda one: -one[1].cost.low)
        for row, share in costly:
            if share.cost.low > 0:
                yield Deciding(row.label, row.origin.path, share.cost, "")
    if verdict != "undecided":
        return
    yield from missing
    open_ones = [one for one in found if not one[1].cost.is_exact]
    for row, share in sorted(open_ones, key=lambda one: _narrowness(one[1].cost)):
        monthly = None if share.cost.says_nothing else share.cost
        yield Deciding(row.label, row.origin.path, monthly, share.open[0].reason if share.open else "")


def _narrowness(cost: Range) -> tuple[bool, Decimal]:
    return (True, cost.low - cost.high) if cost.high is not None else (False, Decimal(0))


def _problems(limit: PortfolioLimit, rows: Sequence[StackRow], is_partial: bool) -> Iterator[str]:
    found = list(_shares(limit, rows))
    path = f'portfolio: limit "{limit.name}"'
    currencies = sorted({currency for _, share in found for currency in share.elsewhere})
    for currency in currencies:
        yield (
            f"{path} is in {limit.currency}, and something that it counts is priced in {currency}; "
            f"give a rate in exchange from {currency} to {limit.currency}"
        )
    gaps = any(row.gaps for row, _ in found)
    if limit.scope == PortfolioScope() or is_partial or gaps or any(share.near for _, share in found):
        return
    scope = limit.scope
    wanted = {"project": scope.project, "stack": scope.stack, "tag": scope.tag, "meter": scope.meter}
    wanted["region"] = scope.region
    named = " and ".join(f'{key} "{value}"' for key, value in wanted.items() if value is not None)
    near = get_close_matches(scope.project or "", {row.project for row in rows}, n=1)
    hint = f"did you mean {near[0]}?" if near else "correct or remove it"
    yield f"{path}: scope {named} meets nothing that costs money; {hint}"
