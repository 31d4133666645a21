"""The answer of a whole run in one sentence: the verdict, the limit, the amount, and what decides it.

What follows it, a sentence each, is what no limit counts: *within* must not be taken for the whole bill.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.costs.budget import LimitResult
from policypack.costs.counted import Contribution, LimitVerdict
from policypack.costs.wording import NOT_KNOWN, bounds, limit_cost, number
from policypack.findings.finding import Finding
from policypack.reports.portfolio import PortfolioResult
from policypack.reports.prose import counted, total_of
from policypack.reports.report import Report
from policypack.reports.row import StackRow, together
from policypack.reports.safe import name, visible
from policypack.settings.model import BUDGET_POLICY
from pricing.money import Range

_NOTES: Final = 3
"""Notes on a limit that the sentence takes; the report has all of them."""


class _Limit(Struct, frozen=True):
    """A limit that was decided, of one stack or over all of them.

    Attributes:
        verdict: Of the limit.
        stops: Whether a pipeline has to stop because of it.
        named: The limit with its amount.
        cost: The cost, and what to know of it.
        because: What decides it, as the end of a sentence.
        used: Which part of it is used.
    """

    verdict: LimitVerdict
    stops: bool
    named: str
    cost: str
    because: str
    used: Decimal

    @property
    def told(self) -> str:
        """All of it but the verdict."""
        return f"{self.named}: {self.cost}{self.because}"


def headline(report: Report) -> str:
    """The answer of the whole run: what stops it first, in the order of the exit codes."""
    limits = _limits(report)
    parts = [*_unusable(report), *_stopping(report, limits)]
    if not parts:
        return f"{_unstopped(report, limits)}{_left_out(report)}{_beside(report)}"
    if report.rows and not any(limit.stops for limit in limits):
        parts.append(month_cost(report))
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}."


def _unusable(report: Report) -> Iterator[str]:
    unread = sum(not error.of_settings for error in report.errors)
    if unread:
        yield f"{counted(unread, 'input')} could not be used"
    if len(report.errors) > unread:
        settings = len(report.errors) - unread
        yield f"{counted(settings, 'setting')} {'does' if settings == 1 else 'do'} not fit"


def _stopping(report: Report, limits: Sequence[_Limit]) -> Iterator[str]:
    """What stops a pipeline."""
    stops = [(row, one.finding) for row in report.rows for one in row.stops]
    missing = [row for row, one in stops if one.policy == BUDGET_POLICY and not one.key]
    growth = [one for row, one in stops if one.policy == BUDGET_POLICY and one.key and _of_growth(row, one)]
    others = [one for _, one in stops if one.policy != BUDGET_POLICY]
    over = [limit for limit in limits if limit.stops and limit.verdict == "over"]
    if over:
        yield f"over {_first_of(over)}{max(over, key=lambda limit: limit.used).told}"
    yield from _growth(growth, "violation")
    violations = [one for one in others if one.verdict == "violation"]
    if violations:
        yield counted(len(violations), "mandatory violation") + _named(violations)
    unsure = [limit for limit in limits if limit.stops and limit.verdict == "undecided"]
    if unsure:
        yield f"cannot decide {_first_of(unsure)}{unsure[0].told}"
    yield from _growth(growth, "undecided")
    if missing:
        about = name(missing[0].label) if len(missing) == 1 else counted(len(missing), "stack")
        yield f"cannot decide: no limit is about {about}, and one is required"
    undecided = [one for one in others if one.verdict == "undecided"]
    if undecided:
        yield f"cannot decide {counted(len(undecided), 'mandatory check')}{_named(undecided)}"


def _unstopped(report: Report, limits: Sequence[_Limit]) -> str:
    """The answer where nothing stops a pipeline."""
    verdicts = [limit.verdict for limit in limits]
    verdicts += [verdict for row in report.rows for verdict in row.budget.growth]
    verdicts += ["undecided" for row in report.rows if row.budget.missing]
    if not verdicts:
        is_set = bool(report.other_limits) or any(row.budget.skipped for row in report.rows)
        none = "is about what was checked" if is_set else "is set"
        cost = f": {month_cost(report)}" if report.rows else ""
        return f"No limit {none}{cost}; nothing stops a pipeline."
    if any(verdict != "within" for verdict in verdicts):
        failed = [limit for limit in limits if limit.verdict != "within"]
        if not failed:
            return (
                f"A limit is not kept or cannot be decided, and none stops a pipeline; {month_cost(report)}."
            )
        first = failed[0]
        verdict = "Over" if first.verdict == "over" else "Cannot decide"
        return f"{verdict} {first.named}, which stops no pipeline: {first.cost}{first.because}."
    if not limits:
        return f"Within the limit on growth; {month_cost(report)}."
    nearest = max(limits, key=lambda limit: limit.used)
    if len(verdicts) == 1:
        return f"Within {nearest.told}."
    all_of_them = "both" if len(verdicts) == 2 else f"all {len(verdicts)}"
    return f"Within {all_of_them} limits, the nearest is {nearest.told}."


def _limits(report: Report) -> list[_Limit]:
    """All limits but those on growth: of each stack, and over all of them."""
    alone = len(report.rows) == 1
    found = [_of_stack(limit, row, alone=alone) for row in report.rows for limit in row.budget.limits]
    return found + [_of_all(result) for result in (report.portfolio.limits if report.portfolio else ())]


def _of_stack(limit: LimitResult, row: StackRow, *, alone: bool) -> _Limit:
    where = "" if alone else f" for {name(row.label)}"
    knows_nothing = limit.cost.says_nothing and limit.estimate.says_nothing and not limit.elsewhere
    because = ""
    if limit.deciding:
        most = len(limit.deciding) > 1
        because = (
            _most_of_it(limit.deciding[0], limit.currency, most)
            if limit.verdict == "over"
            else _open(limit.deciding[0], most)
        )
    return _Limit(
        verdict=limit.verdict,
        stops=any(_is_about(one.finding, limit) for one in row.stops),
        named=_limit(limit.name, where, limit.amount, limit.currency),
        cost=f"the cost is {limit_cost(limit)}{_notes(() if knows_nothing else limit.notes)}",
        because=because,
        used=_used(limit.cost, limit.amount, limit.verdict),
    )


def _of_all(result: PortfolioResult) -> _Limit:
    limit = result.limit
    because = ""
    if result.deciding:
        first = result.deciding[0]
        words = "most of it is" if result.verdict == "over" else "it depends on"
        if len(result.deciding) > 1 and result.verdict != "over":
            words = "it depends mostly on"
        reason = f" ({visible(first.reason).partition('. ')[0].rstrip('.')})" if first.reason else ""
        because = f"; {words} {name(first.stack)}{reason}"
    return _Limit(
        verdict=result.verdict,
        stops=result.stops,
        named=_limit(limit.name, " over all stacks", limit.amount, limit.currency),
        cost=f"the cost is {bounds(result.cost, limit.currency)}{_notes(result.notes)}",
        because=because,
        used=_used(result.cost, limit.amount, result.verdict),
    )


def _limit(called: str, where: str, amount: Decimal, currency: str) -> str:
    return f'the limit "{name(called)}"{where} of {number(amount)} {currency} a month'


def _notes(notes: Sequence[str]) -> str:
    return "".join(f", {visible(note)}" for note in notes[:_NOTES])


def _used(cost: Range, amount: Decimal, verdict: LimitVerdict) -> Decimal:
    """How much of a limit is used, for comparing limits of several currencies."""
    spent = cost.low if verdict == "over" else cost.high or Decimal(0)
    if amount > 0:
        return spent / amount
    return Decimal("Infinity") if spent > 0 else Decimal(1)


def _is_about(finding: Finding, limit: LimitResult) -> bool:
    words = {"violation": "over", "undecided": "undecided"}
    return finding.policy == BUDGET_POLICY and (finding.key, words[finding.verdict]) == (
        limit.name,
        limit.verdict,
    )


def _of_growth(row: StackRow, finding: Finding) -> bool:
    return not any(_is_about(finding, limit) for limit in row.budget.limits)


def _growth(findings: Sequence[Finding], verdict: str) -> Iterator[str]:
    """Limits on growth: what they find says all of it."""
    found = [one for one in findings if one.verdict == verdict]
    if found:
        told = visible(found[0].message).rstrip(".")
        more = f" and {counted(len(found) - 1, 'other limit')}" if len(found) > 1 else ""
        yield f"{told[:1].lower()}{told[1:]}{more}"


def _first_of(limits: Sequence[_Limit]) -> str:
    return f"{counted(len(limits), 'limit')}, first " if len(limits) > 1 else ""


def _most_of_it(part: Contribution, currency: str, most: bool) -> str:
    """What a limit is exceeded by."""
    share = "most of it is" if most else "all of it is"
    return f"; {share} {_resource(part)} ({part.meter}, {bounds(part.monthly, currency)})"


def _open(part: Contribution, most: bool) -> str:
    """What would decide a limit."""
    depends = f"; it depends {'mostly ' if most else ''}on"
    if part.urn is None:
        return f"{depends} what the declaration hides ({visible(part.reason).rstrip('.')})"
    if part.unknowns:
        return f"{depends} {_resource(part)} ({', '.join(map(visible, part.unknowns))})"
    if part.wants_price_of is not None:
        region = part.wants_price_of[1]
        where = f" in {name(region)}" if region else ""
        return f"{depends} the price of {part.meter}{where} ({_resource(part)})"
    return f"{depends} {_resource(part)} ({part.meter})"


def _resource(part: Contribution) -> str:
    return f'"{name(part.resource)}"'


def _named(findings: Sequence[Finding]) -> str:
    """The first of some findings: its policy and its resource."""
    first = findings[0]
    more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
    return f' ({first.policy} on "{name(first.resource)}"{more})'


def month_cost(report: Report) -> str:
    """What everything together costs."""
    total = total_of(report)
    if total.removesuffix(" (incomplete)") == NOT_KNOWN:
        return "what a month costs is not known"
    return f"a month costs {total}"


def _left_out(report: Report) -> str:
    """What the scopes of the limits leave out, as a sentence."""
    outside = together(row.outside for row in report.rows)
    if not outside.lines or not _is_within(report):
        return ""
    amounts = " and ".join(bounds(total.monthly, total.currency) for total in outside.totals)
    verb = "is" if outside.lines == 1 else "are"
    return f" {counted(outside.lines, 'line')} of {amounts} a month {verb} outside of every limit."


def _beside(report: Report) -> str:
    """What no limit counts, as a sentence."""
    count = sum(one.count for row in report.rows for one in row.not_covered if one.certainty == "billed")
    if not count or not _is_within(report):
        return ""
    return f" {counted(count, 'other billed resource')} {'is' if count == 1 else 'are'} not part of it."


def _is_within(report: Report) -> bool:
    """Whether any limit is decided, and all that are say *within*."""
    verdicts = [limit.verdict for row in report.rows for limit in row.budget.limits]
    verdicts += [verdict for row in report.rows for verdict in row.budget.growth]
    verdicts += [limit.verdict for limit in (report.portfolio.limits if report.portfolio else ())]
    return bool(verdicts) and all(verdict == "within" for verdict in verdicts)
