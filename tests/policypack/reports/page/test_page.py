"""The page as text: what is on it, that it holds together, and that nothing comes from elsewhere."""

import re
import tomllib
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import policypack.reports.page as package
from policypack.declared import Origin
from policypack.reports.changes import ChangedFinding, ChangedStack, Changes
from policypack.reports.document import document
from policypack.reports.headline import headline
from policypack.reports.page import run_page
from policypack.reports.page.details import MOST_STACKS, section_of, sorted_by
from policypack.reports.page.explain import command
from policypack.reports.portfolio import Deciding, PortfolioReport, PortfolioResult
from policypack.reports.report import Report
from policypack.reports.row import StackRow
from policypack.reports.savings import ranked, savings_of
from policypack.settings.model import PortfolioLimit
from pricing.money import Range
from tests.policypack.reports.page.facts import check_page
from tests.policypack.reports.page.pages import Page, fleet, nothing, only_errors, with_findings

HERE = Path(package.__file__).parent


def page_of(report: Report) -> Page:
    return Page(run_page(report))


@pytest.fixture
def variants(report: Report) -> dict[str, Report]:
    return {
        "two": report,
        "one": replace(report, stacks=report.stacks[:1]),
        "empty": replace(report, stacks=report.stacks[1:]),
        "many": fleet(report, 30),
        "errors": only_errors(report),
        "nothing": nothing(report),
        "costs": replace(report, costs_only=True),
    }


def test_every_tag_is_closed_every_id_is_one_and_every_link_leads_somewhere(
    variants: dict[str, Report],
) -> None:
    for name, report in variants.items():
        page = page_of(report)
        assert (name, page.misplaced, page.inside) == (name, [], [])
        assert [one for one, count in page.ids.items() if count > 1] == []
        assert {link for link in page.links if link[1:] not in page.ids} == set(), name
        assert all(link.startswith("#") for link in page.links)


def test_the_policy_names_the_page_s_own_style_and_scripts_and_nothing_else(report: Report) -> None:
    html = run_page(report)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    hashes = {
        tag: [
            f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
            for text in re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        ]
        for tag in ("style", "script")
    }
    assert rules == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "style-src": hashes["style"][0],
        "script-src": " ".join(hashes["script"]),
    }
    assert [len(hashes["style"]), len(hashes["script"])] == [1, 2]


def test_nothing_is_loaded_and_nothing_is_written_inline(variants: dict[str, Report]) -> None:
    for report in variants.values():
        page = page_of(report)
        names = {name for one in page.elements for name in one.attributes}
        assert not [name for name in names if name.startswith("on") or name in {"style", "src", "srcset"}]
        assert not re.search(r"url\(|@import", page.html.partition("<body>")[0])


def test_what_stands_inside_of_scripts_cannot_end_them() -> None:
    for path in ("page.js", "style.css", "vendor/table-core/index.production.js"):
        text = (HERE / path).read_text(encoding="utf-8")
        assert not re.search(r"</|<!--|\r", text), path


