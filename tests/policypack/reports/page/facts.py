"""What a page states, read from its HTML alone, and the same from the JSON report, in one shape."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from policypack.costs.wording import number
from policypack.reports.page.render import visible
from policypack.reports.safe import name
from tests.policypack.reports.page.pages import VOID

LONGEST = 1500
TITLES = {"entrance": "Callers, for the entrance", "outbound": "Backends, for outbound"}
LEVELS = re.compile(r"^(mandatory|advisory|disabled|remediate|waived|set aside)(, undecided)?$")


@dataclass
class Node:
    """An element with its children in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Node]":
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str, mark: str = "") -> "list[Node]":
        return [
            one
            for one in self.walk()
            if one.tag == tag and (not mark or mark in one.attributes.get("class", "").split())
        ]

    def by(self, **attributes: str) -> "list[Node]":
        wanted = {key.replace("_", "-"): value for key, value in attributes.items()}
        return [one for one in self.walk() if wanted.items() <= one.attributes.items()]

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.children)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", self.text).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("page")
        self.inside = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Node(tag, {key: value or "" for key, value in attrs})
        self.inside[-1].children.append(made)
        if tag not in VOID:
            self.inside.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside[-1].children.append(Node(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.inside[-1].children.append(data)


def tree(html: str) -> Node:
    """A page as a tree."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


def spaced(text: str) -> str:
    """Text as a page shows it."""
    return re.sub(r"\s+", " ", visible(text, LONGEST)).strip()


Amount = tuple[Decimal, Decimal | None] | None
"""Both ends; ``None`` where it is not known, and for a high end that nothing bounds."""
_NUMBER = r"(-?[\d.]+(?:E[+-]?\d+)?)"


def amount_shown(text: str, currency: str | None) -> Amount:
    """An amount of a page, which must be in that currency."""
    text = text.removesuffix(" (incomplete)")
    if text in {"not known", ""}:
        return None
    unit = f" {re.escape(currency)}" if currency else ""
    if found := re.fullmatch(rf"at least {_NUMBER}{unit}, no upper bound", text):
        return Decimal(found[1]), None
    if text == "free":
        return Decimal(0), Decimal(0)
    found = re.fullmatch(rf"{_NUMBER}(?: - {_NUMBER})?{unit}", text)
    assert found is not None, (text, currency)
    return Decimal(found[1]), Decimal(found[2] or found[1])


def amount_stated(ends: dict[str, Any] | None) -> Amount:
    """An amount of the JSON report."""
    if ends is None or ends["low"] is None:
        return None
    return Decimal(ends["low"]), None if ends["high"] is None else Decimal(ends["high"])


def same(shown: Amount, stated: Amount) -> bool:
    """Whether a page shows what JSON states, rounded to the decimals that are shown."""
    if shown is None or stated is None:
        return shown is stated
    return all(map(_rounded, shown, stated))


def _rounded(shown: Decimal | None, stated: Decimal | None) -> bool:
    if shown is None or stated is None:
        return shown is stated
    return (shown != 0 or stated == 0) and stated.quantize(shown, ROUND_HALF_UP) == shown


def check_page(html: str, document: dict[str, Any]) -> int:
    """Compare a page that has room for everything with the JSON report; gives the number of facts."""
    page = tree(html)
    [answer] = page.all("p", "answer")
    whole = spaced(document["answer"])
    if len(document["answer"]) <= LONGEST:
        assert answer.words == whole
    else:  # both of its parts are cut
        assert answer.words[:200] == whole[:200]
    problems = page.by(id="errors")
    shown = [tuple(cell.words for cell in row.all("td")) for one in problems for row in one.all("tr")[1:]]
    assert shown == [(name(one["path"]), spaced(one["message"])) for one in document["errors"]]
    notes = [one.words for one in page.all("ul", "notes") for one in one.all("li")]
    assert notes == [
        *(f"Warning: {spaced(one)}" for one in document["warnings"]),
        *(f"Note: {spaced(one)}" for one in document["notes"]),
    ]
    figures = [one.words for one in page.all("section", "tile")[0].all("p", "figure")]
    assert len(figures) == max(1, len(document["totals"]))
    sections = {one.attributes["data-label"]: one for one in page.all("details", "stack")}
    assert len(sections) == len(document["stacks"])
    tile = [one for part in page.all("section", "tile") for one in _limits(part)]
    compared = 4 + _check_portfolio(page, tile, document["portfolio"])
    for stack in document["stacks"]:
        label = "/".join(part for part in (stack["project"], stack["stack"]) if part)
        section = sections[name(label or "stack")]
        compared += _check_stack(section, stack, _limits(section) or (tile if len(sections) == 1 else []))
    return compared


def check_comparison(html: str, document: dict[str, Any]) -> int:
    """Compare a page of a comparison that has room for everything with JSON; gives the number of facts."""
    page = tree(html)
    [answer] = page.all("p", "answer")
    assert answer.words == spaced(document["head"]["answer"])
    shown = page.all("section", "comparison")
    assert len(shown) == len(document["stacks"])
    compared = 1
    for section, stack in zip(shown, document["stacks"], strict=True):
        assert section.all("h2")[0].words.startswith(spaced(name(stack["label"])))
        totals = section.all("table", "chart")
        for table, total in zip(totals, stack["totals"], strict=True):
            cells = [row.all("td")[-1].words for row in table.all("tr")]
            _check_change(cells, total)
        rows = [row for row in section.all("tr") if "data-change" in row.attributes]
        left = list(stack["changes"])
        for row in rows:
            cells = [cell.words for cell in row.all("td")]
            key = (cells[0], cells[1], cells[2])
            one = next(
                one for one in left if (one["kind"], spaced(name(one["resource"])), one["meter"]) == key
            )
            left.remove(one)
            _check_change(cells[3:], one)
        assert left == []
        for one in stack["increases"]:
            word = {"over": "OVER", "undecided": "CANNOT DECIDE"}.get(one["verdict"], one["verdict"])
            assert any(
                f'"{name(one["name"])}"' in part.words and word in part.words
                for part in section.all("p", "remark")
            )
        compared += 4 * (len(totals) + len(rows)) + len(stack["increases"])
    return compared


def _check_change(cells: list[str], stated: dict[str, Any]) -> None:
    before, after, code, prices = cells
    for shown, side in ((before, stated["before"]), (after, stated["after"])):
        assert same(amount_shown(shown, stated["currency"]), amount_stated(side)), (shown, side)
    for shown, shift in ((code, stated["code"]), (prices, stated["prices"])):
        low, high = (None if end is None else Decimal(end) for end in (shift["low"], shift["high"]))
        ends = [Decimal(end) for end in re.findall(r"(?<![\w.])[+-]?\d[\d.]*(?=\s|$)", shown)]
        if high is None and not low:
            assert shown == "not known"
        elif low is None or high is None:
            assert shown.startswith("at most " if low is None else "at least ")
            assert all(map(_rounded, ends, [high if low is None else low]))
        else:
            assert all(map(_rounded, (ends[0], ends[-1]), (low, high))), (shown, shift)


def _limits(within: Node) -> list[Node]:
    return [one for part in within.all("ul", "limits") for one in part.children if isinstance(one, Node)]


def _check_portfolio(page: Node, tile: list[Node], portfolio: dict[str, Any] | None) -> int:
    """What is said of all stacks together; takes its limits out of those of the first screen."""
    if portfolio is None:
        return 0
    compared = 0
    for limit in portfolio["limits"]:
        beside = next(one for one in tile if _is_of(one, limit))
        tile.remove(beside)
        named = [{"resource": one["stack"]} for one in limit["deciding"]]
        compared += _check_limit(beside, {**limit, "deciding": named})
    saved = [one for one in page.all("section", "tile") if one.all("h2")[0].words.startswith("Savings")]
    figures = [one.words for part in saved for one in part.all("p", "figure")]
    stated = portfolio["savings"]["amounts"]
    assert len(figures) == len(stated)
    for figure, one in zip(figures, stated, strict=True):
        if not figure.startswith("at least"):
            assert same(amount_shown(figure, one["currency"]), amount_stated(one["monthly"]))
    return compared + len(stated)


def _check_stack(section: Node, stack: dict[str, Any], shown: list[Node]) -> int:
    for gap in stack["gaps"]:
        assert f"Incomplete: {spaced(gap)}" in section.words
    for note in stack["notes"]:
        assert f"Note: {spaced(note)}" in section.words
    for one in stack["notCovered"]:
        assert f"{one['count']} {spaced(one['type'])[:100]}" in section.words
    compared = _check_lines(section, stack["lines"]) + _check_findings(section, stack["findings"])
    assert len(shown) == len(stack["budget"]["limits"])
    for limit in stack["budget"]["limits"]:
        beside = next(one for one in shown if _is_of(one, limit))
        shown.remove(beside)
        compared += _check_limit(beside, limit)
    return compared + _check_network(section, stack["network"])


def _check_lines(section: Node, lines: list[dict[str, Any]]) -> int:
    tables = section.by(data_of="lines")
    rows = [row for table in tables for row in table.all("tr") if "data-status" in row.attributes]
    assert len(rows) == len(lines)
    left = list(lines)
    for row in rows:
        cells = [cell.words for cell in row.all("td")]
        found = [
            one
            for one in left
            if cells[0].startswith(spaced(name(one["resource"])))
            and row.attributes["data-meter"] == one["meter"]
            and row.attributes["data-status"] == one["status"]
            and same(amount_shown(cells[4], one["currency"]) if _in(cells[4], one) else None,
                     amount_stated(one["monthly"]))
        ]  # fmt: skip
        assert found, cells
        left.remove(found[0])
        assert spaced(visible(found[0]["region"] or "region not known", 40)) in cells[2]
        assert found[0]["leaving"] == bool(row.all("td")[0].all("span", "dim"))
        if found[0]["status"] not in {"priced", "free"}:
            assert "is-open" in row.attributes["class"]
    return 5 * len(rows)


def _in(cell: str, line: dict[str, Any]) -> bool:
    return cell in {"not known", "free"} or line["currency"] is None or line["currency"] in cell


def _check_findings(section: Node, findings: list[dict[str, Any]]) -> int:
    tables = section.by(data_of="findings")
    rows = [row for table in tables for row in table.all("tr") if "data-policy" in row.attributes]
    assert len(rows) == len(findings)
    for row, one in zip(rows, findings, strict=True):
        cells = row.all("td")
        found = LEVELS.match(cells[0].words)
        assert found is not None
        assert bool(found[2]) == (one["verdict"] == "undecided")
        set_aside = "waived" if one["waiver"] else "set aside" if one["baseline"] else one["level"]
        assert found[1] == set_aside
        assert cells[1].words.startswith(spaced(name(one["resource"])))
        paragraphs = [part.words for part in cells[2].all("p")]
        assert paragraphs[:2] == [spaced(one["message"]), spaced(one["hint"])]
        facts = [part.words for part in cells[2].all("li")]
        assert facts == [spaced(fact["fact"]) for fact in one["evidence"]]
        assert ("certainty" in cells[2].words) >= (one["confidence"] != "high")
        if one["waiver"]:
            assert one["waiver"]["expires"] in cells[2].words
        assert cells[3].words == one["policy"]
        saving = one["saving"]
        assert same(amount_shown(cells[4].words, saving and saving["currency"]), amount_stated(saving)), (
            cells[4].words
        )
    return 8 * len(rows)


def _is_of(shown: Node, limit: dict[str, Any]) -> bool:
    told = shown.all("div", "numbers")[0].words
    named = shown.all("span")[0].words.startswith(spaced(name(limit["name"])))
    return named and told.endswith(f"of {number(Decimal(limit['limit']))} {limit['currency']}")


def _check_limit(shown: Node, limit: dict[str, Any]) -> int:
    word = "cannot decide" if limit["verdict"] == "undecided" else limit["verdict"]
    assert [one.words for one in shown.all("span", "badge")] == [word]
    told, allowed = (one.words for one in shown.all("div", "numbers")[0].children if isinstance(one, Node))
    assert same(amount_shown(allowed.removeprefix("of "), limit["currency"]), (Decimal(limit["limit"]),) * 2)
    if "no rate converts" not in told and "the estimate is" not in told:
        assert same(amount_shown(told, limit["currency"]), amount_stated(limit)), told
    if "the estimate is" in told:
        assert amount_stated(limit) is None
    details = " ".join(one.words for one in shown.all("li"))
    for part in limit["deciding"][:20]:
        assert spaced(name(part["resource"])) in details
    for note in limit["notes"]:
        assert spaced(note)[1:] in details
    return 4


def _check_network(section: Node, network: list[dict[str, Any]]) -> int:
    figures = section.all("figure")
    assert len(figures) == len(network)
    compared = 0
    for figure, gateway in zip(figures, network, strict=True):
        caption = figure.all("figcaption")[0].words
        assert caption.startswith(spaced(name(gateway["resource"])))
        for side, title in (
            ("entrance", "Callers, for the entrance"),
            ("outbound", "Backends, for outbound"),
        ):
            path = gateway[side]
            told = f"{side} {path['declared']}, {path['verdict']}"
            if path["verdict"] != "undecided":
                told += f" ({path['certainty']} certainty)"
            assert told in caption, (told, caption)
            facts = _facts_below(figure, title)
            stated = [
                (_says(one), spaced(one["fact"])) for one in path["evidence"]
            ] + [("would decide", spaced(one)) for one in path["missing"]]  # fmt: skip
            assert facts == stated
            compared += 2 + len(facts)
    return compared


def _says(item: dict[str, Any]) -> str:
    words = {"neutral": "says nothing", "unknown": "not known"}
    told = words.get(item["direction"], f"{item['direction']}, {item['weight'].replace('-', ' ')}")
    return told + (", stated by the team" if item["stated"] else "")


def _facts_below(figure: Node, title: str) -> list[tuple[str, str]]:
    parts = [one for one in figure.walk() if one.tag == "h5" or "facts" in one.attributes.get("class", "")]
    for head, listed in pairwise(parts):
        if head.tag == "h5" and head.words == title:
            return [_fact(item) for item in listed.all("li")]
    return []


def _fact(item: Node) -> tuple[str, str]:
    own = "".join(part for part in item.children if isinstance(part, str))
    return item.all("span", "says")[0].words, re.sub(r"\s+", " ", own).strip()
