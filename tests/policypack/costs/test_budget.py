"""Limits: within, over and undecided in both directions, scopes, currencies, and the law of knowledge."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policypack.costs.budget import Mismatch, decide
from policypack.costs.estimate import totals_of
from policypack.costs.line import Estimate, Line
from policypack.declared import ABSENT, Origin, Provider, Resource, Stack
from policypack.settings.model import Exchange, Limit, Scope, Settings
from pricing.money import ANYTHING, Range
from pricing.quote import PriceReference

TODAY = date(2026, 11, 23)
SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def amount(low: str, high: str | None = "same") -> Range:
    return Range(Decimal(low), Decimal(low) if high == "same" else None if high is None else Decimal(high))


def line(
    name: str, monthly: Range | None, *, currency: str | None = "USD", tags: object = None, **more
) -> Line:
    urn = f"urn:pulumi:prod::shop::huaweicloud:Vpc/eip:Eip::{name}"
    resource = Resource(urn, "huaweicloud:Vpc/eip:Eip", name, {} if tags is None else {"tags": tags})
    facts = {
        "resource": resource, "type": "vpc_eip", "meter": "eip.bandwidth", "spec": "5_bgp",
        "region": "la-south-2", "site": "intl", "mode": "pay-per-use", "quantity": None, "unit": None,
        "status": "priced" if monthly is not None and monthly.is_exact else "undecided",
        "currency": currency, "hourly": monthly, "monthly": monthly, "price": None,
    }  # fmt: skip
    return Line(**{**facts, **more})


def stack(**more) -> Stack:
    return Stack("shop", "prod", Origin("export", "export.json"), [], **more)


def budget(
    lines: list[Line], *limits: Limit, of: Stack | None = None, new=None, hidden_before=False, **settings
):
    estimate, wanted = Estimate(tuple(lines), totals_of(lines)), Settings(limits=limits, **settings)
    return decide(estimate, of or stack(), wanted, TODAY, new=new, hidden_before=hidden_before)


def limit(value: str, currency: str = "USD", name: str = "all", **scope) -> Limit:
    return Limit(name=name, amount=Decimal(value), currency=currency, scope=Scope(**scope))


def price(confidence: str = "official", as_of: date = TODAY, reference: bool = False) -> PriceReference:
    return PriceReference("row", confidence, as_of, "https://example.com", reference)


def verdict(lines: list[Line], one: Limit, **more) -> str:
    return budget(lines, one, **more).limits[0].verdict


@pytest.mark.parametrize(
    ("monthly", "expected"),
    [
        (amount("99.99"), "within"),
        (amount("100"), "within"),
        (amount("100.01"), "over"),
        (amount("50", "100"), "within"),
        (amount("50", "100.01"), "undecided"),
        (amount("100", None), "undecided"),
        (amount("100.01", None), "over"),
        (amount("0", None), "undecided"),
        (None, "undecided"),
    ],
)
def test_a_limit_needs_the_whole_range_on_one_side(monthly: Range | None, expected: str) -> None:
    assert verdict([line("a", monthly)], limit("100")) == expected


def test_nothing_costs_nothing_and_no_limit_decides_nothing() -> None:
    assert budget([], limit("0")).verdict == "within"
    assert budget([line("a", amount("1"))]).verdict == "none"


def test_the_worst_limit_counts() -> None:
    lines = [line("a", amount("50", None))]
    assert budget(lines, limit("10", name="small"), limit("99", name="large")).verdict == "over"
    assert (
        budget([line("a", amount("5"))], limit("10", name="small"), limit("1", name="tiny")).verdict == "over"
    )
    assert budget(lines, limit("60")).verdict == "undecided"


def test_a_gap_leaves_both_verdicts_open() -> None:
    """Resources may be missing, and what a program declared after a wrong turn need not exist."""
    gappy = stack(gaps=("a data source decides",))
    for value in ("1", "9999"):
        (result,) = budget([line("a", amount("50"))], limit(value), of=gappy).limits
        assert result.verdict == "undecided"
        assert result.deciding[0].urn is None
        assert result.deciding[0].reason == "a data source decides"


def test_what_waits_for_deletion_is_billed() -> None:
    waiting = line("a", amount("60"))
    waiting = replace(waiting, resource=replace(waiting.resource, leaving=True))
    assert verdict([line("a", amount("60")), waiting], limit("100")) == "over"


def test_undecided_lists_inputs_by_what_they_are_responsible_for() -> None:
    lines = [
        line("narrow", amount("0", "10"), unknowns=("bandwidth.size",)),
        line("known", amount("500")),
        line("open", amount("1", None), unknowns=("edition",)),
        line("wide", amount("0", "900")),
        line("nothing", None),
    ]
    (result,) = budget(lines, limit("600")).limits
    assert [part.resource for part in result.deciding] == ["nothing", "open", "wide", "narrow"]
    assert result.deciding[1].unknowns == ("edition",)


def test_over_lists_the_lines_that_matter_most() -> None:
    lines = [line("b", amount("50")), line("a", amount("500")), line("c", amount("0", None))]
    (result,) = budget(lines, limit("100")).limits
    assert [part.resource for part in result.deciding] == ["a", "b"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"resource": "web-*"}, "10"),
        ({"resource": "*::api-1"}, "100"),
        ({"meter": "eip.*"}, "110"),
        ({"tag": "team"}, "100"),
        ({"tag": "team=orders"}, "100"),
        ({"stack": "prod", "project": "s*"}, "110"),
    ],
)
def test_scopes(scope: dict[str, str], expected: str) -> None:
    lines = [line("web-1", amount("10")), line("api-1", amount("100"), tags={"team": "orders"})]
    (result,) = budget(lines, limit("1000", **scope)).limits
    assert result.cost == amount(expected)


@pytest.mark.parametrize("meter", ["eip.bandwidth", "eip.traffic"])
def test_what_may_be_billed_by_another_meter_is_in_no_scope_for_sure(meter: str) -> None:
    open_ = line("a", amount("50", "60"), instead=("eip.traffic",))
    for value, expected in (("10", "undecided"), ("60", "within")):
        (result,) = budget([open_], limit(value, meter=meter)).limits
        assert (result.verdict, result.cost) == (expected, amount("0", "60"))
    (result,) = budget([open_], limit("10", meter=meter)).limits
    assert result.deciding[0].reason.startswith("whether it pays eip.bandwidth or eip.traffic is not known")
    assert verdict([open_], limit("10", meter="eip.*")) == "over"
    assert budget([open_], limit("10", meter="apig.*")).limits[0].cost == amount("0")


@pytest.mark.parametrize("scope", [{"stack": "dev*"}, {"project": "other"}])
def test_a_limit_about_another_stack_says_nothing(scope: dict[str, str]) -> None:
    found = budget([line("a", amount("10"))], limit("1", **scope))
    assert found.verdict == "none"
    assert found.skipped == ("limits are set, and none is about this stack (scope.stack, scope.project)",)
    assert budget([], limit("1", **scope)).skipped == ()
    both = budget([line("a", amount("1"))], limit("1", **scope), limit("1", name="here"))
    assert (both.verdict, both.skipped) == ("within", ())


@pytest.mark.parametrize(
    ("outputs", "adds_tags", "expected"),
    [({}, True, "undecided"), ({}, False, "within"), ({"tags": {"team": "orders"}}, True, "over")],
)
def test_a_tag_that_the_provider_may_add_may_apply(
    outputs: dict[str, object], adds_tags: bool, expected: str
) -> None:
    """A preview shows none of the provider's tags; what is deployed shows them all."""
    provider = Provider("urn", ABSENT, adds_tags=adds_tags)
    found = line("a", amount("10"), tags={"owner": "us"})
    found = replace(found, resource=replace(found.resource, provider=provider, outputs=outputs))
    other = line("b", amount("1"), tags={"team": "orders"})
    assert verdict([found, other], limit("9", tag="team=orders")) == expected


