"""The details of a stack: limits, lines, findings, evidence and drawings, as far as there is room."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from policypack.costs.line import Line
from policypack.costs.wording import bounds
from policypack.findings.enforcement import EnforcedFinding
from policypack.network.verdict import GatewayJudgement
from policypack.reports.adding_up import decimals_of
from policypack.reports.arrangement import cost_table, worst_first
from policypack.reports.cells import monthly, price_or_reasons, quantity, what, where
from policypack.reports.drawing import Graph, graph_of
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
    level: str
    colour: str
    place: str
    region: str
    drawing: int
    saves: str
    owner: str
    sort: str


class GatewayView(Struct, frozen=True):
    """A gateway with its drawing, and whether findings are about it."""

    judged: GatewayJudgement
    graph: Graph
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
        most = max(len(stack.lines), len(stack.findings), 1)
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


def section_of(stack: StackReport, number: int, most: int) -> Section:
    """What is shown of one stack, with at most so many lines and findings."""
    row = stack.row
    findings, gateways = stack.findings, stack.gateways
    costs = cost_table(stack, most)
    drawn = {judged.gateway.resource.urn: place for place, judged in enumerate(gateways[:_MOST_GATEWAYS], 1)}
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
        limits=tuple(limits_of(row.label, stack.budget)),
        lines=tuple(_line(line, stack.stack.spelled, costs.decimals) for line in costs.lines),
        lines_left=costs.left_out,
        rest=costs.rest,
        total=costs.total,
        findings=tuple(_finding(one, stack, regions, drawn, owners, decimals) for one in findings[:most]),
        findings_left=max(0, len(findings) - most),
        gateways=tuple(
            GatewayView(judged, graph_of(judged), about.count(judged.gateway.resource.urn))
            for judged in gateways[:_MOST_GATEWAYS]
        ),
        gateways_left=max(0, len(gateways) - _MOST_GATEWAYS),
        prices=tuple(_sources(stack)),
    )


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
) -> FindingCells:
    finding, saving = enforced.finding, enforced.finding.saving
    urn = finding.urn or ""
    resource = stack.stack.by_urn.get(urn)
    position = resource.position if resource is not None else None
    return FindingCells(
        enforced,
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
    """What an amount is sorted by: its high end, and what has none above all others."""
    if amount is None or amount.high is None:
        return "Infinity"
    return f"{amount.high.normalize():f}" if amount.high < Decimal(10) ** 15 else "1e15"


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
