"""The details of a stack: limits, lines, findings, evidence and drawings, as far as there is room."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from policypack.costs.line import Line
from policypack.costs.wording import bounds
from policypack.findings.enforcement import EnforcedFinding
from policypack.findings.finding import Fact
from policypack.network.verdict import Evidence, GatewayJudgement, Judgement
from policypack.reports.adding_up import decimals_of
from policypack.reports.arrangement import cost_table, worst_first
from policypack.reports.cells import monthly, price_or_reasons, quantity, what, where
from policypack.reports.drawing import Graph, decisive_first, graph_of
from policypack.reports.page.charts import LimitBar, limits_of
from policypack.reports.page.explain import command
from policypack.reports.page.render import environment
from policypack.reports.page.standing import colour_of, standing
from policypack.reports.prose import level_word
from policypack.reports.report import Report, StackReport
from policypack.reports.row import StackRow
from pricing.money import Range

MOST_STACKS: Final = 200
"""Stacks whose details are on the page; the others have the command that prints them."""
_ROOM: Final = 7_000_000
"""Characters of all details together: beside them the rows of 10,000 stacks fit into 12 MB."""
_MOST_GATEWAYS: Final = 50
_ENDLESS: Final = Decimal(10) ** 12
_SHARE: Final = 4
"""A stack may take this many times its part of the room that is left."""


class LineCells(Struct, frozen=True):
    """A cost line as cells of its table, and what they are sorted by."""

    line: Line
    what: str
    where: str
    quantity: str
    monthly: str
    price: str
    sort: str


class FindingCells(Struct, frozen=True):
    """A finding with its level, and where it leads.

    Attributes:
        enforced: The finding.
        evidence: What it rests on; ``evidence_left`` more facts are not shown.
        level: In words.
        colour: Of the level.
        place: Where the program declares the resource; empty where that is not known.
        region: Of the resource; empty where it is not known.
        drawing: The drawing of the gateway that it is about, its position from 1; 0 for none.
        saves: What following the advice saves a month, as text.
        owner: The tag that names its owner, where it saves something.
        sort: What the saving is sorted by.
    """

    enforced: EnforcedFinding
    evidence: tuple[Fact, ...]
    evidence_left: int
    level: str
    colour: str
    place: str
    region: str
    drawing: int
    saves: str
    owner: str
    sort: str


class PathFacts(Struct, frozen=True):
    """What stands behind a verdict about one public path.

    Attributes:
        evidence: Some of it; ``left`` more pieces are not shown.
        missing: What would decide, likewise.
    """

    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]
    left: int


class GatewayView(Struct, frozen=True):
    """A gateway with its drawing, what stands behind it, and whether findings are about it."""

    graph: Graph
    entrance: PathFacts
    outbound: PathFacts
    findings: int


class Source(Struct, frozen=True):
    """A price that lines of a stack use."""

    row: str
    confidence: str
    as_of: str
    source: str
    lines: int


class Section(Struct, frozen=True):
    """One stack with its details, cut to what there is room for.

    Attributes:
        number: Its place among the worst, from 1; part of every anchor.
        stack: All that is said about it.
        row: The same, in short.
        standing: How it stands, a word.
        command: What prints its details; empty where no command can.
        limits: With their bars.
        gaps: Why it is incomplete; ``gaps_left`` more reasons are not shown. Likewise ``notes``.
        lines: The most expensive; ``lines_left`` more are not shown. Likewise ``findings``, ``gateways``.
        rest: What the lines cost that are not shown.
        total: What all lines cost; with the decimals of the lines.
        prices: Where the prices come from.
    """

    number: int
    stack: StackReport
    row: StackRow
    standing: str
    command: str
    limits: tuple[LimitBar, ...]
    limits_left: int
    gaps: tuple[str, ...]
    gaps_left: int
    notes: tuple[str, ...]
    notes_left: int
    lines: tuple[LineCells, ...]
    lines_left: int
    rest: str
    total: str
    findings: tuple[FindingCells, ...]
    findings_left: int
    gateways: tuple[GatewayView, ...]
    gateways_left: int
    prices: tuple[Source, ...]


class Rendered(Struct, frozen=True):
    """The HTML of a section, and which parts it has that are linked to."""

    html: object
    findings: bool
    network: bool


def sections(report: Report, *, costs_only: bool = False, **context: Any) -> list[Rendered]:
    """The details of the worst stacks, as many and as much of them as there is room for.

    Args:
        report: The run.
        costs_only: Leave out what policies and limits say.
        context: What the template needs beside it.
    """
    template = environment().get_template("section.html.jinja").module
    count = min(MOST_STACKS, len(report.stacks))
    room = _ROOM
    found: list[Rendered] = []
    for number, stack in enumerate(worst_first(report, count), 1):
        most = _longest(stack)
        share = min(room, room * _SHARE // (count - number + 1))
        html: Any = ""
        while True:
            html = template.section(  # type: ignore[attr-defined]
                section_of(stack, number, most), costs_only=costs_only, **context
            )
            if len(html) <= share or most == 1:
                break
            most //= 2
        if len(html) > room:
            break
        room -= len(html)
        found.append(Rendered(html, bool(stack.findings), bool(stack.gateways)))
    return found


def _longest(stack: StackReport) -> int:
    """How long the longest list is of what is said about a stack."""
    lists: list[Sequence[object]] = [stack.lines, stack.findings, stack.stack.gaps]
    lists += [(*stack.stack.notes, *stack.remarks), stack.budget.limits, stack.gateways[:_MOST_GATEWAYS]]
    lists += [one.finding.evidence for one in stack.findings]
    for judged in stack.gateways[:_MOST_GATEWAYS]:
        for path in (judged.entrance, judged.outbound):
            lists += [path.evidence, path.missing]
    return max(1, *map(len, lists))


def section_of(stack: StackReport, number: int, most: int) -> Section:
    """What is shown of one stack, with at most so many of everything."""
    row = stack.row
    findings = stack.findings
    gateways = _drawn(stack, min(most, _MOST_GATEWAYS))
    notes = (*stack.stack.notes, *stack.remarks)
    costs = cost_table(stack, most)
    drawn = {judged.gateway.resource.urn: place for place, judged in enumerate(gateways, 1)}
    regions = {line.resource.urn: line.region for line in stack.lines if line.region is not None}
    owners = {one.fingerprint: one.owner for one in stack.savings if one.owner}
    about = [one.finding.urn for one in findings]
    savings = [one.finding.saving for one in findings if one.finding.saving is not None]
    decimals = decimals_of((one.currency, one.amount) for one in savings)
    return Section(
        number=number,
        stack=stack,
        row=row,
        standing=standing(row),
        command=command(row),
        limits=tuple(limits_of(row.label, stack.budget))[:most],
        limits_left=max(0, len(stack.budget.limits) - most),
        gaps=stack.stack.gaps[:most],
        gaps_left=max(0, len(stack.stack.gaps) - most),
        notes=notes[:most],
        notes_left=max(0, len(notes) - most),
        lines=tuple(_line(line, stack.stack.spelled, costs.decimals) for line in costs.lines),
        lines_left=costs.left_out,
        rest=costs.rest,
        total=costs.total,
        findings=tuple(
            _finding(one, stack, regions, drawn, owners, decimals, most) for one in findings[:most]
        ),
        findings_left=max(0, len(findings) - most),
        gateways=tuple(
            GatewayView(
                graph_of(judged),
                _facts(judged.entrance, most),
                _facts(judged.outbound, most),
                about.count(judged.gateway.resource.urn),
            )
            for judged in gateways
        ),
        gateways_left=len(stack.gateways) - len(gateways),
        prices=tuple(_sources(stack)),
    )


def _drawn(stack: StackReport, most: int) -> Sequence[GatewayJudgement]:
    """The gateways that are drawn: all of them, else first those that findings are about."""
    if len(stack.gateways) <= most:
        return stack.gateways
    about = {one.finding.urn for one in stack.findings}
    return sorted(stack.gateways, key=lambda judged: judged.gateway.resource.urn not in about)[:most]


def _facts(path: Judgement, most: int) -> PathFacts:
    left = max(0, len(path.evidence) - most) + max(0, len(path.missing) - most)
    evidence = path.evidence if len(path.evidence) <= most else decisive_first(path.evidence)[:most]
    return PathFacts(tuple(evidence), path.missing[:most], left)


def _line(line: Line, spelled: Callable[[str], str], decimals: int) -> LineCells:
    return LineCells(
        line,
        what(line),
        where(line),
        quantity(line),
        monthly(line, decimals),
        price_or_reasons(line, spelled),
        sorted_by(line.monthly),
    )


def _finding(
    enforced: EnforcedFinding,
    stack: StackReport,
    regions: dict[str, str],
    drawn: dict[str, int],
    owners: dict[str, str],
    decimals: int,
    most: int,
) -> FindingCells:
    finding, saving = enforced.finding, enforced.finding.saving
    urn = finding.urn or ""
    resource = stack.stack.by_urn.get(urn)
    position = resource.position if resource is not None else None
    return FindingCells(
        enforced,
        finding.evidence[:most],
        max(0, len(finding.evidence) - most),
        level_word(enforced),
        colour_of(enforced),
        "" if position is None else f"{position.path}:{position.line}",
        regions.get(urn, ""),
        drawn.get(urn, 0),
        "" if saving is None else bounds(saving.amount, saving.currency, decimals),
        owners.get(enforced.fingerprint, ""),
        "0" if saving is None else sorted_by(saving.amount),
    )


def sorted_by(amount: Range | None) -> str:
    """What an amount is sorted by: its high end, else its low end above all these; what is not known is last.

    A browser keeps cents up to some billions beside ``_ENDLESS``.
    """
    if amount is None or amount.says_nothing:
        return "Infinity"
    value = min(amount.high, _ENDLESS) if amount.high is not None else _ENDLESS + min(amount.low, _ENDLESS)
    return f"{value.normalize():f}"


def _sources(stack: StackReport) -> Iterator[Source]:
    lines: dict[Source, int] = {}
    for line in stack.lines:
        if line.price is not None:
            price = line.price
            confidence = f"reference, {price.confidence}" if price.reference else price.confidence
            one = Source(price.row, confidence, price.as_of.isoformat(), price.source, 0)
            lines[one] = lines.get(one, 0) + 1
    for one, count in sorted(lines.items(), key=lambda item: (item[0].confidence, item[0].row)):
        yield Source(one.row, one.confidence, one.as_of, one.source, count)
