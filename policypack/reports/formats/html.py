"""One page for a browser: nothing is loaded from anywhere, no script runs."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from policypack.costs.line import Line
from policypack.findings.enforcement import EnforcedFinding
from policypack.findings.finding import Finding
from policypack.metering.catalogue import nothing_declared
from policypack.reports.arrangement import by_cost, by_policy, overview
from policypack.reports.cells import monthly, price_or_reasons, quantity, what, where
from policypack.reports.drawing import svg
from policypack.reports.headline import headline
from policypack.reports.prose import counted, level_word, limit_line, not_covered, total_of
from policypack.reports.report import Report, StackReport
from policypack.reports.safe import LONGEST_NAME, visible

_STYLE: Final = """\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: left; vertical-align: top }
td.amount, th.amount { text-align: right; white-space: nowrap }
tr.open { background: #fff6dd }
.violation, .over { color: #a40000 } .undecided { color: #7a5200 } .ok, .within { color: #0a6b2d }
.waived { color: #666 } .advisory { color: #1849a9 }
h4 { margin: 1.2rem 0 .2rem } h4 + p, h4 ~ p { margin: .3rem 0 } .hint::before { content: "\\2192\\00a0" }
details { margin: .2rem 0 .6rem 1rem } footer { color: #666; margin-top: 2rem }
code { overflow-wrap: anywhere } figure { margin: 1rem 0; overflow-x: auto }"""


def render(report: Report) -> str:
    """The whole page."""
    body = "\n".join(_body(report))
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>API gateway cost</title>
<style>
{_STYLE}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def _body(report: Report) -> Iterator[str]:
    yield "<h1>API gateway cost</h1>"
    yield f'<p class="{_colour(report)}"><strong>{_text(headline(report))}</strong></p>'
    across = "All stacks, a month" if len(report.stacks) > 1 else "A month"
    if report.stacks:
        yield f"<p><strong>{across}: {_text(total_of(report))}</strong></p>"
    if len(report.stacks) > 1:
        yield from _overview(report)
    for error in report.errors:
        yield f'<p class="violation">Error: {_name(error.path)}: {_text(error.message)}</p>'
    for stack in report.stacks:
        yield from _stack(stack)
    for warning in report.warnings:
        yield f'<p class="undecided">Warning: {_text(warning)}</p>'
    for note in report.notes:
        yield f"<p>Note: {_text(note)}</p>"
    yield (
        f"<footer>apig-cost {_text(report.version)}, price book {_text(report.book.identifier)} of "
        f"{report.book.as_of}, a month of {report.hours_per_month} hours"
        f"{_settings(report)}. An estimate, not a bill.</footer>"
    )


def _overview(report: Report) -> Iterator[str]:
    yield (
        '<table><thead><tr><th>Stack</th><th class="amount">A month</th><th>Limits</th>'
        '<th class="amount">Findings</th></tr></thead><tbody>'
    )
    for label, cost, limits, findings in overview(report):
        yield (
            f'<tr><td>{_name(label)}</td><td class="amount">{_text(cost)}</td><td>{limits}</td>'
            f'<td class="amount">{findings}</td></tr>'
        )
    yield "</tbody></table>"


def _colour(report: Report) -> str:
    """Green is for what was held against a limit; where nothing was decided nothing is green."""
    limits = [limit.verdict for row in report.rows for limit in row.budget.limits]
    return (
        report.verdict
        if report.verdict != "ok" or set(limits) == {"within"}
        else "undecided"
        if limits
        else ""
    )


def _stack(stack: StackReport) -> Iterator[str]:
    origin = stack.stack.origin
    yield f"<h2>{_name(stack.label)}</h2>"
    yield (
        f"<p>{_text(origin.kind)} {_name(origin.path)}</p>" if origin.path else f"<p>{_text(origin.kind)}</p>"
    )
    for limit in stack.budget.limits:
        yield f'<p class="{limit.verdict}">Budget {_text(limit_line(limit))}</p>'
    if stack.lines:
        yield from _table(stack)
        yield f"<p><strong>Total a month: {_text(total_of(stack))}</strong></p>"
    else:
        yield f"<p>{_text(nothing_declared())}</p>"
    if stack.not_covered:
        yield f"<p>{_text(not_covered(stack))}</p>"
    for gap in stack.stack.gaps:
        yield f'<p class="undecided">Incomplete: {_text(gap)}</p>'
    for note in (*stack.stack.notes, *stack.remarks):
        yield f"<p>Note: {_text(note)}</p>"
    yield from _network(stack)
    yield from _findings(stack)


def _table(stack: StackReport) -> Iterator[str]:
    yield "<table>"
    yield (
        "<thead><tr><th>Resource</th><th>What</th><th>Where</th><th>Quantity</th>"
        '<th class="amount">A month</th><th>Price</th></tr></thead>'
    )
    yield "<tbody>"
    for line in by_cost(stack.lines):
        yield _row(line)
    yield "</tbody>"
    yield "</table>"


def _row(line: Line) -> str:
    leaving = f" ({line.resource.mark})" if line.resource.mark else ""
    opened = "" if line.status in {"priced", "free"} else ' class="open"'
    price = _text(price_or_reasons(line))
    return (
        f"<tr{opened}><td>{_name(line.resource.name)}{leaving}</td><td>{_text(what(line))}</td>"
        f"<td>{_text(where(line))}</td><td>{_text(quantity(line))}</td>"
        f'<td class="amount">{_text(monthly(line))}</td><td>{price}</td></tr>'
    )


def _network(stack: StackReport) -> Iterator[str]:
    if not stack.gateways:
        return
    yield "<h3>Public network</h3>"
    for judgement in stack.gateways:
        paths = (("outbound", judgement.outbound), ("entrance", judgement.entrance))
        told = "; ".join(
            f'{label} {path.declared}, <strong class="{path.verdict}">{path.verdict}</strong>'
            for label, path in paths
        )
        yield f"<p>{_name(judgement.gateway.resource.name)}: {told}</p>"
        yield f"<figure>{svg(judgement)}</figure>"
        evidence = (*judgement.outbound.evidence, *judgement.entrance.evidence)
        unknown = (*judgement.outbound.missing, *judgement.entrance.missing)
        summary = ", ".join(
            [counted(len(evidence), "fact")] * bool(evidence) + [f"{len(unknown)} not known"] * bool(unknown)
        )
        if not summary:
            continue
        yield f"<details><summary>{summary}</summary><ul>"
        for fact in evidence:
            stated = " (stated by the team)" if fact.stated else ""
            yield f"<li>{_text(fact.fact)} <em>{fact.direction}, {fact.weight}{stated}</em></li>"
        for missing in unknown:
            yield f"<li>not known: {_text(missing)}</li>"
        yield "</ul></details>"


def _findings(stack: StackReport) -> Iterator[str]:
    if not stack.findings:
        return
    yield "<h3>Findings</h3>"
    for first, groups in by_policy(stack.findings):
        yield (
            f'<h4><span class="{_kind(first)}">{_text(level_word(first))}</span> '
            f"{_text(first.finding.policy)}</h4>"
        )
        for group in groups:
            for enforced in group:
                yield f"<p>{_text(enforced.finding.message)}</p>"
                yield from _evidence(enforced.finding)
            yield f'<p class="hint">{_text(group[0].finding.hint)}</p>'
            waiver = group[0].waiver
            if waiver is not None:
                yield (
                    f'<p class="waived">Waived by {_text(waiver.owner)} until {waiver.expires}: '
                    f"{_text(waiver.reason)}</p>"
                )


def _kind(enforced: EnforcedFinding) -> str:
    if enforced.waiver is not None or enforced.known:
        return "waived"
    return enforced.finding.verdict if enforced.stops else "advisory"


def _evidence(finding: Finding) -> Iterator[str]:
    if finding.evidence:
        yield "<details><summary>Evidence</summary><ul>"
        for fact in finding.evidence:
            yield f"<li>{_text(fact.fact)}</li>"
        yield "</ul></details>"


def _text(text: str) -> str:
    return escape(visible(text), quote=True)


def _name(text: str) -> str:
    return f"<code>{escape(visible(text, LONGEST_NAME), quote=True)}</code>"


def _settings(report: Report) -> str:
    return "" if report.search is None else f", settings: {_text(report.search.told)}"
