"""Where one way of paying begins to cost less than another."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pricing import Unpriced, load
from pricing.book.model import Book
from pricing.break_even import (
    BreakEven,
    dedicated_or_shared,
    for_eip,
    for_gateway,
    for_traffic,
    months_of_use,
    pay_per_use_or_prepaid,
    quantity_at,
    traffic_or_bandwidth,
    traffic_or_bandwidth_size,
)
from pricing.quantity import Meter
from pricing.tiers import Tariff, Tier, TierMode

MONTH = Decimal(730)
ROWS = {row.id: row for row in load().rows}
BANDWIDTH = ROWS["bandwidth-sa-brazil-1"]
TRAFFIC = ROWS["traffic-sa-brazil-1"]


def test_by_traffic_or_by_size() -> None:
    """5 Mbit/s cost 102.565 a month; at 0.135 a GB that is 759.74 GB."""
    found = traffic_or_bandwidth(BANDWIDTH, TRAFFIC, Decimal(5), MONTH)
    assert found.at is not None
    assert round(found.at, 2) == Decimal("759.74")
    assert found.sentence() == (
        "paying by traffic costs less up to 759.74 GB a month, paying by bandwidth (5 Mbit/s) above."
    )
    assert found.rows == ("bandwidth-sa-brazil-1", "traffic-sa-brazil-1")


def test_from_which_size_traffic_is_cheaper() -> None:
    """100 GB cost 13.50; that is the price of 0.658 Mbit/s for a month."""
    found = traffic_or_bandwidth_size(BANDWIDTH, TRAFFIC, Decimal(100), MONTH)
    assert found.at is not None
    assert round(found.at, 3) == Decimal("0.658")
    assert found.cheaper_below == "paying by bandwidth"


def test_how_many_eips_fill_a_shared_bandwidth() -> None:
    found = dedicated_or_shared(BANDWIDTH, ROWS["shared-sa-brazil-1"], Decimal(5), Decimal(20), MONTH)
    assert found.at == 4


def test_from_how_many_hours_prepaid_wins() -> None:
    """9 a month against 0.0281 an hour: 320.28 hours."""
    found = pay_per_use_or_prepaid(BANDWIDTH, ROWS["bandwidth-sa-brazil-1-monthly"], Decimal(5))
    assert found.at is not None
    assert round(found.at, 2) == Decimal("320.28")
    yearly = pay_per_use_or_prepaid(BANDWIDTH, ROWS["bandwidth-sa-brazil-1-yearly"], Decimal(5))
    assert yearly.at is not None
    assert round(yearly.at, 2) == Decimal("266.90")
    assert yearly.cheaper_above == "paying for a year"


@pytest.mark.parametrize(
    ("term_price", "months", "at", "term"),
    [
        ("20000", 12, "2.13", "a year"),
        ("200000", 12, None, "a year"),
        ("9402.40", 1, "1.00", "a month"),
        ("20000", 9, "2.13", "9 months"),
        ("20000", 36, "2.13", "3 years"),
    ],
)
def test_months_of_steady_use(term_price: str, months: int, at: str | None, term: str) -> None:
    """PROFESSIONAL at 12.88 CNY an hour costs 9402.40 CNY a month."""
    found = months_of_use(Decimal("12.88"), Decimal(term_price), months, MONTH)
    assert (None if found.at is None else str(round(found.at, 2))) == at
    assert found.cheaper_above == f"paying for {term}"
    if at is None:
        assert found.sentence() == f"paying per use never costs more than paying for {term}."


def test_everything_that_is_known_of_an_eip(bundled: Book) -> None:
    found = for_eip(bundled, "intl", "sa-brazil-1", Decimal(5), MONTH)
    assert [item.unit for item in found if isinstance(item, BreakEven)] == [
        "GB a month",
        "EIPs",
        "hours a month",
        "hours a month",
    ]


def test_what_is_not_known_is_said(bundled: Book) -> None:
    found = for_eip(bundled, "cn", "cn-north-4", Decimal(6), MONTH)
    assert all(isinstance(item, Unpriced) for item in found)
    assert next(item.reason for item in found if isinstance(item, Unpriced)) == (
        "No pay-per-use price of eip.traffic 5_bgp in region cn-north-4 (site cn) is known."
    )
    (only,) = for_eip(bundled, "intl", "me-east-1", Decimal(5), MONTH)
    assert isinstance(only, Unpriced)
    (size,) = for_eip(bundled, "intl", "la-north-2", Decimal(5), MONTH)
    assert isinstance(size, Unpriced)
    assert "no price for 5 Mbit/s" in size.reason


def test_sizes_beyond_what_is_priced(bundled: Book) -> None:
    limited = tuple(replace(row, most=Decimal(8)) for row in bundled.rows if row.region == "sa-brazil-1")
    found = for_eip(replace(bundled, rows=limited), "intl", "sa-brazil-1", Decimal(9), MONTH)
    assert [item.reason for item in found if isinstance(item, Unpriced)] == [
        "Row bandwidth-sa-brazil-1 has no price for 9 Mbit/s."
    ]
    only_dedicated = tuple(
        replace(row, most=None) if row.id == "bandwidth-sa-brazil-1" else row for row in limited
    )
    found = for_eip(replace(bundled, rows=only_dedicated), "intl", "sa-brazil-1", Decimal(9), MONTH)
    assert [type(item) for item in found] == [BreakEven, Unpriced]


def test_what_is_known_of_an_eip_by_traffic(bundled: Book) -> None:
    (found,) = for_traffic(bundled, "intl", "sa-brazil-1", Decimal(500), MONTH)
    assert isinstance(found, BreakEven)
    assert found.sentence() == (
        "paying by bandwidth costs less up to 3.29 Mbit/s, paying by traffic (500 GB a month) above."
    )
    here = [row for row in bundled.rows if row.region == "sa-brazil-1"]
    limited = tuple(row if row.meter == Meter.EIP_TRAFFIC else replace(row, most=Decimal(3)) for row in here)
    (beyond,) = for_traffic(replace(bundled, rows=limited), "intl", "sa-brazil-1", Decimal(500), MONTH)
    assert beyond == Unpriced("Row bandwidth-sa-brazil-1 has no price for 3.29 Mbit/s.")
    few = tuple(replace(row, most=Decimal(300)) if row.meter == Meter.EIP_TRAFFIC else row for row in here)
    (much,) = for_traffic(replace(bundled, rows=few), "intl", "sa-brazil-1", Decimal(500), MONTH)
    assert much == Unpriced("Row traffic-sa-brazil-1 has no price for 500 GB.")
    (no_traffic,) = for_traffic(bundled, "cn", "cn-north-4", Decimal(500), MONTH)
    assert isinstance(no_traffic, Unpriced)
    assert "eip.traffic" in no_traffic.reason


def test_no_yearly_price_of_a_gateway_is_known(bundled: Book) -> None:
    (only,) = for_gateway(bundled, "cn", "cn-north-4", "PROFESSIONAL", MONTH)
    assert isinstance(only, Unpriced)
    assert "No yearly/monthly price of PROFESSIONAL" in only.reason
    (only,) = for_gateway(bundled, "cn", "cn-north-4", "BASIC", MONTH)
    assert isinstance(only, Unpriced)


def test_a_gateway_whose_yearly_price_is_known(
    book_of: Callable[..., Book], row_text: Callable[..., str]
) -> None:
    yearly = row_text(
        id="y", unit="month", price='rate = "7300"\nmonths = 12', example='amount = "7300"'
    ).replace("pay-per-use", "yearly-monthly")
    book = book_of(row_text(), yearly)
    (found,) = for_gateway(book, "intl", "ap-southeast-3", "BASIC", MONTH)
    assert isinstance(found, BreakEven)
    assert found.at == 5
    assert found.rows == ("a", "y")


@pytest.mark.parametrize(
    ("mode", "amount", "quantity"),
    [
        (TierMode.PROGRESSIVE, "0", "0"),
        (TierMode.PROGRESSIVE, "3", "3"),
        (TierMode.PROGRESSIVE, "5", "5"),
        (TierMode.PROGRESSIVE, "11", "7"),
        (TierMode.WHOLE, "4", "4"),
        (TierMode.WHOLE, "12", "5"),
        (TierMode.WHOLE, "21", "7"),
        (TierMode.FIXED, "1", "0"),
        (TierMode.FIXED, "4", "5"),
        (TierMode.FIXED, "5", None),
    ],
)
def test_the_quantity_of_an_amount(mode: TierMode, amount: str, quantity: str | None) -> None:
    tiers = (Tier(Decimal(0), Decimal(5), Decimal(1)), Tier(Decimal(5), None, Decimal(3)))
    found = quantity_at(Tariff(tiers, mode), Decimal(amount))
    assert found == (None if quantity is None else Decimal(quantity))


def test_what_is_free_never_reaches_an_amount() -> None:
    assert quantity_at(Tariff.flat(Decimal(0)), Decimal(1)) is None


@settings(max_examples=100)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.integers(1, 400),
    st.sampled_from([TierMode.PROGRESSIVE, TierMode.WHOLE]),
)
def test_the_quantity_costs_the_amount_or_is_where_it_jumps(
    rates: list[int], amount: int, mode: TierMode
) -> None:
    tiers = [
        Tier(Decimal(5 * number), Decimal(5 * number + 5) if number < len(rates) - 1 else None, Decimal(rate))
        for number, rate in enumerate(rates)
    ]
    tariff = Tariff(tuple(tiers), mode)
    found = quantity_at(tariff, Decimal(amount))
    assert found is not None
    tiny = Decimal("0.0001")
    # a whole-quantity tariff may reach the amount at the last quantity of a tier and cost less behind it
    assert max(tariff.amount(found), tariff.amount(found + tiny)) >= amount - tiny
    assert found == 0 or tariff.amount(max(found - tiny, Decimal(0))) <= amount
