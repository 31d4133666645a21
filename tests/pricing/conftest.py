"""Price books made up for the tests; none of their numbers is a price of the vendor."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import pricing
from pricing.book.model import Book

TODAY = date(2026, 11, 23)

HEAD = """schema = "apig-cost/book/1"
as_of = 2026-11-01
"""

ROW = """
[[row]]
id = "{id}"
meter = "{meter}"
spec = "{spec}"
site = "intl"
region = "{region}"
mode = "pay-per-use"
currency = "USD"
unit = "{unit}"
{price}
confidence = "example"
source = "made up"
as_of = 2026-11-01
example = {{ {example} }}
"""


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def bundled() -> Book:
    return pricing.load()


@pytest.fixture
def row_text() -> Callable[..., str]:
    """The text of a row that is right, with parts to replace."""

    def build(**parts: str) -> str:
        defaults = {
            "id": "a",
            "meter": "apig.gateway",
            "spec": "BASIC",
            "region": "ap-southeast-3",
            "unit": "gateway-hour",
            "price": 'rate = "2"',
            "example": 'hours = 10, amount = "20"',
        }
        return ROW.format(**{**defaults, **parts})

    return build


@pytest.fixture
def book_of(tmp_path: Path) -> Callable[..., Book]:
    """Load a book from texts, as a user's file is loaded."""

    def build(*texts: str, head: str = HEAD) -> Book:
        path = tmp_path / "book.toml"
        path.write_text(head + "".join(texts), encoding="utf-8")
        return pricing.load_file(path, today=TODAY)

    return build


@pytest.fixture
def month() -> Decimal:
    return Decimal(730)
