"""Prices from bills: what is learned, what is told of it, and the book that is written."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

import pricing
from policypack.cli.support.errors import InputError, tell, unwritable
from policypack.cli.support.price_sync import summary
from pricing.book.loader import definitions
from pricing.book.model import Book
from pricing.book.proof import BookError
from pricing.document import DocumentError
from pricing.learn.records import Bill, BillError
from pricing.learn.rows import learn, merged
from pricing.sync import lock
from pricing.sync.changes import changes


def run(bill: Bill, old: Book | None, path: Path, today: date, *, site: str | None, discounted: bool) -> None:
    """Learn, merge, write and tell.

    Raises:
        InputError: The site must be named, or the file cannot be written.
    """
    shared = definitions()
    regions = (old or pricing.load()).regions
    try:
        learned = learn(bill, shared, regions, today, site=site, discounted=discounted)
    except BillError as error:
        raise InputError(f"{error} Nothing was written.") from None
    for skipped in learned.skipped:
        tell(f"Skipped: {skipped}")
    _tell("Not priced here", learned.others)
    _tell("Left out", learned.left_out)
    if not learned.rows:
        click.echo(f"The bill of {bill.month:%Y-%m} tells no price. Nothing was written.")
        return
    try:
        book = merged(old, learned, Book((), today, shared, currencies=shared.currencies))
        lock.write(book, path)
    except (BookError, DocumentError) as error:
        raise InputError(f"{error} Nothing was written.") from error
    except OSError as error:
        raise unwritable(path, error) from error
    count = len(learned.rows)
    noun = "price" if count == 1 else "prices"
    click.echo(f"{path}: {count} {noun} from the bill of {bill.month:%Y-%m}; book {book.identifier}.")
    for line in summary(changes(old, book)):
        click.echo(line)


def _tell(what: str, counted: Mapping[str, int]) -> None:
    for name, count in counted.items():
        tell(f"{what}: {name} ({count} {'record' if count == 1 else 'records'}).")
