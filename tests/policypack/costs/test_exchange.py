"""Sums of several currencies, with the rates that a team chose."""

from datetime import date
from decimal import Decimal

import pytest

import pricing
from policypack.costs.exchange import in_one_currency, unknown_currencies
from policypack.costs.line import Total
from policypack.settings.model import Exchange, Increase, Limit, Settings
from pricing.money import Range

CNY, USD, EUR = (
    Total(code, Range.exactly(Decimal(1)), Range.exactly(Decimal(10))) for code in ("CNY", "USD", "EUR")
)


def rate(source: str, target: str, value: str = "0.5") -> Exchange:
    return Exchange(source=source, target=target, rate=Decimal(value), date=date(2026, 11, 1))


def test_totals_meet_in_the_currency_that_the_rates_lead_to() -> None:
    found = in_one_currency([CNY, USD], [rate("CNY", "USD")])
    assert found is not None
    assert found.total == Total("USD", Range.exactly(Decimal("1.5")), Range.exactly(Decimal(15)))
    assert found.rates == (rate("CNY", "USD"),)


def test_the_currency_of_the_limits_comes_first() -> None:
    rates = [rate("CNY", "USD"), rate("USD", "CNY", "2")]
    found = in_one_currency([CNY, USD], rates, ["CNY"])
    assert found is not None
    assert found.total.currency == "CNY"


def test_a_rate_is_never_turned_round_or_chained() -> None:
    assert in_one_currency([CNY, USD], [rate("EUR", "USD")]) is None
    assert in_one_currency([CNY, USD], [rate("CNY", "EUR"), rate("EUR", "USD")]) is None


def test_one_currency_without_a_rate_leaves_all_apart() -> None:
    assert in_one_currency([CNY, USD, EUR], [rate("CNY", "USD")]) is None


def test_a_single_currency_and_one_that_is_not_known_stay() -> None:
    assert in_one_currency([USD], [rate("CNY", "USD")]) is None
    nowhere = Total(None, Range.exactly(Decimal(0)), Range(Decimal(0), None))
    assert in_one_currency([USD, nowhere], [rate("CNY", "USD")]) is None


def test_an_open_end_stays_open() -> None:
    wide = Total("CNY", Range(Decimal(1), None), Range(Decimal(10), None))
    found = in_one_currency([wide, USD], [rate("CNY", "USD")])
    assert found is not None
    assert found.total.monthly == Range(Decimal(15), None)


@pytest.mark.parametrize(
    ("currency", "near"), [("RMB", "did you mean CNY?"), ("XAU", "a rate to it in exchange")]
)
def test_a_limit_in_a_currency_that_nobody_knows(currency: str, near: str) -> None:
    limits = tuple(Limit(name=one, amount=Decimal(1), currency=one) for one in ("USD", currency))
    increases = (
        Increase(name="more", amount=Decimal(1), currency=currency),
        Increase(name="share", percent=Decimal(5)),
    )
    first, second = unknown_currencies(Settings(limits=limits, increases=increases), pricing.load())
    assert first.startswith("apig-monthly-budget.limits[1].currency: expected a currency of the prices (")
    assert f'found "{currency}"' in first
    assert near in first
    assert second.startswith("apig-monthly-budget.increases[0].currency: ")


def test_a_currency_that_a_rate_leads_to() -> None:
    rate = Exchange(source="USD", target="RMB", rate=Decimal(7), date=date(2026, 11, 1))
    limits = (Limit(name="all", amount=Decimal(1), currency="RMB"),)
    assert list(unknown_currencies(Settings(limits=limits, exchange=(rate,)), pricing.load())) == []
    assert list(unknown_currencies(Settings(), pricing.load())) == []
