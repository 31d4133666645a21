"""The book: the bundled one is proven, and each way of being wrong is one clear error."""

import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace

import pricing
from pricing.book.model import Book
from pricing.book.proof import BookError, problems, prove
from pricing.document import DocumentError
from pricing.quantity import Meter
from pricing.rating import Usage, charge
from pricing.rounding import half_up


class TestBundledBook:
    def test_is_proven(self, bundled: Book, today: date) -> None:
        assert list(problems(bundled, today=today)) == []

    @pytest.mark.parametrize("row", pricing.load().rows, ids=lambda row: row.id)
    def test_each_worked_example_comes_out(self, row: pricing.Row) -> None:
        usage = Usage(row.example.size, row.example.hours, row.example.volume, row.example.month_hours)
        places = -int(row.example.amount.as_tuple().exponent)
        assert half_up(charge(row, usage).amount, max(places, 0)) == row.example.amount

    def test_covers_every_meter_but_the_one_without_own_prices(self, bundled: Book) -> None:
        assert {row.meter for row in bundled.rows} == set(bundled.definitions.meters) - {
            Meter.INBOUND_BANDWIDTH
        }

    def test_claims_no_completeness(self, bundled: Book) -> None:
        assert bundled.complete == ()

    def test_is_not_newer_than_its_own_date(self, bundled: Book) -> None:
        assert max(row.as_of for row in bundled.rows) <= bundled.as_of

    def test_third_party_sources_are_never_official(self, bundled: Book) -> None:
        for row in bundled.rows:
            if "support.huaweicloud.com" not in row.source and "huaweicloud.com/s/" not in row.source:
                assert row.confidence == "third-party", row.id

    def test_no_price_that_is_known_to_be_invented(self) -> None:
        """docs/reference/prices.md, "Numbers that belong to others"."""
        rates = {tier.rate for row in pricing.load().rows for tier in row.tariff.tiers}
        assert rates.isdisjoint(Decimal(text) for text in ("23", "80", "0.80", "0.48", "115", "1.5", "8"))

    def test_no_price_stands_in_code(self) -> None:
        rates = {
            str(tier["rate"])
            for file in files("pricing.book").joinpath("data").iterdir()
            for row in tomllib.loads(file.read_text(encoding="utf-8")).get("row", [])
            for tier in row.get("tiers", [row])
        } - {"0"}
        for path in Path(pricing.__file__).parent.rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not [rate for rate in rates if f'"{rate}"' in text and "." in rate], path.name

    def test_is_loaded_once(self) -> None:
        assert pricing.load() is pricing.load()

    def test_sites_and_regions(self, bundled: Book) -> None:
        assert bundled.currency_of("cn") == "CNY"
        assert bundled.currency_of("intl") == "USD"
        with pytest.raises(KeyError):
            bundled.currency_of("mars")


WHOLE = '\ntier_mode = "whole"'


