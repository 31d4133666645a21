"""The comment under a pull request: headline, table, details, never longer than a comment may be."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final

from policypack.metering.catalogue import nothing_declared
from policypack.reports.arrangement import CostTable, Overview, cost_table, overview, worst_first
from policypack.reports.cells import monthly, price_or_reasons, quantity, what, where
from policypack.reports.headline import headline
from policypack.reports.overall import WORST, counts, is_audit, left_to_others, portfolio_lines
from policypack.reports.price_sources import HEADINGS, price_sources
from policypack.reports.prose import counted, left_out, level_word, limit_line, not_covered
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import LONGEST_NAME, visible

LIMIT: Final = 60_000
"""Characters; GitHub takes 65,536 and some room is left for what a pipeline puts around."""

_ROWS: Final = 100
"""Stacks in the overview of many, also where there is room for the details of fewer."""

_ENTITIES: Final = {ord(character): f"&#{ord(character)};" for character in "\\`*_[]{}|~!$"}
_BROKEN: Final = {ord("@"): "&#64;&#8203;", ord("#"): "&#35;&#8203;"}
"""A mention or a reference to an issue is found after rendering, so only a break prevents it."""


def render(report: Report) -> str:
    """Everything where it fits; else the cheapest lines and the last findings are cut, with their number."""
    shown = min(len(report.stacks), WORST) if is_audit(report) else len(report.stacks)
    most = (
        max((_longest(stack) for stack in worst_first(report, shown)), default=0)
        + shown
        + len(report.errors)
        + len(report.warnings)
    )
    text = _text(report, most)
    while len(text) > LIMIT and most > 0:
        most //= 2
        text = _text(report, most)
    return text if len(text) <= LIMIT else text[: LIMIT - 2] + "…\n"


def _longest(stack: StackReport) -> int:
    """Items of the longest list of a stack."""
    remarks = len(stack.stack.gaps) + len(stack.stack.notes) + len(stack.remarks)
    said = len(stack.gateways) + len(stack.findings)
    return max(len(stack.lines), said, remarks, len(stack.budget.limits), len(stack.not_covered))


def text_of(text: str, longest: int | None = None) -> str:
    """Text of unknown origin as Markdown that shows it and does nothing else."""
    shown = escape(visible(text, longest), quote=False)
    shown = shown.replace("&lt;", "&#60;").replace("&gt;", "&#62;").replace("&amp;", "&#38;")
    parts = shown.split("&#")
    rest = (part.split(";", 1) for part in parts[1:])
    return _inert(parts[0]) + "".join(f"&#{code};{_inert(after)}" for code, after in rest)


def _inert(text: str) -> str:
    return text.translate(_BROKEN | _ENTITIES).replace("www.", "www&#46;").replace("://", ":&#47;&#47;")


def code_of(text: str) -> str:
    """A name, in the font of names."""
    return f"<code>{text_of(text, LONGEST_NAME)}</code>"


def _text(report: Report, most: int) -> str:
    blocks = [f"### API gateway cost: {text_of(headline(report))}"]
    stacks = min(most, WORST) if is_audit(report) else most
    across = "All stacks, a month" if len(report.stacks) > 1 else "A month"
    if is_audit(report):
        blocks.append(f"{text_of(counts(report))}.")
    rows = WORST if is_audit(report) else max(most, _ROWS)
    overall = overview(report, rows if most else 0)
    if report.stacks:
        blocks.append(f"**{across}: {text_of(overall.total)}**")
    if report.portfolio is not None and (lines := list(portfolio_lines(report.portfolio))):
        blocks.append(bullets((text_of(line.strip()) for _, line in lines), max(most, _ROWS) if most else 0))
    if report.errors:
        blocks.append(
            bullets((f"**Error** {code_of(e.path)}: {text_of(e.message)}" for e in report.errors), most)
        )
    if len(report.stacks) > 1:
        blocks.append(_overview(overall))
    for stack in worst_first(report, stacks):
        blocks.extend(_stack(stack, most))
    if is_audit(report) and len(report.stacks) > stacks:
        blocks.append(f"{text_of(left_to_others(len(report.stacks) - stacks))}.")
    elif len(report.stacks) > stacks:
        blocks.append(f"{left_out(len(report.stacks) - stacks, 'more stack')}.")
    if sources := price_sources(report):
        blocks.append(sources_of(sources))
    if report.warnings:
        blocks.append(bullets((f"**Warning** {text_of(warning)}" for warning in report.warnings), most))
    if report.notes:
        blocks.append(bullets(map(text_of, report.notes), most))
    blocks.append(
        f"<sub>apig-cost {text_of(report.version)}, price book {text_of(report.book.identifier)} of "
        f"{report.book.as_of}, a month of {report.hours_per_month} hours"
        f"{_settings(report)}. An estimate, not a bill.</sub>"
    )
    return "\n\n".join(blocks) + "\n"


def _overview(stacks: Overview) -> str:
    rows = ["| Stack | A month | Limits | Findings |", "|---|--:|---|--:|"]
    for label, cost, limits, findings in stacks.rows:
        rows.append(f"| {code_of(label)} | {text_of(cost)} | {limits} | {findings} |")
    if stacks.left_out:
        rows.append(f"| {left_out(stacks.left_out, 'more stack')} | {text_of(stacks.rest)} | | |")
    return "\n".join(rows)


def sources_of(sources: list[tuple[str, str, str]]) -> str:
    """What the prices rest on."""
    rows = [f"| {' | '.join(HEADINGS)} |", "|---|--:|---|"]
    rows.extend(f"| {' | '.join(text_of(cell, LONGEST_NAME) for cell in row)} |" for row in sources)
    return "\n".join(rows)


def _stack(stack: StackReport, most: int) -> Iterator[str]:
    yield f"#### {code_of(stack.label)}"
    if stack.budget.limits:
        yield bullets((text_of(limit_line(limit)) for limit in stack.budget.limits), most)
    if stack.lines:
        costs = cost_table(stack, most)
        yield _table(costs, stack.stack.spelled)
        yield f"**Total a month: {text_of(costs.total)}**"
    else:
        yield nothing_declared()
    if stack.not_covered:
        yield text_of(not_covered(stack, most + 1))
    remarks = [f"**Incomplete:** {text_of(gap)}" for gap in stack.stack.gaps]
    remarks += [text_of(note) for note in (*stack.stack.notes, *stack.remarks)]
    if remarks:
        yield bullets(remarks, most)
    if stack.gateways or stack.findings:
        yield findings_of(stack, most)


def _table(costs: CostTable, spelled: Callable[[str], str]) -> str:
    rows = ["| Resource | What | Where | Quantity | A month | Price |", "|---|---|---|---|--:|---|"]
    for line in costs.lines:
        cells = (
            code_of(line.resource.name) + (f" ({line.resource.mark})" if line.resource.mark else ""),
            text_of(what(line)),
            text_of(where(line)),
            text_of(quantity(line)),
            text_of(monthly(line, costs.decimals)),
            text_of(price_or_reasons(line, spelled)),
        )
        rows.append(f"| {' | '.join(cells)} |")
    if costs.left_out:
        told = left_out(costs.left_out, "cheaper line")
        rows.append(f"| {told} | | | | {text_of(costs.rest)} | |")
    return "\n".join(rows)


def findings_of(stack: StackReport, most: int) -> str:
    """What is said about the network and by the policies, folded away unless it stops a pipeline."""
    items = [
        f"{code_of(one.gateway.resource.name)}: outbound {one.outbound.declared}, "
        f"**{one.outbound.verdict}**; entrance {one.entrance.declared}, **{one.entrance.verdict}**"
        for one in stack.gateways
    ]
    for enforced in stack.findings:
        finding = enforced.finding
        item = (
            f"**{level_word(enforced)}** {finding.policy}: {text_of(finding.message)} {text_of(finding.hint)}"
        )
        if enforced.waiver is not None:
            waiver = enforced.waiver
            item += f" Waived by {text_of(waiver.owner)} until {waiver.expires}: {text_of(waiver.reason)}"
        items.append(item)
    opened = " open" if any(enforced.stops for enforced in stack.findings) else ""
    summary = counted(len(stack.findings), "finding")
    return f"<details{opened}><summary>{summary}</summary>\n\n{bullets(items, most)}\n\n</details>"


def bullets(items: Sequence[str] | Iterator[str], most: int) -> str:
    """A list, cut after so many items."""
    listed = list(items)
    shown = [f"- {item}" for item in listed[:most]]
    if len(listed) > most:
        shown.append(f"- {left_out(len(listed) - most, 'more item')}")
    return "\n".join(shown)


def _settings(report: Report) -> str:
    return "" if report.search is None else f", settings: {text_of(report.search.told)}"
