"""The answer of a whole run in one sentence."""

from collections.abc import Iterable, Sequence

from policypack.costs.counted import LimitVerdict
from policypack.costs.wording import bounds, number
from policypack.findings.finding import Finding
from policypack.reports.portfolio import PortfolioResult
from policypack.reports.prose import counted
from policypack.reports.report import Report
from policypack.reports.row import StackRow, together
from policypack.reports.safe import name
from policypack.settings.model import BUDGET_POLICY


def headline(report: Report) -> str:
    """The answer of the whole run in one sentence: what stops it first, in the order of the exit codes."""
    stops = [one.finding for row in report.rows for one in row.stops]
    limits_over, limits_open = _split(one for one in stops if one.policy == BUDGET_POLICY)
    missing = [row for row in report.rows if row.budget.missing and _stops_without_limit(row)]
    limits_open = [one for one in limits_open if one.key]
    violations, undecided = _split(one for one in stops if one.policy != BUDGET_POLICY)
    over_all = [] if report.portfolio is None else list(report.portfolio.limits)
    parts: list[str] = []
    unread = sum(not error.of_settings for error in report.errors)
    if unread:
        parts.append(f"{counted(unread, 'input')} could not be used")
    if len(report.errors) > unread:
        settings = len(report.errors) - unread
        parts.append(f"{counted(settings, 'setting')} {'does' if settings == 1 else 'do'} not fit")
    if limits_over:
        parts.append(f"over {_limits(limits_over)}")
    if told_over := _portfolio(over_all, "over"):
        parts.append(f"over {told_over}")
    if violations:
        parts.append(counted(len(violations), "mandatory violation"))
    if limits_open:
        parts.append(f"cannot decide {_limits(limits_open)}")
    if told_open := _portfolio(over_all, "undecided"):
        parts.append(f"cannot decide {told_open}")
    if missing:
        about = name(missing[0].label) if len(missing) == 1 else counted(len(missing), "stack")
        parts.append(f"no limit is about {about}, and one is required")
    if undecided:
        parts.append(f"cannot decide {counted(len(undecided), 'mandatory check')}")
    if parts:
        told = "; ".join(parts)
        return f"{told[0].upper()}{told[1:]}."
    limits = [limit for row in report.rows for limit in row.budget.limits]
    verdicts = [limit.verdict for limit in limits]
    verdicts += [limit.verdict for limit in over_all]
    verdicts += [verdict for row in report.rows for verdict in row.budget.growth]
    verdicts += ["undecided" for row in report.rows if row.budget.missing]
    if not verdicts:
        if any(row.budget.skipped for row in report.rows):
            return "No limit is about what was checked; nothing stops a pipeline."
        return "No limit is set; nothing stops a pipeline."
    if any(verdict != "within" for verdict in verdicts):
        return "A limit is not kept or cannot be decided, and none is set to stop a pipeline."
    if len(verdicts) > 1:
        return f"Within budget: all {len(verdicts)} limits are kept.{_left_out(report)}{_beside(report)}"
    if over_all:
        [whole] = over_all
        cost, allowed = bounds(whole.cost, whole.limit.currency), number(whole.limit.amount)
        told = f"Within budget: {cost} of {allowed} {whole.limit.currency} a month for all stacks."
        return f"{told}{_beside(report)}"
    if not limits:
        return f"Within budget: the limit on growth is kept.{_left_out(report)}{_beside(report)}"
    [limit] = limits
    cost = bounds(limit.cost, limit.currency)
    told = f"Within budget: {cost} of {number(limit.amount)} {limit.currency} a month."
    return f"{told}{_left_out(report)}{_beside(report)}"


def _portfolio(results: Sequence[PortfolioResult], verdict: LimitVerdict) -> str:
    """Those of the limits over all stacks that stop with a verdict."""
    found = [one for one in results if one.stops and one.verdict == verdict]
    if not found:
        return ""
    if len(found) == 1:
        return f'the limit "{name(found[0].limit.name)}" over all stacks'
    return f"{len(found)} limits over all stacks"


def _stops_without_limit(row: StackRow) -> bool:
    return any(one.finding.policy == BUDGET_POLICY and not one.finding.key for one in row.stops)


def _left_out(report: Report) -> str:
    """What the scopes of the limits leave out, as a sentence."""
    outside = together(row.outside for row in report.rows)
    if not outside.lines:
        return ""
    amounts = " and ".join(bounds(total.monthly, total.currency) for total in outside.totals)
    verb = "is" if outside.lines == 1 else "are"
    return f" {counted(outside.lines, 'line')} of {amounts} a month {verb} outside of every limit."


def _beside(report: Report) -> str:
    """What no limit counts, as a sentence: *within* must not be taken for the whole bill."""
    count = sum(one.count for row in report.rows for one in row.not_covered if one.certainty == "billed")
    if not count:
        return ""
    return f" {counted(count, 'other billed resource')} {'is' if count == 1 else 'are'} not part of it."


def _split(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Violations, and what is undecided."""
    all_of_them = list(findings)
    return (
        [one for one in all_of_them if one.verdict == "violation"],
        [one for one in all_of_them if one.verdict == "undecided"],
    )


def _limits(findings: Sequence[Finding]) -> str:
    if len(findings) == 1 and findings[0].key:
        return f'the limit "{name(findings[0].key)}"'
    return counted(len(findings), "limit")