class TestWrongBooks:
    """Texts of a row, or of the whole file, and the one line that the user gets."""

    @pytest.mark.parametrize(
        ("parts", "message"),
        [
            ({"meter": "apig.gate"}, "row 1 (a): meter is 'apig.gate'; expected one of apig.gateway"),
            ({"price": "rate = 2.5"}, 'rate is a float; write "2.5" in quotes'),
            ({"price": 'rate = "-2"'}, "rate is '-2'; expected a number of zero or more"),
            ({"price": 'rate = "nan"'}, "rate is 'nan'; expected a number"),
            ({"price": 'rate = "1e3"'}, "rate is '1e3'; expected a number"),
            ({"price": 'rate = "1_000"'}, "rate is '1_000'; expected a number"),
            ({"price": 'rate = "' + "9" * 50 + '"'}, "expected a number"),
            ({"price": "rate = true"}, "rate is true; expected a number"),
            ({"price": ""}, "tiers is missing; expected a rate, or at least one tier"),
            ({"price": 'rate = "1"\ntier_mode = "whole"'}, "rate is '1'; expected either a rate, or tiers"),
            (
                {"price": 'tiers = [{ up_to = 5, rate = "1" }]' + WHOLE},
                "tiers: nothing covers what is above 5",
            ),
            (
                {"price": 'tiers = [{ up_to = 5, rate = "1" }, { above = 6, rate = "2" }]' + WHOLE},
                "tiers: nothing covers what is above 5 up to 6",
            ),
            (
                {"price": 'tiers = [{ up_to = 5, rate = "1" }, { above = 4, rate = "2" }]' + WHOLE},
                "tiers: two tiers cover what is above 4 up to 5",
            ),
            (
                {
                    "price": 'tiers = [{ up_to = 5, rate = "1" }, { up_to = 3, rate = "2" }, { rate = "1" }]'
                    + WHOLE
                },
                "tiers: the tier above 5 ends at 3",
            ),
            (
                {"price": 'tiers = [{ rate = "1" }, { up_to = 3, rate = "2" }]' + WHOLE},
                "tiers 1: up_to is missing; expected an end of every tier but the last",
            ),
            ({"price": 'tiers = [{ rate = "1" }]'}, "tier_mode is missing; expected one of progressive"),
            (
                {"price": 'tiers = [{ rate = "1" }]\ntier_mode = "whole"\ntier_unit = "PB"'},
                "tier_unit is 'PB'; expected one of Mbit/s, hour, GB, TB",
            ),
            ({"unit": "GB"}, "unit is 'GB'; expected gateway-hour for apig.gateway"),
            ({"unit": "parsec"}, "unit is 'parsec'; expected one of gateway-hour"),
            ({"price": 'rate = "2"\nmonths = 1'}, "months is 1; expected a number of months exactly when"),
            ({"price": 'rate = "2"\nleast = 9\nmost = 3'}, "most is 3; expected at least 9"),
            ({"price": 'rate = "2"\nnotes = "x"'}, "notes is not a known key. Did you mean note?"),
            ({"id": ""}, "row 1: id is ''; expected a text that is not empty"),
            ({"id": "a\\u001b[31m"}, r"id is 'a\x1b[31m'; expected a text that is not empty, on one line"),
            ({"example": 'hours = 1, amount = "3"'}, "the worked example gives 2 USD, but 3 is stated"),
            ({"example": 'hours = 1, amount = "2", extra = 1'}, "extra is not a known key"),
            (
                {"price": 'rate = "2"\nleast = 5', "example": 'hours = 1, amount = "2"'},
                "the example has a size that the row does not price",
            ),
        ],
    )
    def test_one_clear_error_for_a_row(
        self, book_of: Callable[..., Book], row_text: Callable[..., str], parts: dict[str, str], message: str
    ) -> None:
        with pytest.raises((DocumentError, BookError)) as error:
            book_of(row_text(**parts))
        assert message in str(error.value)
        assert "\n" not in str(error.value)
        assert "row 1" in str(error.value) or "Row a" in str(error.value)

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            (
                'currency = "USD"',
                'currency = "EUR"',
                "the currency is EUR, but prices of site intl are in USD",
            ),
            ('currency = "USD"', 'currency = "usd"', "currency is 'usd'; expected three capital letters"),
            ('site = "intl"', 'site = "mars"', "site mars is not one of cn, eu, intl"),
            (
                "as_of = 2026-11-01\nexample",
                "as_of = 2026-11-24\nexample",
                "as_of 2026-11-24 is in the future",
            ),
            (
                "as_of = 2026-11-01\nexample",
                'as_of = "yesterday"\nexample',
                "as_of is 'yesterday'; expected a date",
            ),
            ("as_of = 2026-11-01\nexample", "as_of = 2026-11-01T00:00:00Z\nexample", "expected a date"),
            (
                'confidence = "example"',
                'confidence = "sure"',
                "expected one of own, billed, official, example, third-party",
            ),
            ('mode = "pay-per-use"', 'mode = "free"', "mode is 'free'; expected one of pay-per-use"),
        ],
    )
    def test_one_clear_error_for_a_key(
        self, book_of: Callable[..., Book], row_text: Callable[..., str], old: str, new: str, message: str
    ) -> None:
        text = row_text()
        assert old in text
        with pytest.raises((DocumentError, BookError)) as error:
            book_of(text.replace(old, new))
        assert message in str(error.value)

    def test_the_same_id_twice(self, book_of: Callable[..., Book], row_text: Callable[..., str]) -> None:
        with pytest.raises(BookError, match="Row a: the id is used twice"):
            book_of(row_text(), row_text(spec="PROFESSIONAL"))

    def test_two_prices_of_the_same_thing(
        self, book_of: Callable[..., Book], row_text: Callable[..., str]
    ) -> None:
        with pytest.raises(BookError, match="Row b: row a has the same meter, spec, site, region, mode"):
            book_of(row_text(), row_text(id="b"))

    def test_a_price_of_what_is_billed_as_something_else(
        self, book_of: Callable[..., Book], row_text: Callable[..., str]
    ) -> None:
        row = row_text(meter="apig.inbound-bandwidth", spec="ingress", unit="Mbit/s-hour")
        with pytest.raises(BookError, match=r"has no price of its own; give the price of eip\.bandwidth"):
            book_of(row)

    @pytest.mark.parametrize(
        ("head", "message"),
        [
            ('schema = "other"\nas_of = 2026-11-01\n', "schema is 'other'; expected 'apig-cost/book/1'"),
            ("as_of = 2026-11-01\n", "schema is missing"),
            ('schema = "apig-cost/book/1"\n', "as_of is missing"),
            (
                'schema = "apig-cost/book/1"\nas_of = 2026-11-24\n',
                "The book's as_of 2026-11-24 is in the future",
            ),
            (
                'schema = "apig-cost/book/1"\nas_of = 2026-11-01\nrows = 1\n',
                "rows is not a known key. Did you mean row?",
            ),
            (
                'schema = "apig-cost/book/1"\nas_of = 2026-11-01\nrow = 1\n',
                "row is 1; expected a list of tables",
            ),
            (
                'schema = "apig-cost/book/1"\nas_of = 2026-11-01\nrow = [1]\n',
                "row 1: expected a table, found 1",
            ),
            ("this is not toml", "is not TOML"),
            ("as_of = " + "9" * 5000, "is not TOML"),
            ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
            ('schema = "apig-cost/book/1"\nas_of = 2026-11-01\n"a\\nb" = 1\n', r"'a\nb' is not a known key"),
            (
                'schema = "apig-cost/book/1"\nas_of = 2026-11-01\n[[site]]\nname = "eu"\ncurrency = "EUR"\n'
                '[[site]]\nname = "eu"\ncurrency = "USD"\n',
                "expected each site once",
            ),
            (
                'schema = "apig-cost/book/1"\nas_of = 2026-11-01\n[[complete]]\nmeter = "apig.gateway"\n'
                'site = "mars"\nregion = "*"\nsource = "x"\nas_of = 2026-11-25\n',
                "the site is not one of",
            ),
        ],
    )
    def test_one_clear_error_for_the_file(
        self, book_of: Callable[..., Book], head: str, message: str
    ) -> None:
        with pytest.raises((DocumentError, BookError)) as error:
            book_of(head=head)
        assert message in str(error.value)
        assert "\n" not in str(error.value)

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match=r"none\.toml: the price book cannot be read \(No such file"):
            pricing.load_file(tmp_path / "none.toml")

    def test_not_text(self, tmp_path: Path) -> None:
        path = tmp_path / "book.toml"
        path.write_bytes(b"\xff\xfe")
        with pytest.raises(DocumentError, match="is not text in UTF-8"):
            pricing.load_file(path)


