"""Rating with single rows, and the vendor's rounding: cases K and S of the reference."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from pricing import load
from pricing.book.model import Book
from pricing.money import ANYTHING, Range, divide
from pricing.quantity import Meter, Unit
from pricing.rating import SizeError, Usage, UsageRange, bounds, charge, counted
from pricing.rounding import cut, gateway_total, half_up
from pricing.sizes import shared_out
from pricing.tiers import Tariff
from pricing.timeline.events import Action, Event, Timeline
from pricing.timeline.rates import Rates

ROWS = {row.id: row for row in load().rows}


@pytest.mark.parametrize(
    ("row", "usage", "amount"),
    [
        (
            "peak-cn",
            Usage(size=Decimal(300), hours=Decimal(16 * 24), month_hours=Decimal(720)),
            "19200",
        ),  # S1
        ("traffic-la-north-2", Usage(volume=Decimal(300)), "24.3"),  # S2
        ("traffic-la-north-2", Usage(volume=Decimal(200)), "16.2"),
        ("retention-sa-brazil-1", Usage(hours=Decimal(744)), "3.72"),  # S5
        ("traffic-sa-brazil-1", Usage(volume=Decimal(100)), "13.5"),
        ("shared-sa-brazil-1", Usage(size=Decimal(10), hours=Decimal(744)), "209.064"),  # S6
        (
            "peak-sa-brazil-1",
            Usage(size=Decimal(300), hours=Decimal(744), month_hours=Decimal(744)),
            "6075",
        ),  # S7
        ("gateway-la-south-2-basic", Usage(hours=Decimal(744)), "565.44"),  # S8
        ("bandwidth-la-north-2", Usage(size=Decimal(10), hours=Decimal(730)), "121.91"),  # S11
        ("bandwidth-cn", Usage(size=Decimal(6), hours=Decimal(1)), "0.565"),
        ("bandwidth-eu", Usage(size=Decimal(5), hours=Decimal(1)), "0.089"),
        ("bandwidth-eu", Usage(size=Decimal(10), hours=Decimal(1)), "0.178"),
        ("bandwidth-eu", Usage(size=Decimal(10), hours=divide(Decimal(14520), Decimal(60))), "43.076"),  # E6
        ("outbound-cn", Usage(size=Decimal(0), hours=Decimal(1)), "0"),
        ("nat-public-small-sa-brazil-1", Usage(hours=Decimal(744)), "75.578"),  # K8
        ("nat-public-small-sa-brazil-1", Usage(hours=Decimal(1)), "2.438"),
        ("nat-public-small-sa-brazil-1", Usage(hours=Decimal("24.01")), "4.876"),
    ],
)
def test_worked_examples(row: str, usage: Usage, amount: str) -> None:
    assert charge(ROWS[row], usage).amount == Decimal(amount)


def test_s3_two_eips_the_quotation_tool_differs_by_a_cent() -> None:
    """Huawei's quotation says 48.61, its price API 48.60, which is what follows."""
    assert 2 * charge(ROWS["traffic-la-north-2"], Usage(volume=Decimal(300))).amount == Decimal("48.60")


def test_k1_size_and_quantity() -> None:
    flat = Tariff.flat(Decimal("0.1"))
    assert flat.amount(Decimal(40)) * 2 * divide(Decimal(720), Decimal(24)) == 240
    assert flat.amount(Decimal(40)) * 2 * 720 == 5760


@pytest.mark.parametrize(
    ("months", "amount"),
    [
        (1, "305"),
        (2, "610"),
        (3, "915"),
        (4, "1220"),
        (5, "1525"),
        (6, "1525"),
        (7, "1779.16"),
        (8, "2033.33"),
        (9, "2287.5"),
        (10, "2541.66"),
        (11, "2795.83"),
        (12, "3050"),
        (24, "6100"),
        (36, "9150"),
    ],
)
def test_k5_the_longest_plan_that_fits_cut_to_cents(
    months: int, amount: str, book_of: Callable[..., Book], row_text: Callable[..., str]
) -> None:
    plans = {1: "305", 6: "1525", 12: "3050"}
    assert term_price(book_of(*(plan(row_text, *item) for item in plans.items())), months) == Decimal(amount)


def test_k6_a_plan_of_three_years(book_of: Callable[..., Book], row_text: Callable[..., str]) -> None:
    book = book_of(plan(row_text, 12, "100"), plan(row_text, 36, "250"))
    assert 2 * term_price(book, 36) == 500


