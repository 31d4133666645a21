"""The few lines inside a preview."""

from decimal import Decimal

from msgspec.structs import replace

from policypack.reports.report import Report
from policypack.reports.summary import LINES, summary
from pricing.money import Range


def test_nothing_at_all_for_a_stack_without_any_of_our_resources(report: Report) -> None:
    assert summary(report.stacks[1]) == ""


def test_most_expensive_first_and_the_rest_counted(report: Report) -> None:
    stack = report.stacks[0]
    one = stack.lines[2]
    lines = tuple(
        replace(
            one,
            resource=replace(one.resource, name=f"gateway-{number:03}", urn=f"{number:03}"),
            monthly=Range.exactly(Decimal(number)),
        )
        for number in range(100)
    )
    text = summary(replace(stack, lines=lines, budget=replace(stack.budget, limits=stack.budget.limits * 9)))
    shown = text.splitlines()
    assert len(shown) == LINES
    assert "gateway-099" in shown[1]
    assert shown[7] == "  + 94 more"
    assert shown[12] == "+ 24 more limits"


def test_an_unknown_amount_comes_first_and_is_not_zero(report: Report) -> None:
    shown = summary(report.stacks[0]).splitlines()
    assert shown[1].endswith("at least 9.49 USD, no upper bound")
    assert shown[2].endswith("not known")
    assert "0.00" not in "".join(shown[:4])


def test_short_whatever_the_names_hold(report: Report) -> None:
    stack = report.stacks[0]
    lines = tuple(replace(one, resource=replace(one.resource, name="\n\x1b[2J" * 999)) for one in stack.lines)
    text = summary(replace(stack, lines=lines))
    assert len(text.splitlines()) <= LINES
    assert "\x1b" not in text