def test_a_tag_that_is_not_known_may_or_may_not_apply() -> None:
    for tags in (SENTINEL, {"team": SENTINEL}):
        lines = [line("a", amount("10"), tags=tags)]
        assert verdict(lines, limit("10", tag="team=orders")) == "within"
        assert verdict(lines, limit("9", tag="team=orders")) == "undecided"


@pytest.mark.parametrize("tags", [None, {"owner": "x"}])
def test_tags_that_the_provider_adds_count(tags: object) -> None:
    found = line("a", amount("10"), tags=tags)
    added = {**(tags or {}), "team": "orders"}
    found = replace(found, resource=replace(found.resource, outputs={"tags": added}))
    assert verdict([found], limit("9", tag="team=orders")) == "over"
    hidden = replace(found, resource=replace(found.resource, outputs={"tags": SENTINEL}))
    assert verdict([hidden], limit("9", tag="team=orders")) == "undecided"


def test_a_tag_of_the_program_goes_before_what_was_deployed() -> None:
    found = line("a", amount("10"), tags={"team": "shop"})
    found = replace(found, resource=replace(found.resource, outputs={"tags": {"team": "orders"}}))
    both = [found, line("b", amount("1"), tags={"team": "orders"})]
    assert verdict(both, limit("1", tag="team=orders")) == "within"


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ({"resource": "wbe-*"}, 'resource "wbe-*"'),
        ({"tag": "team=nobody"}, 'tag "team=nobody"'),
        ({"resource": "wbe-*", "tag": "team"}, 'resource "wbe-*" and tag "team"'),
    ],
)
def test_a_scope_that_means_nothing_is_a_problem_and_never_within(scope: dict[str, str], named: str) -> None:
    found = budget([line("web-1", amount("10"))], limit("100", **scope))
    assert found.verdict == "undecided"
    (problem,) = found.problems
    assert problem == (
        f'apig-monthly-budget: limit "all": scope {named} matches nothing that costs money in shop/prod; '
        "correct it, or set scope.stack to where it applies"
    )


