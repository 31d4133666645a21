"""The text of a comment: the answer, then the worst stacks, each whole, as far as the platform has room."""

from collections.abc import Callable, Iterator
from typing import Final

from policypack.costs.wording import NOT_KNOWN, bounds, number, shift_bounds
from policypack.reports.comment.document import Document, Finding, Limit, Stack, StackChange, Total
from policypack.reports.formats.markdown import bullets, code_of, text_of
from policypack.reports.prose import counted, left_out
from pricing.money import plain

_ROWS: Final = 100
"""Of a table or list; a stack with more is shown with its most expensive lines."""
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
        blocks.append(f"**{counted(len(head.stacks), 'stack')}, a month: {text_of(_totals(head.totals))}**")
    if head.errors:
        told = (f"**Error** {code_of(one.path)}: {text_of(one.message, 500)}" for one in head.errors)
        blocks.append(bullets(told, 10))
    return "\n\n".join(blocks) + "\n\n"


def _tail(document: Document) -> str:
    head = document.head
    blocks = []
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


def _rank(stack: Stack) -> tuple[bool, int]:
    return not any(finding.stops for finding in stack.findings), _RANKS[stack.budget.verdict]


def _section(stack: Stack | None, change: StackChange | None, rows: int) -> str:
    label = stack.label if stack is not None else change.label if change is not None else ""
    blocks = [f"#### {code_of(label)}"]
    if stack is not None:
        incomplete = " (incomplete)" if stack.gaps else ""
        blocks[0] += f": {text_of(_totals(stack.totals))} a month{incomplete}"
        if stack.budget.limits:
            blocks.append(bullets(map(_limit, stack.budget.limits), rows))
    if change is not None:
        blocks.extend(_changes(change, rows))
    elif stack is not None and stack.lines:
        blocks.append(_folded(counted(len(stack.lines), "line"), _lines(stack, rows)))
    if stack is not None and stack.findings:
        stops = any(finding.stops for finding in stack.findings)
        listed = bullets(map(_finding, stack.findings), rows)
        blocks.append(_folded(counted(len(stack.findings), "finding"), listed, opened=stops))
    if stack is not None and stack.gaps:
        blocks.append(bullets((f"**Incomplete:** {text_of(gap, 500)}" for gap in stack.gaps), rows))
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
    level = "waived" if finding.waiver else finding.level
    undecided = ", undecided" if finding.verdict == "undecided" else ""
    item = f"**{text_of(level, 60)}{undecided}** {text_of(finding.policy, 60)}: "
    item += text_of(f"{finding.message} {finding.hint}", 2000)
    if finding.waiver is not None:
        waiver = finding.waiver
        item += text_of(f" Waived by {waiver.owner} until {waiver.expires}: {waiver.reason}", 500)
    return item


def _lines(stack: Stack, most: int) -> str:
    rows = ["| Resource | What | A month |", "|---|---|--:|"]
    listed = sorted(stack.lines, key=lambda line: (line.monthly.high is not None, -(line.monthly.high or 0)))
    for line in listed[:most]:
        what = " ".join(part for part in (line.meter, line.spec, line.region and f"in {line.region}") if part)
        amount = bounds(line.monthly.range, line.currency)
        rows.append(f"| {code_of(line.resource)} | {text_of(what, 200)} | {text_of(amount)} |")
    if len(listed) > most:
        rows.append(f"| {left_out(len(listed) - most, 'cheaper line')} | | |")
    return "\n".join(rows)


def _changes(change: StackChange, most: int) -> Iterator[str]:
    for total in change.totals:
        before, after = bounds(total.before.range, total.currency), bounds(total.after.range, total.currency)
        code = shift_bounds(total.code.low, total.code.high, total.currency)
        prices = shift_bounds(total.prices.low, total.prices.high, total.currency)
        yield f"**{text_of(f'{before} -> {after} a month: {code} by code, {prices} by prices')}**"
    if not change.changes:
        yield "Nothing changes."
        return
    rows = ["| | Resource | What | Before | After |", "|---|---|---|--:|--:|"]
    for one in change.changes[:most]:
        sides = ("" if side is None else bounds(side.range, one.currency) for side in (one.before, one.after))
        cells = (text_of(one.kind, 20), code_of(one.resource), text_of(one.meter, 120), *map(text_of, sides))
        rows.append(f"| {' | '.join(cells)} |")
    if len(change.changes) > most:
        rows.append(f"| {left_out(len(change.changes) - most, 'more line')} | | | | |")
    yield _folded(counted(len(change.changes), "change"), "\n".join(rows))


def _totals(totals: tuple[Total, ...]) -> str:
    told = [bounds(one.monthly.range, one.currency) for one in totals if one.currency is not None]
    if len(told) < len(totals):
        told.append("an amount in a currency that is not known" if told else NOT_KNOWN)
    return "; ".join(told) or "nothing that is priced here"
