"""Reading price books: the bundled one and files of the user."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from pricing.book.decode import (
    SCHEMA,
    decode_complete,
    decode_currencies,
    decode_definitions,
    decode_meters,
    decode_no_price,
    decode_row,
)
from pricing.book.model import Book, Complete, Definitions, NoPrice, Row, ordered
from pricing.book.proof import prove
from pricing.book.regions import Region, Regions, decode_regions, listed_regions
from pricing.document import DocumentError, Table, parse_document, read_document

BUNDLED_AS_OF = date(2026, 11, 23)
"""When the bundled rows were last compared with their sources."""


def definitions() -> Definitions:
    """Meters, sites and regions, which every book shares."""
    return load().definitions


@cache
def _common() -> Definitions:
    text = files("pricing.book").joinpath("definitions.toml").read_text(encoding="utf-8")
    root = Table(parse_document(text, "definitions.toml"), "definitions.toml")
    return decode_definitions(root, listed_regions())


@cache
def load() -> Book:
    """The price book that comes with this version. Read once per process.

    The tests prove it, so that a preview does not have to.
    """
    return bundled(
        (file.name, file.read_text(encoding="utf-8"))
        for file in sorted(files("pricing.book").joinpath("data").iterdir(), key=lambda file: file.name)
    )


def bundled(texts: Iterable[tuple[str, str]]) -> Book:
    """The book of several documents that belong together; they list no regions of their own.

    A document may define a meter of its own beside the prices of it.

    Raises:
        DocumentError: A row says something unknown, or names a region that ``regions.toml`` lacks.
    """
    roots = [Table(parse_document(text, name), name) for name, text in texts]
    shared = _common()
    for root in roots:
        meters = decode_meters(root)
        for meter in meters:
            if meter in shared.meters:
                raise DocumentError(f"{root.place}: meter {meter} is defined twice.")
        shared = replace(shared, meters={**shared.meters, **meters})
    content = _Content()
    for root in roots:
        content.read(root, shared, shared.regions)
        root.finish()
    return content.book(BUNDLED_AS_OF, shared, shared.currencies)


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
    as_of = root.day("as_of")
    stated_hash = root.optional_text("hash")
    currencies = {**shared.currencies, **decode_currencies(root)}
    own = decode_regions(root)
    content = _Content()
    content.read(root, shared, shared.regions.and_also(own))
    root.finish()
    book = content.book(as_of, shared, currencies, own)
    if stated_hash is not None and stated_hash != book.digest:
        raise DocumentError(
            f"{root.place}: the content does not fit its hash; it was changed by hand after "
            "`apig-cost prices sync` wrote it. Fetch it again, or remove the line `hash`."
        )
    return book


@dataclass(slots=True)
class _Content:
    """What has been read of a book."""

    rows: list[Row] = field(default_factory=list)
    complete: list[Complete] = field(default_factory=list)
    no_prices: list[NoPrice] = field(default_factory=list)

    def read(self, root: Table, shared: Definitions, regions: Regions) -> None:
        meters = shared.meters
        self.rows.extend(decode_row(table, shared, regions) for table in root.tables("row"))
        self.complete.extend(decode_complete(table, meters, regions) for table in root.tables("complete"))
        self.no_prices.extend(decode_no_price(table, meters, regions) for table in root.tables("unpriced"))

    def book(
        self,
        as_of: date,
        shared: Definitions,
        currencies: Mapping[str, str],
        own_regions: tuple[Region, ...] = (),
    ) -> Book:
        return Book(
            rows=ordered(self.rows),
            as_of=as_of,
            definitions=shared,
            complete=tuple(self.complete),
            no_prices=tuple(self.no_prices),
            currencies=currencies,
            own_regions=own_regions,
        )


def _today_anywhere() -> date:
    return (datetime.now(UTC) + timedelta(hours=14)).date()
