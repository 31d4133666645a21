"""The first screen: what following the advice would save, as amounts that add up."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from policypack.costs.wording import bounds
from policypack.reports.adding_up import decimals_of
from policypack.reports.report import Report
from policypack.reports.row import StackRow
from policypack.reports.savings import Group, Savings, ranked
from pricing.money import Range, total

_MOST_GROUPS: Final = 10


class SavedRow(Struct, frozen=True):
    """What findings that share something would save, an amount for each currency."""

    key: str | None
    findings: int
    amounts: tuple[str, ...]


class SavedTable(Struct, frozen=True):
    """What would be saved, divided by one thing.

    Attributes:
        by: What divides it.
        rows: The largest first.
        left_out: How many smaller ones are summed in the last row.
    """

    by: str
    rows: tuple[SavedRow, ...]
    left_out: int


class SavingsTile(Struct, frozen=True):
    """What following the advice of a run would save, as amounts that add up.

    Attributes:
        amounts: All of it, one for each currency.
        tables: The same by policy and, where there are several stacks, by project and region; by owner where
            the settings name a tag for it.
        decimals: Of every amount.
    """

    amounts: tuple[str, ...]
    tables: tuple[SavedTable, ...]
    decimals: int


def savings_tile(report: Report) -> SavingsTile:
    """What would be saved, ranked."""
    savings = _savings_of(report)
    groups = {"policy": savings.by_policy}
    if len(report.rows) > 1:
        groups |= {"project": savings.by_project, "region": savings.by_region}
    if savings.owner:
        groups[savings.owner] = savings.by_owner
    cut = {by: _cut(of_it) for by, of_it in groups.items()}
    decimals = decimals_of(
        *([amount for group in of_it for amount in group.amounts] for of_it in cut.values()),
        [saved for row in report.rows for saved in saved_by(row)],
    )
    return SavingsTile(
        _told(savings.total, decimals),
        tuple(
            SavedTable(
                by,
                tuple(SavedRow(group.key, group.findings, _told(group, decimals)) for group in of_it),
                len(groups[by]) - len(of_it) + 1 if len(of_it) < len(groups[by]) else 0,
            )
            for by, of_it in cut.items()
        ),
        decimals,
    )


def saved_by(row: StackRow) -> tuple[tuple[str, Range], ...]:
    """What would be saved in one stack, one range for each currency."""
    return ranked(((row.project, one) for one in row.savings), None).total.amounts


def _cut(groups: Sequence[Group]) -> Sequence[Group]:
    """The largest ones, and the others as one."""
    if len(groups) <= _MOST_GROUPS + 1:
        return groups
    amounts: dict[str, list[Range]] = {}
    for group in groups[_MOST_GROUPS:]:
        for currency, amount in group.amounts:
            amounts.setdefault(currency, []).append(amount)
    rest = tuple((currency, total(parts)) for currency, parts in sorted(amounts.items()))
    findings = sum(group.findings for group in groups[_MOST_GROUPS:])
    return [*groups[:_MOST_GROUPS], Group(None, findings, rest)]


def _told(group: Group, decimals: int) -> tuple[str, ...]:
    return tuple(bounds(amount, currency, decimals) for currency, amount in group.amounts)


def _savings_of(report: Report) -> Savings:
    if report.portfolio is not None:
        return report.portfolio.savings
    return ranked(((row.project, saving) for row in report.rows for saving in row.savings), None)
