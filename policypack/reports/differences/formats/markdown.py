"""A comparison as the comment under a pull request."""

from collections.abc import Iterator

from policypack.costs.wording import bounds, shift_bounds
from policypack.reports.differences.report import DifferenceReport, StackDifference, largest_first
from policypack.reports.differences.words import cost, growth_line, total_line
from policypack.reports.formats.markdown import LIMIT, bullets, code_of, findings_of, text_of
from policypack.reports.headline import headline
from policypack.reports.prose import left_out


def render(report: DifferenceReport) -> str:
    """Everything where it fits; else lines are cut, the cheapest first, with their number."""
    most = max((len(stack.difference.changes) for stack in report.stacks), default=0)
    most = max([most, *(len(stack.findings) for stack in report.head.stacks)]) + len(report.stacks) + 10
    text = _text(report, most)
    while len(text) > LIMIT and most > 0:
        most //= 2
        text = _text(report, most)
    return text if len(text) <= LIMIT else text[: LIMIT - 2] + "…\n"


def _text(report: DifferenceReport, most: int) -> str:
    blocks = [f"### API gateway cost: {text_of(headline(report.head))}"]
    if report.head.errors:
        told = (f"**Error** {code_of(error.path)}: {text_of(error.message)}" for error in report.head.errors)
        blocks.append(bullets(told, most))
    for stack in report.stacks[:most]:
        blocks.extend(_stack(stack, most))
    if len(report.stacks) > most:
        blocks.append(f"{left_out(len(report.stacks) - most, 'more stack')}.")
    for head in report.head.stacks[:most]:
        if head.findings:
            blocks.append(findings_of(head, most))
    blocks.append("<sub>An estimate, not a bill.</sub>")
    return "\n\n".join(blocks) + "\n"


def _stack(stack: StackDifference, most: int) -> Iterator[str]:
    difference = stack.difference
    yield f"#### {code_of(stack.label)}"
    for total in difference.totals:
        yield f"**{text_of(total_line(total))}**"
    for result in difference.increases:
        yield text_of(growth_line(result))
    if difference.changes:
        rows = [
            "| | Resource | What | Before | After | By code | By prices |",
            "|---|---|---|--:|--:|--:|--:|",
        ]
        for change in largest_first(difference.changes)[:most]:
            cells = (
                change.kind,
                code_of(change.resource),
                text_of(change.meter),
                text_of(cost(change, after=False)),
                text_of(cost(change, after=True)),
                text_of(shift_bounds(change.code.low, change.code.high, change.currency)),
                text_of(shift_bounds(change.prices.low, change.prices.high, change.currency)),
            )
            rows.append(f"| {' | '.join(cells)} |")
        if len(difference.changes) > most:
            rows.append(f"| {left_out(len(difference.changes) - most, 'more line')} | | | | | | |")
        yield "\n".join(rows)
    else:
        yield "Nothing changes."
    for overlap in difference.overlaps[:most]:
        hourly = bounds(overlap.hourly, overlap.currency)
        told = text_of(f"({overlap.reason}): while both run, {hourly} an hour.")
        yield f"Replacement of {code_of(overlap.resource)} {told}"
