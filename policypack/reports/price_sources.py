"""What the prices of a run rest on, as the rows of a small table."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from policypack.reports.report import Report

HEADINGS: Final = ("Prices", "Lines", "Where they come from")
_SOURCES: Final[Mapping[str, str]] = {
    "own": "a price book of your own",
    "billed": "bills of the vendor",
    "official": "the vendor's own prices of the region",
    "example": "worked examples of the vendor",
    "third-party": "published by somebody else than the vendor",
    "reference": "of the site, not of the region; what it costs there is not known",
    "free": "nothing is charged",
    "none": "no price is known",
}
"""From the firmest to none at all."""


def price_sources(report: Report) -> list[tuple[str, str, str]]:
    """The kind of price, how many lines have it, and what that means; the firmest first."""
    counts: Counter[str] = Counter()
    for row in report.rows:
        counts.update(dict(row.breakdown.prices))
    return rows_of(counts)


def rows_of(counts: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Likewise from the number of lines of each kind."""
    order = list(_SOURCES)
    kinds = sorted(counts, key=lambda kind: (order.index(kind) if kind in order else len(order), kind))
    return [(kind, str(counts[kind]), _SOURCES.get(kind, "")) for kind in kinds]
