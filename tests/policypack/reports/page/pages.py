"""Reports for pages, and what a page holds."""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser

from msgspec.structs import replace

from policypack.reports.report import Report, ReportError, StackReport
from pricing.money import Range

REGIONS = ("cn-north-4", "eu-west-101", "la-south-2")
VOID = {"meta", "br", "input", "rect", "line", "col"}


def copied(stack: StackReport, number: int, **changes: object) -> StackReport:
    """The stack under another name, in one of three regions."""
    declared = replace(stack.stack, project=f"team-{number % 7}", name=f"stack-{number:05}")
    region = REGIONS[number % 3]
    lines = tuple(
        replace(
            line,
            region=region,
            monthly=None if line.monthly is None else line.monthly.scaled(Decimal(1 + number % 50)),
        )
        for line in stack.lines
    )
    return replace(stack, stack=declared, lines=lines, **changes)


def fleet(report: Report, count: int) -> Report:
    """Very many stacks; every tenth is over its limit, and the others have none."""
    stopping = report.stacks[0]
    calm = replace(
        stopping,
        findings=stopping.findings[2:],
        budget=replace(stopping.budget, verdict="none", limits=()),
        lines=stopping.lines[2:3],
        gateways=(),
    )
    stacks = [copied(stopping if number % 10 == 0 else calm, number) for number in range(count)]
    return replace(report, stacks=tuple(stacks), errors=(), warnings=())


def with_findings(report: Report, count: int) -> Report:
    """One stack that very much is said about."""
    stack = report.stacks[0]
    findings = [
        replace(
            one,
            finding=replace(one.finding, message=f"Finding {number}. {one.finding.message}", key=str(number)),
            fingerprint=f"{number:064}",
        )
        for number in range(count)
        for one in [stack.findings[number % len(stack.findings)]]
    ]
    return replace(report, stacks=(replace(stack, findings=tuple(findings)),))


def with_lines(report: Report, count: int) -> Report:
    """One stack of very many cost lines."""
    stack = report.stacks[0]
    lines = [
        replace(line, monthly=Range.exactly(Decimal(number)), status="priced", currency="USD")
        for number in range(count)
        for line in [stack.lines[2]]
    ]
    return replace(report, stacks=(replace(stack, lines=tuple(lines)),))


def only_errors(report: Report, count: int = 3) -> Report:
    """A run in which nothing could be read."""
    errors = tuple(ReportError(f"broken-{number}.json", "line 3: not JSON") for number in range(count))
    return replace(report, stacks=(), errors=errors, warnings=())


def nothing(report: Report) -> Report:
    """A run without any stack."""
    return replace(report, stacks=(), errors=(), warnings=())


@dataclass
class Element:
    """A tag with its attributes."""

    tag: str
    attributes: dict[str, str]


class Page(HTMLParser):
    """What a page holds: elements, texts outside of scripts and styles, and whether every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.misplaced: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.inside or self.inside.pop() != tag:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.inside):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that can be read, with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self.texts))

    @property
    def ids(self) -> Counter[str]:
        """Every anchor."""
        return Counter(one.attributes["id"] for one in self.elements if "id" in one.attributes)

    @property
    def links(self) -> set[str]:
        """Where links lead."""
        return {one.attributes["href"] for one in self.elements if one.tag == "a"}

    def with_class(self, name: str) -> list[Element]:
        """Elements of a class."""
        return [one for one in self.elements if name in one.attributes.get("class", "").split()]
