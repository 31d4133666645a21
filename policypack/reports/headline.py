"""Sentences that several formats share: what was decided, on what prices, what is not covered."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from policypack.costs.budget import LimitResult
from policypack.costs.line import Line, Total
from policypack.costs.wording import NOT_KNOWN, bounds, number
from policypack.findings.enforcement import EnforcedFinding
from policypack.findings.finding import Finding
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import name, visible
from policypack.settings.model import BUDGET_POLICY
from pricing.money import Range, plain

_LONGEST_SPEC: Final = 40


def headline(report: Report) -> str:
    """The answer of the whole run in one sentence: what stops it first, in the order of the exit codes."""
    stops = [one.finding for stack in report.stacks for one in stack.findings if one.stops]
    limits_over, limits_open = _split(one for one in stops if one.policy == BUDGET_POLICY)
    violations, undecided = _split(one for one in stops if one.policy != BUDGET_POLICY)
    parts: list[str] = []
    if report.errors:
        parts.append(f"{counted(len(report.errors), 'input')} could not be used")
    if limits_over:
        parts.append(f"over {_limits(limits_over)}")
    if violations:
        parts.append(counted(len(violations), "mandatory violation"))
    if limits_open:
        parts.append(f"cannot decide {_limits(limits_open)}")
    if undecided:
        parts.append(f"cannot decide {counted(len(undecided), 'mandatory check')}")
    if parts:
        told = "; ".join(parts)
        return f"{told[0].upper()}{told[1:]}."
    limits = [limit for stack in report.stacks for limit in stack.budget.limits]
    verdicts = [limit.verdict for limit in limits]
    verdicts += [verdict for stack in report.stacks for verdict in stack.budget.growth]
    if not verdicts:
        if any(stack.budget.skipped for stack in report.stacks):
            return "No limit is about what was checked; nothing stops a pipeline."
        return "No limit is set; nothing stops a pipeline."
    if any(verdict != "within" for verdict in verdicts):
        return "A limit is not kept or cannot be decided, and none is set to stop a pipeline."
    if len(verdicts) > 1:
        return f"Within budget: all {len(verdicts)} limits are kept.{_beside(report)}"
    if not limits:
        return f"Within budget: the limit on growth is kept.{_beside(report)}"
    [limit] = limits
    cost = bounds(limit.cost, limit.currency)
    return f"Within budget: {cost} of {number(limit.amount)} {limit.currency} a month.{_beside(report)}"


def _beside(report: Report) -> str:
    """What no limit counts, as a sentence: *within* must not be taken for the whole bill."""
    count = sum(number for stack in report.stacks for _, number in stack.not_covered)
    if not count:
        return ""
    return f" {counted(count, 'other billed resource')} {'is' if count == 1 else 'are'} not part of it."


def _split(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Violations, and what is undecided."""
    found = list(findings)
    return (
        [one for one in found if one.verdict == "violation"],
        [one for one in found if one.verdict == "undecided"],
    )


def _limits(findings: Sequence[Finding]) -> str:
    if len(findings) == 1 and findings[0].key:
        return f'the limit "{name(findings[0].key)}"'
    return counted(len(findings), "limit")


