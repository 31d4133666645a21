"""GitLab's code quality report: what a merge request shows beside the change."""

from hashlib import sha256
from typing import Any

from policypack.declared import Origin
from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.location import Place, location, place_of
from policypack.reports.overall import limits_over_all, portfolio_limit_line
from policypack.reports.report import Report
from policypack.reports.safe import json_text, visible
from policypack.settings.model import BUDGET_POLICY

Json = dict[str, Any]


def render(report: Report) -> str:
    """A list of issues, worst first within each stack."""
    issues = [
        _issue(
            error.message, "apig-cost-input", "blocker", visible(error.path), f"{error.path}\0{error.message}"
        )
        for error in report.errors
    ]
    settings = report.settings_file or "apig-cost.toml"
    issues.extend(
        _issue(
            portfolio_limit_line(result),
            BUDGET_POLICY,
            ("blocker" if result.verdict == "over" else "critical") if result.stops else "minor",
            settings,
            result.limit.name,
        )
        for result in limits_over_all(report)
        if result.verdict != "within"
    )
    for stack in report.stacks:
        path = _path(stack.stack.origin)
        issues.extend(
            {
                "description": visible(f"{one.finding.message} {one.finding.hint}"),
                "check_name": one.finding.policy,
                "fingerprint": one.fingerprint,
                "severity": _severity(one),
                "location": _location(place_of(stack.stack, one.finding.urn)),
            }
            for one in stack.findings
        )
        issues.extend(
            _issue(gap, "apig-cost-incomplete", "minor", path, f"{stack.label}\0{gap}")
            for gap in stack.stack.gaps
        )
    issues.extend(
        _issue(warning, "apig-cost-settings", "info", "apig-cost.toml", warning)
        for warning in report.warnings
    )
    return json_text(issues)


def _issue(description: str, check: str, severity: str, path: str, identity: str = "") -> Json:
    identified = f"{check}\0{identity}\0{description}".encode("utf-8", "backslashreplace")
    return {
        "description": visible(description),
        "check_name": check,
        "fingerprint": sha256(identified).hexdigest(),
        "severity": severity,
        "location": {"path": path or "input", "lines": {"begin": 1}},
    }


def _location(place: Place) -> Json:
    return {"path": place.uri.removeprefix("file://"), "lines": {"begin": place.line}}


def _path(origin: Origin) -> str:
    return location(origin).removeprefix("file://")


def _severity(enforced: EnforcedFinding) -> str:
    undecided = enforced.finding.verdict == "undecided"
    if enforced.stops:
        return "critical" if undecided else "blocker"
    return "info" if enforced.waiver or enforced.known or undecided else "minor"
