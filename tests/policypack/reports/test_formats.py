"""Every format: one fixed report byte for byte, and names that try to break out."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from policypack.costs.budget import Budget, LimitResult
from policypack.costs.coverage import Uncovered
from policypack.reports.catalogue import renderer
from policypack.reports.formats import table
from policypack.reports.formats.markdown import LIMIT
from policypack.reports.headline import headline
from policypack.reports.names import formats
from policypack.reports.report import Report
from pricing.money import Range

FORMATS = formats()
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        renderer("catalogue")


@pytest.mark.parametrize("name", FORMATS)
def test_snapshot(
    name: str, report: Report, snapshot: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("_style", "_script", "_library"):  # a snapshot is about what is said
        monkeypatch.setattr(f"policypack.reports.page.render.{part}", lambda: "")
    text = renderer(name)(report)
    assert text == renderer(name)(report)
    snapshot(f"report.{name}.txt", text)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_hidden_and_no_command_in_any_format(
    name: str, hostile: str, poisoned: Callable[[str], Report]
) -> None:
    text = renderer(name)(poisoned(hostile))
    hidden = {character for character in text if unicodedata.category(character) in HIDDEN} - {"\n"}
    assert hidden == set()
    text.encode()
    if name != "github":
        commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
        assert commands == []
    if name in {"table", "github"}:
        assert "##[" not in text
        assert "##vso[" not in text


def test_json_keeps_every_name_as_it_is(hostile: str, poisoned: Callable[[str], Report]) -> None:
    document = json.loads(renderer("json")(poisoned(hostile)))
    assert document["stacks"][0]["lines"][0]["resource"] == hostile
    assert document["stacks"][0]["findings"][0]["message"] == hostile


def test_github_has_one_command_a_line(hostile: str, poisoned: Callable[[str], Report]) -> None:
    for line in renderer("github")(poisoned(hostile)).splitlines():
        assert re.fullmatch(r"::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]*", line)
        assert not re.search(r"%(?!25|3A|2C)", line)


def test_github_shows_ten_of_each_level(report: Report) -> None:
    from msgspec.structs import replace

    stack = report.stacks[0]
    many = replace(report, stacks=(replace(stack, findings=stack.findings * 20),))
    lines = renderer("github")(many).splitlines()
    levels = [line.split(" ", 1)[0] for line in lines]
    assert {level: levels.count(level) for level in levels} == {
        "::error": 10,
        "::warning": 10,
        "::notice": 10,
    }
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)
    assert lines[9].endswith("::33 more are in the job summary.")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}


def test_html_has_no_tag_of_a_name(hostile: str, report: Report, poisoned: Callable[[str], Report]) -> None:
    harmless, found = _Tags(), _Tags()
    harmless.feed(renderer("html")(poisoned("harmless")))
    found.feed(renderer("html")(poisoned(hostile)))
    assert set(found.tags) <= set(harmless.tags)
    assert found.attributes <= harmless.attributes
    assert found.tags.count("script") == harmless.tags.count("script")


def test_csv_has_no_formula(hostile: str, poisoned: Callable[[str], Report]) -> None:
    rows = list(csv.reader(io.StringIO(renderer("csv")(poisoned(hostile)))))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_csv_says_that_it_is_an_estimate(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(renderer("csv")(report))))
    assert len(rows) == 5
    assert all(row["x_Note"].startswith("Estimate, nothing was billed") for row in rows)
    assert {row["BilledCost"] for row in rows} == {""}
    assert [row["ListCost"] for row in rows] == ["", "", "2525.8", "", "0"]
    assert [row["x_MonthlyCostLow"] for row in rows] == ["", "9.49", "2525.8", "12.5", "0"]
    assert [row["x_MonthlyCostHigh"] for row in rows] == ["", "", "2525.8", "94.251", "0"]


def test_junit_is_well_formed(hostile: str, poisoned: Callable[[str], Report]) -> None:
    root = ElementTree.fromstring(renderer("junit")(poisoned(hostile)))
    assert root.tag == "testsuites"
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out",
    }  # fmt: skip


def test_junit_tells_the_findings_about_one_resource_apart(report: Report) -> None:
    [one] = [item for item in report.stacks[0].findings if item.finding.policy == "eip-idle"][:1]
    two = [replace(one, finding=replace(one.finding, key=key)) for key in ("size", "mode")]
    stack = replace(report.stacks[0], findings=tuple(two))
    root = ElementTree.fromstring(renderer("junit")(replace(report, stacks=(stack,))))
    names = [case.get("name") for case in root.iter("testcase")]
    resource = one.finding.resource
    assert [name for name in names if name in (f"{resource} (size)", f"{resource} (mode)")] == [
        f"{resource} (size)",
        f"{resource} (mode)",
    ]


def test_junit_counts(report: Report) -> None:
    root = ElementTree.fromstring(renderer("junit")(report))
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == (
        "8",
        "1",
        "2",
        "1",
    )


def test_gitlab_has_what_gitlab_needs(hostile: str, poisoned: Callable[[str], Report]) -> None:
    issues = json.loads(renderer("gitlab")(poisoned(hostile)))
    for issue in issues:
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] == 1


def test_markdown_shows_names_and_does_nothing(hostile: str, poisoned: Callable[[str], Report]) -> None:
    text = renderer("markdown")(poisoned(hostile))
    for name in ("@team", "https://", "www.example", "<script", "](", "<!--", "${{"):
        assert name not in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {4, 7}


def test_markdown_is_cut_by_cost_with_the_number_cut(report: Report) -> None:
    from decimal import Decimal

    from msgspec.structs import replace

    from pricing.money import Range

    stack = report.stacks[0]
    cheap, dear = stack.lines[4], stack.lines[2]
    lines = tuple(
        replace(cheap, resource=replace(cheap.resource, name=f"cheap-{number}", urn=f"cheap-{number}"),
                monthly=Range.exactly(Decimal(number)), status="priced")
        for number in range(3000)
    )  # fmt: skip
    many = replace(report, stacks=(replace(stack, lines=(*lines, dear), findings=stack.findings * 500),))
    text = renderer("markdown")(many)
    assert len(text) <= LIMIT
    assert "<code>cheap-2999</code>" in text
    assert "<code>cheap-1</code>" not in text
    shown = len(re.findall(r"^\| <code>", text, re.M))
    assert f"| {3001 - shown} cheaper lines are not shown |" in text
    assert re.search(r"- \d+ more items are not shown", text)


def test_a_table_counts_what_nobody_would_read(report: Report) -> None:
    from msgspec.structs import replace

    stack = report.stacks[0]
    many = replace(report, stacks=(replace(stack, lines=stack.lines * 30, findings=stack.findings * 30),))
    text = table.render(many)
    assert re.search(r"\+ 50 cheaper lines of .*, listed by --format json", " ".join(text.split()))
    assert "+ 20 more findings, listed by --format json" in text


@pytest.mark.parametrize("width", [80, 100])
def test_a_narrow_table_keeps_words_whole(width: int, report: Report) -> None:
    text = table.render(report, width=width)
    assert max(map(len, text.splitlines())) <= width
    for whole in ("apig.outbound-bandwidth", "PROFESSIONAL", "gateway-hour", "2525.80 USD", "third-party"):
        assert whole in text


def test_a_table_gives_the_same_advice_once(report: Report) -> None:
    from msgspec.structs import replace

    stack = report.stacks[0]
    alike = [
        replace(one, finding=replace(one.finding, message=f'"{number}" is idle.', hint="Release it."))
        for one in [stack.findings[-1]]
        for number in range(3)
    ]
    text = table.render(replace(report, stacks=(replace(stack, findings=tuple(alike)),)))
    assert text.count("Release it.") == 1
    assert [text.count(f'"{number}" is idle.') for number in range(3)] == [1, 1, 1]


def test_reasons_that_lines_share_stand_once(report: Report) -> None:
    from msgspec.structs import replace

    stack = report.stacks[0]
    lines = tuple(
        replace(line, reasons=("The region is not known.",), status="undecided") for line in stack.lines
    )
    text = table.render(replace(report, stacks=(replace(stack, lines=lines),)))
    assert text.count("The region is not known.") == 1


@pytest.mark.parametrize("name", ["html", "markdown", "table"])
def test_a_total_that_may_lack_something_says_so(name: str, report: Report) -> None:
    from msgspec.structs import replace

    stack = report.stacks[0]
    whole = replace(stack, stack=replace(stack.stack, gaps=()))
    readable = replace(report, stacks=(whole,), errors=())
    assert "(incomplete)" not in renderer(name)(readable)
    assert "no upper bound (incomplete)" in renderer(name)(replace(readable, stacks=(stack,)))
    assert "no upper bound (incomplete)" in renderer(name)(
        replace(readable, stacks=(whole, whole), errors=report.errors)
    )


@pytest.mark.parametrize("name", ["html", "markdown", "table"])
def test_what_stops_comes_first_in_the_overview(name: str, report: Report) -> None:
    from msgspec.structs import replace

    text = renderer(name)(replace(report, stacks=report.stacks[::-1]))
    overview = text[text.index("Findings") :]
    assert overview.index("shop/prod") < overview.index("empty/dev")


def test_every_finding_is_in_markdown_where_there_is_room(report: Report) -> None:
    assert "not shown" not in renderer("markdown")(report)


def test_markdown_of_many_stacks_is_short_enough(report: Report) -> None:
    from msgspec.structs import replace

    many = replace(report, stacks=report.stacks * 2000)
    assert len(renderer("markdown")(many)) <= LIMIT


def test_unknown_amounts_are_never_shown_as_zero(report: Report) -> None:
    for name, text in {
        "table": table.render(report, width=200),
        "markdown": renderer("markdown")(report),
        "html": renderer("html")(report),
    }.items():
        assert " 0.00" not in text, name
        assert "not known" in text
        assert re.search(r"at least 9.49 USD,\s.*?no upper bound", text, re.S)
        assert "12.50 - 94.25 USD" in text
    document = json.loads(renderer("json")(report))
    assert document["stacks"][0]["lines"][0]["monthly"] == {"low": None, "high": None}
    assert document["stacks"][0]["lines"][1]["monthly"] == {"low": "9.49", "high": None}


def many_stacks(report: Report, count: int = 300) -> Report:
    """Like a company's: the one that stops the pipeline is the last of all."""
    [stopping, *_] = [stack for stack in report.stacks if any(one.stops for one in stack.findings)]
    stacks = [
        replace(
            stopping,
            stack=replace(stopping.stack, project=f"team-{number:03}"),
            findings=stopping.findings if number == count - 1 else (),
            budget=stopping.budget if number == count - 1 else Budget("none"),
        )
        for number in range(count)
    ]
    return replace(report, stacks=tuple(stacks))