def counted(count: int, what: str) -> str:
    """A number with its noun."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def left_out(count: int, what: str) -> str:
    """A sentence, without its full stop, for what is cut off."""
    return f"{count} {what} is not shown" if count == 1 else f"{count} {what}s are not shown"


def limit_line(limit: LimitResult) -> str:
    """One limit: what it is, the verdict with the amount, and on what prices it was decided."""
    cost = bounds(limit.cost, limit.currency)
    words = {"within": f"within, {cost}", "over": f"OVER, {cost}", "undecided": f"CANNOT DECIDE, cost {cost}"}
    notes = "".join(f"; {visible(note)}" for note in limit.notes)
    allowed = f"{number(limit.amount)} {limit.currency} a month"
    return f'"{name(limit.name)}" ({allowed}): {words[limit.verdict]}{notes}'


def total_line(totals: Sequence[Total]) -> str:
    """All totals; what is in no known currency is named beside the others."""
    told = [
        f"{NOT_KNOWN} in {total.currency}"
        if len(totals) > 1 and total.monthly.says_nothing
        else bounds(total.monthly, total.currency)
        for total in totals
        if total.currency is not None
    ]
    if len(told) < len(totals):
        told.append("an amount in a currency that is not known" if told else NOT_KNOWN)
    return "; ".join(told) or "nothing that is priced here"


def total_of(of: Report | StackReport) -> str:
    """The totals of a stack or of a run, marked where something may be missing from them."""
    stacks, unread = (of.stacks, bool(of.errors)) if isinstance(of, Report) else ((of,), False)
    is_incomplete = unread or any(stack.stack.gaps for stack in stacks)
    return total_line(of.totals) + (" (incomplete)" if is_incomplete else "")


def monthly(line: Line) -> str:
    """What a line costs a month, as a person reads it."""
    return "free" if line.status == "free" else bounds(line.monthly, line.currency)


def quantity(line: Line) -> str:
    """What is counted."""
    if line.quantity is None or line.quantity.says_nothing:
        return NOT_KNOWN
    return f"{_span(line.quantity)} {line.unit or ''}".strip()


def _span(found: Range) -> str:
    if found.is_exact:
        return plain(found.low)
    return f"{plain(found.low)}+" if found.high is None else f"{plain(found.low)} - {plain(found.high)}"


def what(line: Line) -> str:
    """Meter and specification."""
    return f"{line.meter} {visible(line.spec, _LONGEST_SPEC)}" if line.spec else str(line.meter)


def where(line: Line) -> str:
    """Region and site."""
    region = visible(line.region, _LONGEST_SPEC) if line.region else f"region {NOT_KNOWN}"
    return f"{region} ({line.site})" if line.site else region


def price_note(line: Line) -> str:
    """What kind of price it is, when it is not the vendor's own price of that region."""
    if line.price is None:
        return ""
    words = ["reference"] if line.price.reference else []
    if line.price.confidence != "official":
        words.append(line.price.confidence)
    return ", ".join(words)


def price_or_reasons(line: Line) -> str:
    """What kind of price it is and, where it leaves the amount open, why."""
    note = price_note(line)
    if line.status in {"priced", "free"}:
        return note or ("official" if line.price else " ".join(line.reasons))
    if line.price is None:
        return " ".join(line.reasons)
    open_ = f"not known: {', '.join(line.unknowns)}" if line.unknowns else ""
    return "; ".join(part for part in (note, open_) if part)


def by_cost(lines: tuple[Line, ...]) -> list[Line]:
    """What has no upper bound first, then the most expensive."""
    return sorted(lines, key=lambda line: (_cheapness(line), line.resource.urn, line.meter))


def _cheapness(line: Line) -> tuple[bool, Decimal]:
    if line.monthly is None or line.monthly.high is None:
        return False, -(line.monthly.low if line.monthly else Decimal(0))
    return True, -line.monthly.high


def level_word(enforced: EnforcedFinding) -> str:
    """``mandatory``, ``advisory`` or ``waived``, and whether it is undecided."""
    word = "waived" if enforced.waiver else enforced.level
    return f"{word}, undecided" if enforced.finding.verdict == "undecided" else word


def overview(report: Report) -> list[tuple[str, str, str, str]]:
    """One row a stack: label, cost of a month, what its limits say, findings."""
    words = {"over": "OVER", "undecided": "CANNOT DECIDE", "within": "within", "none": "no limit"}
    return [
        (
            stack.label,
            total_of(stack),
            words[stack.budget.verdict],
            str(sum(one.waiver is None for one in stack.findings)),
        )
        for stack in worst_first(report)
    ]


def worst_first(report: Report) -> list[StackReport]:
    """Stacks by what they do to a pipeline, for formats that leave some out; else in their order."""
    ranks = {"over": 0, "undecided": 1, "within": 2, "none": 3}
    return sorted(
        report.stacks,
        key=lambda stack: (not any(one.stops for one in stack.findings), ranks[stack.budget.verdict]),
    )


def by_policy(
    findings: Sequence[EnforcedFinding],
) -> Iterator[tuple[EnforcedFinding, list[list[EnforcedFinding]]]]:
    """Findings of one policy and level together, those with the same advice beside each other.

    Yields:
        The first finding of a policy at a level, and lists of findings that share hint and waiver.
    """
    policies: dict[tuple[str, str], dict[tuple[str, object], list[EnforcedFinding]]] = {}
    for one in findings:
        advice = policies.setdefault((level_word(one), one.finding.policy), {})
        advice.setdefault((one.finding.hint, one.waiver), []).append(one)
    for advice in policies.values():
        groups = list(advice.values())
        yield groups[0][0], groups


def not_covered(stack: StackReport) -> str:
    """What the total leaves out, or an empty text."""
    if not stack.not_covered:
        return ""
    listed = ", ".join(f"{count} {visible(kind)}" for kind, count in stack.not_covered)
    return f"Billed, but not priced here: {listed}."
