"""Static Analysis Results Interchange Format 2.1.0 (OASIS), for code scanning dashboards."""

from hashlib import sha256
from typing import Any, Final

from policypack.declared import Origin
from policypack.findings.catalogue import policies
from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.headline import headline
from policypack.reports.location import location, place_of
from policypack.reports.overall import limits_over_all, portfolio_limit_line
from policypack.reports.portfolio import PortfolioResult
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import json_text, visible
from policypack.settings.model import BUDGET_POLICY

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Json = dict[str, Any]


def render(report: Report) -> str:
    """One run with a rule for each policy."""
    rules = policies()
    index = {policy.name: position for position, policy in enumerate(rules)}
    results: list[Json] = []
    gaps: list[str] = []
    for stack in report.stacks:  # once: those of a fleet are read when they are looked at
        results.extend(_result(enforced, stack, index) for enforced in stack.findings)
        gaps.extend(f"{stack.label} is incomplete: {gap}" for gap in stack.stack.gaps)
    results += [
        _result_over_all(result, report, index)
        for result in limits_over_all(report)
        if result.verdict != "within"
    ]
    run: Json = {
        "tool": {
            "driver": {
                "name": "apig-cost",
                "version": report.version,
                "rules": [
                    {
                        "id": policy.name,
                        "shortDescription": {"text": policy.summary},
                        "help": {"text": policy.documentation.strip() or policy.summary},
                        "defaultConfiguration": {
                            "level": "error" if policy.level == "mandatory" else "warning",
                            "enabled": policy.level != "disabled",
                        },
                    }
                    for policy in rules
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": _text(f"{error.path}: {error.message}")}}
                    for error in report.errors
                ]
                + [
                    {"level": "warning", "message": {"text": _text(warning)}}
                    for warning in (*gaps, *report.warnings)
                ]
                + [{"level": "note", "message": {"text": _text(note)}} for note in report.notes],
            }
        ],
        "results": results,
        "properties": {
            "verdict": report.verdict,
            "answer": visible(headline(report)),
            "priceBook": report.book.identifier,
        },
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(document)


def _result(enforced: EnforcedFinding, stack: StackReport, index: dict[str, int]) -> Json:
    finding = enforced.finding
    evidence = "".join(f"\n- {visible(fact.fact)}" for fact in finding.evidence)
    place = place_of(stack.stack, finding.urn)
    result: Json = {
        "ruleId": finding.policy,
        "level": "error" if enforced.stops else "note" if enforced.waiver or enforced.known else "warning",
        "message": {"text": _text(f"{finding.message} {finding.hint}") + _brackets(evidence)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": place.uri},
                    "region": {"startLine": place.line},
                },
                "logicalLocations": [
                    {
                        "name": visible(finding.resource),
                        "fullyQualifiedName": visible(finding.urn or stack.label),
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {
            # GitHub tells findings apart by this key alone; without it, by the text of the line
            "primaryLocationLineHash": f"{enforced.fingerprint[:16]}:1",
            "apigCost/v1": enforced.fingerprint,
        },
        "properties": {
            "stack": stack.label,
            "verdict": finding.verdict,
            "confidence": finding.confidence,
            "enforcementLevel": enforced.level,
        },
    }
    if finding.policy in index:
        result["ruleIndex"] = index[finding.policy]
    if enforced.waiver is not None:
        waiver = enforced.waiver
        told = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        result["suppressions"] = [{"kind": "external", "justification": visible(told)}]
    elif enforced.known:
        result["suppressions"] = [{"kind": "external", "justification": "set aside by the baseline"}]
    return result


def _result_over_all(result: PortfolioResult, report: Report, index: dict[str, int]) -> Json:
    """A limit over all stacks that is not kept or cannot be decided; it stands in the settings."""
    identity = f"{BUDGET_POLICY}\0portfolio\0{result.limit.name}\0{result.verdict}"
    fingerprint = sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()
    place = location(Origin("settings", report.settings_file or "apig-cost.toml"))
    return {
        "ruleId": BUDGET_POLICY,
        "ruleIndex": index[BUDGET_POLICY],
        "level": "error" if result.stops else "warning",
        "message": {"text": _text(portfolio_limit_line(result))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": place}, "region": {"startLine": 1}}}],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{fingerprint[:16]}:1",
            "apigCost/v1": fingerprint,
        },
        "properties": {
            "stack": "",
            "verdict": "violation" if result.verdict == "over" else "undecided",
            "confidence": "high",
            "enforcementLevel": result.level,
        },
    }


def _text(text: str) -> str:
    return _brackets(visible(text))


def _brackets(text: str) -> str:
    """Square brackets would be read as links (section 3.11.6 of the standard)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
