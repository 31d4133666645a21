"""What is made from the rows of a run is what is made from its lines."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from policypack.costs.estimate import totals_of
from policypack.reports.report import Report
from policypack.reports.row import sum_of, together
from pricing.money import Range

AMOUNTS = (None, Range.exactly(Decimal(3)), Range(Decimal(1), Decimal(2)), Range(Decimal(1), None))


@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_sums_of_parts_are_the_totals_of_all_lines(parts: int, report: Report) -> None:
    first = report.stacks[0].lines[0]
    lines = [
        replace(first, currency=currency, hourly=amount, monthly=amount)
        for currency in ("USD", "CNY", None)
        for amount in AMOUNTS
    ]
    for end in range(len(lines) + 1):
        chosen = lines[:end]
        cut = [chosen[start::parts] for start in range(parts)]
        assert together(map(sum_of, cut)).totals == totals_of(chosen)
    nowhere = lines[-len(AMOUNTS) :]
    assert together(map(sum_of, ([lines[0]], nowhere))).totals == totals_of([lines[0], *nowhere])


def test_rows_say_what_the_stacks_say(report: Report) -> None:
    stops = [[one.fingerprint for one in stack.findings if one.stops] for stack in report.stacks]
    assert [[one.fingerprint for one in row.stops] for row in report.rows] == stops
    assert report.totals == totals_of([line for stack in report.stacks for line in stack.lines])
    assert all(not one.finding.evidence for row in report.rows for one in row.stops)
    assert all(len(limit.deciding) <= 3 for row in report.rows for limit in row.budget.limits)


def test_other_stacks_have_other_rows(report: Report) -> None:
    assert len(report.rows) == 2
    assert len(replace(report, stacks=report.stacks[:1]).rows) == 1
