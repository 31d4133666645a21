"""The report as plain values: the contract that other programs read (``docs/schemas/report.schema.json``)."""

from __future__ import annotations

from typing import Any

from policypack.costs.budget import Budget, LimitResult
from policypack.costs.counted import Contribution
from policypack.costs.exchange import Converted
from policypack.costs.line import Line, Total
from policypack.findings.enforcement import EnforcedFinding
from policypack.network.verdict import GatewayJudgement, Judgement
from policypack.reports.changes import ChangedFinding, ChangedStack, Changes
from policypack.reports.headline import headline
from policypack.reports.portfolio import PortfolioReport, PortfolioResult
from policypack.reports.report import SCHEMA, Report, StackReport
from policypack.reports.safe import json_line
from policypack.reports.savings import Group
from pricing.money import Range, plain

Json = dict[str, Any]


def document(report: Report, stacks: list[Json] | None = None) -> Json:
    """The report as plain dictionaries.

    Args:
        report: The run.
        stacks: What stands for its stacks, where they are written another way.
    """
    return {
        "schema": SCHEMA,
        "tool": {"name": "apig-cost", "version": report.version},
        "book": {"id": report.book.identifier, "asOf": report.book.as_of.isoformat()},
        "books": [
            {"id": book.identifier, "name": book.name, "asOf": book.as_of.isoformat()}
            for book in report.book.layers
        ],
        "settings": report.settings_file,
        "hoursPerMonth": plain(report.hours_per_month),
        "verdict": report.verdict,
        "answer": headline(report),
        "stacks": [stack_document(stack) for stack in report.stacks] if stacks is None else stacks,
        "totals": [_total(total) for total in report.totals],
        "converted": _converted(report.converted),
        "portfolio": None if report.portfolio is None else _portfolio(report.portfolio),
        "changes": None if report.changes is None else _changes(report.changes),
        "errors": [{"path": error.path, "message": error.message} for error in report.errors],
        "warnings": list(report.warnings),
        "notes": list(report.notes),
    }


def stack_document(stack: StackReport) -> Json:
    """What is said about one stack."""
    return {
        "project": stack.stack.project,
        "stack": stack.stack.name,
        "source": {"kind": stack.stack.origin.kind, "path": stack.stack.origin.path},
        "lines": [_line(line) for line in stack.lines],
        "network": [_gateway(gateway) for gateway in stack.gateways],
        "findings": [_finding(finding, stack) for finding in stack.findings],
        "budget": _budget(stack.budget),
        "totals": [_total(total) for total in stack.totals],
        "converted": _converted(stack.converted),
        "notCovered": [
            {"type": one.type, "count": one.count, "certainty": one.certainty} for one in stack.not_covered
        ],
        "gaps": list(stack.stack.gaps),
        "notes": [*stack.stack.notes, *stack.remarks],
    }


def stack_text(stack: StackReport) -> str:
    """Likewise as one line of JSON."""
    return json_line(stack_document(stack))


def _line(line: Line) -> Json:
    return {
        "urn": line.resource.urn,
        "resource": line.resource.name,
        "type": line.type,
        "meter": str(line.meter),
        "spec": line.spec,
        "region": line.region,
        "site": line.site,
        "mode": line.mode,
        "quantity": amount(line.quantity),
        "unit": line.unit,
        "status": line.status,
        "currency": line.currency,
        "hourly": amount(line.hourly),
        "monthly": amount(line.monthly),
        "price": None
        if line.price is None
        else {
            "row": line.price.row,
            "confidence": line.price.confidence,
            "asOf": line.price.as_of.isoformat(),
            "source": line.price.source,
            "reference": line.price.reference,
            "book": line.price.book or None,
        },
        "reasons": list(line.reasons),
        "unknowns": list(line.unknowns),
        "leaving": line.resource.leaving,
    }


def amount(value: Range | None) -> Json:
    """Bounds as decimal strings. Nothing known is ``null`` at both ends, not a low end of 0."""
    if value is None or value.says_nothing:
        return {"low": None, "high": None}
    return {"low": plain(value.low), "high": None if value.high is None else plain(value.high)}


def _total(total: Total) -> Json:
    return {"currency": total.currency, "hourly": amount(total.hourly), "monthly": amount(total.monthly)}


def _gateway(judgement: GatewayJudgement) -> Json:
    return {
        "gateway": judgement.gateway.resource.urn,
        "resource": judgement.gateway.resource.name,
        "outbound": _path(judgement.outbound),
        "entrance": _path(judgement.entrance),
    }


def _path(judgement: Judgement) -> Json:
    return {
        "declared": judgement.declared,
        "verdict": judgement.verdict,
        "certainty": judgement.certainty,
        "evidence": [
            {
                "fact": evidence.fact,
                "urn": evidence.urn,
                "rule": evidence.rule,
                "direction": evidence.direction,
                "weight": evidence.weight,
                "stated": evidence.stated,
                "missing": evidence.missing or None,
            }
            for evidence in judgement.evidence
        ],
        "missing": list(judgement.missing),
    }


