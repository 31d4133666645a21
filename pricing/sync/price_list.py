"""The official price list of the price API (``ListResourceSpecsPrice``), which only some sites have.

It names every product of a resource type and states one amount for each way of paying, without steps. So it
tells no tariff; it tells whether the ratings agree and whether they are about everything that is sold.
"""

from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct, field

from pricing.document import exact
from pricing.quantity import Meter
from pricing.sync.codes import RatedProduct, codes

PATH: Final = "/v2/products/resource-specs-price/query"
PAGE: Final = 50
"""Products of one answer; more are not given."""
MOST_PAGES: Final = 200
_HOUR: Final = 4
_TERMS: Final = {2: 1, 3: 12}
"""Months of one period, by ``period_type``. Source: docs/reference/prices.md, "The price API"."""

Key = tuple[str, int | None]
"""A product and the months of a term; ``None`` for pay-per-use."""


class PriceList(Struct, frozen=True):
    """What one list says of one resource type in one region.

    Attributes:
        specs: Every product that it names.
        amounts: What it states for one unit.
        strange: What of it is not understood, a phrase each; the list is then not known to say everything.
    """

    specs: frozenset[str]
    amounts: Mapping[Key, frozenset[Decimal]]
    strange: tuple[str, ...] = ()

    def contradiction(self, spec: str, months: int | None, rated: Decimal) -> str | None:
        """Why a rating of one unit cannot be right; ``None`` where the list agrees or does not know it."""
        listed = self.amounts.get((spec, months))
        if not listed or rated in listed:
            return None
        shown = ", ".join(f"{amount:f}" for amount in sorted(listed))
        return f"The price list of the price API says {shown} and its rating {rated:f}."


class _Reading(Struct):
    specs: set[str] = field(default_factory=set)
    amounts: dict[Key, set[Decimal]] = field(default_factory=dict)
    strange: dict[str, None] = field(default_factory=dict)


def read(infos: Iterable[Any], products: Iterable[RatedProduct], currency: str) -> PriceList:
    """Read the products of a list.

    Args:
        infos: ``resource_spec_infos`` of all pages.
        products: What is rated of the resource type.
        currency: That of the site.
    """
    products = tuple(products)
    usage = {spec: product.usage for product in products for spec in product.specs}
    meters = {product.meter for product in products}
    reading = _Reading()
    for info in infos:
        spec = info.resource_spec
        if not isinstance(spec, str) or not spec:
            reading.strange["a product without a name"] = None
            continue
        reading.specs.add(spec)
        if spec not in usage:
            if not _is_of_another_meter(spec, meters):
                reading.strange[f"product {spec}"] = None
            continue
        for item in info.price_lists or ():
            _read_price(item, spec, usage[spec], currency, reading)
    amounts = {key: frozenset(stated) for key, stated in reading.amounts.items()}
    return PriceList(frozenset(reading.specs), amounts, tuple(reading.strange))


def _is_of_another_meter(spec: str, rated: Set[Meter]) -> bool:
    """Whether a product is known and billed by a meter that is not rated, such as a package of traffic."""
    meters = {product.meter for product in codes().products if product.pattern.fullmatch(spec)}
    return bool(meters) and meters.isdisjoint(rated)


def _read_price(item: Any, spec: str, usage: str, currency: str, reading: _Reading) -> None:
    amount = exact(str(item.official_price))
    if amount is None or amount < 0:
        reading.strange[f"the amount of {spec}"] = None
    elif item.currency != currency:
        reading.strange[f"a price of {spec} in {item.currency}"] = None
    elif item.charging_mode == "ON_DEMAND" and _counts(item, usage):
        reading.amounts.setdefault((spec, None), set()).add(amount)
    elif item.charging_mode == "PERIOD" and item.period_type in _TERMS:
        if 1 in (item.period_nums or ()):
            reading.amounts.setdefault((spec, _TERMS[item.period_type]), set()).add(amount)
    else:
        reading.strange[f"a price of {spec} ({item.charging_mode})"] = None


def _counts(item: Any, usage: str) -> bool:
    """Whether a price is for one unit of what is rated."""
    factor = item.billing_usage_factor
    by_hour = item.period_type in (None, _HOUR)
    return isinstance(factor, str) and factor.casefold() == usage.casefold() and by_hour
