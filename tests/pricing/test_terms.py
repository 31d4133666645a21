"""Customer terms: discounts, own prices and orders, and what is not known about them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from pricing import (
    Meter,
    Mode,
    Priced,
    Question,
    Range,
    Terms,
    Unpriced,
    answer,
    apply_terms,
    load_terms,
    order_for,
)
from pricing.book.model import Book
from pricing.document import DocumentError

MONTH = Decimal(730)
TODAY = date(2026, 11, 23)
Load = Callable[[str], Terms]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def build(text: str) -> Terms:
        path = tmp_path / "terms.toml"
        path.write_text(f'schema = "apig-cost/terms/1"\n{text}')
        return load_terms(path)

    return build


GATEWAY = Question(
    Meter.GATEWAY, "BASIC", "intl", "la-south-2", Mode.PAY_PER_USE, Range.exactly(1), Range.exactly(MONTH)
)
BANDWIDTH = Question(
    Meter.OUTBOUND_BANDWIDTH,
    None,
    "intl",
    "la-south-2",
    Mode.PAY_PER_USE,
    Range.exactly(5),
    Range(Decimal(0), MONTH),
)
UNPRICED = Question(
    Meter.GATEWAY,
    "ENTERPRISE",
    "intl",
    "af-south-1",
    Mode.PAY_PER_USE,
    Range.exactly(1),
    Range.exactly(MONTH),
)


def with_terms(book: Book, terms: Terms, question: Question, *, asked: bool = True) -> Priced | Unpriced:
    return apply_terms(
        answer(book, question, MONTH),
        terms,
        question.meter,
        question.spec,
        question.region,
        question.site,
        TODAY,
        question=question if asked else None,
        hours_per_month=MONTH,
    )


def monthly(found: Priced | Unpriced) -> Range:
    assert isinstance(found, Priced)
    return found.monthly


TEN = '[[discount]]\nname = "frame"\npercent = 10\n'


class TestDiscounts:
    def test_a_percentage_is_its_own_step(self, bundled: Book, load: Load) -> None:
        found = with_terms(bundled, load(TEN), GATEWAY)
        assert isinstance(found, Priced)
        assert found.monthly == Range.exactly(Decimal("499.32"))
        assert found.hourly == Range.exactly(Decimal("0.684"))
        assert found.steps[-1].text == "less 10 % (frame)"
        assert found.steps[-1].amount == Decimal("499.32")
        assert found.reasons[-1] == "Customer terms: frame, 10 % off the list price."
        assert found.price is not None
        assert found.price.row == "gateway-la-south-2-basic"

    @pytest.mark.parametrize("percent", ["0", "100", "12.5"])
    def test_the_bounds_of_a_percentage(self, bundled: Book, load: Load, percent: str) -> None:
        found = with_terms(bundled, load(TEN.replace("10", f'"{percent}"')), GATEWAY)
        assert monthly(found) == Range.exactly(Decimal("554.80") * (100 - Decimal(percent)) / 100)

    @pytest.mark.parametrize(
        ("condition", "applies"),
        [
            ("", True),
            ('meter = "apig.gateway"', True),
            ('meter = "eip.traffic"', False),
            ('spec = "BASIC"', True),
            ('spec = "PLATINUM*"', False),
            ('region = "la-*"', True),
            ('region = "af-*"', False),
            ('site = "intl"', True),
            ('site = "cn"', False),
            ("from = 2026-11-23\nuntil = 2026-11-23", True),
            ("from = 2026-11-24", False),
            ("until = 2026-11-22", False),
        ],
    )
    def test_when_it_applies(self, bundled: Book, load: Load, condition: str, applies: bool) -> None:
        found = with_terms(bundled, load(TEN + condition), GATEWAY)
        assert monthly(found) == Range.exactly(Decimal("499.32" if applies else "554.80"))

    def test_the_first_that_matches_wins(self, bundled: Book, load: Load) -> None:
        terms = load(TEN + '[[discount]]\nname = "other"\npercent = 50\n')
        assert monthly(with_terms(bundled, terms, GATEWAY)) == Range.exactly(Decimal("499.32"))

    def test_nothing_is_taken_off_what_the_customer_pays_already(self, bundled: Book, load: Load) -> None:
        paid = replace(
            bundled,
            rows=tuple(replace(row, discounted=row.id == "gateway-la-south-2-basic") for row in bundled.rows),
        )
        found = with_terms(paid, load(TEN), GATEWAY)
        assert monthly(found) == Range.exactly(Decimal("554.80"))
        assert isinstance(found, Priced)
        assert found.reasons[-1] == (
            "Customer terms: frame takes nothing off, for the price is what the customer pays already."
        )
        of_several_rows = replace(answer(paid, GATEWAY, MONTH), price=None)
        mixed = apply_terms(of_several_rows, load(TEN), Meter.GATEWAY, "BASIC", "la-south-2", "intl", TODAY)
        assert monthly(mixed) == Range(Decimal("499.32"), Decimal("554.80"))
        assert monthly(with_terms(paid, load(OWN), GATEWAY)) == Range.exactly(365)

    def test_no_terms(self, bundled: Book) -> None:
        assert with_terms(bundled, Terms(), GATEWAY) == answer(bundled, GATEWAY, MONTH)

    def test_an_unpriced_item_stays_unpriced(self, bundled: Book, load: Load) -> None:
        assert isinstance(with_terms(bundled, load(TEN), UNPRICED), Unpriced)

    def test_whether_it_applies_may_not_be_known(self, bundled: Book, load: Load) -> None:
        """An order of discounts of which the first may, and the second does, apply."""
        listed = answer(bundled, GATEWAY, MONTH)
        terms = load(TEN + 'spec = "BASIC"\n[[discount]]\nname = "rest"\npercent = 5\n')
        found = apply_terms(listed, terms, Meter.GATEWAY, None, "la-south-2", "intl", TODAY)
        assert monthly(found) == Range(Decimal("499.32"), Decimal("527.06"))
        found = apply_terms(
            listed, load(TEN + 'region = "la-*"'), Meter.GATEWAY, "BASIC", None, "intl", TODAY
        )
        assert monthly(found) == Range(Decimal("499.32"), Decimal("554.80"))
        assert isinstance(found, Priced)
        assert found.reasons[-1] == "It is not known whether the customer terms apply."


OWN = (
    '[[discount]]\nname = "own"\nmeter = "apig.gateway"\nrate = "0.5"\ncurrency = "USD"\nfrom = 2026-01-01\n'
)


class TestOwnPrices:
    def test_stands_in_for_the_list_price(self, bundled: Book, load: Load) -> None:
        found = with_terms(bundled, load(OWN), GATEWAY)
        assert isinstance(found, Priced)
        assert found.monthly == Range.exactly(365)
        assert found.hourly == Range.exactly(Decimal("0.5"))
        assert found.price is not None
        assert found.price.row == "terms: own"
        assert found.price.as_of == date(2026, 1, 1)
        assert found.steps[-1].text == "own price 0.5 USD a gateway-hour (own)"

    def test_prices_what_the_book_does_not(self, bundled: Book, load: Load) -> None:
        assert monthly(with_terms(bundled, load(OWN), UNPRICED)) == Range.exactly(365)

    def test_without_the_question_only_what_is_priced(self, bundled: Book, load: Load) -> None:
        found = with_terms(bundled, load(OWN), GATEWAY, asked=False)
        assert monthly(found) == Range.exactly(365)
        assert isinstance(with_terms(bundled, load(OWN), UNPRICED, asked=False), Unpriced)

    def test_counts_beside_the_list_price_where_the_mode_is_not_known(
        self, bundled: Book, load: Load
    ) -> None:
        """It may be paid per use at the own price, or by the month at the list price."""
        text = '[[discount]]\nname = "own"\nmeter = "eip.bandwidth"\nrate = "9"\ncurrency = "USD"\n'
        hours, five = Range.exactly(730), Range.exactly(5)
        asked = Question(Meter.EIP_BANDWIDTH, "5_bgp", "intl", "sa-brazil-1", None, five, hours)
        listed = monthly(with_terms(bundled, Terms(), asked))
        assert listed.high is not None
        assert monthly(with_terms(bundled, load(text), asked)) == Range(listed.low, Decimal(9 * 5 * 730))

    def test_another_currency_is_not_mixed_in(self, bundled: Book, load: Load) -> None:
        found = with_terms(bundled, load(OWN.replace("USD", "EUR")), GATEWAY)
        assert monthly(found) == Range.exactly(Decimal("554.80"))

    def test_bandwidth_by_size_and_hours(self, bundled: Book, load: Load) -> None:
        found = with_terms(bundled, load(OWN.replace("apig.gateway", "apig.outbound-bandwidth")), BANDWIDTH)
        assert isinstance(found, Priced)
        assert found.monthly == Range(Decimal(0), Decimal(1825))
        assert found.hourly == Range(Decimal(0), Decimal("2.5"))

    def test_a_peak_by_the_share_of_the_month(self, bundled: Book, load: Load) -> None:
        """As the list price counts it; the own price of half a month was that of a whole one."""
        half = Question(
            Meter.PEAK_BANDWIDTH,
            None,
            "intl",
            "sa-brazil-1",
            Mode.PAY_PER_USE,
            Range.exactly(300),
            Range.exactly(MONTH / 2),
        )
        listed = answer(bundled, half, MONTH)
        assert isinstance(listed, Priced)
        assert listed.monthly == Range.exactly(Decimal("20.25") * 150)
        terms = load('[[discount]]\nname="own"\nmeter="bandwidth.95peak"\nrate="20"\ncurrency="USD"\n')
        found = with_terms(bundled, terms, half)
        assert isinstance(found, Priced)
        assert found.monthly == Range.exactly(20 * 150)

    def test_traffic_by_volume(self, bundled: Book, load: Load) -> None:
        question = Question(
            Meter.EIP_TRAFFIC,
            "5_bgp",
            "intl",
            "af-south-1",
            Mode.PAY_PER_USE,
            Range.exactly(1),
            Range.exactly(MONTH),
            Range.exactly(73),
        )
        found = with_terms(bundled, load(OWN.replace("apig.gateway", "eip.traffic")), question)
        assert isinstance(found, Priced)
        assert (found.monthly, found.hourly) == (
            Range.exactly(Decimal("36.5")),
            Range.exactly(Decimal("0.05")),
        )


ORDER = (
    '[[order]]\nname = "2026-17"\nmatch = "orders-*"\nmonths = 12\nprice = "90000"\ncurrency = "CNY"\n'
    "end = 2026-12-20\n"
)


class TestOrders:
    def test_a_name_with_brackets_means_itself(self, load: Load) -> None:
        terms = load(ORDER.replace("orders-*", "huaweicloud_apig_instance.pool[0]"))
        assert order_for(terms, "huaweicloud_apig_instance.pool[0]", "urn") is not None
        assert order_for(terms, "huaweicloud_apig_instance.pool[1]", "urn") is None

    def test_is_found_by_name_or_urn(self, load: Load) -> None:
        terms = load(ORDER)
        assert order_for(terms, "orders-gateway", "urn:x") is not None
        assert order_for(terms, "web", "urn:x") is None
        by_urn = load(ORDER.replace("orders-*", "urn:*::web"))
        assert order_for(by_urn, "web", "urn:pulumi:prod::p::t::web") is not None

    def test_the_edition_counts_by_the_month(self, load: Load) -> None:
        order = order_for(load(ORDER), "orders-gateway", "")
        assert order is not None
        found = order.priced(date(2026, 6, 1), MONTH)
        assert found is not None
        assert found.monthly == Range.exactly(7500)
        assert round(found.hourly.low, 4) == Decimal("10.274")
        assert found.currency == "CNY"
        assert found.steps[0].text == "90000 CNY / 12 months = 7500 CNY a month"

    @pytest.mark.parametrize(
        ("today", "warning"),
        [
            (date(2026, 11, 19), None),
            (date(2026, 11, 20), "Order 2026-17 ends on 2026-12-20, in 30 days."),
            (date(2026, 12, 20), "Order 2026-17 ends on 2026-12-20, in 0 days."),
            (date(2026, 12, 21), "Order 2026-17 ended on 2026-12-20; the gateway is rated as pay-per-use."),
        ],
    )
    def test_its_end_is_warned_of(self, load: Load, today: date, warning: str | None) -> None:
        order = order_for(load(ORDER), "orders-gateway", "")
        assert order is not None
        assert order.warning(today) == warning
        found = order.priced(today, MONTH)
        assert (found is None) is (today > date(2026, 12, 20))
        if found is not None:
            assert (warning in found.reasons) is (warning is not None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TEN.replace("10", "101"),
            "discount 1 (frame): percent is 101; expected a discount of 0 to 100 percent",
        ),
        (TEN.replace("10", "-1"), "percent is -1; expected a number of zero or more"),
        (TEN.replace("10", "10.5"), 'percent is a float; write "10.5" in quotes'),
        (TEN.replace("percent = 10", ""), "percent is missing; expected a percentage, or an own price"),
        (TEN + 'rate = "1"\ncurrency = "USD"', "rate is '1'; expected either a percentage or an own price"),
        (
            OWN.replace('meter = "apig.gateway"', ""),
            "meter is missing; expected the meter that the own price",
        ),
        (OWN.replace('"USD"', '"usd"'), "currency is 'usd'"),
        (
            TEN + "from = 2026-02-01\nuntil = 2026-01-01",
            "until is 2026-01-01; expected a day not before 2026-02-01",
        ),
        (TEN + 'meter = "x"', "meter is 'x'; expected one of apig.gateway"),
        (TEN + 'regoin = "x"', "regoin is not a known key. Did you mean region?"),
        (
            ORDER.replace("months = 12", "months = 0"),
            "order 1 (2026-17): months is 0; expected a whole number",
        ),
        (ORDER.replace("end = 2026-12-20", ""), "end is missing; expected a date"),
        ("[[discounts]]\n", "discounts is not a known key. Did you mean discount?"),
    ],
)
def test_impossible_terms_are_one_clear_error(load: Load, text: str, message: str) -> None:
    with pytest.raises(DocumentError) as error:
        load(text)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_another_schema(tmp_path: Path) -> None:
    path = tmp_path / "terms.toml"
    path.write_text('schema = "x"')
    with pytest.raises(DocumentError, match="schema is 'x'; expected 'apig-cost/terms/1'"):
        load_terms(path)
