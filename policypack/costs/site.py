"""Which site bills a resource."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from policypack.declared import Known, Resource, Value, unknown_reason
from policypack.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """The site of one resource.

    Attributes:
        name: ``cn``, ``intl`` or ``eu``; ``None`` where it cannot be told.
        reason: Why it cannot be told, or why no price of the site applies; a sentence.
        open: Whether knowing the region would settle it.
    """

    name: str | None
    reason: str = ""
    open: bool = False


def site_of(resource: Resource, region: Value[str], settings: Settings) -> Site:
    """Tell the site from the settings, else from the region.

    A region that no source lists has no site: a reference price of the wrong site would be a wrong
    price in the wrong currency.
    """
    table = _table()
    partner = table["partner_packages"].get(resource.token.split(":", 1)[0])
    if partner is None and isinstance(region, Known):
        partner = table["partners"].get(region.value)
    if partner is not None:
        return Site(None, f"{partner} bills this at prices of its own, which the book does not hold.")
    if settings.site is not None:
        return Site(settings.site)
    if not isinstance(region, Known):
        return Site(
            None,
            f"The region is not known ({unknown_reason(region)}), so neither is the site that bills.",
            open=True,
        )
    for name, rule in table["sites"].items():
        if region.value in rule.get("regions", ()) or region.value.startswith(
            tuple(rule.get("prefixes", ()))
        ):
            return Site(name)
    return Site(None, f'No source lists a region "{region.value}"; set "site" to name who bills it.')


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("policypack.costs").joinpath("sites.toml").read_text(encoding="utf-8"))
