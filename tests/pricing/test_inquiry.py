"""Answers: exact where all is known, the tightest proven range where not, never 0 for "unknown"."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pricing import (
    ANYTHING,
    ZERO,
    Cause,
    Meter,
    Mode,
    Priced,
    Prices,
    Question,
    Range,
    Row,
    Unpriced,
    answer,
    load,
)
from pricing.book.layers import layered
from pricing.book.model import Book, Complete, NoPrice, ordered
from pricing.money import divide
from pricing.tiers import TierMode

MONTH = Decimal(730)


def ask(meter: Meter, **parts: object) -> Question:
    defaults: dict[str, object] = {
        "spec": None,
        "site": "intl",
        "region": "sa-brazil-1",
        "mode": Mode.PAY_PER_USE,
        "size": Range.exactly(1),
        "hours": Range.exactly(MONTH),
    }
    return Question(meter=meter, **{**defaults, **parts})  # type: ignore[arg-type]


def priced(book: Book, question: Question) -> Priced:
    found = answer(book, question, MONTH)
    assert isinstance(found, Priced), found
    return found


def unpriced(book: Book, question: Question) -> Unpriced:
    found = answer(book, question, MONTH)
    assert isinstance(found, Unpriced), found
    return found


def between(low: str, high: str | None) -> Range:
    return Range(Decimal(low), None if high is None else Decimal(high))


class TestClearQuestions:
    def test_the_row_of_the_region(self, bundled: Book) -> None:
        found = priced(bundled, ask(Meter.GATEWAY, spec="BASIC", region="la-south-2"))
        assert found.monthly == Range.exactly(Decimal("554.80"))
        assert found.hourly == Range.exactly(Decimal("0.76"))
        assert found.quantity == Range.exactly(MONTH)
        assert found.currency == "USD"
        assert found.price is not None
        assert found.price.row == "gateway-la-south-2-basic"
        assert not found.price.reference
        assert found.open == ()
        assert [step.text for step in found.steps] == ["0.76 USD a gateway-hour", "x 730 h = 554.8 USD"]

    def test_a_reference_price_is_shown_as_such(self, bundled: Book) -> None:
        found = priced(bundled, ask(Meter.GATEWAY, spec="PROFESSIONAL", region="ap-southeast-1"))
        assert found.price is not None
        assert found.price.reference
        assert "reference price of site intl" in found.reasons[0]

    def test_the_gateway_bandwidth_has_one_product_only(self, bundled: Book) -> None:
        question = ask(Meter.OUTBOUND_BANDWIDTH, region="la-south-2", size=Range.exactly(6))
        assert priced(bundled, question).hourly == Range.exactly(Decimal("0.105"))
        assert priced(bundled, replace(question, spec="publicip")).open == ()

    def test_inbound_bandwidth_is_billed_at_the_price_of_the_eip_service(self, bundled: Book) -> None:
        question = ask(Meter.INBOUND_BANDWIDTH, site="cn", region="cn-north-4", size=Range.exactly(6))
        found = priced(bundled, question)
        assert found.hourly == Range.exactly(Decimal("0.565"))
        assert found.price is not None
        assert found.price.row == "bandwidth-cn"
        assert "at the price of the EIP service" in found.reasons[0]
        assert "https://" in found.reasons[0]

    def test_codes_of_the_vendor_mean_the_eip_type(self, bundled: Book) -> None:
        by_type = priced(bundled, ask(Meter.EIP_BANDWIDTH, spec="5_bgp", size=Range.exactly(5)))
        by_code = priced(bundled, ask(Meter.EIP_BANDWIDTH, spec="19_bgp", size=Range.exactly(5)))
        assert by_type == by_code

    def test_traffic_is_priced_by_volume_in_steps_of_1024_gigabytes(self, bundled: Book) -> None:
        volume = Range.exactly(11 * 1024)
        found = priced(bundled, ask(Meter.EIP_TRAFFIC, spec="5_bgp", volume=volume))
        assert found.monthly == Range.exactly(Decimal("1382.4") + Decimal("126.976"))
        assert found.quantity == volume

    def test_what_is_paid_by_the_month_has_an_averaged_hour(self, bundled: Book) -> None:
        question = ask(
            Meter.EIP_BANDWIDTH, spec="5_bgp", mode=Mode.YEARLY_MONTHLY, months=1, size=Range.exactly(73)
        )
        found = priced(bundled, question)
        assert found.monthly == Range.exactly(Decimal(657))
        assert found.hourly == Range.exactly(Decimal("0.9"))
        assert "Paid by the month" in found.reasons[-1]

    @pytest.mark.parametrize(
        ("months", "row", "monthly"),
        [(1, "monthly", "45"), (11, "monthly", "45"), (12, "yearly", "37.5"), (36, "yearly", "37.5")],
    )
    def test_the_longest_term_that_fits(self, bundled: Book, months: int, row: str, monthly: str) -> None:
        question = ask(
            Meter.EIP_BANDWIDTH, spec="5_bgp", mode=Mode.YEARLY_MONTHLY, months=months, size=Range.exactly(5)
        )
        found = priced(bundled, question)
        assert found.price is not None
        assert found.price.row == f"bandwidth-sa-brazil-1-{row}"
        assert found.monthly == Range.exactly(Decimal(monthly))

    @pytest.mark.parametrize("months", [12, 36, None])
    def test_the_price_of_a_month_is_not_that_of_a_year(self, bundled: Book, months: int | None) -> None:
        question = ask(
            Meter.EIP_BANDWIDTH, spec="5_bgp", site="eu", region="eu-west-101", mode=Mode.YEARLY_MONTHLY,
            size=Range.exactly(10), months=months,
        )  # fmt: skip
        assert priced(bundled, replace(question, months=1)).monthly == Range.exactly(Decimal("85.5"))
        assert "a year has a price of its own" in unpriced(bundled, question).reason
        stated = Complete(Meter.EIP_BANDWIDTH, "eu", "eu-west-101", "made up", date(2026, 11, 1))
        complete = replace(bundled, complete=(stated,))
        # a list without a price for a year sells a year as twelve months
        with_region = replace(
            complete,
            rows=tuple(
                replace(row, region="eu-west-101") if row.id == "bandwidth-eu-monthly" else row
                for row in complete.rows
            ),
        )
        assert priced(with_region, question).monthly == Range.exactly(Decimal("85.5"))

    def test_enhanced_95_is_paid_by_the_month(self, bundled: Book) -> None:
        found = priced(bundled, ask(Meter.PEAK_BANDWIDTH, size=Range.exactly(300)))
        assert found.monthly == Range.exactly(Decimal(6075))
        assert found.hourly == Range.exactly(divide(Decimal(6075), MONTH))


class TestNothing:
    @pytest.mark.parametrize(
        "parts",
        [
            {"size": ZERO},
            {"size": ZERO, "region": None, "spec": None, "mode": None},
            {"hours": ZERO},
            {"region": "cn-east-4", "size": ZERO},
        ],
    )
    def test_nothing_costs_exactly_nothing_whatever_the_price(
        self, bundled: Book, parts: dict[str, object]
    ) -> None:
        found = priced(bundled, ask(Meter.OUTBOUND_BANDWIDTH, **parts))
        assert (found.monthly, found.hourly, found.quantity) == (ZERO, ZERO, ZERO)
        assert found.price is None

    def test_no_traffic_costs_nothing(self, bundled: Book) -> None:
        found = priced(bundled, ask(Meter.EIP_TRAFFIC, spec="5_bgp", region="me-east-1", volume=ZERO))
        assert found.monthly == ZERO

    def test_a_month_is_paid_though_no_hour_is_used(self, bundled: Book) -> None:
        question = ask(
            Meter.EIP_BANDWIDTH,
            spec="5_bgp",
            mode=Mode.YEARLY_MONTHLY,
            months=1,
            size=Range.exactly(5),
            hours=ZERO,
        )
        assert priced(bundled, question).monthly == Range.exactly(45)

    def test_of_an_unknown_mode_no_hours_are_not_nothing(self, bundled: Book) -> None:
        question = ask(Meter.EIP_BANDWIDTH, spec="5_bgp", mode=None, size=Range.exactly(5), hours=ZERO)
        assert priced(bundled, question).monthly == between("0", "45")


class TestNoPrice:
    def test_names_the_command_that_fetches_it(self, bundled: Book) -> None:
        found = unpriced(bundled, ask(Meter.GATEWAY, spec="ENTERPRISE", region="ap-southeast-3"))
        assert found.currency == "USD"
        assert found.reason == (
            "The price book has no pay-per-use price of apig.gateway ENTERPRISE in region ap-southeast-3 "
            "(site intl). Fetch it with `apig-cost prices sync --site intl --region ap-southeast-3`, "
            "or write it down with `apig-cost prices init SOURCE`."
        )

    @pytest.mark.parametrize(
        ("question", "quantity", "unit"),
        [
            (ask(Meter.GATEWAY, spec="BASIC", region="ap-southeast-3"), "730", "gateway-hour"),
            (
                ask(Meter.OUTBOUND_BANDWIDTH, region="ap-southeast-3", size=Range.exactly(5)),
                "3650",
                "Mbit/s-hour",
            ),
            (ask(Meter.GATEWAY, spec="BASIC", site=None, region=None), "730", "gateway-hour"),
        ],
    )
    def test_what_has_no_price_is_counted_all_the_same(
        self, bundled: Book, question: Question, quantity: str, unit: str
    ) -> None:
        found = unpriced(bundled, question)
        assert (found.quantity, found.unit) == (Range.exactly(Decimal(quantity)), unit)

    def test_where_it_may_be_counted_in_two_ways_it_is_not(self, bundled: Book) -> None:
        open_ = ask(
            Meter.EIP_BANDWIDTH, spec="5_bgp", site=None, region=None, mode=None, size=Range.exactly(5)
        )
        found = unpriced(bundled, open_)
        assert (found.quantity, found.unit) == (None, None)

    @pytest.mark.parametrize("region", ["cn-east-4", "cn-south-1"])
    def test_the_five_hour_tariff_has_no_price_by_size(self, bundled: Book, region: str) -> None:
        found = unpriced(bundled, ask(Meter.OUTBOUND_BANDWIDTH, region=region, size=Range.exactly(5)))
        assert "five hours" in found.reason

    def test_on_the_china_site_the_same_region_has_the_reference_price(self, bundled: Book) -> None:
        question = ask(Meter.OUTBOUND_BANDWIDTH, site="cn", region="cn-south-1", size=Range.exactly(5))
        found = priced(bundled, question)
        assert found.hourly == between("0.063", None)
        assert found.elsewhere

    @pytest.mark.parametrize("spec", ["PROFESSIONAL_IPV6", "NLB_BASIC"])
    def test_editions_whose_price_no_source_states(self, bundled: Book, spec: str) -> None:
        found = unpriced(bundled, ask(Meter.GATEWAY, spec=spec, site="cn", region="cn-north-4"))
        assert "No source" in found.reason

    def test_a_price_for_one_size_only(self, bundled: Book) -> None:
        question = ask(
            Meter.EIP_BANDWIDTH,
            spec="5_bgp",
            site="eu",
            region="eu-west-101",
            mode=Mode.YEARLY_MONTHLY,
            months=1,
        )
        assert priced(bundled, replace(question, size=Range.exactly(10))).monthly == Range.exactly(
            Decimal("85.50")
        )
        for size in (9, 11):
            assert "from 10 to 10" in unpriced(bundled, replace(question, size=Range.exactly(size))).reason
        assert priced(bundled, replace(question, size=between("9", "11"))).monthly == ANYTHING

    def test_a_term_shorter_than_any_price(self, bundled: Book) -> None:
        question = ask(Meter("eip.traffic-package"), spec="12_bgp_120GB", mode=Mode.YEARLY_MONTHLY, months=6)
        assert "shortest term" in unpriced(bundled, question).reason

    def test_a_mode_that_is_not_sold(self, bundled: Book) -> None:
        found = unpriced(bundled, ask(Meter.OUTBOUND_BANDWIDTH, mode=Mode.YEARLY_MONTHLY))
        assert found.reason == "apig.outbound-bandwidth cannot be paid yearly-monthly."

    def test_the_site_decides_the_currency(self, bundled: Book) -> None:
        found = unpriced(bundled, ask(Meter.GATEWAY, spec="BASIC", site=None))
        assert found.currency is None
        assert found.open == ("site",)
        assert "no site mars" in unpriced(bundled, ask(Meter.GATEWAY, spec="BASIC", site="mars")).reason


class TestOpenQuestions:
    def test_above_the_known_size_only_the_low_end_is_known(self, bundled: Book) -> None:
        question = ask(Meter.OUTBOUND_BANDWIDTH, site="cn", region="cn-north-4", size=Range.exactly(8))
        found = priced(bundled, question)
        assert found.hourly == between("0.063", None)
        assert found.monthly == between("45.99", None)
        assert found.reasons[-1] == "No price is known above 1 Mbit/s, so nothing bounds the amount."

    def test_what_is_inferred_is_never_exact(self, bundled: Book) -> None:
        question = ask(Meter.OUTBOUND_BANDWIDTH, site="cn", region="cn-north-4", size=Range.exactly(1))
        assert priced(bundled, question).monthly == between("45.99", None)

    @pytest.mark.parametrize(
        ("volume", "monthly"), [("300", ("24.3", "24.3")), ("301", ("24.3", None)), ("0", ("0", "0"))]
    )
    def test_a_volume_above_what_the_source_states(
        self, bundled: Book, volume: str, monthly: tuple[str, str | None]
    ) -> None:
        asked = Range.exactly(Decimal(volume))
        question = ask(Meter.EIP_TRAFFIC, spec="5_bgp", region="la-north-2", volume=asked)
        found = priced(bundled, question)
        assert found.monthly == between(*monthly)
        beyond = "No price is known above 300 GB, so nothing bounds the amount." in found.reasons
        assert beyond is (volume == "301")

    def test_an_answer_says_whether_a_reference_price_is_part_of_it(self, bundled: Book) -> None:
        assert not priced(bundled, ask(Meter.GATEWAY, spec="BASIC", region="la-south-2")).elsewhere
        assert priced(bundled, ask(Meter.GATEWAY, spec="PROFESSIONAL", region="ap-southeast-1")).elsewhere

    @pytest.mark.parametrize("parts", [{"spec": None}, {"region": None, "spec": "BASIC"}])
    def test_without_a_statement_of_completeness_nothing_bounds_it(
        self, bundled: Book, parts: dict[str, object]
    ) -> None:
        found = priced(bundled, ask(Meter.GATEWAY, **{"region": "la-south-2", **parts}))
        assert found.monthly == ANYTHING
        assert found.price is None
        assert found.open

    def test_an_unknown_size_spans_its_bounds(self, bundled: Book) -> None:
        question = ask(Meter.OUTBOUND_BANDWIDTH, region="la-south-2", size=between("0", "10"))
        found = priced(bundled, question)
        assert found.hourly == between("0", "0.265")
        assert found.price is not None
        assert found.open == ("size",)

    def test_unknown_hours(self, bundled: Book) -> None:
        question = ask(Meter.EIP_RETENTION, spec="5_bgp", hours=between("0", "730"))
        found = priced(bundled, question)
        assert found.monthly == between("0", "3.65")
        assert found.hourly == between("0", "0.005")

    def test_an_hour_costs_the_rate_however_many_are_used(self, bundled: Book) -> None:
        question = ask(Meter.GATEWAY, spec="BASIC", region="la-south-2", hours=Range.exactly(200))
        found = priced(bundled, question)
        assert found.hourly == Range.exactly(Decimal("0.76"))
        assert found.monthly == Range.exactly(152)

    def test_an_unknown_volume_is_unbounded(self, bundled: Book) -> None:
        assert priced(bundled, ask(Meter.EIP_TRAFFIC, spec="5_bgp")).monthly == ANYTHING

    def test_an_unknown_mode_spans_both(self, bundled: Book) -> None:
        question = ask(Meter.EIP_BANDWIDTH, spec="5_bgp", mode=None, size=Range.exactly(10), months=1)
        found = priced(bundled, question)
        assert found.monthly == between("90", "205.13")
        assert found.price is None
        assert found.open == ("mode",)

    def test_an_unknown_mode_of_which_one_has_no_price(self, bundled: Book) -> None:
        question = ask(Meter.EIP_BANDWIDTH, spec="5_bgp", mode=None, site="cn", region="cn-north-4")
        assert priced(bundled, question).monthly == ANYTHING

    def test_an_unknown_mode_without_any_price(self, bundled: Book) -> None:
        question = ask(Meter.EIP_BANDWIDTH, spec="5_bgp", mode=None, region="me-east-1")
        assert "prices sync" in unpriced(bundled, question).reason

    def test_an_unknown_term_spans_all_terms(self, bundled: Book) -> None:
        question = ask(Meter.EIP_BANDWIDTH, spec="5_bgp", mode=Mode.YEARLY_MONTHLY, size=Range.exactly(10))
        found = priced(bundled, question)
        assert found.monthly == between("75", "90")
        assert found.open == ("months",)


COMPLETE = """
[[complete]]
meter = "{meter}"
site = "intl"
region = "{region}"
source = "made up"
as_of = 2026-11-01
"""


@pytest.fixture
def retention(row_text: Callable[..., str]) -> Callable[..., str]:
    """The text of a row of a meter of which everything has a price."""

    def build(**parts: str) -> str:
        return row_text(**{"meter": "eip.retention", "unit": "hour", **parts})

    return build


class TestCompleteBooks:
    @pytest.fixture
    def book(self, book_of: Callable[..., Book], retention: Callable[..., str]) -> Book:
        return book_of(
            retention(id="a", spec="5_bgp", price='rate = "2"'),
            retention(id="b", spec="5_sbgp", price='rate = "5"', example='hours = 1, amount = "5"'),
            retention(
                id="c",
                spec="5_bgp",
                region="af-south-1",
                price='rate = "9"',
                example='hours = 1, amount = "9"',
            ),
            retention(
                id="d",
                spec="5_youxuanbgp",
                region="*",
                price='rate = "99"',
                example='hours = 1, amount = "99"',
            ),
            COMPLETE.format(meter="eip.retention", region="ap-southeast-3"),
        )

    def test_an_unknown_product_spans_all_products_of_the_region(self, book: Book) -> None:
        found = priced(book, ask(Meter.EIP_RETENTION, region="ap-southeast-3"))
        assert found.hourly == between("2", "5")
        assert found.monthly == between("1460", "3650")
        assert "spans 2 rows" in found.reasons[-1]

    def test_no_reference_price_where_the_list_is_complete(self, book: Book) -> None:
        found = priced(book, ask(Meter.EIP_RETENTION, spec="5_youxuanbgp", region="ap-southeast-3"))
        assert found.hourly == between("2", "5")
        assert found.open == ("spec",)

    def test_elsewhere_the_reference_price_stands_in(self, book: Book) -> None:
        found = priced(book, ask(Meter.EIP_RETENTION, spec="5_youxuanbgp", region="af-south-1"))
        assert found.hourly == Range.exactly(99)

    def test_an_incomplete_region_is_not_bounded(self, book: Book) -> None:
        assert priced(book, ask(Meter.EIP_RETENTION, region="af-south-1")).hourly == ANYTHING
        assert priced(book, ask(Meter.EIP_RETENTION, spec="5_bgp", region=None)).hourly == ANYTHING

    def test_a_complete_site_bounds_an_unknown_region(
        self, book_of: Callable[..., Book], retention: Callable[..., str]
    ) -> None:
        book = book_of(
            retention(id="a", spec="5_bgp"),
            retention(
                id="b",
                spec="5_bgp",
                region="af-south-1",
                price='rate = "3"',
                example='hours = 1, amount = "3"',
            ),
            retention(
                id="c",
                spec="5_sbgp",
                region="af-south-1",
                price='rate = "5"',
                example='hours = 1, amount = "5"',
            ),
            COMPLETE.format(meter="eip.retention", region="*"),
        )
        assert priced(book, ask(Meter.EIP_RETENTION, spec="5_bgp", region=None)).hourly == between("2", "3")
        assert priced(book, ask(Meter.EIP_RETENTION, region=None)).hourly == between("2", "5")
        # the region that does not list the edition may bill it as what it lists
        assert priced(book, ask(Meter.EIP_RETENTION, spec="5_sbgp", region=None)).hourly == between("2", "5")
        assert (
            "not among them"
            in unpriced(book, ask(Meter.EIP_RETENTION, spec="5_bgp", region="me-east-1")).reason
        )

    def test_editions_without_a_price_exist_outside_of_every_list(
        self, book_of: Callable[..., Book], row_text: Callable[..., str]
    ) -> None:
        book = book_of(row_text(), COMPLETE.format(meter="apig.gateway", region="ap-southeast-3"))
        found = priced(book, ask(Meter.GATEWAY, region="ap-southeast-3"))
        assert found.monthly == ANYTHING
        assert "NLB_*" in found.reasons[0]
        for edition in ("NLB_BASIC", "BASIC_IPV6"):
            assert unpriced(book, ask(Meter.GATEWAY, spec=edition, region="ap-southeast-3")).reason
        assert priced(book, ask(Meter.GATEWAY, spec="BASIC", region="ap-southeast-3")).monthly.is_exact


class TestTariffByHours:
    @pytest.fixture
    def book(self, book_of: Callable[..., Book], row_text: Callable[..., str]) -> Book:
        return book_of(
            row_text(
                meter="apig.outbound-bandwidth",
                spec="publicip",
                unit="Mbit/s-hour",
                price='tiers = [{ up_to = 5, rate = "0.01" }, { rate = "0.038" }]\n'
                'tier_mode = "whole"\ntier_unit = "hour"',
                example='size = 5, hours = 6, amount = "1.14"',
            )
        )

    @pytest.mark.parametrize(("hours", "amount"), [("1", "0.05"), ("5", "0.25"), ("6", "1.14")])
    def test_the_duration_selects_the_tariff(self, book: Book, hours: str, amount: str) -> None:
        question = ask(
            Meter.OUTBOUND_BANDWIDTH,
            region="ap-southeast-3",
            size=Range.exactly(5),
            hours=Range.exactly(Decimal(hours)),
        )
        found = priced(book, question)
        assert found.monthly == Range.exactly(Decimal(amount))
        assert found.hourly == Range.exactly(divide(Decimal(amount), MONTH))
        assert "Not a price per hour" in found.reasons[-1]
        assert [step.amount for step in found.steps][-1] == Decimal(amount)

    def test_an_open_duration(self, book: Book) -> None:
        question = ask(
            Meter.OUTBOUND_BANDWIDTH,
            region="ap-southeast-3",
            size=between("5", "10"),
            hours=between("1", "6"),
        )
        assert priced(book, question).monthly == between("0.05", "2.28")


def _complete(book: Book) -> Book:
    """The bundled rows, as if they were everything that there is in some places."""
    stated = tuple(
        Complete(meter, "intl", region, "made up", date(2026, 11, 1))
        for meter in load().definitions.meters
        for region in (["la-south-2", "sa-brazil-1"] if meter != Meter.EIP_BANDWIDTH else ["*"])
    )
    return replace(book, complete=stated)


_INTERNATIONAL = [row for row in load().rows if row.site == "intl"]


@st.composite
def own_books(draw: st.DrawFn, name: str) -> Book:
    """Some of the bundled rows with other prices, places, sizes and terms, and statements about them."""
    rows: dict[object, Row] = {}
    for row in draw(st.lists(st.sampled_from(_INTERNATIONAL), min_size=5, max_size=20)):
        factor = draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(3)]))
        least = draw(st.sampled_from([Decimal(0), Decimal(2), Decimal(6)]))
        changed = replace(
            row,
            id=f"{name}-{len(rows)}",
            region=draw(st.sampled_from([row.region, "la-south-2", "sa-brazil-1", "*"])),
            months=row.months and draw(st.sampled_from([1, 3, 12])),
            tariff=replace(
                row.tariff,
                tiers=tuple(replace(tier, rate=tier.rate * factor) for tier in row.tariff.tiers),
                mode=draw(st.sampled_from([row.tariff.mode, TierMode.WHOLE])),
            ),
            least=least,
            most=draw(st.sampled_from([None, least + 4, Decimal(10)])),
            growing=row.growing and draw(st.booleans()),
            inferred=draw(st.integers(0, 5)) == 0,
            book=name,
        )
        rows[*changed.key, changed.months] = changed
    regions = st.sampled_from(["la-south-2", "sa-brazil-1"])
    meters = st.sampled_from(list(load().definitions.meters))
    stated = draw(st.lists(st.tuples(meters, regions), max_size=4, unique=True))
    without = draw(st.lists(st.tuples(meters, st.sampled_from(["5_bgp", "BASIC", "*"]), regions), max_size=2))
    return replace(
        load(),
        name=name,
        rows=ordered(rows.values()),
        complete=tuple(Complete(meter, "intl", region, "", date(2026, 11, 1)) for meter, region in stated),
        no_prices=tuple(
            NoPrice(meter, spec, "intl", region, "Made up.", "") for meter, spec, region in without
        ),
    )


def prices() -> st.SearchStrategy[Prices]:
    """The bundled book, as it is and as if it were complete, and layers of it and of books made up."""
    single = st.sampled_from([load(), _complete(load())])
    layers = st.tuples(own_books("first"), st.one_of(single, own_books("second")), st.one_of(single))
    return st.one_of(single, layers.flatmap(st.permutations).map(layered))


def wider(value: Decimal, draw: st.DrawFn) -> Range:
    low = draw(st.sampled_from([Decimal(0), value / 2, value]))
    high = draw(st.sampled_from([value, value * 2, value + 1, None]))
    return Range(low, high)


@st.composite
def hidden(draw: st.DrawFn) -> tuple[Question, Question, Question]:
    """A concrete question, one that hides some of it, and one that hides more."""
    meter = draw(st.sampled_from(list(load().definitions.meters)))
    number = st.sampled_from([Decimal(0), Decimal(1), Decimal(5), Decimal(6), Decimal(10), Decimal(300)])
    concrete = Question(
        meter=meter,
        spec=draw(
            st.sampled_from(
                ["BASIC", "PROFESSIONAL", "BASIC_IPV6", "5_bgp", "publicip", "share", "12_bgp_10GB"]
            )
        ),
        site=draw(st.sampled_from(["intl", "cn", "eu", "intl"])),
        region=draw(
            st.sampled_from(["la-south-2", "sa-brazil-1", "cn-east-4", "ap-southeast-3", "la-north-2"])
        ),
        mode=draw(st.sampled_from(Mode)),
        size=Range.exactly(draw(number)),
        hours=Range.exactly(draw(number)),
        volume=Range.exactly(draw(number) * 1024),
        months=draw(st.sampled_from([1, 9, 12, 36])),
    )

    def hide(question: Question) -> Question:
        def maybe(value: object) -> object:
            return value if draw(st.booleans()) else None

        return replace(
            question,
            spec=maybe(question.spec),
            region=maybe(question.region),
            mode=maybe(question.mode),
            months=maybe(question.months),
            size=question.size if draw(st.booleans()) else wider_of(question.size),
            hours=question.hours if draw(st.booleans()) else wider_of(question.hours),
            volume=question.volume
            if draw(st.booleans()) or question.volume is None
            else wider_of(question.volume),
        )

    def wider_of(found: Range) -> Range:
        low = draw(st.sampled_from([Decimal(0), found.low / 2, found.low]))
        high = None if found.high is None else draw(st.sampled_from([found.high, found.high * 2 + 1, None]))
        return Range(low, high)

    once = hide(concrete)
    return concrete, once, hide(once)


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(questions=hidden(), book=prices())
def test_who_knows_less_gets_a_wider_answer(
    questions: tuple[Question, Question, Question], book: Prices
) -> None:
    for knows_more, knows_less in pairwise(questions):
        found = answer(book, knows_more, MONTH)
        if isinstance(found, Unpriced) and (
            "not among them" in found.reason or "cannot be paid" in found.reason
        ):
            continue  # cannot be bought, so no open question has to allow for it
        monthly, hourly = _amount(book, knows_more)
        less_monthly, less_hourly = _amount(book, knows_less)
        assert less_monthly.covers(monthly)
        assert less_hourly.covers(hourly)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(questions=hidden(), book=prices())
def test_the_first_book_that_knows_the_price_of_the_region_answers(
    questions: tuple[Question, Question, Question], book: Prices
) -> None:
    question = questions[0]
    for layer in book.layers:
        alone = answer(layer, question, MONTH)
        if isinstance(alone, Unpriced) and alone.cause is Cause.STATED:
            return  # later books are not asked
        known = isinstance(alone, Priced) and alone.monthly.is_exact and not alone.open
        if known and alone.price is not None and not alone.price.reference:
            assert answer(book, question, MONTH) == alone
            return


def _amount(book: Prices, question: Question) -> tuple[Range, Range]:
    found = answer(book, question, MONTH)
    if isinstance(found, Priced):
        return found.monthly, found.hourly
    return ANYTHING, ANYTHING
