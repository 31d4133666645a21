"""The command that fetches a price which is missing."""

from collections.abc import Iterable
from typing import Final

from pricing.book.loader import definitions

WRITE_DOWN: Final = "`apig-cost prices init SOURCE`"
"""Prepares the rows of a book of one's own."""


def fetch(site: str | None, regions: Iterable[str] = ()) -> str | None:
    """The command that fetches the prices of regions; ``None`` where nothing is known to have them.

    The calculator has prices of some sites only; the price API has those of all, and needs an account.

    Args:
        site: Whose prices are missing.
        regions: Ids; none means all regions of the site.
    """
    known = definitions()
    if site is None or site not in known.currencies:
        return None
    origin = "" if site in known.calculators else " --from bss"
    wanted = " ".join(f"--region {region}" for region in regions) or "--all-regions"
    return f"`apig-cost prices sync{origin} --site {site} {wanted}`"


def advice(site: str | None, regions: Iterable[str] = ()) -> str:
    """What to do about a missing price; a sentence."""
    command = fetch(site, regions)
    if command is None:
        return f"Write the price down with {WRITE_DOWN}."
    return f"Fetch it with {command}, or write it down with {WRITE_DOWN}."