def test_what_a_stack_with_gaps_or_a_scope_that_means_nothing_costs_is_anything() -> None:
    lines = [line("web-1", amount("10"))]
    (sure,) = budget(lines, limit("100")).limits
    assert (sure.cost, sure.estimate) == (amount("10"), amount("10"))
    (gap,) = budget(lines, limit("100"), of=stack(gaps=("a line decides on something unknown",))).limits
    assert (gap.cost, gap.estimate) == (ANYTHING, ANYTHING)
    (unfit,) = budget(lines, limit("100", resource="wbe-*")).limits
    assert (unfit.cost, unfit.estimate) == (ANYTHING, ANYTHING)


def test_a_scope_may_mean_nothing_where_nothing_costs_money() -> None:
    assert budget([], limit("100", resource="web-*")).verdict == "within"


def test_another_currency_is_never_converted_silently_and_what_is_known_is_said() -> None:
    found = budget([line("a", amount("10"), currency="CNY"), line("b", amount("1"))], limit("100"))
    assert found.verdict == "undecided"
    assert found.mismatches == (Mismatch("all", "USD", "CNY"),)
    assert found.problems == ()
    (result,) = found.limits
    assert result.elsewhere == (("CNY", amount("10")),)
    assert result.comparable == amount("1")


def test_nothing_in_another_currency_is_nothing() -> None:
    assert verdict([line("a", amount("0"), currency="CNY"), line("b", amount("1"))], limit("1")) == "within"


def test_a_rate_converts_and_says_so_on_every_amount() -> None:
    rate = Exchange(source="CNY", target="USD", rate=Decimal("0.14"), date=date(2026, 11, 1))
    lines = [line("a", amount("1000"), currency="CNY"), line("b", amount("1"))]
    (result,) = budget(lines, limit("100"), exchange=(rate,)).limits
    assert result.cost == amount("141")
    assert result.verdict == "over"
    assert result.notes == ("converted from CNY: 1 CNY = 0.14 USD of 2026-11-01",)
    assert result.deciding[0].reason == "converted from 1000 CNY at 0.14 of 2026-11-01"
    (backwards,) = budget(lines, limit("100", "CNY"), exchange=(rate,)).limits
    assert backwards.verdict == "over"