def test_a_cut_comment_begins_with_what_stops(report: Report) -> None:
    text = renderer("markdown")(many_stacks(report))
    assert len(text) <= LIMIT
    details = re.findall(r"^#### <code>(.+)</code>", text, re.MULTILINE)
    assert details[0].startswith("team-299/")
    assert details[1].startswith("team-000/")
    assert len(re.findall(r"^\| <code>team-", text, re.MULTILINE)) == 100


def test_annotations_begin_with_the_stack_that_stops(report: Report) -> None:
    assert "(team-299/" in renderer("github")(many_stacks(report)).splitlines()[1 + len(report.errors)]


def test_a_long_overview_says_where_the_rest_is(report: Report) -> None:
    text = renderer("table")(many_stacks(report))
    assert "+ 200 more stacks, listed by --format json" in " ".join(text.split())


def test_within_says_what_is_billed_beside_it(report: Report) -> None:
    """A stack of nothing but databases keeps every limit on gateways."""
    [stack, *_] = report.stacks
    limit = LimitResult("all", Decimal(1), "USD", Range.exactly(Decimal(0)), "within")
    empty = replace(
        stack,
        findings=(),
        budget=Budget("within", (limit,)),
        not_covered=(Uncovered("rds_instance", 1, "billed"),),
    )
    alone = replace(report, stacks=(empty,), errors=(), warnings=())
    assert headline(alone) == (
        'Within the limit "all" of 1.00 USD a month: the cost is 0.00 USD. '
        "1 other billed resource is not part of it."
    )
    assert headline(replace(alone, stacks=(replace(empty, not_covered=()),))) == (
        'Within the limit "all" of 1.00 USD a month: the cost is 0.00 USD.'
    )


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_hides_that_a_declaration_is_incomplete(name: str, report: Report) -> None:
    """Also where nothing was found in it."""
    gap = "one thing is not in the file"
    (of, *_) = report.stacks
    stack = replace(of, stack=replace(of.stack, gaps=(gap,)), findings=(), gateways=())
    text = renderer(name)(replace(report, stacks=(stack,), errors=(), warnings=(), notes=()))
    assert gap in text or "the declaration is incomplete" in text
