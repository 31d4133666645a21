"""A report told at length: for a reader who wants to check it with a pocket calculator."""

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches

import pricing
from policypack.cli.support.errors import InputError
from policypack.costs.line import Line
from policypack.costs.neighbours import neighbours
from policypack.costs.wording import bounds
from policypack.declared import Known, Resource, Value
from policypack.declared.read import block, member, size
from policypack.metering.catalogue import nothing_declared, nouns
from policypack.metering.usage import matches
from policypack.network.verdict import GatewayJudgement
from policypack.reports.cells import quantity, what, where
from policypack.reports.evidence import evidence_lines
from policypack.reports.prose import level_word
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
    leaving = f" ({resource.mark})" if resource.mark else ""
    yield ""
    yield f"{name(resource.name)}{leaving}"
    yield f"  {visible(resource.urn)}"
    lines = [line for line in stack.lines if line.resource is resource]
    for line in lines:
        yield from _line(line)
        for sentence in _break_even(line, report, book):
            yield f"    break-even: {visible(sentence)}"
    for judgement in stack.gateways:
        if judgement.gateway.resource is resource:
            yield from _network(judgement)
            for line in [one for one in lines if one.site is not None][:1]:
                if line.site is not None and line.region is not None:
                    compared = neighbours(judgement, line.site, line.region, book, report.hours_per_month)
                    yield from (f"  {visible(sentence)}" for sentence in compared)
    told = {reason for line in lines for reason in line.reasons}
    for enforced in stack.findings:
        if enforced.finding.urn == resource.urn:
            finding = enforced.finding
            yield f"  finding {finding.policy} ({level_word(enforced)}): {visible(finding.message)}"
            yield from (f"    {visible(fact.fact)}" for fact in finding.evidence if fact.fact not in told)
            yield f"    -> {visible(finding.hint)}"


def _line(line: Line) -> Iterator[str]:
    yield f"  {what(line)}, {where(line)}, {line.mode or 'mode not known'}: {line.status}"
    if line.monthly is not None:
        yield f"    quantity {quantity(line)}; cost a month: {bounds(line.monthly, line.currency)}"
    if line.price is not None:
        kind = f"{line.price.confidence}, reference" if line.price.reference else line.price.confidence
        book = f" in book {visible(line.price.book)}" if line.price.book else ""
        yield f"    price row {visible(line.price.row)} ({kind}) of {line.price.as_of}{book}"
        yield f"    source {visible(line.price.source)}"
    for step in line.steps:
        yield f"    {visible(step.text)}"
    for reason in line.reasons:
        yield f"    note: {visible(reason)}"


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
        match _size(line.resource):
            case Known(mbits) if mbits > 0:
                comparisons = for_eip(book, line.site, line.region, mbits, hours, spec=line.spec)
    elif line.meter == Meter.EIP_TRAFFIC:
        match line.quantity:
            case pricing.Range(low=volume, high=most) if volume == most and volume > 0:
                comparisons = for_traffic(book, line.site, line.region, volume, hours, spec=line.spec)
    for comparison in comparisons:
        yield comparison.reason if isinstance(comparison, pricing.Unpriced) else comparison.sentence()


def _size(eip: Resource) -> Value[Decimal]:
    match block(eip.resolved("bandwidth")):
        case Known(bandwidth):
            return size(member(bandwidth, "size"))
        case other:
            return other


def _network(judgement: GatewayJudgement) -> Iterator[str]:
    """The evidence as a tree, below the resource's own name."""
    yield from (f"  {visible(line)}" for line in evidence_lines(judgement))
