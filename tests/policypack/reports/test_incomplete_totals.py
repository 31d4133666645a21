"""A total from which something may be missing has no upper end, for those that read nothing else, too."""

import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from policypack.costs.difference import difference
from policypack.costs.estimate import totals_of
from policypack.reports.catalogue import difference_renderer
from policypack.reports.comment.body import body
from policypack.reports.comment.document import read
from policypack.reports.differences.report import DifferenceReport, StackDifference
from policypack.reports.formats import json as json_format
from policypack.reports.formats import jsonl
from policypack.reports.names import difference_formats
from policypack.reports.report import Report, ReportError
from policypack.reports.tables.rows import rows
from pricing.money import Range
from tests.policypack.reports.test_adding_up import lines_of, with_lines

OPEN = {"low": "3.5", "high": None}
KNOWN = {"low": "3.5", "high": "3.5"}
NOTHING = {"low": None, "high": None}


def of(report: Report, gaps: tuple[str, ...], amounts: tuple[str, ...] = ("2", "1.5")) -> Report:
    """A report on one stack whose lines have exact amounts."""
    [stack] = with_lines(report, lines_of(report, list(amounts))).stacks
    totals = totals_of(list(stack.lines), is_open=bool(gaps))
    declared = replace(stack.stack, gaps=gaps)
    return replace(report, stacks=(replace(stack, stack=declared, totals=totals),), errors=())


@pytest.mark.parametrize(("gaps", "monthly"), [((), KNOWN), (("a gap",), OPEN)])
def test_gaps_take_the_upper_end_of_every_total(gaps: tuple[str, ...], monthly: dict, report: Report) -> None:
    of_it = of(report, gaps)
    document = json.loads(json_format.render(of_it))
    last = json.loads(jsonl.render(of_it).splitlines()[-1])
    totals = [document["totals"], document["stacks"][0]["totals"], last["totals"]]
    assert [[total["monthly"] for total in group] for group in totals] == [[monthly]] * 3
    assert of_it.rows[0].totals == of_it.stacks[0].totals == of_it.totals
    [row] = [row for table, row in rows(of_it) if table == "stacks"]
    assert (row["x_MonthlyCostLow"], row["x_MonthlyCostHigh"]) == ("3.5", monthly["high"] or "")
    comment = body(read(json_format.render(of_it).encode()), "", 65_536)
    assert ("at least 3.50 USD, no upper bound" in comment.replace("&#46;", ".")) is bool(gaps)


@pytest.mark.parametrize(("of_settings", "monthly"), [(True, KNOWN), (False, OPEN)])
def test_what_could_not_be_read_takes_the_upper_end_of_the_whole(
    of_settings: bool, monthly: dict, report: Report
) -> None:
    unread = replace(of(report, ()), errors=(ReportError("a.json", "is damaged", of_settings),))
    document = json.loads(json_format.render(unread))
    assert [total["monthly"] for total in document["totals"]] == [monthly]
    assert [total["monthly"] for total in document["stacks"][0]["totals"]] == [KNOWN]


def test_one_stack_with_gaps_opens_the_total_of_all(report: Report) -> None:
    both = replace(report, stacks=(*of(report, ()).stacks, *of(report, ("a gap",)).stacks), errors=())
    assert [total.monthly for total in both.totals] == [Range(Decimal(7), None)]


@pytest.mark.parametrize("form", difference_formats())
@pytest.mark.parametrize("gaps", [((), ()), (("one side",), ()), ((), ("other side",))])
def test_a_comparison_names_the_gaps_of_both_sides(
    form: str, gaps: tuple[tuple[str, ...], tuple[str, ...]], report: Report
) -> None:
    lines = of(report, ()).stacks[0].lines
    change = difference(lines, lines, lines, gaps=(bool(gaps[0]), bool(gaps[1])))
    stack = StackDifference("shop/prod", "base", "head", change, *gaps)
    head = replace(of(report, ()), stacks=(), notes=())
    text = difference_renderer(form)(DifferenceReport(head, report.book, (stack,)))
    if form == "json":
        comment = body(read(text.encode()), "", 65_536)
        assert ("**Incomplete before:** one side" in comment) is bool(gaps[0])
        told = json.loads(text)["stacks"][0]
        assert told["gaps"] == {"base": list(gaps[0]), "head": list(gaps[1])}
        assert (told["totals"][0]["code"] == NOTHING) is any(gaps)
        return
    assert ("before: one side" in text, "after: other side" in text) == (bool(gaps[0]), bool(gaps[1]))
    assert "Nothing changes." not in text or not any(gaps)