def test_what_is_converted_keeps_an_open_end() -> None:
    rate = Exchange(source="CNY", target="USD", rate=Decimal("0.14"), date=date(2026, 11, 1))
    (result,) = budget(
        [line("a", amount("1000", None), currency="CNY")], limit("500"), exchange=(rate,)
    ).limits
    assert (result.cost, result.verdict) == (amount("140", None), "undecided")
    assert result.deciding[0].reason == "converted from at least 1000 CNY at 0.14 of 2026-11-01"


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ((), "converted from CNY at 0.14 of 2026-11-01"),
        (("The size is not known.",), "The size is not known."),
    ],
)
def test_what_is_not_known_is_not_converted_from_a_number(reasons: tuple[str, ...], told: str) -> None:
    rate = Exchange(source="CNY", target="USD", rate=Decimal("0.14"), date=date(2026, 11, 1))
    open_ = replace(line("a", amount("0", None), currency="CNY"), reasons=reasons)
    (result,) = budget([open_], limit("500"), exchange=(rate,)).limits
    assert (result.verdict, result.deciding[0].reason) == ("undecided", told)


def test_a_currency_that_is_not_known_bounds_nothing() -> None:
    assert verdict([line("a", None, currency=None)], limit("100")) == "undecided"


def test_prices_below_the_asked_confidence_decide_nothing() -> None:
    lines = [line("a", amount("10"), price=price("example"))]
    assert verdict(lines, limit("100"), require_confidence="example") == "within"
    assert verdict(lines, limit("100"), require_confidence="official") == "undecided"
    assert (
        verdict([line("a", amount("10", "20"))], limit("100"), require_confidence="official") == "undecided"
    )
    nothing_used = line("a", amount("0"), quantity=amount("0"))
    assert verdict([nothing_used], limit("100"), require_confidence="official") == "within"
    for costs_nothing in (line("a", amount("0"), price=price("example")), line("a", amount("0"))):
        found = verdict([costs_nothing], limit("100"), require_confidence="official")
        assert found == "undecided"  # 0 is what the price says, or what several say


def test_prices_that_are_too_old_decide_nothing() -> None:
    lines = [line("a", amount("10"), price=price(as_of=date(2026, 10, 24)))]
    assert verdict(lines, limit("100"), max_price_age_days=30) == "within"
    assert verdict(lines, limit("100"), max_price_age_days=29) == "undecided"


def test_reference_and_third_party_prices_are_said_first() -> None:
    lines = [
        line("a", amount("1"), price=price("third-party", reference=True)),
        line("b", amount("1"), price=price()),
    ]
    (result,) = budget(lines, limit("100"), reference_prices="accept").limits
    assert result.notes == ("decided on reference and third-party prices",)


@pytest.mark.parametrize("more", [{"price": price(reference=True)}, {"elsewhere": True}])
@pytest.mark.parametrize("value", ["100", "1"])
def test_a_reference_price_makes_an_estimate_and_no_verdict(value: str, more: dict[str, object]) -> None:
    lines = [line("a", amount("10"), **more), line("b", amount("1"))]
    (result,) = budget(lines, limit(value)).limits
    assert (result.verdict, result.cost) == ("undecided", amount("1", None))
    [deciding] = [part for part in result.deciding if part.resource == "a"]
    assert deciding.reason == "its price is a reference price of site intl, not one of la-south-2"
    assert (deciding.wants_price_of, deciding.by_reference) == (("intl", "la-south-2"), True)
    assert verdict(lines, limit(value), reference_prices="accept") == ("within" if value == "100" else "over")
    free = line("a", amount("0"), **more)
    assert verdict([free, line("b", amount("1"))], limit("100")) == "undecided"
    nothing_used = line("a", amount("0"), quantity=amount("0"))
    assert verdict([nothing_used, line("b", amount("1"))], limit("100")) == "within"


def test_what_is_undecided_is_not_decided_on_prices() -> None:
    lines = [line("a", None), line("b", amount("1"), price=price("third-party"))]
    (result,) = budget(lines, limit("100")).limits
    assert result.verdict == "undecided"
    assert result.notes == ("estimated on third-party prices",)


def test_new_resources_only() -> None:
    lines = [line("a", amount("10")), line("b", amount("100"))]
    one = limit("50", new_only=True)
    assert budget(lines, one).verdict == "none"
    assert budget(lines, one).skipped == ('limit "all" is about new resources only, which a diff shows',)
    assert budget(lines, one, new=frozenset({lines[0].resource.urn})).verdict == "within"
    assert budget(lines, one, new=frozenset({lines[1].resource.urn})).verdict == "over"
    both = budget(lines, one, limit("50", name="everything"))
    assert [result.name for result in both.limits] == ["everything"], "the other limits still count"
    assert both.verdict == "over"


