"""Reading price books: the bundled one and files of the user."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from pricing.book.decode import (
    SCHEMA,
    decode_complete,
    decode_currencies,
    decode_definitions,
    decode_no_price,
    decode_row,
)
from pricing.book.model import Book, Complete, Definitions, NoPrice, Row, ordered
from pricing.book.proof import prove
from pricing.document import DocumentError, Table, parse_document, read_document

BUNDLED_AS_OF = date(2026, 11, 23)
"""When the bundled rows were last compared with their sources."""


@cache
def definitions() -> Definitions:
    """Meters, sites and regions, which every book shares."""
    text = files("pricing.book").joinpath("definitions.toml").read_text(encoding="utf-8")
    return decode_definitions(Table(parse_document(text, "definitions.toml"), "definitions.toml"))


@cache
def load() -> Book:
    """The price book that comes with this version. Read once per process.

    The tests prove it, so that a preview does not have to.
    """
    shared = definitions()
    rows: list[Row] = []
    complete: list[Complete] = []
    no_prices: list[NoPrice] = []
    for file in sorted(files("pricing.book").joinpath("data").iterdir(), key=lambda file: file.name):
        root = Table(parse_document(file.read_text(encoding="utf-8"), file.name), file.name)
        _read(root, shared, rows, complete, no_prices)
        root.finish()
    return Book(
        rows=ordered(rows),
        as_of=BUNDLED_AS_OF,
        definitions=shared,
        complete=tuple(complete),
        no_prices=tuple(no_prices),
        currencies=shared.currencies,
    )


def load_file(path: str | Path, *, today: date | None = None) -> Book:
    """Read and prove a price book of the user, locked (written by ``prices sync``) or hand-written.

    It stands alone: prices that are not in it are not taken from the bundled book.

    Args:
        path: A TOML file, described in docs/prices.md.
        today: Rows and statements of a later date are refused; by default the latest date that it
            is anywhere on earth.

    Raises:
        DocumentError: The file cannot be read, says something unknown, or has another content than
            its hash.
        BookError: The rows contradict each other or their examples.
    """
    place = Path(path)
    root = Table(read_document(place, "price book"), str(path))
    book = decode_book(root)
    prove(book, today=today or _today_anywhere())
    return book


def decode_book(root: Table) -> Book:
    """Read a whole book from one document and compare it with its hash, if it has one.

    Raises:
        DocumentError: See ``load_file``.
    """
    schema = root.text("schema")
    if schema != SCHEMA:
        raise root.fail("schema", f"{SCHEMA!r}")
    shared = definitions()
    rows: list[Row] = []
    complete: list[Complete] = []
    no_prices: list[NoPrice] = []
    as_of = root.day("as_of")
    stated_hash = root.optional_text("hash")
    currencies = {**shared.currencies, **decode_currencies(root)}
    _read(root, shared, rows, complete, no_prices)
    root.finish()
    book = Book(
        rows=ordered(rows),
        as_of=as_of,
        definitions=shared,
        complete=tuple(complete),
        no_prices=tuple(no_prices),
        currencies=currencies,
    )
    if stated_hash is not None and stated_hash != book.digest:
        raise DocumentError(
            f"{root.place}: the content does not fit its hash; it was changed by hand after "
            "`apig-cost prices sync` wrote it. Fetch it again, or remove the line `hash`."
        )
    return book


def _read(
    root: Table, shared: Definitions, rows: list[Row], complete: list[Complete], no_prices: list[NoPrice]
) -> None:
    rows.extend(decode_row(table, shared) for table in root.tables("row"))
    complete.extend(decode_complete(table) for table in root.tables("complete"))
    no_prices.extend(decode_no_price(table) for table in root.tables("unpriced"))


def _today_anywhere() -> date:
    return (datetime.now(UTC) + timedelta(hours=14)).date()
