"""Sentences that several formats share: what was decided, on what prices, what is not covered."""

from decimal import Decimal
from typing import Final

from policypack.costs.budget import LimitResult
from policypack.costs.line import Line, Total
from policypack.costs.wording import NOT_KNOWN, bounds, number
from policypack.policies.enforcement import EnforcedFinding
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import name, visible
from pricing.money import Range, plain

_LONGEST_SPEC: Final = 40


def headline(report: Report) -> str:
    """The answer of the whole run in one sentence."""
    stops = [one for stack in report.stacks for one in stack.findings if one.stops]
    violations = sum(one.finding.verdict == "violation" for one in stops)
    undecided = len(stops) - violations
    parts: list[str] = []
    if report.errors:
        parts.append(f"{_count(len(report.errors), 'input')} could not be used")
    if violations:
        parts.append(_count(violations, "mandatory violation"))
    if undecided:
        parts.append(f"{_count(undecided, 'mandatory check')} cannot be decided")
    if parts:
        return f"{'; '.join(parts)}."
    limits = [limit for stack in report.stacks for limit in stack.budget.limits]
    if limits and all(limit.verdict == "within" for limit in limits):
        return "Within budget."
    if limits:
        return "Not every limit is kept or decided, and none is set to stop a pipeline."
    return "No limit is set; nothing stops a pipeline."


def _count(number_: int, what: str) -> str:
    return f"{number_} {what}" if number_ == 1 else f"{number_} {what}s"


def limit_line(limit: LimitResult) -> str:
    """One limit: what it is, the verdict with the amount, and on what prices it was decided."""
    cost = bounds(limit.cost, limit.currency)
    words = {"within": f"within, {cost}", "over": f"OVER, {cost}", "undecided": f"CANNOT DECIDE, cost {cost}"}
    notes = "".join(f"; {visible(note)}" for note in limit.notes)
    allowed = f"{number(limit.amount)} {limit.currency} a month"
    return f'"{name(limit.name)}" ({allowed}): {words[limit.verdict]}{notes}'


def total_line(total: Total) -> str:
    """One total; a total of lines in no known currency says so."""
    return bounds(total.monthly, total.currency)


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


def not_covered(stack: StackReport) -> str:
    """What the total leaves out, or an empty text."""
    if not stack.not_covered:
        return ""
    listed = ", ".join(f"{count} {visible(kind)}" for kind, count in stack.not_covered)
    return f"Not part of any total here: {listed}."
