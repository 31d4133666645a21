"""A report told at length, for a reader who wants to check it: amount, why, evidence, advice."""

from collections.abc import Iterator
from difflib import get_close_matches

import pricing
from policypack.cli.support.errors import InputError
from policypack.costs.estimate import totals_of
from policypack.costs.line import Line
from policypack.costs.neighbours import neighbours
from policypack.declared import Known, Resource
from policypack.findings.enforcement import EnforcedFinding
from policypack.huaweicloud.survey import size_of_bandwidth
from policypack.metering.catalogue import nothing_declared, nouns
from policypack.metering.usage import matches
from policypack.network.verdict import GatewayJudgement
from policypack.reports.adding_up import decimals_of
from policypack.reports.cells import monthly, quantity, what, where
from policypack.reports.evidence import evidence_lines
from policypack.reports.prose import level_word, total_line
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import log_lines, name, visible
from pricing.break_even import BreakEven, for_eip, for_gateway, for_traffic
from pricing.quantity import Meter, Mode


def explanation(report: Report, book: pricing.Prices, pattern: str | None) -> str:
    """Everything about the resources that a pattern means, all of them without one.

    Raises:
        InputError: The pattern means nothing that is billed or judged here.
    """
    parts: list[str] = []
    for stack in report.stacks:
        resources = [one for one in _resources(stack) if pattern is None or matches(pattern, one)]
        if resources:
            parts.append(f"{name(stack.label)}")
        for resource in resources:
            parts.extend(_resource(resource, stack, report, book))
    if not parts and pattern is not None:
        raise InputError(_nothing(report, pattern))
    if not parts:
        parts = [nothing_declared()]
    return log_lines("\n".join(parts) + "\n")


def _nothing(report: Report, pattern: str) -> str:
    names = sorted({resource.name for stack in report.stacks for resource in _resources(stack)})
    near = get_close_matches(pattern, names, n=1)
    known = ", ".join(name(one) for one in names[:10]) or "none"
    advice = f"did you mean {name(near[0])}?" if near else f"there are: {known}"
    return f"{visible(pattern)}: no {nouns()} has this name; {advice}"


def _resources(stack: StackReport) -> list[Resource]:
    resources: dict[tuple[str, bool], Resource] = {}
    for line in stack.lines:
        resources[line.resource.urn, line.resource.leaving] = line.resource
    for judgement in stack.gateways:
        resource = judgement.gateway.resource
        resources.setdefault((resource.urn, resource.leaving), resource)
    return [resources[key] for key in sorted(resources)]


def _resource(resource: Resource, stack: StackReport, report: Report, book: pricing.Prices) -> Iterator[str]:
    """The amount, why it is that, what the verdicts rest on, and what to do."""
    lines = [line for line in stack.lines if line.resource is resource]
    judged = [one for one in stack.gateways if one.gateway.resource is resource]
    findings = [one for one in stack.findings if one.finding.urn == resource.urn]
    yield ""
    yield _answer(resource, lines)
    yield f"  {visible(resource.urn)}"
    if lines:
        yield "  Amount"
        yield from (f"    {line}" for line in _amounts(lines))
        yield "  Why"
        for line in lines:
            yield from (f"    {told}" for told in _why(line))
    evidence = [visible(line) for judgement in judged for line in evidence_lines(judgement)]
    evidence += _other_facts(findings, lines, evidence)
    if evidence:
        yield "  Evidence"
        yield from (f"    {line}" for line in evidence)
    advice = [line for one in findings for line in _advice(one)]
    advice += [f"break-even: {visible(told)}" for line in lines for told in _break_even(line, report, book)]
    advice += [visible(told) for judgement in judged for told in _compared(judgement, lines, report, book)]
    if advice:
        yield "  Advice"
        yield from (f"    {line}" for line in advice)


