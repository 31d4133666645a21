"""``apig-cost prices``: look at price books, prove them, fetch or write down what they lack."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

import pricing
from policypack.cli.support.books import load_books
from policypack.cli.support.errors import InputError
from policypack.cli.support.options import FiniteRange, basis_options, prices_option, stack_options
from policypack.printable import without_credentials
from policypack.reports.safe import cell
from pricing.book.loader import definitions
from pricing.book.regions import Regions
from pricing.money import plain

if TYPE_CHECKING:
    from rich.console import Console

    from policypack.sources import Wanted

_DEFAULT_AGE = 365
_DEADLINE = 900.0
_LOCKED_BOOK = "prices.lock.toml"
_BILLED_BOOK = "prices.billed.toml"
_OWN_BOOK = "prices.own.toml"
_PIPED_WIDTH = 200
"""Columns of a table that goes to a file or a pipe, so that it does not depend on a terminal."""

_SHORT = ("row", "meter", "spec", "site", "region", "price", "unit", "confidence", "asOf")
_COLUMNS = (*_SHORT[:5], "mode", *_SHORT[5:], "source", "book")


@click.group("prices")
def command() -> None:
    """List, prove, fetch and write down the prices that estimates are made with."""


@command.command("list")
@click.option("--site", help="Only this site (cn, intl, eu).")
@click.option("--region", help="Only this region, and the reference prices that stand in for it.")
@click.option("--meter", type=click.Choice(list(definitions().meters)), help="Only this meter.")
@click.option("--format", "-f", "form", type=click.Choice(["table", "json", "csv"]), default="table")
@prices_option
def list_prices(
    site: str | None, region: str | None, meter: str | None, form: str, prices: tuple[str, ...]
) -> None:
    """List price rows with their sources; of several books those of the first one first."""
    from policypack.cli.support.output import in_utf8

    book = load_books(prices)
    sites = sorted({row.site for row in book.rows})
    if site is not None and site not in sites:
        raise InputError(f"--site {site}: the book has no such site; there are: {', '.join(sites)}")
    rows = [
        row
        for row in book.rows
        if site in (None, row.site)
        and (region is None or row.region in (region, "*"))
        and meter in (None, row.meter)
    ]
    if form != "table":
        in_utf8()
    if form == "json":
        match = [
            _cells(row) | {"currency": row.currency, "note": without_credentials(row.note)} for row in rows
        ]
        click.echo(json.dumps({"book": book.identifier, "rows": match}, indent=2, ensure_ascii=False))
    elif form == "csv":
        click.echo(_csv(rows), nl=False)
    else:
        _print_rows(book, rows)


@command.command("check")
@prices_option
@click.option(
    "--max-age", type=click.IntRange(min=0), default=_DEFAULT_AGE, show_default=True, help="Days of a price."
)
def check(prices: tuple[str, ...], max_age: int) -> None:
    """Prove the price books, and show how old and how complete they are.

    Exits with 2 when a book contradicts itself. The matrix shows the holes: an edition or meter
    without a mark in a region has no price there. Y your own, B billed, O official, E example, T third
    party; a small letter is the reference price of the site that stands in; + marks a list known to be
    complete.
    """
    from pricing.book.proof import problems

    today = _today()
    book = load_books(prices)
    layers = book.given if isinstance(book, pricing.Books) else (book,)
    wrong = [f"{layer.name}: {problem}" for layer in layers for problem in problems(layer, today=today)]
    if wrong:
        raise InputError("\n".join(wrong))
    console = _console()
    for layer in layers:
        named = f"Book {layer.identifier} of {layer.as_of}"
        named += f" ({layer.name})" if len(layers) > 1 else ""
        console.print(f"{named}: {_rows(len(layer.rows))}, every proof holds.")
        if layer.unfilled:
            console.print(f"{_rows(len(layer.unfilled))} without a rate: {', '.join(layer.unfilled)}.")
    for sentence in book.left_out if isinstance(book, pricing.Books) else ():
        console.print(sentence)
    old = [row for row in book.rows if (today - row.as_of).days > max_age]
    if old:
        oldest = min(old, key=lambda row: row.as_of)
        console.print(
            f"{_rows(len(old))} {'is' if len(old) == 1 else 'are'} older than {max_age} days; "
            f"the oldest is {oldest.id} of {oldest.as_of}."
        )
    _print_coverage(console, book)


@command.command("init")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--output", "-o", metavar="FILE", default=_OWN_BOOK, show_default=True, help="The new book.")
@stack_options
@basis_options
def init(
    sources: tuple[str, ...], output: str, wanted: "Wanted", config: str | None, prices: tuple[str, ...]
) -> None:
    """Write a price book with the rows that declarations need and no book has, ready to fill in.

    A reference price counts as missing. Each row names the resources that need it and the vendor's page
    where its number stands; a row that stays empty counts as missing.
    """
    from policypack.cli.support.price_init import run
    from policypack.cli.support.run import basis

    run(sources, wanted, basis(config, prices, sources), Path(output))


def _checked_address(ctx: click.Context, option: click.Parameter, address: str | None) -> str | None:
    try:
        parts = urlsplit(address or "")
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_right = False
    if address is not None and not is_right:
        raise click.BadParameter("an address as in https://prices.example.com was expected.", ctx, option)
    return address


_endpoint_option = click.option(
    "--endpoint", metavar="URL", callback=_checked_address, help="Another server than the site's own."
)


@command.command("sync")
@click.option("--site", type=click.Choice(["cn", "intl", "eu"]), required=True, help="Site to ask.")
@click.option(
    "--region", "regions", multiple=True, metavar="ID", help="Region id or pattern ('ap-*'); may be repeated."
)
@click.option("--all-regions", is_flag=True, help="Every region that the site is known to sell.")
@click.option("--output", "-o", default=_LOCKED_BOOK, show_default=True, help="The locked book to write.")
@click.option(
    "--from",
    "origin",
    type=click.Choice(["calculator", "bss"]),
    default="calculator",
    show_default=True,
    help="The public calculator, or the price API with credentials of the SDK.",
)
@click.option("--discounted", is_flag=True, help="The customer's own prices (price API only).")
@_endpoint_option
@click.option(
    "--deadline",
    metavar="SECONDS",
    type=FiniteRange(min=0, min_open=True),
    default=_DEADLINE,
    show_default=True,
    help="End of the whole run.",
)
def sync(
    site: str,
    regions: tuple[str, ...],
    all_regions: bool,
    output: str,
    origin: str,
    discounted: bool,
    endpoint: str | None,
    deadline: float,
) -> None:
    """Fetch current prices into a locked book.

    What is fetched takes the place of what the book says of the same regions; other regions stay. Each
    region stands alone: one that fails keeps its old rows, the others are written, and the exit code is 2.
    What is not understood is skipped and named.
    """
    from policypack.cli.support.price_sync import Request, run

    if discounted and origin != "bss":
        raise click.UsageError("--discounted needs --from bss: the calculator knows list prices only.")
    if not regions and not all_regions:
        raise click.UsageError("Name regions with --region, or take --all-regions.")
    path = Path(output)
    old = _locked(path) if path.exists() else None
    known = (old or pricing.load()).regions
    wanted = chosen_regions(known, site, ("*",) if all_regions else regions)
    run(Request(site, wanted, origin, endpoint, discounted, deadline), old, path, _today())


@command.command("learn")
@click.argument("bills", nargs=-1, metavar="BILL...")
@click.option(
    "--from-account", is_flag=True, help="Ask the account for the bill, with the SDK's credentials."
)
@click.option("--month", metavar="YYYY-MM", help="The month of the bill, where it holds several.")
@click.option(
    "--site",
    type=click.Choice(["cn", "intl", "eu"]),
    help="Site of the account; else it follows from the records.",
)
@click.option("--output", "-o", default=_BILLED_BOOK, show_default=True, help="The locked book to write.")
@click.option("--discounted", is_flag=True, help="What was paid, before coupons, instead of the list prices.")
@_endpoint_option
def learn(
    bills: tuple[str, ...],
    from_account: bool,
    month: str | None,
    site: str | None,
    output: str,
    discounted: bool,
    endpoint: str | None,
) -> None:
    """Take prices from the bill records of your own account.

    A BILL is what the SDK or the vendor's command line prints for ListCustomerselfResourceRecords with
    statistic_type 3. A product without steps gets its price for every size, one with steps for the sizes
    that were billed.
    """
    from policypack.cli.support.bills import load_bill, month_of
    from policypack.cli.support.output import refuse_given
    from policypack.cli.support.price_learning import run

    if from_account and site is None:
        raise click.UsageError("--from-account needs --site: an account belongs to one.")
    refuse_given(output, "--output")
    bill = load_bill(bills, month_of(month), (site or "", endpoint) if from_account else None)
    path = Path(output)
    run(bill, _locked(path) if path.exists() else None, path, _today(), site=site, discounted=discounted)


def chosen_regions(known: Regions, site: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """The regions that ids and patterns name; an id that nobody lists is asked for all the same."""
    sold = known.sold_by(site)
    chosen_regions: dict[str, None] = {}
    for pattern in patterns:
        if not any(character in pattern for character in "*?["):
            chosen_regions[pattern] = None
            continue
        matching = [region for region in sold if fnmatchcase(region, pattern)]
        if not matching:
            raise InputError(
                f"--region {pattern}: site {site} sells no such region; it sells {', '.join(sold)}."
            )
        chosen_regions.update(dict.fromkeys(matching))
    return tuple(chosen_regions)


def _locked(path: Path) -> pricing.Book:
    """The book that a sync goes on with."""
    try:
        book = pricing.load_file(path)
    except ValueError as error:
        raise InputError(str(error)) from error
    if book.unfilled:
        raise InputError(
            f"{path}: rows wait for a rate here and would be lost; name another book with --output."
        )
    return book


def _today() -> date:
    return datetime.now(UTC).date()


def _cells(row: pricing.Row) -> dict[str, str]:
    """What is listed of a row; somebody may have written an address with a password into it."""
    return dict(
        zip(
            _COLUMNS,
            map(
                without_credentials,
                (
                    row.id,
                    row.meter,
                    row.spec,
                    row.site,
                    row.region,
                    row.mode.value,
                    _price(row),
                    _unit(row),
                    row.confidence,
                    row.as_of.isoformat(),
                    row.source,
                    row.book,
                ),
            ),
            strict=True,
        )
    )


def _price(row: pricing.Row) -> str:
    parts = []
    for tier in row.tariff.tiers:
        end = "" if tier.up_to is None else f" to {plain(tier.up_to)}"
        parts.append(plain(tier.rate) + end)
    mode = "" if row.tariff.is_flat else f" {row.tariff.mode}"
    return f"{', '.join(parts)} {row.currency}{mode}{_sizes(row)}"


def _sizes(row: pricing.Row) -> str:
    if row.most is None:
        return f" (from {plain(row.least)} Mbit/s)" if row.least else ""
    if row.least == row.most:
        return f" (for {plain(row.most)} Mbit/s only)"
    return (
        f" (for {plain(row.least)} to {plain(row.most)} Mbit/s)"
        if row.least
        else f" (up to {plain(row.most)} Mbit/s)"
    )


def _unit(row: pricing.Row) -> str:
    if row.months is None:
        return row.unit.value
    return f"{row.unit.value}, {row.months} at once"


def _csv(rows: Iterable[pricing.Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(text) for name, text in _cells(row).items()} for row in rows)
    return text.getvalue()


def _console() -> "Console":
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    return console


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _print_rows(book: pricing.Prices, rows: list[pricing.Row]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    names = (*_SHORT, "book") if isinstance(book, pricing.Books) else _SHORT
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        cells = _cells(row)
        table.add_row(*(cells[name] for name in names))
    console = _console()
    console.print(table)
    console.print(f"{len(rows)} of {len(book.rows)} rows of book {book.identifier}.")


def _print_coverage(console: "Console", book: pricing.Prices) -> None:
    from rich.table import Table

    from pricing.book.coverage import LEGEND, coverage

    for site in coverage(book):
        table = Table(
            box=None, pad_edge=False, title=f"Pay-per-use prices of site {site.site}", title_justify="left"
        )
        for name in ("meter", "spec"):
            table.add_column(name, overflow="fold")
        for region in ("elsewhere", *site.regions):
            table.add_column(region, justify="center", overflow="fold")
        for product in site.products:
            table.add_row(product.meter, product.spec, *product.marks)
        console.print()
        console.print(table)
    console.print()
    console.print("\n".join(LEGEND))