@pytest.mark.parametrize("new", [(), (1,), (0, 1)])
def test_what_is_new_is_not_known_where_the_base_has_gaps(new: tuple[int, ...]) -> None:
    """What the base lists may not exist: a deletion that was interrupted."""
    lines = [line("a", amount("10")), line("b", amount("100"))]
    urns = frozenset(lines[position].resource.urn for position in new)
    of_new, of_all = limit("50", new_only=True), limit("500", name="everything")
    hidden, other = budget(lines, of_new, of_all, new=urns, hidden_before=True).limits
    assert (hidden.verdict, other.verdict) == ("undecided", "within")
    assert "what it is compared with is incomplete" in hidden.notes[-1]


numbers = st.integers(0, 1000).map(Decimal)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, width = draw(numbers), draw(st.none() | numbers)
    return Range(low, None if width is None else low + width)


@st.composite
def narrowed(draw: st.DrawFn, wide: Range) -> Range:
    """A range inside another one: what is left when something becomes known."""
    top = wide.high if wide.high is not None else wide.low + draw(numbers)
    low = wide.low + (top - wide.low) * draw(st.integers(0, 4)) / 4
    if wide.high is None and draw(st.booleans()):
        return Range(low, None)
    return Range(low, low + (top - low) * draw(st.integers(0, 4)) / 4)


@given(st.data(), st.lists(ranges(), max_size=4), numbers, st.booleans(), st.booleans())
def test_knowing_more_never_flips_a_verdict(data, wide, value, gaps_before, tag_known_later) -> None:
    narrow = [data.draw(narrowed(one)) for one in wide]
    before_tags: object = {"team": SENTINEL} if tag_known_later else {"team": "a"}
    after_tags = {"team": data.draw(st.sampled_from(["a", "b"])) if tag_known_later else "a"}
    one = limit(str(value), tag="team=a")
    before = verdict(
        [line(f"r{i}", r, tags=before_tags) for i, r in enumerate(wide)],
        one, of=stack(gaps=("gap",) if gaps_before else ()),
    )  # fmt: skip
    after = verdict([line(f"r{i}", r, tags=after_tags) for i, r in enumerate(narrow)], one)
    if before != "undecided" and not (wide and after_tags["team"] == "b"):
        assert after == before
    elif before != "undecided":
        assert after in {before, "undecided"}


@given(st.lists(ranges(), max_size=5), numbers, st.randoms())
def test_the_order_of_lines_does_not_matter(found, value, random) -> None:
    lines = [line(f"r{i}", one) for i, one in enumerate(found)]
    mixed = list(lines)
    random.shuffle(mixed)
    assert budget(lines, limit(str(value))) == budget(mixed, limit(str(value)))


@pytest.mark.parametrize(
    ("limits", "lines", "missing"),
    [
        ((), [line("a", amount("5"))], True),
        ((limit("9", stack="other"),), [line("a", amount("5"))], True),
        ((limit("9", new_only=True),), [line("a", amount("5"))], True),
        ((limit("9", stack="prod"),), [line("a", amount("5"))], False),
        ((limit("9", meter="apig.*"),), [line("a", amount("5"))], False),
        ((), [], False),
    ],
)
def test_a_limit_is_required(limits: tuple[Limit, ...], lines: list[Line], missing: bool) -> None:
    result = budget(lines, *limits, required=True)
    assert (result.missing, result.verdict == "undecided") == (missing, missing)
    assert not budget(lines, *limits).missing


def test_what_a_gap_hides_needs_a_limit_too() -> None:
    assert budget([], of=stack(gaps=("a gap",)), required=True).missing


def outside(*limits: Limit, new=None) -> list[str]:
    lines = [line("a", amount("5")), line("b", amount("7")), line("free", amount("0")), line("open", None)]
    return [one.resource.name for one in budget(lines, *limits, new=new).outside]


def test_what_no_limit_counts() -> None:
    assert outside() == []
    assert outside(limit("9")) == []
    assert outside(limit("9", resource="a")) == ["b", "open"]
    assert outside(limit("9", resource="a"), limit("9", name="two", resource="b")) == ["open"]
    assert outside(limit("9", stack="other")) == ["a", "b", "open"]
    assert outside(limit("9", tag="x=y")) == ["a", "b", "open"]