class TestFiles:
    def test_a_hand_written_book_needs_no_hash(
        self, book_of: Callable[..., Book], row_text: Callable[..., str]
    ) -> None:
        book = book_of(row_text())
        assert [row.id for row in book.rows] == ["a"]
        assert book.as_of == date(2026, 11, 1)

    def test_a_wrong_hash(self, book_of: Callable[..., Book], row_text: Callable[..., str]) -> None:
        head = 'schema = "apig-cost/book/1"\nas_of = 2026-11-01\nhash = "{}"\n'
        right = book_of(row_text()).digest
        assert book_of(row_text(), head=head.format(right)).digest == right
        with pytest.raises(DocumentError, match="the content does not fit its hash"):
            book_of(row_text(price='rate = "3"'), head=head.format(right))

    def test_a_site_may_have_another_currency(
        self, book_of: Callable[..., Book], row_text: Callable[..., str]
    ) -> None:
        site = '\n[[site]]\nname = "intl"\ncurrency = "EUR"\n'
        book = book_of(row_text().replace('"USD"', '"EUR"'), site)
        assert book.currency_of("intl") == "EUR"

    def test_the_identifier_depends_on_the_content_only(
        self, book_of: Callable[..., Book], row_text: Callable[..., str]
    ) -> None:
        one, two = row_text(), row_text(id="b", spec="PROFESSIONAL")
        assert book_of(one, two).identifier == book_of(two, "\n# a comment\n", one).identifier
        assert book_of(one, two).identifier != book_of(one).identifier
        assert book_of(one).identifier.startswith("sha256:")

    def test_every_problem_is_found(self, book_of: Callable[..., Book], bundled: Book) -> None:
        doubled = replace(bundled, rows=(*bundled.rows, *bundled.rows))
        assert len(list(problems(doubled))) == 2 * len(bundled.rows)
        with pytest.raises(BookError):
            prove(doubled)
