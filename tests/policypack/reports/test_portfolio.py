"""Limits over all stacks of an audit, and the savings of all of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policypack.costs.budget import Budget
from policypack.costs.counted import Contribution
from policypack.costs.portfolio import Share
from policypack.declared import Origin
from policypack.reports.breakdown import Breakdown
from policypack.reports.portfolio import PortfolioReport, portfolio_of
from policypack.reports.row import StackRow, Sum
from policypack.reports.savings import Saving, ranked
from policypack.settings.model import BUDGET_POLICY, Portfolio, PortfolioLimit, PortfolioScope, Settings
from pricing.money import ANYTHING, ZERO, Range

LIMIT = PortfolioLimit(name="all", amount=Decimal(100), currency="CNY")


def spread(low: int, high: int | None) -> Range:
    return Range(Decimal(low), None if high is None else Decimal(high))


def share(cost: Range, **others: object) -> Share:
    open_ = () if cost.is_exact else (Contribution("urn", "web", "eip.traffic", None, (), "traffic"),)
    given = Share("all", 1, 1, cost, open_, (), (), (), ())
    return replace(given, **others)


def row(
    name: str, *shares: Share, gaps: int = 0, savings: tuple[Saving, ...] = (), place: str = ""
) -> StackRow:
    project, _, stack = name.partition("/")
    return StackRow(
        project=project,
        name=stack,
        origin=Origin("export", place or f"{name}.json"),
        cost=Sum(1, (), False),
        converted=None,
        budget=Budget("none"),
        outside=Sum(0, (), False),
        stops=(),
        findings=0,
        not_covered=(),
        gaps=gaps,
        breakdown=Breakdown(),
        shares=shares,
        savings=savings,
    )


def judged(rows: list[StackRow], unread: int = 0, **settings: object) -> PortfolioReport:
    given = Settings(portfolio=Portfolio(limits=(LIMIT,)), **settings)
    return portfolio_of(rows, given, unread)


@pytest.mark.parametrize(
    ("costs", "unread", "verdict"),
    [
        ([spread(40, 40), spread(60, 60)], 0, "within"),
        ([spread(40, 40), spread(61, 61)], 0, "over"),
        ([spread(0, 40), spread(60, 61)], 0, "undecided"),
        ([spread(40, 40), ANYTHING], 0, "undecided"),
        ([spread(40, 40)], 1, "undecided"),
        ([spread(101, 101)], 1, "over"),
        ([], 0, "within"),
        ([], 1, "undecided"),
    ],
)
def test_all_stacks_are_compared_with_one_limit(costs: list[Range], unread: int, verdict: str) -> None:
    rows = [row(f"shop/{position}", share(cost)) for position, cost in enumerate(costs)]
    (result,) = judged(rows, unread).limits
    assert result.verdict == verdict
    assert result.stops == (verdict != "within")
    if verdict == "undecided":
        assert result.deciding, "it says what leaves it open"


def test_what_leaves_it_open_comes_widest_first() -> None:
    costs = {"a": spread(0, 5), "b": spread(0, None), "c": spread(0, 150), "d": spread(3, 3)}
    rows = [row(f"shop/{name}", share(cost)) for name, cost in costs.items()]
    (result,) = judged(rows, unread=2).limits
    assert [one.stack for one in result.deciding] == ["2 inputs", "shop/b", "shop/c", "shop/a"]
    assert result.deciding[1].monthly is None
    assert result.deciding[1].reason == "traffic"


def test_over_names_the_most_expensive() -> None:
    rows = [row(f"shop/{cost}", share(spread(cost, cost))) for cost in (0, 60, 70)]
    (result,) = judged(rows).limits
    assert [one.stack for one in result.deciding] == ["shop/70", "shop/60"]


def test_stacks_of_one_name_may_be_one() -> None:
    same = [row("shop/prod", share(spread(60, 60)), place=place) for place in ("a.json", "b.json")]
    (result,) = judged(same).limits
    assert (result.cost, result.verdict) == (spread(60, 120), "undecided")
    assert result.notes == ("shop/prod was read from several places and may be one stack",)
    (over,) = judged([*same, row("shop/dev", share(spread(41, 41)))]).limits
    assert over.verdict == "over"


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        ({}, "mandatory"),
        ({"levels": {BUDGET_POLICY: "advisory"}}, "advisory"),
        ({"when_undecided": "warn"}, "advisory"),
    ],
)
def test_they_are_as_binding_as_other_limits(settings: dict[str, object], level: str) -> None:
    report = judged([row("shop/dev", share(ANYTHING))], **settings)
    assert report.limits[0].level == level
    assert report.verdict == ("undecided" if level == "mandatory" else "ok")
    assert not judged([row("shop/dev")], levels={BUDGET_POLICY: "disabled"}).limits


def test_a_scope_that_meets_nothing_is_a_problem_unless_something_could_not_be_read() -> None:
    limit = PortfolioLimit(
        name="all", amount=Decimal(1), currency="CNY", scope=PortfolioScope(project="shpo", region="cn-*")
    )
    settings = Settings(portfolio=Portfolio(limits=(limit,)))
    (problem,) = portfolio_of([row("shop/dev")], settings, 0).problems
    assert 'scope project "shpo" and region "cn-*" meets nothing' in problem
    assert "did you mean shop?" in problem
    assert not portfolio_of([row("shop/dev")], settings, 1).problems
    empty = share(ZERO, lines=0, near=0)
    assert portfolio_of([row("shpo/dev", empty)], settings, 0).problems
    assert not portfolio_of([row("shpo/dev", share(ZERO, lines=0, near=1))], settings, 0).problems
    assert not portfolio_of([row("shpo/dev", empty, gaps=1)], settings, 0).problems


def test_a_currency_without_a_rate_is_a_problem() -> None:
    (problem,) = judged([row("shop/dev", share(ANYTHING, elsewhere=("USD",)))]).problems
    assert "from USD to CNY" in problem


AMOUNTS = st.integers(0, 60)
RANGES = st.one_of(
    st.just(ANYTHING), st.tuples(AMOUNTS, AMOUNTS).map(lambda ends: spread(min(ends), max(ends)))
)
ROWS = st.lists(st.tuples(st.sampled_from("abc"), RANGES), max_size=5)


def verdict_of(rows: list[tuple[str, Range]], unread: int = 0) -> str:
    return judged([row(f"shop/{name}", share(cost)) for name, cost in rows], unread).limits[0].verdict


@given(ROWS, st.data())
def test_knowing_less_never_decides_more(rows: list[tuple[str, Range]], data: st.DataObject) -> None:
    before = verdict_of(rows)
    assert verdict_of(data.draw(st.permutations(rows))) == before
    assert verdict_of(rows, unread=1) in {"over" if before == "over" else "undecided", "undecided"}
    for position, (name, _) in enumerate(rows):
        hidden = [*rows[:position], (name, ANYTHING), *rows[position + 1 :]]
        assert verdict_of(hidden) in {before, "undecided"}


def saving(policy: str, amount: Range, **others: object) -> Saving:
    given = Saving(policy, f"{policy}{amount}", "web", "cn-north-4", "orders", amount, "CNY")
    return replace(given, **others)


def test_savings_are_summed_and_ranked() -> None:
    found = [
        ("shop", saving("eip-idle", spread(10, 10))),
        ("shop", saving("eip-idle", spread(5, None), region=None, owner="")),
        ("bank", saving("apig-eip-ineffective", spread(30, 30), owner=None)),
        ("bank", saving("eip-idle", spread(1, 1), currency="USD")),
    ]
    savings = ranked(found, "team")
    assert savings.total.findings == 4
    assert savings.total.amounts == (("CNY", spread(45, None)), ("USD", spread(1, 1)))
    assert [(group.key, group.findings) for group in savings.by_policy] == [
        ("apig-eip-ineffective", 1),
        ("eip-idle", 3),
    ]
    assert [group.key for group in savings.by_project] == ["bank", "shop"]
    assert [group.key for group in savings.by_region] == ["cn-north-4", None]
    assert [group.key for group in savings.by_owner] == [None, "orders", ""]
    assert not ranked(found, None).by_owner


def test_a_finding_that_was_read_twice_is_certain_once() -> None:
    one = saving("eip-idle", spread(10, 10))
    assert ranked([("shop", one), ("shop", one)], None).total.amounts == (("CNY", spread(10, 20)),)
