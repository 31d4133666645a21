"""Locked books: sorted, dated and hashed, written whole or not at all."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

import pricing
from pricing.book.decode import SCHEMA
from pricing.book.loader import definitions
from pricing.book.model import Book, Complete, NoPrice, Row, ordered
from pricing.book.proof import prove
from pricing.book.regions import Region
from pricing.money import plain
from pricing.quantity import Meter, Unit
from pricing.sync.catalogue import RegionAnswer
from pricing.tiers import Dimension, Tariff

_TIER_UNITS = {Dimension.SIZE: "Mbit/s", Dimension.HOURS: "hour", Dimension.VOLUME: "GB"}


def merged(old: Book | None, answers: Iterable[RegionAnswer], site: str, day: date) -> Book:
    """The old book with what was fetched in place of what it says of the same meters and regions.

    A region that no table lists and that has prices is listed by the book itself.

    Raises:
        BookError: The rows contradict each other.
    """
    rows: list[Row] = []
    complete: list[Complete] = []
    no_prices: list[NoPrice] = []
    new: set[tuple[Meter, str, str]] = set()
    base = old or Book((), day, definitions(), currencies=definitions().currencies)
    regions = {region.id: region for region in base.own_regions}
    for answer in answers:
        for catalogue in answer.catalogues:
            rows.extend(catalogue.rows)
            complete.extend(catalogue.complete)
            no_prices.extend(catalogue.no_prices)
            new |= {(meter, site, answer.region) for meter in catalogue.covered}
            if catalogue.rows and base.regions.get(answer.region) is None:
                regions[answer.region] = Region(answer.region, answer.region, (site,))
    book = replace(
        base,
        rows=ordered([*(row for row in base.rows if (row.meter, row.site, row.region) not in new), *rows]),
        complete=_joined(base.complete, complete, new),
        no_prices=_joined(base.no_prices, no_prices, new),
        as_of=day,
        own_regions=tuple(regions[name] for name in sorted(regions)),
    )
    prove(book, today=day)
    return book


Statement = TypeVar("Statement", Complete, NoPrice)


def _joined(
    old: Iterable[Statement], fetched: Iterable[Statement], new: set[tuple[Meter, str, str]]
) -> tuple[Statement, ...]:
    statements = [stated for stated in old if (stated.meter, stated.site, stated.region) not in new]
    statements.extend(fetched)
    return tuple(sorted(statements, key=lambda stated: (stated.meter, stated.site, stated.region)))


def write(book: Book, path: Path) -> None:
    """Write a locked book. The file is replaced in one step, after the new one was read and proven.

    Raises:
        OSError: The folder cannot be written to; the old file stays.
    """
    descriptor, name = tempfile.mkstemp(prefix=path.name, suffix=".new", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text(book))
            file.flush()
            os.fsync(file.fileno())
        pricing.load_file(new, today=book.as_of)
        new.chmod(0o644)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def text(book: Book) -> str:
    """A locked book as TOML; the same book is the same text."""
    return "\n".join(_lines(book)) + "\n"


def _lines(book: Book) -> Iterator[str]:
    yield "# Written by `apig-cost prices`. Commit it; do not edit it: the hash covers the content."
    yield f"schema = {_quoted(SCHEMA)}"
    yield f"as_of = {book.as_of}"
    yield f"hash = {_quoted(book.digest)}"
    for site, currency in sorted(book.currencies.items()):
        yield from ("", "[[site]]", f"name = {_quoted(site)}", f"currency = {_quoted(currency)}")
    for region in book.own_regions:
        yield from ("", "[[region]]", *_region_lines(region))
    for row in book.rows:
        yield from ("", "[[row]]", *_row_lines(row))
    for stated in book.complete:
        yield from ("", "[[complete]]", *_complete_lines(stated))
    for no_price in book.no_prices:
        yield from ("", "[[unpriced]]", *_no_price_lines(no_price))


def _region_lines(region: Region) -> Iterator[str]:
    yield f"id = {_quoted(region.id)}"
    yield f"name = {_quoted(region.name)}"
    if region.sites:
        yield f"sites = [{', '.join(map(_quoted, region.sites))}]"
    if region.partner is not None:
        yield f"partner = {_quoted(region.partner)}"
    yield f"balancer = {_quoted(region.balancer)}"


def _row_lines(row: Row) -> Iterator[str]:
    for key, value in (
        ("id", row.id),
        ("meter", row.meter),
        ("spec", row.spec),
        ("site", row.site),
        ("region", row.region),
        ("mode", row.mode),
    ):
        yield f"{key} = {_quoted(value)}"
    if row.months is not None:
        yield f"months = {row.months}"
    yield f"currency = {_quoted(row.currency)}"
    yield f"unit = {_quoted(row.unit)}"
    yield from _tariff_lines(row)
    if row.least:
        yield f"least = {_quoted(plain(row.least))}"
    if row.most is not None:
        yield f"most = {_quoted(plain(row.most))}"
    if row.growing:
        yield "growing = true"
    if row.inferred:
        yield "inferred = true"
    if row.discounted:
        yield "discounted = true"
    yield f"confidence = {_quoted(row.confidence)}"
    yield f"source = {_quoted(row.source)}"
    yield f"as_of = {row.as_of}"
    if row.note:
        yield f"note = {_quoted(row.note)}"
    example = row.example
    yield (
        f"example = {{ size = {_quoted(plain(example.size))}, hours = {_quoted(plain(example.hours))}, "
        f"volume = {_quoted(plain(example.volume))}, month_hours = {_quoted(plain(example.month_hours))}, "
        f"amount = {_quoted(format(example.amount, 'f'))} }}"
    )


def _tariff_lines(row: Row) -> Iterator[str]:
    tariff = row.tariff
    usual = Dimension.VOLUME if row.unit is Unit.GIGABYTE else Dimension.SIZE
    if tariff == Tariff.flat(tariff.tiers[0].rate, usual):
        yield f"rate = {_quoted(plain(tariff.tiers[0].rate))}"
        return
    yield "tiers = ["
    for tier in tariff.tiers:
        end = "" if tier.up_to is None else f"up_to = {_quoted(plain(tier.up_to))}, "
        yield f"  {{ above = {_quoted(plain(tier.above))}, {end}rate = {_quoted(plain(tier.rate))} }},"
    yield "]"
    yield f"tier_mode = {_quoted(tariff.mode)}"
    yield f"tier_unit = {_quoted(_TIER_UNITS[tariff.dimension])}"


def _complete_lines(stated: Complete) -> Iterator[str]:
    for key, value in (
        ("meter", stated.meter),
        ("site", stated.site),
        ("region", stated.region),
        ("source", stated.source),
    ):
        yield f"{key} = {_quoted(value)}"
    yield f"as_of = {stated.as_of}"


def _no_price_lines(stated: NoPrice) -> Iterator[str]:
    for key, value in (
        ("meter", stated.meter),
        ("spec", stated.spec),
        ("site", stated.site),
        ("region", stated.region),
        ("reason", stated.reason),
        ("source", stated.source),
    ):
        yield f"{key} = {_quoted(value)}"


def _quoted(value: str) -> str:
    """A TOML basic string; JSON escapes are a subset of TOML's."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
