"""A comparison as JSON, with the whole report on the head."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from policypack.costs.difference import Change, ChangeTotal, IncreaseResult, Shift
from policypack.costs.replacement import Overlap
from policypack.reports.differences.report import DifferenceReport, StackDifference
from policypack.reports.document import amount
from policypack.reports.document import document as report_document
from policypack.reports.safe import json_text
from pricing.money import plain

SCHEMA: Final = "apig-cost/diff/1"

Json = dict[str, Any]


def render(report: DifferenceReport) -> str:
    """The whole comparison."""
    document: Json = {
        "schema": SCHEMA,
        "verdict": report.head.verdict,
        "baseBook": {"id": report.base_book.identifier, "asOf": report.base_book.as_of.isoformat()},
        "stacks": [_stack(stack) for stack in report.stacks],
        "head": report_document(report.head),
    }
    return json_text(document)


def _stack(stack: StackDifference) -> Json:
    difference = stack.difference
    return {
        "label": stack.label,
        "base": stack.before,
        "head": stack.after,
        "gaps": {"base": list(stack.base_gaps), "head": list(stack.head_gaps)},
        "changes": [_change(change) for change in difference.changes],
        "unchanged": difference.same,
        "totals": [_total(total) for total in difference.totals],
        "overlaps": [_overlap(overlap) for overlap in difference.overlaps],
        "increases": [_increase(result) for result in difference.increases],
    }


def _change(change: Change) -> Json:
    return {
        "urn": change.urn,
        "resource": change.resource,
        "meter": change.meter,
        "kind": change.kind,
        "currency": change.currency,
        "before": None if change.before is None else amount(change.before),
        "after": None if change.after is None else amount(change.after),
        "code": _shift(change.code),
        "prices": _shift(change.prices),
        "reasons": list(change.reasons),
    }


def _shift(shift: Shift) -> Json:
    return {"low": _plain(shift.low), "high": _plain(shift.high)}


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _total(total: ChangeTotal) -> Json:
    return {
        "currency": total.currency,
        "before": amount(total.before),
        "after": amount(total.after),
        "code": _shift(total.code),
        "prices": _shift(total.prices),
    }


def _overlap(overlap: Overlap) -> Json:
    return {
        "urn": overlap.urn,
        "resource": overlap.resource,
        "reason": overlap.reason,
        "currency": overlap.currency,
        "hourly": amount(overlap.hourly),
    }


def _increase(result: IncreaseResult) -> Json:
    return {
        "name": result.name,
        "limit": result.limit,
        "verdict": result.verdict,
        "currency": result.currency,
        "shift": _shift(result.shift),
        "problem": result.problem or None,
    }
