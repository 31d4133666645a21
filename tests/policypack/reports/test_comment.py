"""The text of a comment, from reports in JSON."""

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policypack.reports.comment.body import answer, body, mark_of
from policypack.reports.comment.document import DocumentError, read

SNAPSHOT = Path(__file__).parent / "snapshots" / "report.json.txt"
MARK = mark_of("default")


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def made(document: dict[str, Any], limit: int = 65_536) -> str:
    return body(read(json.dumps(document).encode()), MARK, limit)


def stack(report: dict[str, Any], name: str, verdict: str, level: str = "advisory") -> dict[str, Any]:
    copied = deepcopy(report["stacks"][0])
    findings = [{**finding, "level": level, "waiver": None} for finding in copied["findings"]]
    limits = [{**limit, "verdict": verdict} for limit in copied["budget"]["limits"] if verdict != "none"]
    return {
        **copied,
        "stack": name,
        "findings": findings,
        "budget": {"verdict": verdict, "limits": limits},
    }


def test_it_begins_with_the_mark_and_the_answer(report) -> None:
    lines = made(report).splitlines()
    assert lines[0] == MARK
    assert lines[2].startswith("### API gateway cost: ")
    assert answer(read(json.dumps(report).encode())) == report["answer"]


def test_a_report_without_an_answer_has_its_verdict(report) -> None:
    older = {key: value for key, value in report.items() if key != "answer"}
    assert "The verdict: " in made({**older, "verdict": "undecided"}).splitlines()[2]


def test_stacks_are_left_out_whole_and_only_after_worse_ones(report) -> None:
    stacks = [
        stack(report, "harmless", "none"),
        stack(report, "within", "within"),
        stack(report, "undecided", "undecided", "mandatory"),
        stack(report, "over", "over", "mandatory"),
    ]
    order = ["over", "undecided", "within", "harmless"]
    document = {**report, "stacks": stacks}
    whole = made(document)
    shown = [name for name in order if f"/{name}</code>" in whole]
    assert shown == order
    assert sorted(order, key=lambda name: whole.index(f"/{name}</code>")) == order
    seen = set()
    for limit in range(len(whole), 0, -200):
        text = made(document, limit)
        present = [name for name in order if f"/{name}</code>" in text]
        assert present == order[: len(present)]
        if len(present) < len(order) and len(present) > 1:
            assert len(text) <= limit
            left = len(order) - len(present)
            assert (f"{left} more stacks are" if left > 1 else "1 more stack is") in text
            last = text.split("#### ")[len(present)].split("\n\n1 more")[0].split(f"\n\n{left} more")[0]
            assert last.strip() in whole  # whole, not a part of it
        seen.add(len(present))
    assert {2, 3, 4} <= seen
    assert made(document, len(whole)) == whole


def test_a_stack_that_is_too_long_for_any_comment_is_cut(report) -> None:
    large = stack(report, "large", "over", "mandatory")
    large["findings"] = [{**large["findings"][0], "message": f"{number} " * 100} for number in range(500)]
    text = made({**report, "stacks": [large, stack(report, "other", "within")]}, 20_000)
    assert len(text) <= 20_000
    assert "/large</code>" in text
    assert "more items are not shown" in text
    assert "/other</code>" in text or "1 more stack is not shown here" in text


HOSTILE = "</details><script>alert(1)</script> @everyone #1 ![x](https://evil.example/y) `|` \u202e\x1b[31m"


def test_nothing_in_a_report_is_obeyed(report) -> None:
    text = json.dumps(report)
    for word in ("message", "hint", "resource", "name", "reason", "path"):
        text = text.replace(f'"{word}": "', f'"{word}": {json.dumps(HOSTILE)[:-1]}')
    shown = made(json.loads(text))
    assert "<script>" not in shown
    assert "@everyone" not in shown
    assert "](http" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    # every element that is opened is one of ours, and closed
    assert shown.count("<details") == shown.count("</details>")


@pytest.mark.parametrize(
    "number", ["1e999999999", "NaN", "Infinity", "-Infinity", "9" * 300, "", "many", [], {}]
)
def test_numbers_that_are_none(report, number) -> None:
    damaged = deepcopy(report)
    damaged["stacks"][0]["totals"][0]["monthly"]["high"] = number
    with pytest.raises(DocumentError, match="this report is damaged"):
        read(json.dumps(damaged).encode())


def places(report: Any) -> list[tuple[Any, Any]]:
    """Every object and list of a report with each of its keys."""
    below = list(report.items() if isinstance(report, dict) else enumerate(report))
    found = [(report, key) for key, _ in below]
    for _, value in below:
        if isinstance(value, dict | list):
            found += places(value)
    return found


@given(
    st.integers(min_value=0, max_value=10_000),
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.lists(st.text(max_size=2), max_size=2),
)
def test_any_damage_is_one_error(number: int, value: object) -> None:
    report = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    found = places(report)
    holder, key = found[number % len(found)]
    holder[key] = value
    with suppress(DocumentError):
        made(report)


def test_a_comparison(report) -> None:
    from_schema = {
        "schema": "apig-cost/diff/1",
        "verdict": report["verdict"],
        "baseBook": report["book"],
        "stacks": [
            {
                "label": "shop/gone",
                "base": "a",
                "head": None,
                "changes": [
                    {
                        "urn": "u",
                        "resource": "web",
                        "meter": "eip.bandwidth",
                        "kind": "removed",
                        "currency": "USD",
                        "before": {"low": "10", "high": "10"},
                        "after": None,
                        "code": {"low": "-10", "high": "-10"},
                        "prices": {"low": "0", "high": "0"},
                        "reasons": [],
                    }
                ],
                "unchanged": 0,
                "totals": [
                    {
                        "currency": "USD",
                        "before": {"low": "10", "high": "10"},
                        "after": {"low": "0", "high": "0"},
                        "code": {"low": "-10", "high": "-10"},
                        "prices": {"low": "0", "high": "0"},
                    }
                ],
                "overlaps": [],
                "increases": [],
            }
        ],
        "head": report,
    }
    text = made(from_schema)
    assert "shop/gone" in text
    assert "-10.00 USD by code" in text
    assert "| removed |" in text


def test_what_a_baseline_sets_aside_stops_nothing(report) -> None:
    new = stack(report, "new", "none", "mandatory")
    old = stack(report, "old", "none", "mandatory")
    old["findings"] = [{**finding, "baseline": True} for finding in old["findings"]]
    text = made({**report, "stacks": [old, new]})
    assert text.index("/new</code>") < text.index("/old</code>")
    shown = text[text.index("/old</code>") :]
    assert "**set aside" in shown
    assert "mandatory" not in shown
    assert "<details open>" not in shown


def test_the_sources_of_prices_follow_as_a_small_table(report) -> None:
    text = made(report).replace("&#45;", "-")
    assert "| Prices | Lines | Where they come from |" in text
    assert "| third-party | 1 | published by somebody else than the vendor |" in text
    assert "| reference | 1 | " in text
    assert text.index("| Prices |") > text.rindex("#### ")
    for stack_ in (older := deepcopy(report))["stacks"]:
        for line in stack_["lines"]:
            del line["price"], line["status"]
    assert "| none | 5 | no price is known |" in made(older)
