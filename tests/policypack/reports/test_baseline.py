"""What a baseline accepts: up to the amount that a finding was about, never more."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from policypack.cli.support.baseline import read_baseline, text_of
from policypack.findings.finding import Saving
from policypack.reports.baseline import Accepted, Known, baseline_of, set_aside
from policypack.reports.report import Report
from policypack.settings.model import Settings
from pricing.money import Range

POLICY = "apig-outbound-bandwidth-unneeded"


def of(report: Report, *savings: Saving | None) -> Report:
    """A report on stacks of one name, each with one finding that is about so much."""
    stack = report.stacks[0]
    [found] = [one for one in stack.findings if one.finding.policy == POLICY]
    stacks = tuple(
        replace(stack, findings=(replace(found, finding=replace(found.finding, saving=saving)),))
        for saving in savings
    )
    return replace(report, stacks=stacks, notes=())


def set_aside_of(written: Report, now: Report) -> list[bool]:
    marked = set_aside(now, baseline_of(written), "b.json", Settings())
    return [one.known for stack in marked.stacks for one in stack.findings]


def about(low: str, high: str | None = "same", currency: str = "USD") -> Saving:
    top = low if high == "same" else high
    return Saving(Range(Decimal(low), None if top is None else Decimal(top)), currency)


@pytest.mark.parametrize(
    ("then", "now", "is_set_aside"),
    [
        (about("10"), about("10"), True),
        (about("10"), about("0", "10"), True),
        (about("10"), about("10.01"), False),
        (about("10"), about("0", "10.01"), False),
        (about("0", "10"), about("10"), True),
        (about("10"), about("0", None), False),
        (about("10"), about("10", currency="CNY"), False),
        (about("10"), None, False),
        (about("10", None), about("10", None), True),
        (about("10", None), about("9", "12"), True),
        (about("10", None), about("11", None), False),
        (None, None, True),
        (None, about("10"), True),
    ],
)
def test_what_is_about_no_more_stays_set_aside(
    then: Saving | None, now: Saving | None, is_set_aside: bool, report: Report
) -> None:
    assert set_aside_of(of(report, then), of(report, now)) == [is_set_aside]


@pytest.mark.parametrize("digits", [f"3.{'3' * 49}", "9" * 28, "9" * 40, "1E+30", "1E+40", "1E-40"])
def test_what_was_just_written_is_set_aside(digits: str, report: Report, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    for amount in (about(digits), about(digits, None), about("0", digits)):
        one = of(report, amount)
        path.write_text(text_of(baseline_of(one)))
        marked = set_aside(one, read_baseline(str(path)), "b.json", Settings())
        assert [found.known for found in marked.stacks[0].findings] == [True]


def test_the_entry_that_accepts_least_of_those_that_accept_enough_is_used(report: Report) -> None:
    written = of(report, about("20"), about("10"), about("30"))
    for amounts, known in (
        (("10", "20", "30"), [True, True, True]),
        (("30", "10", "20"), [True, True, True]),
        (("25", "15", "5"), [True, True, True]),
        (("25", "26", "5"), [True, False, True]),
        (("31", "10", "20", "30"), [False, True, True, False]),
    ):
        assert set_aside_of(written, of(report, *map(about, amounts))) == known


def test_it_says_what_was_accepted_and_what_it_is_now(report: Report) -> None:
    baseline = baseline_of(of(report, about("10")))
    marked = set_aside(of(report, about("99", None)), baseline, "b.json", Settings())
    [one] = marked.stacks[0].findings
    assert one.finding.message.endswith(
        " When its baseline was written, this was about 10.00 USD a month; "
        "now it is at least 99.00 USD, no upper bound."
    )
    assert marked.rows[0].findings == 1
    assert any("counts again" in note for note in marked.notes)
    assert not [told for told in marked.warnings if "gone" in told]


def test_a_waiver_stays_a_waiver(report: Report) -> None:
    [stack] = of(report, about("99")).stacks
    [waiver] = [one.waiver for one in report.stacks[0].findings if one.waiver is not None]
    waived = replace(stack, findings=tuple(replace(one, waiver=waiver) for one in stack.findings))
    baseline = baseline_of(of(report, about("10")))
    marked = set_aside(replace(report, stacks=(waived,)), baseline, "b.json", Settings())
    assert marked.stacks[0].findings == waived.findings
    assert not [note for note in marked.notes if "again" in note]


def test_amounts_are_written_rounded_up(report: Report) -> None:
    [known] = baseline_of(of(report, about("0.12345649", "1.0000000000000001")))
    assert isinstance(known, Known)
    assert known.accepted == Accepted(Decimal("0.123457"), Decimal("1.000001"), "USD")
