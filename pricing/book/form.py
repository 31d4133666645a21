"""A price book to fill in: the rows that are needed, each with the page where its number stands."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from pricing.book.decode import SCHEMA
from pricing.book.model import Definitions
from pricing.needs import Need
from pricing.quantity import Unit

_NAMED: Final = 5
"""Most resources that a comment names."""
_UNITS: Final[Mapping[Unit, str]] = {
    Unit.GATEWAY_HOUR: "for one gateway, an hour",
    Unit.HOUR: "for one, an hour",
    Unit.DAY: "for one, a day",
    Unit.MBIT_S_HOUR: "for 1 Mbit/s, an hour",
    Unit.GIGABYTE: "for 1 GB",
    Unit.MBIT_S_MONTH: "for 1 Mbit/s, {term}",
    Unit.MONTH: "for one, {term}",
}
_HEAD: Final = """\
# Prices that no book has yet. Fill in each rate, a number in quotes; a row whose rate is empty counts as
# missing. Where the price changes with the size, put tiers in place of the rate, and an amount as their test:
#   tiers = [{{ up_to = 5, rate = "A" }}, {{ rate = "B" }}]
#   tier_mode = "progressive"
#   example = {{ size = 6, hours = 1, amount = "C" }}
# Then name this file before the other books: priceBook = ["{name}", ...]
schema = "{schema}"
as_of = {day}  # when you looked the numbers up
"""


def form(needed: Mapping[Need, Sequence[str]], definitions: Definitions, day: date, name: str) -> str:
    """The text of the book.

    Args:
        needed: The rows, each with the names of the resources that need it.
        definitions: Where the vendor shows the prices of a site.
        day: Date of the rows until somebody writes another.
        name: The name of the file.
    """
    head = _HEAD.format(name=name, schema=SCHEMA, day=day)
    return head + "".join(
        "\n" + "\n".join(_row(need, needed[need], definitions)) + "\n" for need in sorted(needed)
    )


def _row(need: Need, resources: Sequence[str], definitions: Definitions) -> Iterator[str]:
    more = f" and {len(resources) - _NAMED} more" if len(resources) > _NAMED else ""
    yield f"# Needed by {', '.join(resources[:_NAMED])}{more}."
    page = definitions.page_of(need.site, need.meter)
    if page is not None:
        yield f"# {page}"
    yield "[[row]]"
    for key, value in (
        ("meter", need.meter),
        ("spec", need.spec),
        ("site", need.site),
        ("region", need.region),
    ):
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    if need.months:
        yield f"months = {need.months}"
    yield f'currency = "{need.currency}"'
    yield f'rate = ""  # {need.currency} {_counts(need)}'


def _counts(need: Need) -> str:
    """What the rate pays for."""
    return _UNITS[need.unit].format(term="a month" if need.months <= 1 else f"{need.months} months at once")
