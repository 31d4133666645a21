"""Parts of a stack's cost: they make the whole again, and nothing unknown is counted as nothing."""

from datetime import date

from policypack.reports.breakdown import breakdown
from policypack.reports.report import Report
from policypack.reports.row import together


def test_parts_make_the_whole(report: Report) -> None:
    for stack in report.stacks:
        row = stack.row
        for portions in (row.breakdown.regions, row.breakdown.meters):
            assert together(one.cost for one in portions) == row.cost


def test_what_is_not_known_has_a_part_of_its_own(report: Report) -> None:
    parts = {one.key: one.cost for one in report.stacks[0].row.breakdown.regions}
    assert set(parts) == {None, "la-south-2"}
    assert parts[None].elsewhere
    assert parts[None].totals[0].monthly.high is None


def test_prices_are_counted_by_what_they_rest_on(report: Report) -> None:
    parts = report.stacks[0].row.breakdown
    assert dict(parts.prices) == {"none": 2, "official": 1, "reference": 1, "third-party": 1}
    assert parts.open == 3
    assert parts.oldest == date(2026, 10, 8)


def test_a_waived_finding_is_none_of_its_policies(report: Report) -> None:
    assert report.stacks[0].row.breakdown.policies == (
        "apig-monthly-budget",
        "apig-outbound-bandwidth-unneeded",
    )


def test_nothing_has_no_parts() -> None:
    parts = breakdown((), ())
    assert (parts.regions, parts.meters, parts.prices, parts.oldest) == ((), (), (), None)
    assert parts.open == 0