def _finding(enforced: EnforcedFinding, stack: StackReport) -> Json:
    finding, waiver = enforced.finding, enforced.waiver
    saving = finding.saving
    return {
        "policy": finding.policy,
        "urn": finding.urn,
        "resource": finding.resource,
        "level": enforced.level,
        "verdict": finding.verdict,
        "confidence": finding.confidence,
        "message": finding.message,
        "hint": finding.hint,
        "evidence": [{"fact": fact.fact, "urn": fact.urn} for fact in finding.evidence],
        "saving": None if saving is None else {**amount(saving.amount), "currency": saving.currency},
        "fingerprint": enforced.fingerprint,
        "baseline": enforced.known,
        "place": _place(finding.urn, stack),
        "waiver": None
        if waiver is None
        else {"reason": waiver.reason, "owner": waiver.owner, "expires": waiver.expires.isoformat()},
    }


def _converted(value: Converted | None) -> Json | None:
    """Several currencies as one, with the rates that the settings state."""
    if value is None:
        return None
    rates = [
        {"from": rate.source, "to": rate.target, "rate": plain(rate.rate), "date": rate.date.isoformat()}
        for rate in value.rates
    ]
    return {**_total(value.total), "rates": rates}


def _place(urn: str | None, stack: StackReport) -> Json | None:
    """Where the program declares the resource, relative to the program's folder."""
    resource = stack.stack.by_urn.get(urn) if urn is not None else None
    if resource is None or resource.position is None:
        return None
    return {"file": resource.position.path, "line": resource.position.line}


def _budget(budget: Budget) -> Json:
    return {"verdict": budget.verdict, "limits": [_limit(limit) for limit in budget.limits]}


def _limit(limit: LimitResult) -> Json:
    return {
        "name": limit.name,
        "limit": plain(limit.amount),
        "currency": limit.currency,
        **amount(limit.cost),
        "verdict": limit.verdict,
        "deciding": [_contribution(part) for part in limit.deciding],
        "notes": list(limit.notes),
    }


def _changes(changes: Changes) -> Json:
    return {
        "since": changes.since,
        "sameBasis": changes.same_basis,
        "unchanged": changes.unchanged,
        "before": [_total(total) for total in changes.before],
        "stacks": [_changed_stack(stack) for stack in changes.stacks],
    }


def _changed_stack(stack: ChangedStack) -> Json:
    return {
        "project": stack.project,
        "stack": stack.stack,
        "path": stack.path,
        "kind": stack.kind,
        "before": [_total(total) for total in stack.before],
        "after": [_total(total) for total in stack.after],
        "newFindings": [_changed_finding(finding) for finding in stack.new],
        "goneFindings": [_changed_finding(finding) for finding in stack.gone],
    }


def _changed_finding(finding: ChangedFinding) -> Json:
    return {
        "policy": finding.policy,
        "resource": finding.resource,
        "level": finding.level,
        "verdict": finding.verdict,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
    }


def _portfolio(portfolio: PortfolioReport) -> Json:
    savings = portfolio.savings
    ranked = {"byPolicy": savings.by_policy, "byProject": savings.by_project, "byRegion": savings.by_region}
    return {
        "limits": [_portfolio_limit(result) for result in portfolio.limits],
        "savings": {
            "findings": savings.total.findings,
            "amounts": _amounts(savings.total),
            **{key: [_group(group) for group in groups] for key, groups in ranked.items()},
            "owner": savings.owner,
            "byOwner": [_group(group) for group in savings.by_owner],
        },
    }


def _portfolio_limit(result: PortfolioResult) -> Json:
    limit, scope = result.limit, result.limit.scope
    wanted = {"project": scope.project, "stack": scope.stack, "tag": scope.tag, "meter": scope.meter}
    return {
        "name": limit.name,
        "scope": {
            key: value for key, value in {**wanted, "region": scope.region}.items() if value is not None
        },
        "limit": plain(limit.amount),
        "currency": limit.currency,
        **amount(result.cost),
        "verdict": result.verdict,
        "level": result.level,
        "stacks": result.stacks,
        "deciding": [
            {"stack": one.stack, "path": one.path, "monthly": amount(one.monthly), "reason": one.reason}
            for one in result.deciding
        ],
        "notes": list(result.notes),
    }


def _group(group: Group) -> Json:
    return {"key": group.key, "findings": group.findings, "amounts": _amounts(group)}


def _amounts(group: Group) -> list[Json]:
    return [{"currency": currency, "monthly": amount(monthly)} for currency, monthly in group.amounts]


def _contribution(part: Contribution) -> Json:
    return {
        "urn": part.urn,
        "resource": part.resource,
        "meter": part.meter or None,
        "monthly": amount(part.monthly),
        "unknowns": list(part.unknowns),
        "reason": part.reason,
    }