def test_files_of_others_are_what_their_manifest_says() -> None:
    vendor = HERE / "vendor"
    manifest = tomllib.loads((vendor / "vendored.toml").read_text(encoding="utf-8"))
    listed = {vendor / folder / name: file["sha256"] for folder, one in manifest.items()
              for name, file in one["files"].items()}  # fmt: skip
    found = {path for path in vendor.rglob("*") if path.is_file()} - {vendor / "vendored.toml"}
    assert found == set(listed)
    assert {path: sha256(path.read_bytes()).hexdigest() for path in found} == listed
    for folder, one in manifest.items():
        assert one["license"] in {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"}
        assert one["name"]
        assert one["version"]
        assert one["integrity"].startswith("sha512-")
        assert "LICENSE" in one["files"], folder


def test_the_first_screen_says_what_a_manager_asks(report: Report) -> None:
    stack = report.stacks[0]
    stack = replace(stack, savings=tuple(savings_of(stack.findings, stack.lines, None)))
    alone = replace(report, stacks=(stack,))
    page = page_of(alone)
    text = page.text
    (answer,) = re.findall(r'<p class="answer \w+">(.*?)</p>', page.html)
    assert unescape(re.sub("<[^>]*>", "", answer)) == headline(alone)
    for told in (
        "at least 2547.79 USD no upper bound",
        "gateways",
        "2525.80 USD of 2000.00 USD",
        "Savings possible, a month 47.45 USD",
        "Not decided, because of",
        "hub",
        "5 cost lines, 3 without an exact amount. Oldest price: 2026-10-08.",
        "4 other billed resources are not part of it.",
        "1 stack is incomplete.",
    ):
        assert told in text, told


def test_the_numbers_of_a_chart_stand_beside_its_bars(report: Report) -> None:
    page = page_of(report)
    charts = page.html.partition('id="charts"')[2].partition("</section>")[0]
    assert (
        len(re.findall(r"<caption>By (project|region|meter), ", charts)) == 4
    )  # regions of no known currency, too
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', charts)
    assert all("<svg" in row and 'class="number"' in row for row in rows)


def test_estimate_shows_no_verdict(report: Report) -> None:
    page = page_of(replace(report, costs_only=True))
    assert not page.with_class("answer")
    for word in ("Findings", "Limits", "Public network", "Verdict", "violation", "mandatory", "unneeded"):
        assert word not in page.text
    assert "2525.80 USD" in page.text


def test_a_page_without_a_stack_says_so(report: Report) -> None:
    assert "no stack was read" in page_of(nothing(report)).text
    page = page_of(only_errors(report, 1500))
    assert "broken-999.json" in page.text
    assert "500 more errors: --format json lists all of them." in page.text


def test_details_are_for_the_worst_and_the_others_have_their_command(report: Report) -> None:
    stacks = [
        replace(stack, stack=replace(stack.stack, origin=Origin("state", f"states/{number}.json")))
        for number, stack in enumerate(fleet(report, 240).stacks)
    ]
    page = page_of(replace(report, stacks=tuple(stacks)))
    assert len(page.with_class("stack")) == MOST_STACKS
    worst = re.findall(r'<details class="stack"[^>]*data-label="team-\d/stack-(\d+)"', page.html)
    assert {int(number) for number in worst[:24]} == set(range(0, 240, 10))
    commands = re.findall(r"apig-cost explain states/(\d+).json", page.html.partition('id="details"')[0])
    assert len(commands) == 40
    assert set(commands).isdisjoint(str(int(number)) for number in worst)
    rest = page.html.partition('data-of="stacks"')[2].partition("<template>")[2].partition("</template>")[0]
    assert rest.count("<tr ") == 40
    assert "40 more stacks: shown where scripts may run" in page.text


def test_what_does_not_fit_is_counted(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policypack.reports.page.details._ROOM", 60_000)
    page = page_of(with_findings(report, 400))
    (left,) = re.findall(r"(\d+) more findings: --format json", page.text)
    shown = len(re.findall(r'<td class="text"><p>Finding ', page.html))
    assert shown > 20
    assert shown + int(left) == 400
    several = page_of(fleet(report, 60))
    assert 2 <= len(several.with_class("stack")) < 60


def test_the_page_states_what_json_states(
    report: Report, hostile: str, poisoned: Callable[[str], Report]
) -> None:
    """Recordings are compared likewise in tests/policypack/cli/test_page_facts.py."""
    for one in (report, replace(report, stacks=report.stacks[:1]), poisoned(hostile)):
        assert check_page(run_page(one), document(one)) > 40


def test_every_limit_of_a_single_stack_is_there(report: Report) -> None:
    stack = report.stacks[0]
    part = stack.budget.limits[0].deciding[0]
    limits = tuple(
        replace(
            stack.budget.limits[number % 3],
            name=f"limit {number}",
            deciding=tuple(replace(part, resource=f"part {number}-{place}") for place in range(7)),
        )
        for number in range(9)
    )
    for count in (3, 9):
        budget = replace(stack.budget, limits=limits[:count])
        alone = replace(report, stacks=(replace(stack, budget=budget),))
        assert check_page(run_page(alone), document(alone)) > 40
    several = page_of(replace(report, stacks=(replace(stack, budget=budget), *report.stacks[1:])))
    assert "What decides it most" in several.text
    assert "part 8-6" in several.text, "the details have all of it"


@pytest.mark.parametrize("stacks", [1, 2])
def test_every_limit_over_all_stacks_is_there(report: Report, stacks: int) -> None:
    """They have no details where the others could stand."""
    results = tuple(
        PortfolioResult(
            PortfolioLimit(name=f"limit <{number}>", amount=Decimal(100 + number), currency="USD"),
            Range(Decimal(number), None if number % 3 == 0 else Decimal(50 * number)),
            ("undecided", "within", "over")[number % 3],
            "mandatory",
            2,
            (Deciding("shop/prod", "a.json", None, "It is open. Why?"),) * (number % 3 != 1),
            ("one is counted once",),
        )
        for number in range(60)
    )
    savings = ranked((), None)
    for count in (1, 7, 50):
        portfolio = PortfolioReport(results[:count], savings)
        one = replace(report, stacks=report.stacks[:stacks], portfolio=portfolio)
        assert check_page(run_page(one), document(one)) > 4 * count
    page = page_of(replace(report, portfolio=PortfolioReport(results, savings)))
    assert "10 more limits over many stacks: --format json lists all of them." in page.text
    assert "3 more limits, each in its stack." in page.text


def with_gateways(report: Report, count: int, evidence: int) -> Report:
    """One stack of very many gateways, each with very much evidence; the last is what a finding is about."""
    stack, judged = report.stacks[0], report.stacks[0].gateways[0]
    made = []
    for number in range(count):
        resource = replace(
            judged.gateway.resource, name=f"gate-{number}", urn=f"{stack.stack.name}::{number}"
        )
        facts = tuple(
            replace(judged.outbound.evidence[0], fact=f"API {number}-{place} forwards to 10.0.0.1")
            for place in range(evidence)
        )
        gateway = replace(judged.gateway, resource=resource)
        made.append(replace(judged, gateway=gateway, outbound=replace(judged.outbound, evidence=facts)))
    about = stack.findings[2]
    finding = replace(about.finding, urn=made[-1].gateway.resource.urn)
    return replace(
        report,
        stacks=(
            replace(stack, gateways=tuple(made), findings=(replace(about, finding=finding),)),
            *report.stacks[1:],
        ),
    )


def test_very_many_gateways_are_cut_and_counted(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(with_gateways(report, 60, 2))
    assert len([one for one in page.ids if re.fullmatch(r"stack-1-gateway-\d+", one)]) == 50
    assert "10 more gateways: --format json lists all of them." in page.text
    assert "gate-59" in page.text, "what a finding is about is drawn first"
    monkeypatch.setattr("policypack.reports.page.details._ROOM", 60_000)
    page = page_of(with_gateways(report, 20, 400))
    assert len(page.with_class("stack")) == 2, "no stack is left out because another says much"
    assert re.search(r"\d+ more facts: --format json lists all of them\.", page.text)
    assert len(page.html) < 60_000 + 150_000


def test_what_decides_is_not_cut(report: Report) -> None:
    """The one public backend of very many private ones stays, wherever it stands."""
    [stack] = with_gateways(replace(report, stacks=report.stacks[:1]), 1, 30).stacks
    [judged] = stack.gateways
    *others, last = judged.outbound.evidence
    public = replace(last, fact="API x forwards to 8.8.8.8", direction="public")
    needed = replace(judged.outbound, verdict="needed", evidence=(*others, public))
    section = section_of(replace(stack, gateways=(replace(judged, outbound=needed),)), 1, 4)
    [view] = section.gateways
    assert (view.outbound.evidence[0], view.outbound.left) == (public, 26)


def test_what_a_stack_says_too_often_is_cut_and_counted(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policypack.reports.page.details._ROOM", 40_000)
    stack = report.stacks[0]
    reasons = tuple(f"Reason {number} why it is incomplete." for number in range(3000))
    finding = replace(stack.findings[0].finding, evidence=stack.findings[0].finding.evidence * 3000)
    loud = replace(
        stack,
        stack=replace(stack.stack, gaps=reasons, notes=reasons),
        findings=(replace(stack.findings[0], finding=finding),),
    )
    page = page_of(replace(report, stacks=(loud,)))
    assert len(page.with_class("stack")) == 1
    for told in (r"Incomplete for (\d+) more reasons:", r"(\d+) more notes:", r"(\d+) more facts:"):
        [left] = re.findall(told, page.text)
        assert 2000 < int(left) < 3000


def test_names_are_short_and_every_character_can_be_seen(poisoned: Callable[[str], Report]) -> None:
    page = page_of(poisoned("\u202e" + "n" * 5000))
    assert "\u202e" not in page.html
    assert "\\u202e" in page.text
    assert max(len(name) for name in re.findall(r"n+", page.text)) < 1600
    labels = [one.attributes["data-label"] for one in page.with_class("stack")]
    assert max(map(len, labels)) <= 120


def test_a_finding_leads_to_its_drawing_and_back(report: Report) -> None:
    page = page_of(report)
    assert {"#stack-1-gateway-2", "#stack-1-findings", "#stack-1-network"} <= page.links
    figure = page.html.partition('id="stack-1-gateway-2"')[2].partition("</figure>")[0]
    assert 'href="#stack-1-findings"' in figure


def row_of(report: Report, **origin: str) -> StackRow:
    return replace(report.stacks[0].row, origin=Origin(**origin))


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("state", "a b.json", "apig-cost explain 'a b.json'"),
        ("program", "shop", "apig-cost explain shop --stack prod"),
        ("state", "s3://bucket/x.json", "apig-cost explain s3://bucket/x.json"),
        ("state", "it's; rm -rf ~", "apig-cost explain 'it'\"'\"'s; rm -rf ~'"),
        ("state", "-", ""),
        ("state", "--config", ""),
        ("engine", "", ""),
        ("state", "a\u202eb", ""),
        ("state", "a\nb", ""),
    ],
)
def test_a_command_is_for_a_shell_or_is_not_there(
    report: Report, kind: str, path: str, expected: str
) -> None:
    assert command(row_of(report, kind=kind, path=path)) == expected


def test_a_section_keeps_what_costs_most(report: Report) -> None:
    section = section_of(report.stacks[0], 1, 2)
    assert [cells.line.resource.name for cells in section.lines] == ["hub", "hub"]
    assert (section.lines_left, section.findings_left) == (3, 2)


@given(st.lists(st.tuples(st.decimals(0, 10**9, places=3), st.decimals(0, 10**9, places=3) | st.none())))
def test_amounts_are_sorted_by_their_end_and_without_one_above_all_others(
    ends: list[tuple[Decimal, Decimal | None]],
) -> None:
    amounts = [Range(low, None if more is None else low + more) for low, more in ends]

    def place(amount: Range) -> tuple[int, Decimal]:
        if amount.says_nothing:
            return 2, Decimal(0)
        return (1, amount.low) if amount.high is None else (0, amount.high)

    shown = sorted(amounts, key=lambda amount: float(sorted_by(amount)))
    assert list(map(place, shown)) == sorted(map(place, amounts))


def test_what_has_changed_since_the_last_audit(report: Report) -> None:
    finding = ChangedFinding("eip-idle", "web", "advisory", "violation", "It is idle.", "f" * 64)
    (total,) = replace(report, stacks=report.stacks[:1]).totals
    changes = Changes(
        "2026-11-20T06:00:00Z",
        False,
        41,
        (
            ChangedStack("shop", "prod", "a.json", "changed", (total,), (total,), (finding,) * 2, (finding,)),
            ChangedStack("shop", "old", "b.json", "gone", (total,)),
            ChangedStack("<b>", "x\u202e", "c.json", "unread"),
        ),
        (total,),
    )
    page = page_of(replace(report, changes=changes))
    assert (page.misplaced, page.inside) == ([], [])
    for told in (
        "1 stack gone 1 stack changed 1 stack not read this time",
        "2 findings new 1 finding gone 41 stacks as before",
        "It ended 2026-11-20T06:00:00Z; then all stacks were at least 2547.79 USD, no upper bound a month.",
        "Settings, prices or program have changed, too.",
        "eip-idle (2)",
        "<b>/x\\u202e",
    ):
        assert told in page.text, told
    assert "#since" in page.links
    assert "Since the last audit" not in page_of(report).text
