"""Reading price books: the bundled one and files of the user."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from pricing.book.decode import (
    SCHEMA,
    Usual,
    decode_complete,
    decode_currencies,
    decode_definitions,
    decode_meters,
    decode_no_price,
    decode_row,
)
from pricing.book.layers import BUNDLED, Prices, layered
from pricing.book.model import Book, Complete, Definitions, NoPrice, Row, ordered
from pricing.book.proof import BookError, prove
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
    return replace(content.book(BUNDLED_AS_OF, shared, shared.currencies), name=BUNDLED)


def load_layers(paths: Iterable[str | Path], *, today: date | None = None) -> Prices:
    """Read and prove several price books that are asked in their order.

    Args:
        paths: TOML files; the word ``bundled`` means the book that comes with this version, which is also
            meant by no path at all.
        today: As for ``load_file``.

    Raises:
        DocumentError: As for ``load_file``.
        BookError: A book contradicts itself; the message names it.
    """
    books = [load() if path == BUNDLED else load_file(path, today=today) for path in paths]
    return layered(books) if books else load()


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
    try:
        prove(book, today=today or _today_anywhere())
    except BookError as error:
        raise BookError(f"{path}: {error}") from None
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
    stated = decode_currencies(root)
    currencies = {**shared.currencies, **stated}
    own = decode_regions(root)
    content = _Content()
    usual = Usual(as_of, root.place, currencies)
    content.read(root, shared, shared.regions.and_also(own), usual)
    root.finish()
    book = replace(
        content.book(as_of, shared, currencies, own),
        own_sites=frozenset(stated),
        name=root.place,
        unfilled=tuple(content.unfilled),
    )
    if stated_hash is not None and stated_hash != book.digest:
        raise DocumentError(
            f"{root.place}: the content does not fit its hash; it was changed by hand after "
            "`apig-cost prices sync` wrote it. Fetch it again, or remove the line `hash`."
        )
    return book


class _Content(Struct):
    """What has been read of a book."""

    rows: list[Row] = field(default_factory=list)
    complete: list[Complete] = field(default_factory=list)
    no_prices: list[NoPrice] = field(default_factory=list)
    unfilled: list[str] = field(default_factory=list)

    def read(self, root: Table, shared: Definitions, regions: Regions, usual: Usual | None = None) -> None:
        """Read what a document holds.

        Args:
            root: The document.
            shared: What every book shares.
            regions: Those that rows may name.
            usual: What a row of the user need not say; ``None`` where rows say everything.
        """
        meters = shared.meters
        for table in root.tables("row"):
            row = decode_row(table, shared, regions, usual)
            if isinstance(row, Row):
                self.rows.append(row)
            else:
                self.unfilled.append(row.name)
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
