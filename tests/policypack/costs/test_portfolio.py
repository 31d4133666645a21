"""What one stack adds to limits over many."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from policypack.costs.line import Estimate, Line
from policypack.costs.portfolio import Share, shares
from policypack.declared import Origin, Resource, Stack
from policypack.settings.model import Exchange, Portfolio, PortfolioLimit, PortfolioScope, Settings
from pricing.money import ANYTHING, ZERO, Range
from pricing.quote import PriceReference

TODAY = date(2026, 11, 26)


def exactly(value: int) -> Range:
    return Range.exactly(value)


def line(name: str, cost: Range | None, region: str | None = "cn-north-4", **others: object) -> Line:
    urn = f"urn:pulumi:prod::shop::huaweicloud:Vpc/eip:Eip::{name}"
    resource = Resource(urn=urn, token="huaweicloud:Vpc/eip:Eip", name=name, inputs={}, outputs={})
    price = PriceReference("row", "official", TODAY, "https://example.com", False, "bundled")
    given = Line(
        resource=resource,
        type="vpc_eip",
        meter="eip.bandwidth",
        spec="5_bgp",
        region=region,
        site="cn",
        mode="pay-per-use",
        quantity=exactly(1),
        unit="hour",
        status="priced",
        currency="CNY",
        hourly=cost,
        monthly=cost,
        price=price,
    )
    return replace(given, **others)


LINES = (line("a", exactly(10)), line("b", exactly(5), "cn-east-3"), line("c", exactly(1), None))


def share(scope: PortfolioScope, lines: tuple[Line, ...] = LINES, **stack: object) -> Share | None:
    limit = PortfolioLimit(name="all", amount=Decimal(100), currency="CNY", scope=scope)
    given = Stack("shop", "prod", Origin("export", "a.json"), ())
    settings = Settings(portfolio=Portfolio(limits=(limit,)))
    found = shares(Estimate(lines, ()), replace(given, **stack), settings, TODAY)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("scope", "low", "high"),
    [
        (PortfolioScope(), 16, 16),
        (PortfolioScope(project="shop", stack="pr*"), 16, 16),
        (PortfolioScope(region="cn-north-*"), 10, 11),
        (PortfolioScope(region="eu-*"), 0, 1),
        (PortfolioScope(meter="eip.*", region="cn-east-3"), 5, 6),
        (PortfolioScope(meter="apig.*"), 0, 0),
    ],
)
def test_a_scope(scope: PortfolioScope, low: int, high: int) -> None:
    found = share(scope)
    assert found is not None
    assert found.cost == Range(Decimal(low), Decimal(high))


def test_a_stack_of_another_project_adds_nothing() -> None:
    assert share(PortfolioScope(project="bank")) is None


def test_a_stack_whose_names_are_not_known_may_belong() -> None:
    for scope in (PortfolioScope(project="bank"), PortfolioScope(stack="dev")):
        found = share(scope, project="", name="")
        assert found is not None
        assert found.cost == Range(Decimal(0), Decimal(16))


def test_a_stack_with_gaps_may_add_anything() -> None:
    found = share(PortfolioScope(region="cn-east-3"), gaps=("something",))
    assert found is not None
    assert found.cost == ANYTHING
    assert found.open[0].reason == "something"


def test_what_has_no_price_leaves_it_open() -> None:
    found = share(PortfolioScope(), (line("a", None, status="unpriced", price=None, reasons=("no price",)),))
    assert found is not None
    assert found.cost == ANYTHING
    assert found.open[0].reason == "no price"


@pytest.mark.parametrize("rate", [None, "7"])
def test_another_currency(rate: str | None) -> None:
    limit = PortfolioLimit(name="all", amount=Decimal(100), currency="CNY")
    exchange = (Exchange(source="USD", target="CNY", rate=Decimal(rate), date=TODAY),) if rate else ()
    settings = Settings(portfolio=Portfolio(limits=(limit,)), exchange=exchange)
    stack = Stack("shop", "prod", Origin("export", "a.json"), ())
    (found,) = shares(Estimate((line("a", exactly(2), currency="USD"),), ()), stack, settings, TODAY)
    if rate:
        assert (found.cost, found.elsewhere, found.rates) == (exactly(14), (), exchange)
    else:
        assert (found.cost, found.elsewhere) == (ANYTHING, ("USD",))


def test_a_stack_without_lines_adds_nothing() -> None:
    found = share(PortfolioScope(), ())
    assert found is not None
    assert (found.cost, found.lines) == (ZERO, 0)
