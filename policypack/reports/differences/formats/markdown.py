"""A comparison as the comment under a pull request."""

from collections.abc import Iterator

from policypack.costs.wording import bounds
from policypack.reports.differences.report import DifferenceReport, StackDifference, change_table
from policypack.reports.differences.words import cells, growth_line, rest_cells, total_line
from policypack.reports.formats.markdown import LIMIT, bullets, code_of, findings_of, sources_of, text_of
from policypack.reports.headline import headline
from policypack.reports.price_sources import price_sources
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
    if sources := price_sources(report.head):
        blocks.append(sources_of(sources))
    if report.head.notes:
        blocks.append(bullets(map(text_of, report.head.notes), most))
    blocks.append("<sub>An estimate, not a bill.</sub>")
    return "\n\n".join(blocks) + "\n"


def _stack(stack: StackDifference, most: int) -> Iterator[str]:
    difference = stack.difference
    changes = change_table(difference, most)
    yield f"#### {code_of(stack.label)}"
    if gaps := list(stack.incomplete):
        yield bullets((f"**Incomplete** {text_of(gap)}" for gap in gaps), most)
    for total in difference.totals:
        yield f"**{text_of(total_line(total, changes.decimals))}**"
    for result in difference.increases:
        yield text_of(growth_line(result))
    if difference.changes:
        rows = [
            "| | Resource | What | Before | After | By code | By prices |",
            "|---|---|---|--:|--:|--:|--:|",
        ]
        for change in changes.changes:
            row = " | ".join(map(text_of, (change.meter, *cells(change, changes.decimals))))
            rows.append(f"| {change.kind} | {code_of(change.resource)} | {row} |")
        if changes.left_out:
            amounts = " | ".join(map(text_of, rest_cells(changes.rest, changes.decimals)))
            rows.append(f"| {left_out(changes.left_out, 'more line')} | | | {amounts} |")
        yield "\n".join(rows)
    else:
        yield stack.nothing_changes
    for overlap in difference.overlaps[:most]:
        hourly = bounds(overlap.hourly, overlap.currency)
        told = text_of(f"({overlap.reason}): while both run, {hourly} an hour.")
        yield f"Replacement of {code_of(overlap.resource)} {told}"
