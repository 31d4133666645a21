"""Which prices a stack needs that no book has, and what of its cost no price would settle."""

from collections.abc import Iterator

from msgspec import Struct

from policypack.costs.estimate import items_of
from policypack.costs.line import Line
from policypack.costs.price import Rates, price, rows_needed
from policypack.metering.catalogue import listed_where_priced
from policypack.metering.declaration import Declaration
from pricing.needs import Need


class Needed(Struct, frozen=True):
    """One line of an estimate that has no upper bound, or is an estimate only.

    Attributes:
        line: The line at the prices that there are.
        rows: The rows that would state its price; none where something else has to be known first.
    """

    line: Line
    rows: tuple[Need, ...]


def needed(declaration: Declaration, rates: Rates) -> Iterator[Needed]:
    """Every line that lacks a price or a bound, in the order of the declaration."""
    for item in items_of(declaration):
        if listed_where_priced(item.type):
            continue  # it opens nothing
        rows = tuple(dict.fromkeys(rows_needed(item, rates)))
        line = price(item, rates)
        if rows or line.monthly is None or line.monthly.high is None:
            yield Needed(line, rows)
