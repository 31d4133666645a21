"""``apig-cost bill``: rate a timeline as the vendor bills it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policypack.cli.support.errors import InputError, tell
from policypack.cli.support.options import prices_option
from pricing.money import plain
from pricing.rounding import half_up

if TYPE_CHECKING:
    from rich.console import Console

    from pricing.timeline import Bill

_PLACES = 8
"""Decimals of a record that is billed by the second; the total is computed from exact amounts."""

_PIPED_WIDTH = 200
"""Columns of a table that goes to a file or a pipe, so that it does not depend on a terminal."""


@click.command("bill")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "-f", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@prices_option
def command(file: Path, form: str, prices: tuple[str, ...]) -> None:
    """Rate the timeline FILE: what was bought, bound, resized, converted and released when.

    Prints one record for each clock hour (GMT+08:00), subtotals of each month, and the total, rounded as
    the vendor's examples are.
    """
    from policypack.cli.support.books import load_books
    from pricing.document import DocumentError
    from pricing.timeline import TimelineError, bill, read_timeline

    try:
        rated = bill(read_timeline(file), load_books(prices))
    except (DocumentError, TimelineError) as error:
        raise InputError(str(error)) from error
    if form == "json":
        click.echo(json.dumps(_document(rated), indent=2, ensure_ascii=False))
    else:
        _print_table(rated)
    for note in rated.notes:
        tell(f"Note: {note}")


def _document(rated: "Bill") -> dict[str, object]:
    return {
        "records": [
            {
                "resource": record.resource,
                "meter": str(record.meter),
                "from": record.start.isoformat(),
                "to": record.end.isoformat(),
                "seconds": record.seconds,
                "quantity": _exact(record.quantity),
                "rate": _exact(record.rate),
                "amount": _exact(record.amount),
            }
            for record in rated.records
        ],
        "total": {"amount": _total(rated.total), "currency": rated.currency},
        "subtotals": [
            {
                "month": f"{one.month:%Y-%m}",
                "resource": one.resource,
                "meter": str(one.meter),
                "amount": _total(one.amount),
            }
            for one in rated.subtotals
        ],
        "months": [{"month": f"{month:%Y-%m}", "amount": _total(amount)} for month, amount in rated.months],
        "prices": [
            {
                "row": row.id,
                "book": row.book,
                "confidence": row.confidence,
                "asOf": row.as_of.isoformat(),
                "source": row.source,
            }
            for row in rated.rows
        ],
        "notes": list(rated.notes),
    }


def _print_table(rated: "Bill") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("resource", "meter", "from", "to"):
        table.add_column(name, overflow="fold")
    for name in ("seconds", "quantity", "rate", "amount"):
        table.add_column(name, justify="right", overflow="fold")
    for record in rated.records:
        table.add_row(
            record.resource,
            str(record.meter),
            record.start.strftime("%Y-%m-%d %H:%M:%S"),
            record.end.strftime("%Y-%m-%d %H:%M:%S"),
            str(record.seconds),
            _exact(record.quantity),
            _exact(record.rate),
            _exact(record.amount),
        )
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    console.print(table)
    _print_subtotals(rated, console)
    console.print(f"Total {_total(rated.total)} {rated.currency}; times are GMT+08:00.")
    for row in rated.rows:
        console.print(f"Price {row.id} of {row.book} ({row.confidence}, {row.as_of}): {row.source}")


def _print_subtotals(rated: "Bill", console: "Console") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("month", "resource", "meter"):
        table.add_column(name, overflow="fold")
    table.add_column("subtotal", justify="right", overflow="fold")
    for month, amount in rated.months:
        for one in rated.subtotals:
            if one.month == month:
                table.add_row(f"{month:%Y-%m}", one.resource, str(one.meter), _total(one.amount))
        if len(rated.months) > 1:
            table.add_row(f"{month:%Y-%m}", "all", "", _total(amount))
    console.print()
    console.print(table)
    console.print()


def _exact(amount: Decimal) -> str:
    return plain(half_up(amount, _PLACES))


def _total(amount: Decimal) -> str:
    """At least two decimals, as money is written; more only where the vendor gives more."""
    shown = plain(amount)
    decimals = len(shown.partition(".")[2])
    return shown if decimals >= 2 else f"{half_up(amount, 2):f}"
