"""The regions of the cloud: who sells each, and who runs it. The data: ``regions.toml``."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pricing.document import Table, parse_document

EVERY_REGION: Final = "*"
"""The region of a reference price, which is used where a region has no row of its own."""
FILE: Final = "regions.toml"


class Balancer(StrEnum):
    """What the gateways of a region balance their load with."""

    ELB = "elb"
    LVS = "lvs"


class Region(Struct, frozen=True):
    """One region.

    Attributes:
        id: As declarations and catalogues spell it.
        name: As the vendor shows it.
        sites: Who sells it, the default first; empty where a partner does.
        partner: Who runs it and bills at prices of its own; ``None`` for the vendor.
        balancer: What its gateways balance their load with.
    """

    id: str
    name: str
    sites: tuple[str, ...]
    partner: str | None = None
    balancer: Balancer = Balancer.ELB


class Regions(Struct, frozen=True):
    """All regions that are known.

    Attributes:
        listed: By id.
        unlisted: Patterns of ids that nobody lists, and the site that sells them.
    """

    listed: Mapping[str, Region]
    unlisted: tuple[tuple[str, str], ...] = ()

    def get(self, identifier: str) -> Region | None:
        """The region; one that only a pattern knows has its id for a name."""
        if identifier in self.listed:
            return self.listed[identifier]
        for pattern, site in self.unlisted:
            if fnmatchcase(identifier, pattern):
                return Region(identifier, identifier, (site,))
        return None

    def nearest(self, identifier: str) -> str | None:
        """The listed id that is spelled most like it, for errors; ``None`` where none is."""
        near = get_close_matches(identifier, self.listed, 1, cutoff=0.8)
        return near[0] if near else None

    def sold_by(self, site: str) -> tuple[str, ...]:
        """The ids of the listed regions that a site sells, in order."""
        return tuple(sorted(region.id for region in self.listed.values() if site in region.sites))

    def and_also(self, others: Iterable[Region]) -> "Regions":
        """These regions and others, which go first."""
        return replace(self, listed={**self.listed, **{region.id: region for region in others}})


@cache
def listed_regions() -> Regions:
    """The table that comes with this version. Read once per process."""
    text = files("pricing.book").joinpath(FILE).read_text(encoding="utf-8")
    root = Table(parse_document(text, FILE), FILE)
    unlisted = []
    for table in root.tables("unlisted"):
        unlisted.append((table.text("match"), table.text("site")))
        table.finish()
    regions = decode_regions(root)
    root.finish()
    return Regions({region.id: region for region in regions}, tuple(unlisted))


def decode_regions(root: Table) -> tuple[Region, ...]:
    """Read every ``[[region]]``.

    Raises:
        DocumentError: A region stands twice, or has neither a site nor a partner.
    """
    decode_regions: dict[str, Region] = {}
    for table in root.tables("region"):
        identifier = table.text("id")
        table.named(identifier)
        if identifier in decode_regions or EVERY_REGION in identifier:
            raise table.fail("id", "the id of one region, each region once")
        region = Region(
            id=identifier,
            name=table.text("name", identifier),
            sites=table.texts("sites"),
            partner=table.optional_text("partner"),
            balancer=table.choice("balancer", Balancer, Balancer.ELB),
        )
        if not region.sites and region.partner is None:
            raise table.fail("sites", "the sites that sell it, or the partner who runs it")
        table.finish()
        decode_regions[identifier] = region
    return tuple(decode_regions.values())
