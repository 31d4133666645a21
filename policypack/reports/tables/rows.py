"""The rows of the tables: every stack, cost line and finding of a report."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from policypack.findings.enforcement import EnforcedFinding
from policypack.reports import focus
from policypack.reports.report import Report, ReportError, StackReport
from policypack.reports.row import StackRow
from policypack.reports.savings import Saving

Table = Literal["stacks", "lines", "findings"]
TABLES: tuple[Table, ...] = ("stacks", "lines", "findings")
Row = Mapping[str, str]
"""Text by column; what is left out or empty has no value."""


@cache
def columns(table: Table) -> Mapping[str, str]:
    """The columns of a table in their order, each with the kind of its values."""
    file = files("policypack.reports.tables").joinpath("columns.toml")
    kinds: Mapping[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))[table]
    return kinds


def rows(report: Report) -> Iterator[tuple[Table, Row]]:
    """Every row with its table. Stacks are looked at one by one, as each may be read from a file then."""
    for row in report.rows:
        yield from (("stacks", cells) for cells in _stack(row))
    for error in report.errors:
        if not error.of_settings:
            yield "stacks", _unread(error)
    wanted = frozenset(columns("lines"))
    for stack in report.stacks:
        for line in stack.lines:
            told = focus.cells(line, stack, report)
            cells = {column: text for column, text in told.items() if column in wanted}
            yield "lines", {**cells, "x_Path": stack.stack.origin.path}
        savings = {saving.fingerprint: saving for saving in stack.savings}
        for finding in stack.findings:
            yield "findings", _finding(finding, stack, savings.get(finding.fingerprint))


def _stack(row: StackRow) -> Iterator[Row]:
    of_it = {
        "x_Status": "read",
        "x_Project": row.project,
        "x_Stack": row.name,
        "x_Path": row.origin.path,
        "x_Kind": row.origin.kind,
        "x_Lines": str(row.cost.lines),
        "x_Budget": row.budget.verdict,
        "x_Findings": str(row.findings),
        "x_Stopping": str(len(row.stops)),
        "x_Gaps": str(row.gaps),
        "x_NotCovered": str(sum(one.count for one in row.not_covered if one.certainty == "billed")),
    }
    for total in row.totals:
        low, high = focus.ends(total.monthly)
        hourly_low, hourly_high = focus.ends(total.hourly)
        yield {
            **of_it,
            "BillingCurrency": total.currency or "",
            "x_MonthlyCostLow": low,
            "x_MonthlyCostHigh": high,
            "x_HourlyCostLow": hourly_low,
            "x_HourlyCostHigh": hourly_high,
        }
    if not row.totals:
        yield of_it


def _unread(error: ReportError) -> Row:
    return {"x_Status": "unread", "x_Path": error.path, "x_Error": error.message}


def _finding(enforced: EnforcedFinding, stack: StackReport, saving: Saving | None) -> Row:
    finding, waiver = enforced.finding, enforced.waiver
    stated = None if finding.saving is None else finding.saving.amount
    low, high = focus.ends(stated if saving is None else saving.amount)
    resource = stack.stack.by_urn.get(finding.urn or "")
    position = None if resource is None else resource.position
    regions = [line.region for line in stack.lines if line.resource.urn == finding.urn and line.region]
    return {
        "x_Project": stack.stack.project,
        "x_Stack": stack.stack.name,
        "x_Path": stack.stack.origin.path,
        "x_Policy": finding.policy,
        "x_Level": enforced.level,
        "x_Verdict": finding.verdict,
        "x_Confidence": finding.confidence,
        "x_Stops": "true" if enforced.stops else "false",
        "ResourceName": finding.resource,
        "x_Urn": finding.urn or "",
        "RegionId": regions[0] if regions else "",
        "x_Owner": "" if saving is None else saving.owner or "",
        "x_Message": finding.message,
        "x_Hint": finding.hint,
        "BillingCurrency": "" if finding.saving is None else finding.saving.currency,
        "x_SavingLow": low,
        "x_SavingHigh": high,
        "x_WaivedBy": "" if waiver is None else waiver.owner,
        "x_WaivedUntil": "" if waiver is None else waiver.expires.isoformat(),
        "x_Fingerprint": enforced.fingerprint,
        "x_File": "" if position is None else position.path,
        "x_Line": "" if position is None else str(position.line),
    }
