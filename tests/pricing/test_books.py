"""Several books in their order: who answers, what an open question spans, and how they are named."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

import pricing
from pricing import ANYTHING, Books, Cause, Meter, Mode, Priced, Prices, Question, Range, Unpriced, answer
from pricing.book.layers import layered
from pricing.book.model import Book, Complete, NoPrice, first_statement
from pricing.book.proof import BookError
from pricing.break_even import BreakEven, for_eip
from pricing.document import DocumentError

HOUR = Decimal(1)
HEAD = 'schema = "apig-cost/book/1"\nas_of = 2026-11-02\n'
REGION = "ap-southeast-3"


@pytest.fixture
def own(tmp_path: Path, today: date) -> Callable[..., Book]:
    """A book of hand-written rows, each a line of ``key = value`` pairs that adds to or changes the usual."""

    def build(*rows: str, name: str = "own", head: str = HEAD) -> Book:
        path = tmp_path / f"{name}.toml"
        path.write_text(head + "".join(f"\n[[row]]\n{row.replace('; ', chr(10))}\n" for row in rows))
        book = pricing.load_file(path, today=today)
        return replace(book, name=name, rows=tuple(replace(one, book=name) for one in book.rows))

    return build


def row(rate: str = "1", *more: str, spec: str = "5_bgp", region: str = REGION) -> str:
    parts = ['meter = "eip.bandwidth"', f'spec = "{spec}"', f'region = "{region}"', 'currency = "USD"']
    parts += ['site = "intl"'] if region == "*" else []
    return "; ".join([*parts, f'rate = "{rate}"', *more])


ONLY_TEN = row().replace(
    'rate = "1"',
    'tiers = [{ rate = "9" }]; tier_mode = "fixed"; least = 10; most = 10; '
    "example = { size = 10, hours = 1, amount = 9 }",
)


def ask(size: Range | int = 1, **parts: object) -> Question:
    defaults: dict[str, object] = {
        "meter": Meter.EIP_BANDWIDTH,
        "spec": "5_bgp",
        "site": "intl",
        "region": REGION,
        "mode": Mode.PAY_PER_USE,
        "size": Range.exactly(size) if isinstance(size, int) else size,
        "hours": Range.exactly(1),
    }
    return Question(**{**defaults, **parts})  # type: ignore[arg-type]


def of(book: Prices, question: Question) -> Priced:
    found = answer(book, question, HOUR)
    assert isinstance(found, Priced), found
    return found


def between(low: str, high: str | None) -> Range:
    return Range(Decimal(low), None if high is None else Decimal(high))


def complete(book: Book, region: str = REGION) -> Book:
    return replace(book, complete=(Complete(Meter.EIP_BANDWIDTH, "intl", region, "x", date(2026, 11, 1)),))


def without(book: Book, spec: str = "5_bgp", region: str = REGION) -> Book:
    return replace(book, no_prices=(NoPrice(Meter.EIP_BANDWIDTH, spec, "intl", region, "Two prices.", "x"),))


class TestWhoAnswers:
    def test_the_first_of_equals_whatever_its_confidence(self, own: Callable[..., Book]) -> None:
        first = own(row("2", 'confidence = "third-party"', 'example = { hours = 1, amount = "2" }'))
        second = own(row("3", 'confidence = "billed"'), name="second")
        for layers, rate, name in (((first, second), "2", "own"), ((second, first), "3", "second")):
            found = of(layered(layers), ask())
            assert found.monthly == Range.exactly(Decimal(rate))
            assert found.price is not None
            assert found.price.book == name

    def test_the_region_in_any_book_goes_before_a_reference_price(self, own: Callable[..., Book]) -> None:
        book = layered([own(row("2", region="*")), own(row("3"), name="second")])
        found = of(book, ask())
        assert (found.monthly, found.elsewhere) == (Range.exactly(3), False)
        assert found.reasons == ()
        elsewhere = of(book, ask(region="af-south-1"))
        assert (elsewhere.monthly, elsewhere.elsewhere) == (Range.exactly(2), True)

    def test_a_row_whose_sizes_do_not_fit_does_not_answer(self, own: Callable[..., Book]) -> None:
        first = own(row("2", "most = 10"))
        book = layered([first, own(row("3", "least = 5"), name="second")])
        assert of(book, ask(10)).monthly == Range.exactly(20)
        assert of(book, ask(11)).monthly == Range.exactly(33)
        assert of(first, ask(11)).monthly == between("20", None)  # alone it is a lower bound

    def test_what_states_a_price_goes_before_what_bounds_it(self, own: Callable[..., Book]) -> None:
        book = layered([own(row("2", "inferred = true")), own(row("3"), name="second")])
        assert of(book, ask()).monthly == Range.exactly(3)

    def test_a_bound_of_the_region_goes_before_a_reference_price(self, own: Callable[..., Book]) -> None:
        book = layered([own(row("2", region="*")), own(row("3", "most = 10"), name="second")])
        found = of(book, ask(20))
        assert (found.monthly, found.elsewhere) == (between("30", None), False)

    def test_a_reference_price_where_the_sizes_of_the_region_do_not_fit(
        self, own: Callable[..., Book]
    ) -> None:
        book = layered([own(ONLY_TEN), own(row("2", region="*"), name="second")])
        assert of(book, ask(10)).monthly == Range.exactly(9)
        found = of(book, ask(20))
        assert (found.monthly, found.elsewhere) == (Range.exactly(40), True)
        assert "No price of region ap-southeast-3 is in the book for this size" in found.reasons[0]
        both = of(book, ask(between("10", "20")))
        assert (both.monthly, both.elsewhere) == (between("9", "40"), True)

    def test_a_month_does_not_price_a_year_that_another_book_prices(self, own: Callable[..., Book]) -> None:
        month = own(row("10", "months = 1"))
        year = own(row("100", "months = 12"), name="second")
        book = layered([month, year])
        question = ask(mode=Mode.YEARLY_MONTHLY)
        assert of(book, replace(question, months=6)).monthly == Range.exactly(10)
        assert (
            of(book, replace(question, months=12)).monthly == of(year, replace(question, months=12)).monthly
        )
        spans = of(book, question).monthly
        assert spans == of(book, replace(question, months=12)).monthly.or_else(Range.exactly(10))
        alone = answer(month, question, HOUR)
        assert isinstance(alone, Unpriced)
        assert alone.cause is Cause.TERM

    def test_a_book_that_withholds_a_price_is_not_answered_for_by_a_later_one(
        self, own: Callable[..., Book]
    ) -> None:
        withholds, states = without(own(row("2", region="af-south-1"))), own(row("3"), name="second")
        found = answer(layered([withholds, states]), ask(), HOUR)
        assert isinstance(found, Unpriced)
        assert (found.cause, found.reason) == (Cause.STATED, "Two prices.")
        assert of(layered([states, withholds]), ask()).monthly == Range.exactly(3)

    def test_no_reference_price_where_a_later_book_withholds_the_price(
        self, own: Callable[..., Book]
    ) -> None:
        reference = own(row("2", region="*"))
        withholds = without(own(row("2", region="af-south-1"), name="second"))
        assert isinstance(answer(layered([reference, withholds]), ask(), HOUR), Unpriced)

    def test_no_reference_price_where_the_book_of_the_row_withholds_the_others(
        self, own: Callable[..., Book]
    ) -> None:
        reference = own(row("2", region="*"), name="second")
        assert of(layered([own(ONLY_TEN), reference]), ask(20)).elsewhere
        found = answer(layered([without(own(ONLY_TEN)), reference]), ask(20), HOUR)
        assert isinstance(found, Unpriced)
        assert found.cause is Cause.SIZE

    def test_break_even_compares_the_rows_that_state_the_size(self, own: Callable[..., Book]) -> None:
        first, second = own(row("2", "most = 5")), own(row("3"), row("300", "months = 1"), name="second")
        (prepaid,) = (
            one
            for one in for_eip(layered([first, second]), "intl", REGION, Decimal(8), HOUR)
            if isinstance(one, BreakEven) and one.unit == "hours a month"
        )
        assert prepaid.at == 100


class TestOpenQuestions:
    def test_an_unknown_size_spans_the_books_that_answer_for_its_parts(
        self, own: Callable[..., Book]
    ) -> None:
        book = layered([own(row("2", "most = 10")), own(row("3"), name="second")])
        assert of(book, ask(between("5", "20"))).monthly == between("10", "60")
        assert of(book, ask(between("5", None))).monthly == between("10", None)

    def test_an_unknown_product_spans_every_book(self, own: Callable[..., Book]) -> None:
        listed = complete(own(row("2"), row("30", spec="5_sbgp")))
        book = layered([own(row("9"), row("1", spec="5_other"), name="first"), listed])
        assert of(book, ask(spec=None)).monthly == between("1", "30")
        assert of(layered([own(row("9")), own(row("1"), name="second")]), ask(spec=None)).monthly == ANYTHING

    def test_what_a_book_withholds_unbounds_an_unknown_product(self, own: Callable[..., Book]) -> None:
        book = layered([complete(own(row("2"))), without(own(row("3"), name="second"), "5_other")])
        assert of(book, ask(spec=None)).monthly == ANYTHING

    def test_an_unknown_region_spans_every_book(self, own: Callable[..., Book]) -> None:
        everywhere = complete(own(row("2")), "*")
        book = layered([everywhere, own(row("7", region="af-south-1"), name="second")])
        assert of(book, ask(region=None)).monthly == between("2", "7")


class TestNames:
    def test_the_identifier_is_over_all_and_depends_on_the_order(self, own: Callable[..., Book]) -> None:
        first, second = own(row("2")), own(row("3"), name="second")
        both = layered([first, second])
        assert both.identifier.startswith("sha256:")
        assert len({first.identifier, both.identifier, layered([second, first]).identifier}) == 3
        assert layered([replace(first, name="other"), second]).identifier == both.identifier
        assert layered([first]) is first
        assert layered([first, first]) is first
        assert layered([first, second, first]).rows == both.rows

    def test_bundled_is_ours(self, own: Callable[..., Book], tmp_path: Path, today: date) -> None:
        own(row("2"))
        book = pricing.load_layers([tmp_path / "own.toml", "bundled"], today=today)
        assert isinstance(book, Books)
        assert [layer.name for layer in book.layers] == [str(tmp_path / "own.toml"), "bundled"]
        assert pricing.load_layers([]) is pricing.load()
        assert pricing.load_layers(["bundled"]) is pricing.load()

    def test_rows_of_two_books_may_share_an_id(self, own: Callable[..., Book]) -> None:
        book = layered([own(row("2", 'id = "a"', "most = 5")), own(row("3", 'id = "a"'), name="second")])
        found = of(book, ask(between("1", "10")))
        assert found.price is None
        assert "spans 2 rows" in found.reasons[0]

    def test_prices_in_another_currency_are_left_out(self, own: Callable[..., Book]) -> None:
        euro = own(
            'meter = "eip.retention"; spec = "5_bgp"; region = "eu-west-101"; site = "eu"; currency = "EUR"; '
            'rate = "0.004"',
            head=f'{HEAD}[[site]]\nname = "eu"\ncurrency = "EUR"\n',
        )
        book = layered([euro, pricing.load()])
        assert book.currency_of("eu") == "EUR"
        assert {one.currency for one in book.rows if one.site == "eu"} == {"EUR"}
        assert isinstance(book, Books)
        (told,) = book.left_out
        assert told.startswith("Book bundled has prices of site eu in USD, which are not used")
        question = ask(site="eu", region="eu-west-101")
        found = answer(book, question, HOUR)
        assert isinstance(found, Unpriced)
        assert isinstance(answer(pricing.load(), question, HOUR), Priced)


class TestHandWrittenRows:
    def test_five_keys_are_enough(self, own: Callable[..., Book]) -> None:
        (found,) = own(row("2.5")).rows
        assert (found.confidence, found.as_of, found.mode) == ("own", date(2026, 11, 2), Mode.PAY_PER_USE)
        assert (found.site, found.unit, found.id) == (
            "intl",
            "Mbit/s-hour",
            "intl-ap-southeast-3-eip-bandwidth-5_bgp",
        )
        assert found.source.endswith("own.toml")

    def test_months_make_it_a_yearly_monthly_price(self, own: Callable[..., Book]) -> None:
        (found,) = own(row("100", "months = 12")).rows
        assert (found.mode, found.unit) == (Mode.YEARLY_MONTHLY, "Mbit/s-month")
        assert found.id.endswith("-12-months")

    @pytest.mark.parametrize(
        ("region", "currency", "site"),
        [("eu-west-101", "USD", "eu"), ("cn-north-4", "CNY", "cn"), ("cn-north-4", "USD", "intl")],
    )
    def test_the_currency_tells_the_site_of_a_region(
        self, own: Callable[..., Book], region: str, currency: str, site: str
    ) -> None:
        (found,) = own(row(region=region).replace("USD", currency)).rows
        assert found.site == site

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (row(region="*").replace('; site = "intl"', ""), "site is missing; expected the site whose"),
            (row().replace("USD", "EUR"), "site is missing; expected the site whose price it is"),
            (row().replace("USD", "usd"), "currency is 'usd'"),
            (row(region="ap-southeast-33"), "expected a listed region (ap-southeast-3?)"),
            (row("-1"), "rate is '-1'"),
            (row().replace('; rate = "1"', ""), "tiers is missing; expected a rate, or at least one tier"),
            (row().replace("eip.bandwidth", "eip.bandwith"), "meter is 'eip.bandwith'"),
            (row().replace('spec = "5_bgp"; ', ""), "spec is missing"),
            (row("1", 'confidence = "official"'), "example is missing"),
            (row().replace("rate", 'tiers = [{ rate = "1" }]; tier_mode = "whole"; tier_unit = "GB"; note'),
             "tier_unit is 'GB'; expected one that counts what the meter does, such as Mbit/s"),
        ],
    )  # fmt: skip
    def test_one_clear_error(self, own: Callable[..., Book], text: str, problem: str) -> None:
        with pytest.raises(DocumentError) as error:
            own(text)
        assert problem in str(error.value)
        assert "own.toml, row 1" in str(error.value)
        assert "\n" not in str(error.value)

    def test_a_book_that_contradicts_itself_is_named(self, own: Callable[..., Book]) -> None:
        with pytest.raises(BookError) as error:
            own(row("1", 'id = "a"'), row("2", 'id = "b"'))
        assert "own.toml: Row b: row a has the same meter" in str(error.value)
        assert "\n" not in str(error.value)

    def test_an_empty_rate_counts_as_missing(self, own: Callable[..., Book]) -> None:
        book = own(row(""), row("2", region="af-south-1"))
        assert [one.region for one in book.rows] == ["af-south-1"]
        assert book.unfilled == ("intl-ap-southeast-3-eip-bandwidth-5_bgp",)
        assert isinstance(answer(book, ask(), HOUR), Unpriced)

    def test_an_empty_rate_does_not_hide_other_mistakes(self, own: Callable[..., Book]) -> None:
        with pytest.raises(DocumentError, match="region is 'nowhere-1'"):
            own(row("", region="nowhere-1"))


def test_the_statement_of_the_region_goes_first_in_either_order() -> None:
    for regions in (("*", REGION), (REGION, "*")):
        stated = [NoPrice(Meter.EIP_BANDWIDTH, "5_sbgp", "intl", one, f"of {one}", "x") for one in regions]
        found = first_statement(stated, Meter.EIP_BANDWIDTH, "5_sbgp", "intl", REGION)
        assert found is not None
        assert found.reason == f"of {REGION}"
