"""Prices from bills: known rates come back, and what tells no rate gives no price."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pricing
from pricing.book.loader import definitions
from pricing.book.model import Book
from pricing.learn.rates import Charged, NoRateError, rate_of
from pricing.learn.records import BillError, read_bill
from pricing.learn.rows import learn, merged
from pricing.money import Range
from pricing.sync import lock
from tests.pricing.learn.conftest import record

TODAY = date(2026, 11, 26)


def learned(*pages, **options):
    shared = definitions()
    bill = read_bill([(f"page{number}", page) for number, page in enumerate(pages)])
    return learn(bill, shared, shared.regions, TODAY, **options)


def book_of(found):
    return merged(None, found, Book((), TODAY, definitions(), currencies=definitions().currencies))


def monthly(book, meter, spec, size, hours="730", **fields):
    question = pricing.Question(
        pricing.Meter(meter),
        spec,
        fields.pop("site", "cn"),
        fields.pop("region", "cn-north-4"),
        pricing.Mode.PAY_PER_USE,
        Range.exactly(Decimal(size)),
        Range.exactly(Decimal(hours)),
        **fields,
    )
    return pricing.answer(book, question, Decimal(730))


def test_flat_prices_come_back_for_every_size(used, answer):
    found = learned(
        answer(
            used("gateway", "PROFESSIONAL", "12.88", "744", unit_price="12.88"),
            used("bandwidth", "19_bgp", "0.1068", "100.5", unit_price="0.0178", spec_size=6),
        )
    )
    assert [(row.spec, row.tariff.tiers[0].rate, row.most) for row in found.rows] == [
        ("PROFESSIONAL", Decimal("12.88"), None),
        ("5_bgp", Decimal("0.0178"), None),
    ]
    assert {row.confidence for row in found.rows} == {"billed"}
    assert {row.as_of for row in found.rows} == {date(2026, 10, 31)}
    book = book_of(found)
    assert monthly(book, "eip.bandwidth", "5_bgp", 10, "1").monthly == Range.exactly(Decimal("0.178"))


def test_stepped_prices_come_back_for_the_sizes_that_were_billed_and_no_other(used, answer):
    """0.063 up to 5 Mbit/s and 0.25 above; the bandwidth was resized in the middle of the month."""
    found = learned(
        answer(
            used("outbound", "publicip", "0.565", "300.25", spec_size=6),
            used("outbound", "publicip", "1.565", "443.75", spec_size=10),
        )
    )
    book = book_of(found)
    for size, hourly in ((6, "0.565"), (10, "1.565")):
        assert monthly(book, "apig.outbound-bandwidth", "publicip", size, "1").monthly == Range.exactly(
            Decimal(hourly)
        )
    assert isinstance(monthly(book, "apig.outbound-bandwidth", "publicip", 8), pricing.Unpriced)
    assert [(row.least, row.most) for row in found.rows] == [(10, 10), (6, 6)]


def test_list_prices_whatever_discounts_and_coupons(used, answer):
    page = answer(
        used("gateway", "BASIC", "3.50", "300", unit_price="3.50", discount="0.2", coupon="100"),
        used("gateway", "BASIC", "3.50", "444", unit_price="3.50", discount="0.2"),
    )
    (row,) = learned(page).rows
    assert row.tariff.tiers[0].rate == Decimal("3.5")
    assert not row.discounted
    (row,) = learned(page, discounted=True).rows
    assert row.discounted
    assert row.tariff.tiers[0].rate == Decimal("2.8")
    assert "before coupons" in row.note


def test_traffic_by_volume(used, answer):
    traffic = {"usage_type": "upflow", "usage_measure_id": 10, "unit": "元/GB", "spec_size": 5}
    (row,) = learned(answer(used("bandwidth", "12_bgp", "0.8", "120", unit_price="0.8", **traffic))).rows
    assert (row.meter, row.spec, row.tariff.tiers[0].rate) == ("eip.traffic", "5_bgp", Decimal("0.8"))


def test_yearly_and_monthly_terms(answer):
    bought = {"bill_type": 1, "charge_mode": "1", "usage_type": None, "usage_measure_id": None}
    page = answer(
        record(
            "gateway",
            "BASIC",
            official_amount="1500.00",
            amount="1500",
            period_type="20",
            period_num=1,
            **bought,
        ),
        record(
            "bandwidth",
            "19_bgp",
            official_amount="1150",
            amount="1150",
            spec_size=5,
            unit_price="23",
            unit="元/Mbps/月",
            period_type="19",
            period_num=1,
            **bought,
        ),
    )
    rows = {row.meter: row for row in learned(page).rows}
    assert (rows["apig.gateway"].months, rows["apig.gateway"].tariff.tiers[0].rate) == (1, Decimal(1500))
    assert (rows["eip.bandwidth"].months, rows["eip.bandwidth"].tariff.tiers[0].rate) == (12, Decimal(230))


def test_what_contradicts_itself_gives_no_price_and_is_named(used, answer):
    found = learned(
        answer(
            used("gateway", "BASIC", "3.50", "300", unit_price="3.50"),
            used("gateway", "BASIC", "3.60", "300", unit_price="3.60"),
            used("ip", "5_bgp", "0.02", "700", unit_price="0.05"),
            used("outbound", "publicip", "0.5", "300", spec_size=6),
            used("outbound", "publicip", "0.6", "300", spec_size=6),
        )
    )
    assert found.rows == ()
    assert len(found.skipped) == 3
    assert all("contradict each other" in told for told in found.skipped)


def test_what_tells_no_price_is_counted(used, answer):
    found = learned(
        answer(
            used("ip", "5_bgp", "0", "700"),
            used("ip", "5_bgp", "0.02", "700", bill_type=4),
            used("ip", "5_bgp", "-0.02", "700"),
            used("ip", "5_bgp", "0.02", "700", bill_type=77),
            used("ip", "5_bgp", "0.02", "700", charge_mode="10"),
            used("gateway", "NEW_EDITION_7", "9", "700"),
            record("gateway", "x", official_amount=1, amount=1, cloud_service_type="hws.service.type.obs"),
        )
    )
    assert found.rows == ()
    assert found.left_out == {
        "records of a bill type that is not known": 1,
        "records of another charge mode": 1,
        "records of nothing or less": 2,
        "refunds": 1,
    }
    assert len(found.others) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"spec_size": None},
        {"spec_size_measure_id": 99},
        {"usage": None},
        {"usage_measure_id": None},
        {"official_amount": None},
        {"amount": None},
    ],
)
def test_a_record_without_size_or_unit_is_named(used, answer, fields):
    found = learned(answer(used("bandwidth", "19_bgp", "0.1", "700", **({"spec_size": 5} | fields))))
    assert found.rows == ()
    assert "fee_records[0]" in found.skipped[0]


def test_an_amount_that_is_too_small_tells_no_rate(used, answer):
    found = learned(answer(used("ip", "5_bgp", "0.02", "0.5", places=2)))
    assert "too small" in found.skipped[0]


def test_other_books_keep_their_rows_and_the_file_reads_back(used, answer, tmp_path):
    first = book_of(learned(answer(used("gateway", "BASIC", "3.50", "700"))))
    sizes = (used("outbound", "publicip", "0.565", "700", spec_size=6),)
    sizes += (used("outbound", "publicip", "1.565", "700", spec_size=10),)
    again = merged(first, learned(answer(used("gateway", "BASIC", "3.60", "700"), *sizes)), first)
    assert [row.tariff.tiers[0].rate for row in again.rows if row.meter == "apig.gateway"] == [Decimal("3.6")]
    path = tmp_path / "prices.billed.toml"
    lock.write(again, path)
    assert pricing.load_file(path).rows == again.rows


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "fee_records"),
        ([], "no records"),
        ({"fee_records": [], "currency": "CNY"}, "no records"),
        ({"fee_records": ["x"]}, "fee_records[0]: a record was expected, found 'x'"),
        ({"fee_records": [record("ip", "5_bgp", official_amount="x")]}, "a number was expected, found 'x'"),
        ({"fee_records": [record("ip", "5_bgp", official_amount="9" * 50)]}, "a number was expected"),
        ({"fee_records": [record("ip", "5_bgp", official_amount=True)]}, "a number was expected, found True"),
        ({"fee_records": [record("ip", "5_bgp", bill_date="soon")]}, "bill_date: a day like"),
        ({"fee_records": [record("ip", "5_bgp", region=[])]}, "region: a text was expected, found a list"),
        ({"fee_records": [record("ip", "5_bgp", measure_id=3)]}, "measure_id: 1 was expected"),
        ({"fee_records": [record("ip", "5_bgp", bill_type="1.5")]}, "bill_type: a whole number"),
    ],
)
def test_what_is_no_bill_is_one_line(document, told):
    if isinstance(document, dict) and "bill_date" in told:
        document["fee_records"][0] |= {"official_amount": 1, "amount": 1}
    with pytest.raises(BillError) as caught:
        read_bill([("bill.json", document)])
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_currencies_and_two_months_are_refused(used, answer):
    one, other = (
        used("ip", "5_bgp", "0.02", "700"),
        used("ip", "5_bgp", "0.02", "700", bill_date="2026-09-30"),
    )
    with pytest.raises(BillError, match="different currencies"):
        read_bill([("a", answer(one)), ("b", answer(one, currency="USD"))])
    with pytest.raises(BillError, match=r"several months.*--month 2026-10"):
        read_bill([("a", answer(one, other))])
    assert len(read_bill([("a", answer(one, other))], date(2026, 9, 1)).records) == 1
    with pytest.raises(BillError, match="no records of 2026-08"):
        read_bill([("a", answer(one, other))], date(2026, 8, 1))


def test_the_site_follows_from_region_and_currency(used, answer):
    page = answer(used("ip", "5_bgp", "0.005", "700", region="sa-brazil-1"), currency="USD")
    assert learned(page).rows[0].site == "intl"
    with pytest.raises(BillError, match="--site"):
        learned(answer(used("ip", "5_bgp", "0.005", "700", region="sa-brazil-1"), currency="EUR"))
    with pytest.raises(BillError, match="--site"):
        learned(answer(used("ip", "5_bgp", "0.005", "700", region="nowhere-1"), currency="USD"))
    found = learned(
        answer(used("ip", "5_bgp", "0.005", "700", region="nowhere-1"), currency="USD"), site="eu"
    )
    assert found.own_regions[0].id == "nowhere-1"


@given(
    st.decimals("0.0001", "50", places=4),
    st.lists(st.decimals("1", "744", places=3), min_size=1, max_size=5),
    st.integers(4, 8),
)
def test_the_rate_of_a_bill_comes_back(rate, hours, places):
    unit = Decimal(1).scaleb(-places)
    charged = [Charged((rate * one).quantize(unit), one, places) for one in (*hours, Decimal(744))]
    try:
        found = rate_of(charged)
    except NoRateError:
        finest = max(0, -rate.normalize().as_tuple().exponent) + 1
        hidden = min(Decimal("0.5").scaleb(-finest), rate * Decimal("0.0001"))
        assert 2 * unit / 744 >= hidden  # its rounding hides it
    else:
        assert found == rate or abs(found - rate) <= rate * Decimal("0.0002")


def test_rounding_that_hides_one_of_several_rates_tells_none():
    """0.1344 and 0.13441 an hour are both 100.00 of a month of 744 hours."""
    with pytest.raises(NoRateError, match="too small"):
        rate_of([Charged(Decimal("100.00"), Decimal(744), 2)])
    assert rate_of([Charged(Decimal("2604.00"), Decimal(744), 2)]) == Decimal("3.5")


def test_a_term_costs_what_was_charged_for_one(answer):
    page = [
        record(
            "gateway",
            "BASIC",
            bill_type=1,
            charge_mode="1",
            usage_type=None,
            usage_measure_id=None,
            period_type="20",
            period_num=1,
            official_amount=amount,
            amount=amount,
        )
        for amount in ("1513.57", "1513.57", "1513.58")
    ]
    assert learned(answer(*page[:2])).rows[0].tariff.tiers[0].rate == Decimal("1513.57")
    assert learned(answer(*page)).rows == ()


@pytest.mark.parametrize("unit", ["", "元/小时", "元/Mbps/天", "元/GB", "元/Mbps/月"])
def test_a_unit_price_of_another_unit_is_none_for_every_size(used, answer, unit):
    """A day, or the whole bandwidth whatever its size: only the size that was billed has a price then."""
    page = answer(used("outbound", "publicip", "0.063", "300", spec_size=1, unit_price="0.063", unit=unit))
    (row,) = learned(page).rows
    assert (row.least, row.most) == (1, 1)
    page = answer(used("outbound", "publicip", "0.565", "300", spec_size=6, unit_price="0", unit=unit))
    (row,) = learned(page).rows
    assert (row.least, row.most) == (6, 6)


def test_a_record_without_its_unit_price_is_held_against_that_of_the_others(used, answer):
    """The price of 300 Mbit/s is not that of each."""
    named = used("outbound", "publicip", "30", "300", spec_size=300, unit_price="0.1")
    (row,) = learned(answer(named, used("outbound", "publicip", "30", "44", spec_size=300))).rows
    assert (row.tariff.tiers[0].rate, row.most) == (Decimal("0.1"), None)
    assert learned(answer(named, used("outbound", "publicip", "0.7", "44", spec_size=6))).rows == ()


def test_use_is_not_paid_by_the_month_because_its_record_names_a_period(used, answer):
    (row,) = learned(answer(used("gateway", "BASIC", "3.5", "744", period_num=1, period_type="20"))).rows
    assert (row.tariff.tiers[0].rate, row.months) == (Decimal("3.5"), None)


@pytest.mark.parametrize(
    "fields",
    [
        {"sku_code": None},  # a bandwidth of its own, or a shared one
        {"sku_code": "19_share", "usage_type": "peak95", "usage": None, "period_type": "20", "period_num": 1},
    ],
)
def test_what_may_be_another_product_is_none(used, answer, fields):
    found = learned(answer(used("bandwidth", "19_bgp", "0.565", "300", **({"spec_size": 6} | fields))))
    assert found.rows == ()
    assert sum(found.others.values()) == 1


@pytest.mark.parametrize("field", ["free_resource_usage", "ri_usage"])
def test_what_a_package_pays_in_part_tells_no_price(used, answer, field):
    found = learned(answer(used("outbound", "publicip", "0.3", "700", spec_size=6, **{field: 200})))
    assert found.rows == ()
    assert sum(found.left_out.values()) == 1


def test_each_amount_is_as_exact_as_itself(used, answer):
    """2604.744 that is stated as 2604.7 beside an amount of five decimals."""
    fields = {"official_amount": Decimal("2604.7"), "amount": Decimal("2344.26963")}
    assert learned(answer(used("gateway", "BASIC", "3.501", "744", **fields))).rows == ()


@pytest.mark.parametrize("region", [None, "*", "cn-north-4'\n"])
def test_a_record_of_no_region_is_no_price_of_every_region(used, answer, region):
    found = learned(answer(used("gateway", "BASIC", "3.5", "744", region=region)), site="cn")
    assert found.rows == ()
    assert "region" in found.skipped[0]


def test_steps_that_a_time_may_bound_are_not_told_by_a_day(used, answer):
    """Five hours at a first tier are not what a month costs (docs/reference/prices.md, "Time tiers")."""
    short = [used("outbound", "publicip", "0.05", hours, spec_size=5) for hours in ("1", "2", "21")]
    found = learned(answer(*short))
    assert found.rows == ()
    assert "24 hours" in found.skipped[0]
    assert len(learned(answer(*short, used("outbound", "publicip", "0.05", "1", spec_size=5))).rows) == 1


def test_a_bill_without_a_currency_is_refused(used, answer):
    with pytest.raises(BillError, match="currency"):
        learned(answer(used("gateway", "BASIC", "0.44", "744"), currency=None))


@pytest.mark.parametrize("amount", ["1E+30", "1E+37", "1E+39"])
def test_an_amount_beyond_any_price_tells_no_rate(amount):
    with pytest.raises(NoRateError):
        rate_of([Charged(Decimal(amount), Decimal("0.001"), 2)])