def _answer(resource: Resource, lines: list[Line]) -> str:
    """The resource and what it costs, in one sentence."""
    mark = f" ({resource.mark})" if resource.mark else ""
    totals = totals_of(lines)
    if not lines:
        cost = "has no cost of its own here"
    elif all(one.monthly.says_nothing for one in totals):
        cost = "costs an amount that is not known"
    else:
        told = f"costs {total_line(totals)} a month"
        cost = told.replace(", no upper bound a month", " a month, no upper bound")
    return f"{name(resource.name)}{mark} {cost}."


def _amounts(lines: list[Line]) -> Iterator[str]:
    """Each cost of the resource, as amounts that add up, with what is counted."""
    decimals = decimals_of((line.currency, line.monthly) for line in lines)
    amounts = [monthly(line, decimals) for line in lines]
    width = max(map(len, amounts))
    for line, amount in zip(lines, amounts, strict=True):
        paid = line.mode or "how it is paid is not known"
        yield f"{amount:<{width}}  {what(line)}: {quantity(line)}, {paid}, {where(line)}"


def _why(line: Line) -> Iterator[str]:
    """Price, arithmetic and reasons of one amount."""
    words = {"unpriced": " has no price", "undecided": " is not decided", "free": " is free", "priced": ""}
    yield f"{what(line)}{words[line.status]}"
    if line.price is not None:
        kind = f"{line.price.confidence}, reference" if line.price.reference else line.price.confidence
        book = f" in book {visible(line.price.book)}" if line.price.book else ""
        yield f"  price row {visible(line.price.row)} ({kind}) of {line.price.as_of}{book}"
        yield f"  source {visible(line.price.source)}"
    yield from (f"  {visible(step.text)}" for step in line.steps)
    yield from (f"  {visible(reason)}" for reason in line.reasons)


def _other_facts(findings: list[EnforcedFinding], lines: list[Line], told: list[str]) -> list[str]:
    """What findings rest on beside the reasons of amounts and the evidence that stands there already."""
    reasons = {reason for line in lines for reason in line.reasons}
    facts = dict.fromkeys(
        visible(fact.fact)
        for enforced in findings
        for fact in enforced.finding.evidence
        if fact.fact not in reasons
    )
    return [fact for fact in facts if not any(fact in line for line in told)]


def _advice(enforced: EnforcedFinding) -> Iterator[str]:
    finding = enforced.finding
    yield f"{finding.policy} ({level_word(enforced)}): {visible(finding.message)}"
    yield f"  -> {visible(finding.hint)}"


def _break_even(line: Line, report: Report, book: pricing.Prices) -> Iterator[str]:
    """Where another way of paying begins to cost less, as far as the line and the prices are known."""
    if (
        line.monthly is None
        or line.site is None
        or line.region is None
        or line.spec is None
        or line.mode != Mode.PAY_PER_USE
    ):
        return
    hours = report.hours_per_month
    comparisons: tuple[BreakEven | pricing.Unpriced, ...] = ()
    if line.meter == Meter.GATEWAY:
        comparisons = for_gateway(book, line.site, line.region, line.spec, hours)
    elif line.meter == Meter.EIP_BANDWIDTH:
        match size_of_bandwidth(line.resource):
            case Known(mbits) if mbits > 0:
                comparisons = for_eip(book, line.site, line.region, mbits, hours, spec=line.spec)
    elif line.meter == Meter.EIP_TRAFFIC:
        match line.quantity:
            case pricing.Range(low=volume, high=most) if volume == most and volume > 0:
                comparisons = for_traffic(book, line.site, line.region, volume, hours, spec=line.spec)
    for comparison in comparisons:
        yield comparison.reason if isinstance(comparison, pricing.Unpriced) else comparison.sentence()


def _compared(
    judgement: GatewayJudgement, lines: list[Line], report: Report, book: pricing.Prices
) -> Iterator[str]:
    """What other ways out or in would cost where the gateway is."""
    for line in lines:
        if line.site is not None:
            if line.region is not None:
                yield from neighbours(judgement, line.site, line.region, book, report.hours_per_month)
            return
