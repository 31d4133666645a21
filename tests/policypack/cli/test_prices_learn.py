"""``apig-cost prices learn`` as a user runs it."""

import json
from decimal import Decimal

import pytest

import pricing
from tests.pricing.learn.conftest import record


@pytest.fixture
def write(work):
    """Writes a bill and returns the name of its file."""

    def write_bill(*records, name="bill.json", currency="CNY"):
        page = {"fee_records": list(records), "currency": currency, "total_count": len(records)}
        (work / name).write_text(json.dumps(page, default=str), encoding="utf-8")
        return name

    return write_bill


BASIC = record("gateway", "BASIC", usage=Decimal(700), official_amount=2450, amount=1960, coupon_amount=10)
BASIC |= {"unit_price": "3.5", "unit": "元/小时"}


def test_a_bill_becomes_a_book_that_names_its_month(run, work, write):
    other = record("gateway", "x", official_amount=1, amount=1, cloud_service_type="hws.service.type.obs")
    found = run("prices", "learn", write(BASIC, other, BASIC | {"bill_type": 4}))
    assert found.code == 0
    assert "prices.billed.toml: 1 price from the bill of 2026-10" in found.out
    assert "1 row added, 0 changed, 0 gone." in found.out
    assert "Not priced here: hws.service.type.obs" in found.err
    assert "Left out: refunds (1 record)." in found.err
    (row,) = pricing.load_file(work / "prices.billed.toml").rows
    assert (row.confidence, row.source, row.tariff.tiers[0].rate) == (
        "billed",
        "bill of 2026-10",
        Decimal("3.5"),
    )


def test_several_files_are_one_bill_and_what_is_learned_answers(run, work, write):
    pages = [write(BASIC, name="a.json"), write(BASIC | {"sku_code": "PROFESSIONAL"}, name="b.json")]
    assert run("prices", "learn", *pages, "--discounted", "--output", "own.toml").code == 0
    listed = run("prices", "list", "--prices", "own.toml", "--format", "json").out
    assert [row["price"] for row in json.loads(listed)["rows"]] == ["2.8 CNY", "2.8 CNY"]
    assert all(row.discounted for row in pricing.load_file(work / "own.toml").rows)


def test_a_bill_that_tells_no_price_writes_nothing(run, work, write):
    found = run("prices", "learn", write(BASIC | {"sku_code": "NEW"}))
    assert (found.code, list(work.glob("*.toml"))) == (0, [])
    assert "tells no price" in found.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"fee_records": [', "the JSON ends too early"),
        ("[]", "there are no records in it"),
        ('{"version": 3}', "this is no bill"),
        ("\x00", "a bill as JSON was expected"),
    ],
)
def test_what_is_no_bill_is_one_line_and_nothing_is_written(run, work, content, told):
    (work / "bill.json").write_text(content, encoding="utf-8")
    found = run("prices", "learn", "bill.json")
    assert found.code == 2
    assert len(found.err.splitlines()) == 1
    assert found.err.startswith("Error: bill.json")
    assert told in found.err
    assert list(work.glob("*.toml")) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "a file with bill records was expected"),
        (("nothing.json",), "nothing.json: the bill cannot be read"),
        (("bill.json", "--month", "October"), "--month: a month like 2026-10"),
        (("bill.json", "--month", "2026-09"), "no records of 2026-09"),
        (("--from-account", "--site", "cn"), "name the month"),
        (("--from-account", "--month", "2026-10"), "--from-account needs --site"),
    ],
)
def test_wrong_usage(run, write, arguments, told):
    write(BASIC)
    found = run("prices", "learn", *arguments)
    assert found.code == 2
    assert told in found.err


def test_two_currencies(run, write):
    found = run("prices", "learn", write(BASIC, name="a.json"), write(BASIC, name="b.json", currency="USD"))
    assert found.code == 2
    assert "different currencies" in found.err


def test_what_a_bill_says_moves_no_cursor_and_shows_no_password(run, write):
    strange = BASIC | {"sku_code": "https://user:hidden@host/ \x1b[2J\n::error::x"}
    found = run("prices", "learn", write(strange))
    assert found.code == 0
    assert "hidden" not in found.err
    assert all(character.isprintable() for character in found.err.rstrip("\n"))


def test_an_amount_beyond_any_price_is_skipped(run, write):
    found = run("prices", "learn", "--discounted", write(BASIC | {"amount": 10**30, "unit_price": None}))
    assert found.code == 0
    assert "internal error" not in found.err
    assert "Skipped: apig.gateway BASIC in cn-north-4: the amounts are" in found.err
