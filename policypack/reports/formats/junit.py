"""JUnit XML: one suite a stack, one case a limit, one a finding; one suite for the limits over all stacks.

Consumers tell cases apart by ``classname`` and ``name`` alone, not by their suite, so that the stack is a
part of the first.
"""

from typing import Final
from xml.etree import ElementTree

from policypack.findings.enforcement import EnforcedFinding
from policypack.findings.finding import Finding
from policypack.reports.overall import limits_over_all, portfolio_limit_line
from policypack.reports.portfolio import PortfolioResult
from policypack.reports.prose import level_word, limit_line
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import visible
from policypack.settings.model import BUDGET_POLICY

_ROOT: Final = "apig-cost"


def render(report: Report) -> str:
    """A violation that stops is a failure, a mandatory check that cannot be decided an error."""
    root = ElementTree.Element("testsuites", {"name": _ROOT})
    for stack in report.stacks:
        suite = ElementTree.SubElement(root, "testsuite", {"name": visible(stack.label)})
        group = f"{_ROOT}.{stack.label}"
        _limits(suite, stack, group)
        for enforced in stack.findings:
            _finding(suite, enforced, group)
        for gap in stack.stack.gaps:
            case = _case(suite, f"{group}.source", f"declaration is complete: {gap}")
            _text(case, "system-out", gap)
        if len(suite) == 0:
            _case(suite, group, "nothing to report")
        _count(suite)
    if limits_over_all(report):
        suite = ElementTree.SubElement(root, "testsuite", {"name": "all stacks"})
        for result in limits_over_all(report):
            _limit_over_all(suite, result)
        _count(suite)
    if report.errors:
        suite = ElementTree.SubElement(root, "testsuite", {"name": "input"})
        for error in report.errors:
            case = _case(suite, f"{_ROOT}.input", error.path)
            ElementTree.SubElement(case, "error", {"message": visible(error.message)})
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _limits(suite: ElementTree.Element, stack: StackReport, group: str) -> None:
    """Limits that are kept; the others are findings."""
    for limit in stack.budget.limits:
        if limit.verdict == "within":
            case = _case(suite, f"{group}.{BUDGET_POLICY}", limit.name)
            _text(case, "system-out", limit_line(limit))


def _limit_over_all(suite: ElementTree.Element, result: PortfolioResult) -> None:
    case = _case(suite, f"{_ROOT}.all stacks.{BUDGET_POLICY}", result.limit.name)
    told = portfolio_limit_line(result)
    if result.stops:
        kind = "failure" if result.verdict == "over" else "error"
        ElementTree.SubElement(case, kind, {"message": visible(told), "type": result.level})
    else:
        _text(case, "system-out", told)


def _finding(suite: ElementTree.Element, enforced: EnforcedFinding, group: str) -> None:
    finding = enforced.finding
    case = _case(suite, f"{group}.{finding.policy}", _name(finding))
    evidence = "\n".join(visible(fact.fact) for fact in finding.evidence)
    if enforced.waiver is not None:
        told = f"waived by {enforced.waiver.owner} until {enforced.waiver.expires}: {enforced.waiver.reason}"
        ElementTree.SubElement(case, "skipped", {"message": visible(told)})
    elif enforced.known:
        ElementTree.SubElement(case, "skipped", {"message": "set aside by the baseline"})
    elif enforced.stops:
        kind = "failure" if finding.verdict == "violation" else "error"
        told = f"{finding.message} {finding.hint}"
        element = ElementTree.SubElement(case, kind, {"message": visible(told), "type": level_word(enforced)})
        element.text = evidence
    else:
        _text(case, "system-out", f"[{level_word(enforced)}] {finding.message} {finding.hint}")


def _name(finding: Finding) -> str:
    """What tells the cases of a policy apart: the limit, or the resource with what is wrong about it."""
    if finding.urn is None:
        return finding.key or finding.resource
    return f"{finding.resource} ({finding.key})" if finding.key else finding.resource


def _case(suite: ElementTree.Element, group: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", {"classname": visible(group), "name": visible(name)})


def _text(case: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(case, tag).text = visible(text)


def _count(element: ElementTree.Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", str(len(element.findall(".//error"))))
    element.set("skipped", str(len(element.findall(".//skipped"))))
