"""The vendor's codes, from ``codes.toml``."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from msgspec import Struct

from pricing.quantity import Meter


class ProductCode(Struct, frozen=True):
    """Which product of a catalogue group a meter and spec are.

    Attributes:
        eip_type: Code of the calculator's form that the product must carry; ``None`` for any.
    """

    group: str
    pattern: re.Pattern[str]
    eip_type: str | None
    meter: Meter
    spec: str


class Measure(Struct, frozen=True):
    """What a unit id of the catalogue counts (``hours``, ``volume``, ``size``, ``months``)."""

    dimension: str
    factor: Decimal


class Service(Struct, frozen=True):
    """One request to the calculator and the groups that its answer must hold."""

    name: str
    groups: tuple[str, ...]


class RatedProduct(Struct, frozen=True):
    """What the price API is asked for."""

    meter: Meter
    service: str
    resource: str
    specs: tuple[str, ...]
    usage: str
    usage_measure: int
    size_measure: int | None


class Codes(Struct, frozen=True):
    """Everything in ``codes.toml``."""

    path: str
    site_code: str
    plan_keys: frozenset[str]
    plan_types: frozenset[str]
    prepaid_event: str
    usage: Mapping[str, tuple[str, ...]]
    conditions: tuple[str, ...]
    hosts: Mapping[str, str]
    services: tuple[Service, ...]
    products: tuple[ProductCode, ...]
    measures: Mapping[int, Measure]
    endpoints: Mapping[str, str]
    rated: tuple[RatedProduct, ...]

    def product(self, group: str, code: str, eip_type: str | None) -> tuple[Meter, str] | None:
        """The meter and spec of a product of the calculator; ``None`` for what is not priced here."""
        for product in self.products:
            if product.group != group or product.eip_type not in (None, eip_type):
                continue
            if match := product.pattern.fullmatch(code):
                return product.meter, product.spec.format(*match.groups())
        return None

    def meters(self, group: str) -> tuple[Meter, ...]:
        """The meters whose prices a group of the calculator holds."""
        return tuple(dict.fromkeys(product.meter for product in self.products if product.group == group))


@cache
def codes() -> Codes:
    """Read the codes once."""
    raw = tomllib.loads(files("pricing.sync").joinpath("codes.toml").read_text(encoding="utf-8"))
    calculator, bss = raw["calculator"], raw["bss"]
    return Codes(
        path=calculator["path"],
        site_code=calculator["site_code"],
        plan_keys=frozenset(calculator["plan"]["keys"]),
        plan_types=frozenset(calculator["plan"]["types"]),
        prepaid_event=calculator["plan"]["prepaid_event"],
        usage={dimension: tuple(names) for dimension, names in calculator["usage"].items()},
        conditions=tuple(calculator["conditions"]["keys"]),
        hosts=calculator["hosts"],
        services=tuple(Service(item["name"], tuple(item["groups"])) for item in calculator["service"]),
        products=tuple(
            ProductCode(
                item["group"],
                re.compile(item["pattern"]),
                item.get("eip_type"),
                Meter(item["meter"]),
                item["spec"],
            )
            for item in raw["product"]
        ),
        measures={
            int(name): Measure(item["dimension"], Decimal(item["factor"]))
            for name, item in raw["measures"].items()
        },
        endpoints=bss["endpoints"],
        rated=tuple(
            RatedProduct(
                Meter(item["meter"]),
                item["service"],
                item["resource"],
                tuple(item["specs"]),
                item["usage"],
                item["usage_measure"],
                item.get("size_measure"),
            )
            for item in bss["product"]
        ),
    )
