"""Which prices the bundled book has, as a page."""

from collections.abc import Iterator
from pathlib import Path

import pricing
from pricing.book.coverage import LEGEND, SiteCoverage, coverage

_HEAD = """\
# What the bundled book covers

Pay-per-use prices by site and region; `elsewhere` are the regions that no row names. What has no mark has
no price: the report says so, and `apig-cost prices sync` fetches it. `apig-cost prices check` shows the
same of any book.
"""


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """The one page."""
    parts = [_HEAD, *map(_table, coverage(pricing.load())), " ".join(LEGEND) + "\n"]
    yield root / "docs" / "coverage.md", "\n".join(parts)


def _table(site: SiteCoverage) -> str:
    columns = ("elsewhere", *site.regions)
    head = f"| Meter | Product | {' | '.join(columns)} |\n|---|---|{':-:|' * len(columns)}"
    rows = [
        f"| `{product.meter}` | {product.spec} | {' | '.join(product.marks)} |" for product in site.products
    ]
    return "\n".join([f"## Site {site.site}\n", head, *rows]) + "\n"
