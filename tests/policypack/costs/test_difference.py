"""What changes: code apart from prices, replacements, limits on growth."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policypack.costs.difference import NO_SHIFT, Shift, difference
from policypack.costs.line import Line
from policypack.declared import Resource
from policypack.settings.model import Increase
from pricing.money import Range
from pricing.quote import PriceReference

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def line(
    name: str, low: str | None, high: str | None = "same", *, stack: str = "prod", inputs=None, **more
) -> Line:
    urn = f"urn:pulumi:{stack}::shop::huaweicloud:DedicatedApig/instance:Instance::{name}"
    resource = Resource(urn, "huaweicloud:DedicatedApig/instance:Instance", name, inputs or {})
    monthly = None
    if low is not None:
        top = Decimal(low) if high == "same" else None if high is None else Decimal(high)
        monthly = Range(Decimal(low), top)
    facts = {
        "resource": resource, "type": "apig_instance", "meter": "apig.gateway", "spec": "BASIC",
        "region": "la-south-2", "site": "intl", "mode": "pay-per-use", "quantity": None, "unit": None,
        "status": "priced", "currency": "USD", "hourly": monthly, "monthly": monthly, "price": None,
    }  # fmt: skip
    return Line(**{**facts, **more})


def shift(low: str | None, high: str | None = "same") -> Shift:
    bottom = None if low is None else Decimal(low)
    return Shift(bottom, bottom if high == "same" else None if high is None else Decimal(high))


def test_added_removed_changed_and_same() -> None:
    base = [line("gone", "10"), line("grown", "20"), line("kept", "30")]
    head = [line("grown", "25"), line("kept", "30"), line("new", "40")]
    found = difference(base, base, head)
    assert [(change.resource, change.kind, change.code, change.prices) for change in found.changes] == [
        ("gone", "removed", shift("-10"), NO_SHIFT),
        ("grown", "changed", shift("5"), NO_SHIFT),
        ("new", "added", shift("40"), NO_SHIFT),
    ]
    assert found.same == 1
    assert found.added == {head[2].resource.urn}
    (total,) = found.totals
    assert (total.before, total.after) == (Range.exactly(60), Range.exactly(95))
    assert (total.code, total.prices) == (shift("35"), NO_SHIFT)


def test_code_is_told_apart_from_prices() -> None:
    found = difference([line("a", "10")], [line("a", "12")], [line("a", "18")])
    (change,) = found.changes
    assert (change.code, change.prices) == (shift("6"), shift("2"))
    assert (found.totals[0].code, found.totals[0].prices) == (shift("6"), shift("2"))


def test_changes_that_cancel_out_are_still_changes() -> None:
    found = difference([line("a", "10")], [line("a", "8")], [line("a", "10")])
    assert [(change.code, change.prices) for change in found.changes] == [(shift("2"), shift("-2"))]


def test_unknowns_stay_open_on_both_sides() -> None:
    found = difference([line("a", "10", "20")], [line("a", "10", "20")], [line("a", "15", None)])
    assert found.changes[0].code == shift("-5", None)
    twice = difference([line("a", "1", "5")], [line("a", "1", "5")], [line("a", "1", "5")])
    assert twice.changes[0].code == shift("-4", "4")


def test_two_stacks_of_one_program_are_compared_by_type_and_name() -> None:
    found = difference([line("a", "1", stack="dev")], [line("a", "1", stack="dev")], [line("a", "1")])
    assert found.changes == ()
    assert found.added == frozenset()


def test_a_change_of_currency_is_no_number() -> None:
    found = difference([line("a", "1")], [line("a", "1")], [line("a", "1", currency="CNY")])
    assert found.changes[0].code == Shift(None, None)
    assert [total.currency for total in found.totals] == ["CNY", "USD"]


def test_the_old_half_of_a_replacement_is_a_line_of_its_own() -> None:
    waiting = line("a", "10")
    waiting = replace(waiting, resource=replace(waiting.resource, leaving=True))
    found = difference([line("a", "10")], [line("a", "10")], [line("a", "10"), waiting])
    assert [change.kind for change in found.changes] == ["added"]


@pytest.mark.parametrize("identifiers", [("one", "two"), ("", "")])
def test_several_old_halves_of_a_replacement_are_several_lines(identifiers: tuple[str, str]) -> None:
    one, two = (
        replace(found, resource=replace(found.resource, leaving=True, outputs={"id": identifier}))
        for found, identifier in zip((line("a", "10"), line("a", "30")), identifiers, strict=True)
    )
    base, head = [line("a", "10"), one], [line("a", "10"), one, two]
    [total] = difference(base, base, head).totals
    assert (total.code, total.prices) == (Shift(Decimal(30), Decimal(30)), NO_SHIFT)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"vpcId": "a"}, {"vpcId": "b"}, "vpcId changes"),
        ({"vpcId": "a"}, {"vpcId": "a"}, None),
        ({"vpcId": "a"}, {"vpcId": UNKNOWN}, None),
        ({"vpcId": "a"}, {}, None),
        ({"edition": "BASIC"}, {"edition": "PLATINUM"}, None),
    ],
)
def test_replacements_that_can_be_seen(before: dict, after: dict, reason: str | None) -> None:
    base, head = [line("a", "10", inputs=before)], [line("a", "14", inputs=after)]
    found = difference(base, base, head).overlaps
    assert [(one.reason, one.hourly) for one in found] == (
        [] if reason is None else [(reason, Range.exactly(24))]
    )


def test_another_region_is_a_replacement() -> None:
    base, head = [line("a", "10")], [line("a", "10", region="sa-brazil-1")]
    assert [one.reason for one in difference(base, base, head).overlaps] == [
        "region la-south-2 becomes sa-brazil-1"
    ]


@pytest.mark.parametrize(
    ("head", "limit", "verdict"),
    [
        ("110", {"amount": "10", "currency": "USD"}, "within"),
        ("111", {"amount": "10", "currency": "USD"}, "over"),
        ("90", {"amount": "0", "currency": "USD"}, "within"),
        ("110", {"percent": "10"}, "within"),
        ("110.01", {"percent": "10"}, "over"),
        ("10", {"percent": "0"}, "within"),
        (None, {"percent": "10"}, "undecided"),
        (None, {"amount": "10", "currency": "USD"}, "undecided"),
    ],
)
def test_limits_on_growth(head: str | None, limit: dict, verdict: str) -> None:
    increase = Increase(
        name="up", currency=limit.get("currency"),
        amount=None if "amount" not in limit else Decimal(limit["amount"]),
        percent=None if "percent" not in limit else Decimal(limit["percent"]),
    )  # fmt: skip
    base = [line("a", "100")]
    after = [line("a", head)]
    found = difference(base, base, after, increases=[increase])
    assert [result.verdict for result in found.increases] == [verdict]
    hidden = difference(base, base, after, increases=[increase], gaps=(True, False))
    assert [result.verdict for result in hidden.increases] == ["undecided"]


@pytest.mark.parametrize("gaps", [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("amounts", [["100"], []])
def test_gaps_open_the_totals_of_their_side_and_what_changes(gaps: tuple[bool, bool], amounts: list) -> None:
    base = [line("a", amount) for amount in amounts]
    growth = Increase(name="up", percent=Decimal(1000))
    found = difference(base, base, base, increases=[growth], gaps=gaps)
    [total] = found.totals
    not_known = Shift(None, None)
    assert (total.currency, total.code, total.prices) == ("USD" if amounts else None, not_known, NO_SHIFT)
    assert [side.high is None for side in (total.before, total.after)] == list(gaps)
    assert [side.low for side in (total.before, total.after)] == [sum(map(Decimal, amounts))] * 2
    assert [result.verdict for result in found.increases] == ["undecided"]
    repriced = [line("a", "90") for _ in amounts]
    assert difference(base, repriced, repriced, gaps=gaps).totals[0].prices == not_known


@pytest.mark.parametrize(
    ("added", "verdict"), [("10", "within"), ("10.01", "undecided"), ("20", "undecided"), ("20.01", "over")]
)
def test_a_percentage_of_a_range_holds_for_its_whole_range(added: str, verdict: str) -> None:
    """The base costs 100 to 200, of which 10 % are 10 to 20."""
    same = line("a", "100", "200", **BOUNDED)
    found = difference(
        [same], [same], [same, line("b", added)], increases=[Increase(name="up", percent=Decimal(10))]
    )
    assert [result.verdict for result in found.increases] == [verdict]


def test_nothing_changes_by_prices_that_are_the_same() -> None:
    base = [line("gone", None, currency=None), line("wide", "1", None)]
    found = difference(base, base, [line("wide", "2", None)])
    assert [change.prices for change in found.changes] == [NO_SHIFT, NO_SHIFT]
    assert [total.prices for total in found.totals] == [NO_SHIFT]
    again = difference(base, [replace(one) for one in base], [])
    assert {change.prices for change in again.changes} == {Shift(None, None)}


def test_a_limit_on_growth_in_another_currency_is_a_problem() -> None:
    increase = Increase(name="up", amount=Decimal(1), currency="CNY")
    (result,) = difference([], [], [line("a", "1")], increases=[increase]).increases
    assert result.verdict == "undecided"
    assert result.problem == "it is in CNY but there are prices in USD"


def test_nothing_grows_by_nothing() -> None:
    increases = [
        Increase(name="up", amount=Decimal(0), currency="USD"),
        Increase(name="p", percent=Decimal(0)),
    ]
    assert [result.verdict for result in difference([], [], [], increases=increases).increases] == ["within"]


amounts = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda two: (str(two[0]), str(sum(two))))


@given(st.lists(amounts, max_size=3), st.lists(amounts, max_size=3), st.lists(amounts, max_size=3))
def test_totals_are_the_sum_of_the_lines(base, repriced, head) -> None:
    olds, middles, news = (
        [line(f"r{number}", *one) for number, one in enumerate(lines)]
        for lines in (base, (repriced + [("0", "0")] * 3)[: len(base)], head)
    )
    found = difference(olds, middles, news)
    for total in found.totals:
        code = sum((change.code for change in found.changes), NO_SHIFT)
        prices = sum((change.prices for change in found.changes), NO_SHIFT)
        assert (code, prices) == (total.code, total.prices)


BOUNDED = {
    "price": PriceReference("bandwidth-cn", "example", date(2023, 4, 18), "source", reference=True),
    "quantity": Range.exactly(3650),
}


def test_one_quantity_at_one_price_is_the_same_whatever_the_price() -> None:
    base = [line("a", "0", "412", **BOUNDED)]
    found = difference(base, base, base, increases=[Increase(name="growth", percent=Decimal(0))])
    assert (found.changes, found.same) == ((), 1)
    assert found.totals[0].code == NO_SHIFT
    assert [result.verdict for result in found.increases] == ["within"]


@pytest.mark.parametrize(
    "more",
    [{"unknowns": ("bandwidth.size",)}, {"quantity": Range(Decimal(0), Decimal(3650))}, {"price": None}],
)
def test_what_is_not_known_or_has_no_row_may_differ(more: dict) -> None:
    base = [line("a", "0", "412", **{**BOUNDED, **more})]
    found = difference(base, base, base, increases=[Increase(name="growth", percent=Decimal(0))])
    assert found.changes[0].code == shift("-412", "412")
    assert [result.verdict for result in found.increases] == ["undecided"]


def test_another_price_row_is_a_change_of_prices() -> None:
    base = [line("a", "0", "412", **BOUNDED)]
    priced = replace(BOUNDED["price"], row="another")
    head = [line("a", "0", "412", **{**BOUNDED, "price": priced})]
    assert difference(base, head, head).changes[0].prices == shift("-412", "412")


UNPRICED = {"currency": None, "region": None, "site": None, "status": "undecided", "unknowns": ("region",)}


@pytest.mark.parametrize("others", [[], [("yuan", "CNY")]])
def test_a_currency_that_disappears_because_its_lines_became_unknown_leaves_the_change_open(others) -> None:
    """The line may cost as much as before, or more: no saving, and in reverse no growth that is proven."""
    kept = [line(name, "5", currency=currency) for name, currency in others]
    known = [line("a", "100"), *kept]
    hidden = [line("a", None, **UNPRICED), *kept]
    for base, head in ((known, hidden), (hidden, known)):
        limits = (Increase(name="team", percent=Decimal(1)),)
        found = difference(base, base, head, increases=limits)
        [dollars] = [total for total in found.totals if total.currency == "USD"]
        assert dollars.code.low is None or dollars.code.high is None
        assert {result.verdict for result in found.increases if result.currency == "USD"} == {"undecided"}
    [dollars] = [total for total in difference(known, known, hidden).totals if total.currency == "USD"]
    assert (dollars.after.low, dollars.after.high) == (0, None)
    assert dollars.code == shift("-100", None)


def test_a_line_of_an_unknown_region_is_never_nothing() -> None:
    hidden = [line("a", None, **UNPRICED), line("b", "7", currency="CNY")]
    head = [line("b", "7", currency="CNY")]
    found = difference(hidden, hidden, head)
    assert [(change.kind, change.code) for change in found.changes] == [("removed", Shift(None, None))]
    assert [(total.currency, total.code.low) for total in found.totals] == [("CNY", None)]


def test_what_costs_nothing_in_any_currency_opens_nothing() -> None:
    free = line("free", "0", currency=None, region=None, status="free")
    base, head = [line("a", "100"), free], [free]
    [total] = difference(base, base, [*head, line("b", "1", currency="CNY")]).totals[1:]
    assert (total.currency, total.after) == ("USD", Range.exactly(0))


@pytest.mark.parametrize(
    ("increase", "doubtful", "verdict"),
    [
        (Increase(name="up", amount=Decimal(10), currency="USD"), "new", "undecided"),
        (Increase(name="up", amount=Decimal(10), currency="USD"), "kept", "within"),
        (Increase(name="up", percent=Decimal(50)), "new", "undecided"),
        (Increase(name="up", percent=Decimal(50)), "kept", "undecided"),
        (Increase(name="up", percent=Decimal(50)), "nobody", "within"),
    ],
)
def test_a_price_that_decides_nothing_leaves_growth_open(increase, doubtful, verdict) -> None:
    """A reference price makes an estimate; the base counts only for a percentage of it."""
    base, head = [line("kept", "100")], [line("kept", "100"), line("new", "5")]

    def undeciding(one: Line) -> str | None:
        return "its price is of elsewhere" if one.resource.name == doubtful else None

    (result,) = difference(base, base, head, increases=[increase], undeciding=undeciding).increases
    assert result.verdict == verdict
    assert bool(result.doubt) == (verdict == "undecided")
