"""Which site bills a resource."""

from typing import Final

from msgspec import Struct

from policypack.declared import Known, Resource, Value, unknown_reason
from policypack.huaweicloud.packages import seller_of
from policypack.settings.model import Settings
from pricing.book.layers import Prices
from pricing.quote import Cause

_CAUSES: Final = {"partner": Cause.PARTNER, "private": Cause.PRIVATE, "unknown": Cause.PACKAGE}


class Site(Struct, frozen=True):
    """The site of one resource.

    Attributes:
        name: ``cn``, ``intl`` or ``eu``; ``None`` where it cannot be told.
        reason: Why it cannot be told, or why no price of the site applies; a sentence.
        unknown: Path of what is not known and would settle it; empty where nothing would.
        cause: What kind of reason it is.
    """

    name: str | None
    reason: str = ""
    unknown: str = ""
    cause: Cause = Cause.SITE


def site_of(resource: Resource, region: Value[str], settings: Settings, book: Prices) -> Site:
    """Tell the site from the settings, else from the region.

    A region that no table lists has no site: a reference price of the wrong site would be a wrong
    price in the wrong currency. What a partner runs has none of the vendor's sites, whatever the
    settings say; a book that lists the region itself knows better.
    """
    known = book.regions.get(region.value) if isinstance(region, Known) else None
    partner = known.partner if known is not None else None
    if known is None or known not in book.own_regions:
        seller = seller_of(resource, settings.packages)
        if seller.kind != "vendor":
            return Site(None, seller.reason, seller.unknown, _CAUSES[seller.kind])
    if partner is not None:
        reason = f"{partner} bills this at prices of its own, which the book does not hold."
        return Site(None, reason, cause=Cause.PARTNER)
    if settings.site is not None:
        return Site(settings.site)
    if not isinstance(region, Known):
        return Site(
            None,
            f"The region is not known ({unknown_reason(region)}), so neither is the site that bills.",
            "region",
        )
    if known is None:
        near = book.regions.nearest(region.value)
        advice = f" Did you mean {near}?" if near else ""
        return Site(None, f'No table lists a region "{region.value}", so nobody knows who bills it.{advice}')
    return Site(known.sites[0])