def plan(row_text: Callable[..., str], months: int, amount: str) -> str:
    text = row_text(
        id=f"m{months}",
        unit="month",
        price=f'rate = "{amount}"\nmonths = {months}',
        example=f'amount = "{amount}"',
    )
    return text.replace("pay-per-use", "yearly-monthly")


def term_price(book: Book, months: int) -> Decimal:
    """The price of a gateway's term as a timeline takes it from the book."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    event = Event("a test", at, "gw", Action.CONVERT, months=months)
    timeline = Timeline("intl", "ap-southeast-3", None, at, {}, (event,))
    return Rates(timeline, book).term(Meter.GATEWAY, "BASIC", Decimal(1), months, event)


def test_k7_three_units_for_an_hour() -> None:
    assert Tariff.flat(Decimal("0.2408")).amount(Decimal(3)) == Decimal("0.7224")


@pytest.mark.parametrize(
    ("amount", "places", "rounded"),
    [
        ("643.98569", 2, "643.99"),
        ("176.49608", 2, "176.50"),
        ("2.59683", 4, "2.5968"),
        ("0.00005", 4, "0.0001"),
        ("0.00004999", 4, "0.0000"),
        ("9.7115", 2, "9.71"),
        ("0.125", 2, "0.13"),
    ],
)
def test_half_up(amount: str, places: int, rounded: str) -> None:
    assert str(half_up(Decimal(amount), places)) == rounded


@pytest.mark.parametrize(
    ("amount", "places", "left"),
    [("1779.1699", 2, "1779.16"), ("0.1234567", 6, "0.123456"), ("5", 2, "5.00")],
)
def test_cut(amount: str, places: int, left: str) -> None:
    assert str(cut(Decimal(amount), places)) == left


@pytest.mark.parametrize(
    ("amount", "total"),
    [("0", "0.00"), ("0.0001", "0.01"), ("0.004", "0.01"), ("0.005", "0.01"), ("0.016", "0.02")],
)
def test_what_is_more_than_nothing_is_at_least_a_cent(amount: str, total: str) -> None:
    assert str(gateway_total(Decimal(amount))) == total


def usage(size: Range, hours: int = 1) -> UsageRange:
    return UsageRange(size, Range.exactly(hours), Range.exactly(0), Decimal(730))


def test_a_size_without_a_price() -> None:
    row = ROWS["bandwidth-eu-monthly"]
    for size in (9, 11):
        with pytest.raises(SizeError, match=f"bandwidth-eu-monthly has no price for a size of {size}"):
            charge(row, Usage(size=Decimal(size)))
        assert not shared_out([[row]], usage(Range.exactly(size)))
    assert shared_out([[row]], usage(Range(Decimal(9), None)))
    assert charge(row, Usage(size=Decimal(10))).amount == Decimal("85.50")


def test_nothing_costs_nothing_where_one_has_no_price() -> None:
    row = ROWS["bandwidth-eu-monthly"]
    assert charge(row, Usage(size=Decimal(0))).amount == 0
    assert bounds(row, usage(Range.exactly(0))) == Range.exactly(0)
    with pytest.raises(SizeError):
        charge(row, Usage(size=Decimal(1)))
    assert bounds(row, usage(Range.exactly(1))) == ANYTHING
    assert bounds(row, usage(Range(Decimal(10), Decimal(11)))) == ANYTHING
    assert charge(ROWS["retention-cn"], Usage()).amount == 0


def test_above_the_largest_size_that_has_a_price() -> None:
    row = replace(ROWS["outbound-cn"], least=Decimal(0), most=Decimal(5), inferred=False)
    assert bounds(row, usage(Range.exactly(5))) == Range.exactly(Decimal("0.315"))
    assert bounds(row, usage(Range.exactly(6))) == Range(Decimal("0.315"), None)
    assert bounds(row, usage(Range(Decimal(2), Decimal(6)))) == Range(Decimal("0.126"), None)
    assert bounds(row, usage(Range(Decimal(2), None))) == Range(Decimal("0.126"), None)
    assert shared_out([[row]], usage(Range.exactly(6)))


def test_a_month_that_is_used_in_part() -> None:
    row = ROWS["peak-cn"]
    part = UsageRange(Range.exactly(300), Range(Decimal(0), Decimal(365)), Range.exactly(0), Decimal(730))
    assert bounds(row, part) == Range(Decimal(0), Decimal(18000))
    assert counted(row.unit, row.mode, part) == Range(Decimal(0), Decimal(150))
    whole = UsageRange(Range.exactly(300), Range(Decimal(0), None), Range.exactly(0), Decimal(730))
    assert bounds(row, whole) == Range(Decimal(0), Decimal(36000))
    longer = UsageRange(Range.exactly(300), Range.exactly(744), Range.exactly(0), Decimal(730))
    assert bounds(row, longer) == Range.exactly(36000)


@pytest.mark.parametrize(
    ("row", "unit", "quantity"),
    [
        ("gateway-cn-professional", Unit.GATEWAY_HOUR, 700),
        ("retention-cn", Unit.HOUR, 700),
        ("bandwidth-cn", Unit.MBIT_S_HOUR, 4200),
        ("traffic-la-north-2", Unit.GIGABYTE, 9),
        ("bandwidth-sa-brazil-1-monthly", Unit.MBIT_S_MONTH, 6),
        ("retention-sa-brazil-1-monthly", Unit.MONTH, 1),
    ],
)
def test_what_is_counted(row: str, unit: Unit, quantity: int) -> None:
    used = UsageRange(Range.exactly(6), Range.exactly(700), Range.exactly(9), Decimal(730))
    assert ROWS[row].unit is unit
    assert counted(unit, ROWS[row].mode, used) == Range.exactly(quantity)


@pytest.mark.parametrize(
    ("row", "used", "steps"),
    [
        ("retention-cn", Usage(hours=Decimal(10)), ["0.02 CNY a hour", "x 10 h = 0.2 CNY"]),
        (
            "bandwidth-cn",
            Usage(size=Decimal(6), hours=Decimal(2)),
            ["6 Mbit/s: 0.565 CNY", "x 2 h = 1.13 CNY"],
        ),
        (
            "outbound-la-south-2",
            Usage(size=Decimal(6), hours=Decimal(2)),
            [
                "5 Mbit/s x 0.013 USD = 0.065 USD",
                "1 Mbit/s x 0.04 USD = 0.04 USD",
                "together 0.105 USD",
                "x 2 h = 0.21 USD",
            ],
        ),
        ("traffic-la-north-2", Usage(volume=Decimal(100)), ["100 GB x 0.081 USD = 8.1 USD"]),
        (
            "bandwidth-sa-brazil-1-yearly",
            Usage(size=Decimal(5)),
            ["5 Mbit/s x 90 USD = 450 USD", "for 12 months paid at once"],
        ),
        (
            "bandwidth-sa-brazil-1-monthly",
            Usage(size=Decimal(5)),
            ["5 Mbit/s x 9 USD = 45 USD", "for 1 month paid at once"],
        ),
        (
            "peak-cn",
            Usage(size=Decimal(300), hours=Decimal(365)),
            ["300 Mbit/s x 120 CNY = 36000 CNY", "x 365 h of 730 h = 18000 CNY"],
        ),
    ],
)
def test_the_arithmetic_is_explained(row: str, used: Usage, steps: list[str]) -> None:
    assert [step.text for step in charge(ROWS[row], used).steps] == steps


def of_size(low: int, high: int | None) -> UsageRange:
    most = None if high is None else Decimal(high)
    return UsageRange(Range(Decimal(low), most), Range.exactly(2), Range.exactly(0), Decimal(730))


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [
        (6, 6, "1.13", "1.13"),
        (1, 5, "0", "1.13"),
        (5, 5, "0", "1.13"),
        (5, 6, "0", "1.13"),
        (6, 7, "1.13", None),
        (7, 7, "1.13", None),
        (7, None, "1.13", None),
        (0, None, "0", None),
        (0, 0, "0", "0"),
    ],
)
def test_a_growing_price_of_one_size_bounds_the_others(
    low: int, high: int | None, least: str, most: str | None
) -> None:
    """The China example states 6 Mbit/s only; what it was put together from is stated nowhere."""
    found = bounds(ROWS["bandwidth-cn"], of_size(low, high))
    assert found == Range(Decimal(least), None if most is None else Decimal(most))


def test_a_price_of_one_size_bounds_nothing_unless_it_is_known_to_grow() -> None:
    row = replace(ROWS["bandwidth-cn"], growing=False)
    assert bounds(row, of_size(5, 5)) == ANYTHING
    assert not shared_out([[row]], usage(Range.exactly(5)))
    assert shared_out([[ROWS["bandwidth-cn"]]], usage(Range.exactly(5)))
