"""The text of a comment: the answer, then the worst stacks, each whole, as far as the platform has room."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from policypack.costs.wording import CENTS, NOT_KNOWN, bounds, number, shift_bounds
from policypack.reports.adding_up import decimals_of, decimals_of_comparison
from policypack.reports.comment.document import (
    Change,
    ChangeTotal,
    Document,
    Finding,
    Limit,
    Line,
    Stack,
    StackChange,
    Total,
)
from policypack.reports.formats.markdown import bullets, code_of, sources_of, text_of
from policypack.reports.price_sources import rows_of
from policypack.reports.prose import counted, left_out
from pricing.money import ANYTHING, Range, plain, total

_ROWS: Final = 100
"""Of a table or list; a stack with more is shown with its most expensive lines."""
_MOST_KINDS: Final = 20
_RANKS: Final = {"over": 0, "undecided": 1, "within": 2, "none": 3}
_WORDS: Final = {"over": "OVER", "undecided": "CANNOT DECIDE", "within": "within"}
_MARK: Final = "<!-- apig-cost:comment:{} -->"

Measure = Callable[[str], int]


def mark_of(key: str) -> str:
    """What a comment of ours begins with; nobody sees it.

    Args:
        key: Tells several comments on one pull request apart: letters, digits, ``-``, ``_`` and ``.``.
    """
    return _MARK.format(key)


def body(document: Document, mark: str, limit: int, measure: Measure = len) -> str:
    """The comment, never longer than a limit: stacks are left out whole, and only after worse ones.

    Args:
        document: The report.
        mark: What it begins with.
        limit: The longest that the platform takes.
        measure: How the platform counts.
    """
    head, tail = _head(document, mark), _tail(document)
    sections = list(_sections(document))
    room = limit - measure(head) - measure(tail)
    shown: list[str] = []
    for make in sections:
        rest = len(sections) - len(shown) - 1
        available = room - (measure(_left_out(rest)) if rest else 0)
        text = make(_ROWS)
        rows = _ROWS
        while not shown and measure(text) > available and rows:  # not even the worst stack fits as a whole
            rows //= 2
            text = make(rows)
        if measure(text) > available:
            break
        shown.append(text)
        room -= measure(text)
    rest = len(sections) - len(shown)
    return head + "".join(shown) + (_left_out(rest) if rest else "") + tail


def answer(document: Document) -> str:
    """The answer of the run in one sentence; reports of older versions only have the verdict."""
    words = {"ok": "nothing stops a pipeline.", "violation": "it is violated.", "undecided": "cannot decide."}
    return document.head.answer or f"The verdict: {words[document.head.verdict]}"


def _head(document: Document, mark: str) -> str:
    head = document.head
    blocks = [mark, f"### API gateway cost: {text_of(answer(document), 1000)}"]
    if len(head.stacks) > 1:
        all_of_them = [(one.currency, one.monthly.range) for stack in head.stacks for one in stack.totals]
        whole = _totals(head.totals, decimals_of(all_of_them))
        lacks = " (incomplete)" if head.errors or any(stack.gaps for stack in head.stacks) else ""
        blocks.append(f"**{counted(len(head.stacks), 'stack')}, a month: {text_of(whole)}{lacks}**")
    if head.errors:
        told = (f"**Error** {code_of(one.path)}: {text_of(one.message, 500)}" for one in head.errors)
        blocks.append(bullets(told, 10))
    return "\n\n".join(blocks) + "\n\n"


def _tail(document: Document) -> str:
    head = document.head
    blocks = []
    kinds = Counter(line.price_kind for stack in head.stacks for line in stack.lines)
    if kinds:
        blocks.append(sources_of(rows_of(kinds)[:_MOST_KINDS]))
    if head.warnings:
        blocks.append(bullets((f"**Warning** {text_of(one, 500)}" for one in head.warnings), 5))
    blocks.append(
        f"<sub>apig-cost {text_of(head.tool.version, 60)}, price book {text_of(head.book.id, 60)} of "
        f"{text_of(head.book.as_of, 20)}, a month of {plain(head.hours_per_month)} hours. "
        "An estimate, not a bill.</sub>"
    )
    return "\n\n".join(blocks) + "\n"


def _left_out(count: int) -> str:
    return f"{left_out(count, 'more stack')} here; the report of the pipeline has everything.\n\n"


def _sections(document: Document) -> Iterator[Callable[[int], str]]:
    """A function for each stack, the worst first, that takes how many rows a table may have."""
    changes = {change.label: change for change in document.changes}
    stacks = sorted(document.head.stacks, key=_rank)
    for stack in stacks:
        change = changes.pop(stack.label, None)
        yield lambda rows, stack=stack, change=change: _section(stack, change, rows)  # type: ignore[misc]
    for change in changes.values():
        yield lambda rows, change=change: _section(None, change, rows)  # type: ignore[misc]


def _rank(stack: Stack) -> tuple[bool, int, Decimal]:
    """By what they do to a pipeline, then the most expensive; without a rate, currencies are taken as one."""
    least = sum((one.monthly.low or Decimal(0) for one in stack.totals), Decimal(0))
    return not any(finding.stops for finding in stack.findings), _RANKS[stack.budget.verdict], -least


def _section(stack: Stack | None, change: StackChange | None, rows: int) -> str:
    label = stack.label if stack is not None else change.label if change is not None else ""
    blocks = [f"#### {code_of(label)}"]
    costs = _cost_table(() if stack is None or change is not None else stack.lines, rows)
    if stack is not None:
        incomplete = " (incomplete)" if stack.gaps else ""
        blocks[0] += f": {text_of(_totals(stack.totals, costs.decimals))} a month{incomplete}"
        if stack.budget.limits:
            blocks.append(bullets(map(_limit, stack.budget.limits), rows))
    if change is not None:
        blocks.extend(_changes(change, rows))
    elif costs.lines or costs.left_out:
        blocks.append(_folded(counted(len(costs.lines) + costs.left_out, "line"), _lines(costs)))
    if stack is not None and stack.findings:
        stops = any(finding.stops for finding in stack.findings)
        listed = bullets(map(_finding, stack.findings), rows)
        blocks.append(_folded(counted(len(stack.findings), "finding"), listed, opened=stops))
    before = () if change is None else change.gaps.base
    after = () if stack is None else stack.gaps
    if before or after:
        told = [f"**Incomplete before:** {text_of(gap, 500)}" for gap in before]
        told += [f"**Incomplete:** {text_of(gap, 500)}" for gap in after]
        blocks.append(bullets(told, rows))
    return "\n\n".join(blocks) + "\n\n"


def _folded(summary: str, content: str, *, opened: bool = False) -> str:
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>\n\n{content}\n\n</details>"


def _limit(limit: Limit) -> str:
    cost = bounds(limit.range, limit.currency)
    said = "cost " if limit.verdict == "undecided" else ""
    notes = "".join(f"; {note}" for note in limit.notes)
    allowed = f"{number(limit.limit)} {limit.currency} a month"
    return (
        f'Limit "{text_of(limit.name, 120)}" of {text_of(allowed)}: **{_WORDS[limit.verdict]}**, '
        + text_of(f"{said}{cost}{notes}", 1000)
    )


def _finding(finding: Finding) -> str:
    level = "waived" if finding.waiver else "set aside" if finding.baseline else finding.level
    undecided = ", undecided" if finding.verdict == "undecided" else ""
    item = f"**{text_of(level, 60)}{undecided}** {text_of(finding.policy, 60)}: "
    item += text_of(f"{finding.message} {finding.hint}", 2000)
    if finding.waiver is not None:
        waiver = finding.waiver
        item += text_of(f" Waived by {waiver.owner} until {waiver.expires}: {waiver.reason}", 500)
    return item


class _CostTable(NamedTuple):
    """The most expensive lines, and what the others cost; amounts add up as shown."""

    lines: list[Line]
    left_out: int
    rest: list[tuple[str | None, Range]]
    decimals: int


def _cost_table(lines: Sequence[Line], most: int) -> _CostTable:
    ordered = sorted(lines, key=lambda line: (line.monthly.high is not None, -(line.monthly.high or 0)))
    shown, others = ordered[:most], ordered[most:]
    by_currency: dict[str | None, list[Range]] = {}
    for line in others:
        by_currency.setdefault(line.currency, []).append(line.monthly.range or ANYTHING)
    rest = [(currency, total(amounts)) for currency, amounts in by_currency.items()]
    decimals = decimals_of([*((line.currency, line.monthly.range) for line in shown), *rest])
    return _CostTable(shown, len(others), rest, decimals)


def _lines(costs: _CostTable) -> str:
    rows = ["| Resource | What | A month |", "|---|---|--:|"]
    for line in costs.lines:
        what = " ".join(part for part in (line.meter, line.spec, line.region and f"in {line.region}") if part)
        amount = bounds(line.monthly.range, line.currency, costs.decimals)
        rows.append(f"| {code_of(line.resource)} | {text_of(what, 200)} | {text_of(amount)} |")
    if costs.left_out:
        rest = "; ".join(bounds(amount, currency, costs.decimals) for currency, amount in costs.rest)
        rows.append(f"| {left_out(costs.left_out, 'cheaper line')} | | {text_of(rest)} |")
    return "\n".join(rows)


def _changes(change: StackChange, most: int) -> Iterator[str]:
    ordered = sorted(change.changes, key=_smallness)
    shown, others = ordered[:most], ordered[most:]
    decimals = decimals_of_comparison([*shown, *others], change.totals)
    for whole in change.totals:
        before, after = _sides(whole, decimals)
        code = shift_bounds(whole.code.low, whole.code.high, whole.currency, decimals)
        prices = shift_bounds(whole.prices.low, whole.prices.high, whole.currency, decimals)
        yield f"**{text_of(f'{before} -> {after} a month: {code} by code, {prices} by prices')}**"
    if not change.changes:
        yield "Nothing changes."
        return
    rows = ["| | Resource | What | Before | After |", "|---|---|---|--:|--:|"]
    for one in shown:
        cells = (text_of(one.kind, 20), code_of(one.resource), text_of(one.meter, 120))
        rows.append(f"| {' | '.join((*cells, *map(text_of, _sides(one, decimals))))} |")
    if others:
        rows.append(f"| {left_out(len(others), 'more line')} | | | | |")
    yield _folded(counted(len(change.changes), "change"), "\n".join(rows))


def _smallness(change: Change) -> tuple[bool, Decimal]:
    """Changes without a bound first, then by how much they change."""
    ends = [change.code.low, change.code.high, change.prices.low, change.prices.high]
    known = [abs(end) for end in ends if end is not None]
    return len(known) == len(ends), -max(known, default=Decimal(0))


def _sides(of: Change | ChangeTotal, decimals: int) -> tuple[str, str]:
    """What it was before and is after; empty where there is no such line."""
    before, after = (
        "" if side is None else bounds(side.range, of.currency, decimals) for side in (of.before, of.after)
    )
    return before, after


def _totals(totals: Sequence[Total], decimals: int = CENTS) -> str:
    told = [bounds(one.monthly.range, one.currency, decimals) for one in totals if one.currency is not None]
    if len(told) < len(totals):
        told.append("an amount in a currency that is not known" if told else NOT_KNOWN)
    return "; ".join(told) or "nothing that is priced here"
