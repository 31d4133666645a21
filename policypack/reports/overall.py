"""What is said of all stacks of an audit together, in the lines that table and Markdown share."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from policypack.costs.wording import bounds, number
from policypack.reports.portfolio import PortfolioReport, PortfolioResult
from policypack.reports.prose import counted
from policypack.reports.report import Report
from policypack.reports.safe import name, visible
from policypack.reports.savings import Group, Savings

WORST: Final = 10
"""Stacks that people read of an audit; the rest is in the JSON report and the tables."""
_MOST_DECIDING: Final = 3
_MOST_GROUPS: Final = 5
_LONGEST_REASON: Final = 90


def is_audit(report: Report) -> bool:
    """Whether a report is about all stacks of some places, which may be very many."""
    return report.portfolio is not None


def limits_over_all(report: Report) -> tuple[PortfolioResult, ...]:
    """The limits over all stacks; none of other reports than audits."""
    return () if report.portfolio is None else report.portfolio.limits


def counts(report: Report) -> str:
    """How many stacks there are, and what their limits say."""
    words = {"over": "over", "undecided": "cannot be decided", "within": "within"}
    verdicts: Counter[str] = Counter(row.budget.verdict for row in report.rows)
    told = [f"{verdicts[verdict]} {word}" for verdict, word in words.items() if verdicts[verdict]]
    if told and verdicts["none"]:
        told.append(f"{verdicts['none']} without a limit")
    unread = sum(not error.of_settings for error in report.errors)
    read = counted(len(report.rows), "stack") + (f" ({', '.join(told)})" if told else "")
    return f"{read}, {counted(unread, 'input')} that could not be read" if unread else read


def left_to_others(count: int) -> str:
    """A sentence, without its full stop, for the stacks that are not shown."""
    return f"+ {counted(count, 'more stack')}, listed by --format json and --tables"


def portfolio_lines(portfolio: PortfolioReport) -> Iterator[tuple[str, str]]:
    """A verdict (empty for savings) and a line, for each limit and for what could be saved."""
    for result in portfolio.limits:
        yield result.verdict, portfolio_limit_line(result)
    savings = portfolio.savings
    if savings.total.findings:
        found = counted(savings.total.findings, "finding")
        yield "", f"Possible savings a month: {amounts(savings.total)} ({found})"
        for what, groups in _ranks(savings):
            if groups and not (len(groups) == 1 and groups[0].key is None):
                yield "", f"  by {what}: {_listed(groups)}"


def amounts(group: Group) -> str:
    """What a group saves, in each currency."""
    return "; ".join(bounds(amount, currency) for currency, amount in group.amounts)


def _ranks(savings: Savings) -> Iterator[tuple[str, Sequence[Group]]]:
    yield "policy", savings.by_policy
    yield "project", savings.by_project
    yield "region", savings.by_region
    if savings.owner is not None:
        yield f"tag {visible(savings.owner)}", savings.by_owner


def _listed(groups: Sequence[Group]) -> str:
    told = ", ".join(f"{_key(group)} {amounts(group)}" for group in groups[:_MOST_GROUPS])
    more = len(groups) - _MOST_GROUPS
    return told + (f", {more} more" if more > 0 else "")


def _key(group: Group) -> str:
    return "not known" if group.key is None else name(group.key) if group.key else "without it"


def portfolio_limit_line(result: PortfolioResult) -> str:
    """One limit over all stacks: the verdict with the amount, and what decides it."""
    limit = result.limit
    cost = bounds(result.cost, limit.currency)
    words = {"within": f"within, {cost}", "over": f"OVER, {cost}", "undecided": f"CANNOT DECIDE, cost {cost}"}
    about = f"{counted(result.stacks, 'stack')}, {number(limit.amount)} {limit.currency} a month"
    told = f'All stacks, "{name(limit.name)}" ({about}): {words[result.verdict]}'
    if result.deciding:
        named = [_decides(one.stack, one.reason) for one in result.deciding[:_MOST_DECIDING]]
        more = len(result.deciding) - _MOST_DECIDING
        told += f"; {'open for' if result.verdict == 'undecided' else 'most by'} {', '.join(named)}"
        told += f" and {more} more" if more > 0 else ""
    return told + "".join(f"; {visible(note)}" for note in result.notes)


def _decides(stack: str, reason: str) -> str:
    first = visible(reason.partition(". ")[0].rstrip("."), _LONGEST_REASON)
    return f"{name(stack)} ({first})" if reason else name(stack)
