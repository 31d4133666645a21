"""Bars: which part of a width an amount takes, and where money is spent by project, region and meter."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.costs.budget import Budget, LimitResult
from policypack.costs.counted import Contribution, LimitVerdict
from policypack.costs.wording import bounds, limit_cost, number
from policypack.reports.breakdown import Portion, Sum
from policypack.reports.portfolio import PortfolioResult
from policypack.reports.prose import counted
from policypack.reports.report import Report
from policypack.reports.row import together
from policypack.reports.safe import name, visible
from pricing.money import Range, total

_MOST_BARS: Final = 10
_HUNDRED: Final = Decimal(100)


class Bar(Struct, frozen=True):
    """A range on a scale, in hundredths of the width.

    Attributes:
        sure: Where what is certain ends.
        open: How much further it may go.
        endless: Whether nothing bounds it.
        mark: Where a limit stands; ``None`` without one.
    """

    sure: str
    open: str
    endless: bool
    mark: str | None = None


class Entry(Struct, frozen=True):
    """One line of a chart: a key with what it costs a month."""

    key: str | None
    amount: Range
    bar: Bar


class Chart(Struct, frozen=True):
    """What is spent in one currency, by one thing.

    Attributes:
        by: What divides it: ``Project``, ``Region`` or ``Meter``.
        currency: ISO 4217 code; ``None`` where it is not known.
        entries: The largest first.
        left_out: How many smaller ones are summed in the last entry.
    """

    by: str
    currency: str | None
    entries: tuple[Entry, ...]
    left_out: int


def charts(report: Report) -> list[Chart]:
    """What is spent by project, region and meter; one chart for each currency."""
    rows = report.rows
    found: list[Chart] = []
    if len(rows) > 1:
        found += _charts("Project", [Portion(row.project or row.label, row.cost) for row in rows])
    found += _charts("Region", [part for row in rows for part in row.breakdown.regions])
    found += _charts("Meter", [part for row in rows for part in row.breakdown.meters])
    return found


def _charts(by: str, portions: Sequence[Portion]) -> Iterable[Chart]:
    parts: dict[str | None, list[Sum]] = {}
    for portion in portions:
        if portion.cost.lines:
            parts.setdefault(portion.key, []).append(portion.cost)
    sums = {key: together(of_it) for key, of_it in parts.items()}
    amounts: dict[str | None, list[tuple[str | None, Range]]] = {}
    for key, cost in sums.items():
        for one in cost.totals:
            amounts.setdefault(one.currency, []).append((key, one.monthly))
    for currency, of_it in sorted(amounts.items(), key=lambda one: one[0] or "~"):
        yield _chart(by, currency, of_it)


def _chart(by: str, currency: str | None, amounts: list[tuple[str | None, Range]]) -> Chart:
    ordered = sorted(amounts, key=lambda one: (-one[1].low, -(one[1].high or one[1].low), one[0] or ""))
    rest = ordered[_MOST_BARS:] if len(ordered) > _MOST_BARS + 1 else []
    shown = ordered[: len(ordered) - len(rest)]
    if rest:
        shown.append((None, total(amount for _, amount in rest)))
    scale = max((amount.high or amount.low for _, amount in shown), default=Decimal(0))
    endless = any(amount.high is None for _, amount in shown)
    scale *= Decimal("1.25") if endless else Decimal(1)
    entries = tuple(Entry(key, amount, bar(amount, scale)) for key, amount in shown)
    return Chart(by, currency, entries, len(rest))


def bar(amount: Range, scale: Decimal, mark: Decimal | None = None) -> Bar:
    """An amount on a scale whose end is the whole width."""
    sure = _part(amount.low, scale)
    end = _HUNDRED if amount.high is None else _part(amount.high, scale)
    at = None if mark is None else f"{_part(mark, scale):.2f}"
    return Bar(f"{sure:.2f}", f"{end - sure:.2f}", amount.high is None, at)


def _part(amount: Decimal, scale: Decimal) -> Decimal:
    return min(_HUNDRED, amount / scale * _HUNDRED) if scale > 0 else Decimal(0)


class LimitBar(Struct, frozen=True):
    """A limit with its bar.

    Attributes:
        name: Its name.
        about: The stack, or how many stacks, that it is about.
        allowed: What it allows, as text.
        told: What the cost is, as text.
        verdict: ``within``, ``over`` or ``undecided``.
        notes: What a reader must know first.
        fullness: How much of it is used.
        bar: The cost beside the limit.
        deciding: What decides it, a text and an amount each.
    """

    name: str
    about: str
    allowed: str
    told: str
    verdict: LimitVerdict
    notes: tuple[str, ...]
    fullness: Decimal
    bar: Bar
    deciding: tuple[tuple[str, str], ...] = ()


_RANKS: Final = {"over": 0, "undecided": 1, "within": 2}


def limits_of(label: str, budget: Budget) -> list[LimitBar]:
    """The limits of a stack in their order."""
    return [_limit_bar(label, limit) for limit in budget.limits]


def _limit_bar(label: str, limit: LimitResult) -> LimitBar:
    return LimitBar(
        limit.name,
        label,
        f"{number(limit.amount)} {limit.currency}",
        limit_cost(limit),
        limit.verdict,
        limit.notes,
        _fullness(limit.cost, limit.amount),
        _against(limit.cost, limit.amount),
        tuple((_contribution(part), bounds(part.monthly, limit.currency)) for part in limit.deciding),
    )


def _contribution(part: Contribution) -> str:
    why = "" if part.reason in {"priced", "free"} else part.reason
    what = f"{name(part.resource)} {part.meter}".strip()
    return f"{what}: {visible(why).rstrip('.')}" if why else what


def _portfolio_bar(result: PortfolioResult) -> LimitBar:
    limit = result.limit
    return LimitBar(
        limit.name,
        counted(result.stacks, "stack"),
        f"{number(limit.amount)} {limit.currency}",
        bounds(result.cost, limit.currency),
        result.verdict,
        result.notes,
        _fullness(result.cost, limit.amount),
        _against(result.cost, limit.amount),
        tuple(
            (f"{name(one.stack)}: {visible(one.reason).rstrip('.')}" if one.reason else name(one.stack),
             bounds(one.monthly, limit.currency))
            for one in result.deciding
        ),
    )  # fmt: skip


def worst_limits(report: Report) -> tuple[list[LimitBar], list[LimitBar]]:
    """Limits over many stacks, and every limit of every stack.

    Each of them begins with what is over, then comes what cannot be decided, then the fullest. Of one stack
    all that decides a limit is there; of several what decides it most.
    """
    portfolio = [] if report.portfolio is None else list(map(_portfolio_bar, report.portfolio.limits))
    whole = [report.stacks[0].budget] if len(report.rows) == 1 else [row.budget for row in report.rows]
    single = [
        one for row, budget in zip(report.rows, whole, strict=True) for one in limits_of(row.label, budget)
    ]
    return sorted(portfolio, key=_rank), sorted(single, key=_rank)


def _rank(one: LimitBar) -> tuple[int, Decimal]:
    return _RANKS[one.verdict], -one.fullness


def _fullness(cost: Range, limit: Decimal) -> Decimal:
    used = cost.low if cost.high is None else cost.high
    return used / limit if limit > 0 else used


def _against(cost: Range, limit: Decimal) -> Bar:
    return bar(cost, max(limit, cost.high or cost.low * 2) * Decimal("1.15"), limit)
