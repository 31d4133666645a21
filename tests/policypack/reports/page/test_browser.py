"""The page in a real browser: tools of the tables, links, keyboard, barriers, print, hostile names."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from policypack.costs.difference import Difference
from policypack.reports.differences.report import DifferenceReport, StackDifference
from policypack.reports.page import comparison_page, run_page
from policypack.reports.report import Report
from tests.policypack.reports.page.pages import (
    copied,
    fleet,
    nothing,
    only_errors,
    with_findings,
    with_lines,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.slow

Show = Callable[..., "Tab"]
STACKS = "#stacks tbody tr"
MOST_SIDES = 12
ELEMENTS = set(
    re.findall(
        r"\w+",
        """html head meta title style body a header h1 nav main p div section h2 h3 h4 h5 ul li span table
        caption colgroup col thead tbody tfoot tr th td svg rect line details summary code br b strong small
        figure figcaption footer script input label select option button""",
    )
)
"""What a page is made of; no name of anything adds to it."""


def texts(tab: "Tab", selector: str) -> list[str]:
    return tab.locator(selector).all_inner_texts()


def status(tab: "Tab", section: str) -> str:
    return tab.locator(f"{section} [role=status]").inner_text()


def test_stacks_are_searched_filtered_sorted_and_turned(show: Show, report: Report) -> None:
    tab = show(fleet(report, 260))
    assert status(tab, "#stacks") == "1–50 of 260 stacks"
    tab.get_by_label("Search stacks").fill("STACK-0001")
    tab.wait_for_function("() => document.querySelectorAll('#stacks tbody tr').length === 10")
    assert status(tab, "#stacks") == "10 of 260 stacks"
    tab.get_by_label("Search stacks").fill("")
    tab.wait_for_function("() => document.querySelectorAll('#stacks tbody tr').length === 50")
    tab.locator("#stacks").get_by_label("Verdict").select_option("over")
    assert status(tab, "#stacks") == "26 of 260 stacks"
    tab.locator("#stacks").get_by_label("Region").select_option("eu-west-101")
    assert status(tab, "#stacks") == f"{len([n for n in range(0, 260, 10) if n % 3 == 1])} of 260 stacks"
    tab.locator("#stacks").get_by_label("Verdict").select_option("")
    tab.locator("#stacks").get_by_label("Region").select_option("")
    cost = tab.locator("#stacks thead").get_by_role("button", name="A month")
    cost.click()
    assert tab.locator("#stacks th[aria-sort=descending]").inner_text().startswith("A month")
    cost.click()
    shown = texts(tab, "#stacks tbody td.number:nth-child(3)")
    amounts = [("at least" in text, float(text.removeprefix("at least ").split()[0])) for text in shown]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) > 5
    tab.locator("#stacks").get_by_role("button", name="Next").click()
    assert status(tab, "#stacks") == "51–100 of 260 stacks"


def test_what_was_chosen_stands_in_the_address(show: Show, report: Report) -> None:
    many = fleet(report, 120)
    tab = show(many)
    tab.locator("#stacks").get_by_label("Verdict").select_option("over")
    tab.get_by_label("Search findings").fill("every backend")
    tab.wait_for_function("() => location.hash.includes('every')")
    tab.locator("#findings thead").get_by_role("button", name="Saves a month").click()
    fragment = tab.evaluate("location.hash")
    assert "stacks.verdict=over" in fragment
    again = show(many, fragment=fragment)
    assert status(again, "#stacks") == "12 of 120 stacks"
    assert again.get_by_label("Search findings").input_value() == "every backend"
    assert texts(again, "#findings tbody tr") == texts(tab, "#findings tbody tr")
    assert again.locator("#findings th[aria-sort=descending]").count() == 1


def test_a_fragment_that_somebody_made_up_does_no_harm(show: Show, report: Report) -> None:
    tab = show(
        fleet(report, 60),
        fragment="#nowhere?stacks.sort=-x&stacks.page=99&stacks.verdict=%3Cscript%3E&stacks.q=%00&y=1&=",
    )
    assert status(tab, "#stacks") == "0 of 60 stacks"
    tab.evaluate("location.hash = '#stacks?stacks.page=-4'")
    tab.wait_for_function("() => document.querySelectorAll('#stacks tbody tr').length === 50")


def test_links_lead_from_stack_to_findings_to_drawing_and_back(show: Show, report: Report) -> None:
    tab = show(fleet(report, 40))
    tab.locator("#stacks").get_by_label("Verdict").select_option("over")
    tab.locator("#stacks tbody tr").first.get_by_role("link").first.click()
    section = tab.locator("#stack-1")
    assert section.get_attribute("open") is not None
    assert tab.evaluate("document.activeElement.id") == "stack-1"
    section.get_by_text("1 fact").first.click()
    section.get_by_role("link", name="drawing").first.click()
    assert tab.evaluate("document.activeElement.id") == "stack-1-gateway-2"
    tab.locator("#stack-1-gateway-2").get_by_role("link", name="finding").click()
    assert tab.evaluate("document.activeElement.id") == "stack-1-findings"
    assert "stacks.verdict=over" in tab.evaluate("location.hash")
    tab.go_back()
    tab.wait_for_function("() => document.activeElement.id === 'stack-1-gateway-2'")
    assert status(tab, "#stacks") == "4 of 40 stacks"


def test_findings_and_lines_of_all_stacks_have_their_stack(show: Show, report: Report) -> None:
    tab = show(fleet(report, 40))
    assert status(tab, "#findings") == "1–20 of 88 findings"
    tab.locator("#findings").get_by_label("Policy").select_option("apig-monthly-budget")
    assert status(tab, "#findings") == "8 of 88 findings"
    first = tab.locator("#findings tbody tr").first
    first.get_by_role("link").first.click()
    assert re.fullmatch(r"stack-\d+", tab.evaluate("document.activeElement.id"))
    assert status(tab, "#costs") == "1–20 of 56 lines"


def test_ten_thousand_findings_of_one_stack(show: Show, report: Report) -> None:
    tab = show(with_findings(report, 10_000))
    assert status(tab, "#stack-1-findings") == "1–50 of 10,000 findings"
    tab.get_by_label("Search findings").fill("Finding 9999.")
    tab.wait_for_function("() => document.querySelectorAll('#stack-1-findings tbody tr').length === 1")


def test_ten_thousand_lines_of_one_stack_sort_by_number(show: Show, report: Report) -> None:
    tab = show(with_lines(report, 10_000))
    assert status(tab, "#stack-1-costs") == "1–50 of 10,000 lines"
    tab.locator("#stack-1-costs thead").get_by_role("button", name="A month").click()
    assert texts(tab, "#stack-1-costs tbody td[data-sort]")[:3] == [
        "9999.00 USD",
        "9998.00 USD",
        "9997.00 USD",
    ]


@pytest.mark.parametrize("make", [nothing, only_errors])
def test_pages_without_stacks(make: Callable[[Report], Report], show: Show, report: Report) -> None:
    tab = show(make(report))
    assert "no stack was read" in tab.locator("main").inner_text()


def test_hostile_names_stay_text(show: Show, hostile: str, poisoned: Callable[[str], Report]) -> None:
    bad = poisoned(hostile)
    tab = show(replace(bad, stacks=tuple(copied(bad.stacks[0], number) for number in range(7))), width=400)
    assert elements(tab) <= ELEMENTS
    for select in tab.locator("#findings select").all():
        select.select_option(index=1)
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert elements(tab) <= ELEMENTS
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400


def elements(tab: "Tab") -> set[str]:
    """The kinds of elements that a page has."""
    return set(tab.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]"))


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_nothing_is_wider_than_the_window(width: int, show: Show, report: Report) -> None:
    tab = show(fleet(report, 30), width=width)
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_drawing_can_be_read_at_400_pixels(show: Show, report: Report) -> None:
    tab = show(replace(report, stacks=report.stacks[:1]), width=400)
    for one in tab.locator(".drawing .box, .drawing .gateway").all():
        box = one.bounding_box()
        assert box is not None
        assert box["width"] >= 200
    for label in tab.locator(".drawing .edge span").all():
        box = label.bounding_box()
        node = label.locator("xpath=ancestor::li").locator(".box").bounding_box()
        assert box is not None
        assert node is not None
        assert box["x"] >= node["x"] + node["width"], "a label stands beside its box"
    smallest = tab.evaluate(
        "Math.min(...[...document.querySelectorAll('.drawing *')].map("
        "e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= 10.5


def test_everything_is_reached_with_a_keyboard(show: Show, report: Report) -> None:
    tab = show(fleet(report, 30))
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    sort = tab.locator("#stacks thead").get_by_role("button", name="Findings")
    sort.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#stacks th[aria-sort]").count() == 1
    summary = tab.locator("#stack-2 > summary")
    summary.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#stack-2").get_attribute("open") is not None
    copy = show(with_commands(report)).get_by_role("button", name=re.compile("^Copy apig-cost"))
    assert copy.first.inner_text() == "Copy"


def with_commands(report: Report) -> Report:
    return replace(report, stacks=report.stacks[:1])


@pytest.mark.parametrize(("scheme", "width"), [("light", 400), ("dark", 1200)])
def test_there_are_no_barriers(scheme: str, width: int, show: Show, report: Report, barriers: str) -> None:
    for one in (loud_fleet(report), comparison(report)):
        tab = show(one, scheme=scheme, width=width)
        tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        tab.evaluate(barriers + "; undefined")
        found = tab.evaluate("axe.run()")
        serious = [
            (one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]][:3])
            for one in found["violations"]
        ]
        assert serious == []


def loud_fleet(report: Report) -> Report:
    """Stacks that each have so many findings and lines that there are tools for them."""
    stack = with_findings(with_lines(report, 7), 7).stacks[0]
    more = with_findings(replace(report, stacks=(stack,)), 7).stacks[0]
    return replace(report, stacks=tuple(copied(more, number) for number in range(4)), errors=(), warnings=())


def comparison(report: Report) -> str:
    same = Difference((), 5, (), (), (), frozenset())
    stacks = (StackDifference("shop/prod", "base.json", "head.json", same),)
    return comparison_page(DifferenceReport(report, report.book, stacks))


def test_without_scripts_the_page_is_whole(show: Show, report: Report) -> None:
    tab = show(fleet(report, 230), scripts=False)
    assert tab.locator(STACKS).count() == 200
    assert tab.get_by_text("30 more stacks: shown where scripts may run").is_visible()
    assert not tab.locator("#findings").is_visible()
    tab.locator("#stack-1 > summary").click()
    assert tab.locator("#stack-1-findings tbody tr").count() == 4
    assert tab.locator("#stack-1 .drawing").first.is_visible()


def test_it_prints_on_a_few_sides(show: Show, report: Report) -> None:
    sides = {}
    for count in (2, 3000):
        tab = show(fleet(report, count))
        sides[count] = len(re.findall(rb"/Type\s*/Page\b", tab.pdf()))
    assert max(sides.values()) <= MOST_SIDES, sides


def test_a_stack_of_which_nothing_is_known_to_be_wrong_is_one_side_or_two(show: Show, report: Report) -> None:
    calm = fleet(report, 2).stacks[1]
    tab = show(replace(report, stacks=(calm,), errors=(), warnings=()))
    assert len(re.findall(rb"/Type\s*/Page\b", tab.pdf())) <= 2


def test_the_comparison_in_a_browser(show: Show, report: Report) -> None:
    tab = show(comparison(report))
    assert "Nothing changes." in tab.locator("#changes").inner_text()
    assert tab.locator("#stack-1").is_visible()


def test_ten_thousand_stacks_are_at_most_twelve_megabytes(report: Report, show: Show) -> None:
    html = run_page(fleet(report, 10_000))
    assert len(html.encode()) <= 12_000_000
    tab = show(html)
    assert status(tab, "#stacks") == "1–50 of 10,000 stacks"
