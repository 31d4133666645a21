"""Elastic IPs and bandwidth that are bought inside other resources, from ``billed/embedded.toml``."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import ABSENT, Absent, Invalid, Known, Raw, Resource, Secret, Unknown, Value, read
from policypack.declared.wire import classify
from policypack.huaweicloud.blocks import given, is_set
from policypack.huaweicloud.kubernetes import creates_balancer
from policypack.huaweicloud.model import Eip, Purchase
from policypack.huaweicloud.survey import property_at, region_of, stated
from policypack.metering.declaration import Declaration
from policypack.metering.elastic_ip import Places, eip_items
from policypack.metering.item import Item
from policypack.network.verdict import Binding
from policypack.plugins import PluginError
from pricing.quantity import Meter

EMBEDDED: Final = Path(__file__).parents[1] / "billed" / "embedded.toml"
_KUBERNETES: Final = "kubernetes:"
_SERVICES: Final = ("Service", "ServicePatch", "Ingress", "IngressPatch")
_MOST: Final = 1000
"""EIPs of one resource that are listed one by one; no quota allows as many."""


class Purchased(Struct, frozen=True):
    """One EIP that a resource may buy; see the head of ``embedded.toml``."""

    type: str
    set: str
    words: tuple[str, ...] = ()
    line: str = ""
    size: str = ""
    charge_mode: str = ""
    share_type: str = ""
    shared_bandwidth: str = ""
    count: str = ""
    prepaid: str = "chargingMode"
    existing: tuple[str, ...] = ()
    open: str = ""


class Embedded(Struct, frozen=True):
    """All of ``embedded.toml``.

    Attributes:
        buys: Every EIP that a resource may buy.
        whole: Types that are an EIP or its bandwidth and have no price, with the reason.
        uses: By type and path, what stands there and exists elsewhere.
        neither: By type and path, why it is no EIP.
        annotation: What makes a cluster create a load balancer.
        annotation_open: Why its price is not known.
    """

    buys: tuple[Purchased, ...]
    whole: Mapping[str, str]
    uses: Mapping[str, Mapping[str, str]]
    neither: Mapping[str, Mapping[str, str]]
    annotation: str
    annotation_open: str

    @property
    def types(self) -> frozenset[str]:
        """Terraform names of all that buys, or is, an EIP."""
        return frozenset({row.type for row in self.buys} | self.whole.keys())


@cache
def embedded() -> Embedded:
    """The file, read once.

    Raises:
        PluginError: It is not TOML, or a row lacks something.
    """
    try:
        data = tomllib.loads(EMBEDDED.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PluginError(EMBEDDED, f"the file is not TOML: {error}") from None
    return Embedded(
        buys=tuple(_row(row) for row in data["buys"]),
        whole={row["type"]: row["open"] for row in data["whole"]},
        uses=data["uses"],
        neither=data["neither"],
        annotation=data["kubernetes"]["annotation"],
        annotation_open=data["kubernetes"]["open"],
    )


def _row(row: Mapping[str, Any]) -> Purchased:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    known = set(Purchased.__struct_fields__)
    wrong = sorted(values.keys() - known)
    if wrong:
        raise PluginError(EMBEDDED, f"{row.get('type')}: {wrong[0]} is no key of a row")
    priced = () if "open" in values else ("line", "size", "charge_mode")
    missing = [key for key in ("type", "set", *priced) if not values.get(key)]
    if missing:
        raise PluginError(
            EMBEDDED, f"{row.get('type')}: {missing[0]} is missing; the head says what a row holds"
        )
    return Purchased(**values)


def embedded_items(declaration: Declaration) -> Iterator[Item]:
    """What all resources buy that are no EIP themselves."""
    table, landscape = embedded(), declaration.landscape
    by_type = landscape.by_type
    for row in table.buys:
        for resource in by_type.get(row.type, ()):
            if not resource.external:
                yield from _bought(resource, row, declaration)
    for type_, reason in table.whole.items():
        for resource in by_type.get(type_, ()):
            if not resource.external:
                yield _without_price(resource, type_, declaration, reason, may_be_unused=True)
    for resource in landscape.stack.resources:
        if resource.token.startswith(_KUBERNETES) and not resource.external:
            yield from _annotated(resource, declaration)


def _bought(resource: Resource, row: Purchased, declaration: Declaration) -> Iterator[Item]:
    trigger = _at(resource, row.set)
    if not _is_bought(trigger, row):
        return
    existing = [raw for path in row.existing if is_set(raw := _at(resource, path)) and not _is_empty(raw)]
    if any(_names_one(raw) for raw in existing):
        return
    count = _count(resource, row)
    if count == 0:
        return
    doubts = [row.set] if not isinstance(trigger, Known) else []
    doubts += [path for path in row.existing if is_set(_at(resource, path))] if existing else []
    if row.open or count is None or count > _MOST:
        reason = row.open or "How many EIPs it buys is not known."
        yield _without_price(resource, row.type, declaration, reason, (row.count,) if count is None else ())
        return
    eip = _eip(resource, row, declaration)
    told = f"An EIP that {row.type} buys itself ({row.set})."
    binding = Binding("bound", (resource.urn,), told)
    places = Places(
        row.type, row.line, row.size, row.charge_mode, row.share_type or row.size, row.shared_bandwidth, told
    )
    for _ in range(count):
        for item in eip_items(eip, binding, None, declaration, places):
            yield _doubted(item, doubts)


def _doubted(item: Item, doubts: Sequence[str]) -> Item:
    """The item, where it is not known whether it is bought at all."""
    if not doubts:
        return item
    reason = f"Whether it buys one depends on {', '.join(doubts)}, which is not known."
    return replace(
        item,
        perhaps_free=True,
        reasons=(*item.reasons, reason),
        unknowns=tuple(dict.fromkeys((*item.unknowns, *doubts))),
    )


def _names_one(raw: Raw) -> bool:
    """Whether a property names an EIP that exists, in text; a wrong type proves nothing."""
    match raw:
        case Known(str() as text):
            return text != ""
        case Known(value) if read.is_list(value):
            return any(_names_one(classify(item)) for item in read.as_list(value))
        case _:
            return False


def _is_bought(trigger: Raw, row: Purchased) -> bool:
    """Whether one is bought, or may be; a value that is not known may be anything."""
    if not is_set(trigger):
        return False
    match trigger:
        case Known(str() as word) if row.words:
            return word.lower() in row.words  # what is no text is no word that buys nothing
        case _:
            return not _is_empty(trigger)


def _count(resource: Resource, row: Purchased) -> int | None:
    """How many are bought; ``None`` where that is not known."""
    if not row.count:
        return 1
    match read.size(_at(resource, row.count)):
        case Known(value):
            return int(value)
        case Absent():
            return 1
        case Unknown() | Secret() | Invalid():
            return None


def _eip(resource: Resource, row: Purchased, declaration: Declaration) -> Eip:
    landscape = declaration.landscape
    size = stated(landscape.stack, resource, row.size, read.size)
    shared_bandwidth = given(_at(resource, row.shared_bandwidth))
    return Eip(
        resource=resource,
        region=region_of(landscape.stack, resource, landscape.default_region),
        line=read.text(_at(resource, row.line)),
        shared=_shared(resource, row, size, shared_bandwidth),
        size=size,
        by_traffic=_word(_at(resource, row.charge_mode), {"traffic": True, "bandwidth": False}),
        purchase=Purchase(_prepaid(resource, row), ABSENT),
        shared_bandwidth=shared_bandwidth,
    )


def _shared(resource: Resource, row: Purchased, size: Value[Decimal], bandwidth: Raw) -> Value[bool]:
    """Whether a shared bandwidth carries it. Without a share type a size of its own says that none does."""
    raw = given(_at(resource, row.share_type)) if row.share_type else ABSENT
    if isinstance(raw, Absent):
        if is_set(bandwidth):
            return Known(True) if isinstance(bandwidth, Known) else Unknown("the share type is not set")
        return Known(False) if not isinstance(size, Absent) else Unknown("neither share type nor size is set")
    return _word(raw, {"WHOLE": True, "PER": False})


def _prepaid(resource: Resource, row: Purchased) -> Value[bool]:
    raw = given(_at(resource, row.prepaid))
    if isinstance(raw, Absent):
        return Known(False)
    prepaid = _word(raw, {"prePaid": True, "postPaid": False})
    if prepaid == Known(True):
        return Unknown("what buys it is prepaid, and how the EIP is then paid is not stated")
    return prepaid


def _word(raw: Raw, words: Mapping[str, bool]) -> Value[bool]:
    match read.text(given(raw)):
        case Known(word) if word in words:
            return Known(words[word])
        case Known(word):
            return Invalid(read.shown(word), " or ".join(words))
        case other:
            return other


def _at(resource: Resource, path: str) -> Raw:
    """A property by its path. Outputs of a resource whose inputs were not seen show what it has."""
    if not path:
        return ABSENT
    name, _, inner = path.partition(".")
    if resource.inputs is None and resource.outputs and resource.outputs.get(name) is None:
        return ABSENT
    return property_at(resource.declared(name), inner)


def _is_empty(raw: Raw) -> bool:
    return isinstance(raw, Known) and raw.value in ("", None, [], {}, 0, False)


def _without_price(
    resource: Resource,
    type_: str,
    declaration: Declaration,
    reason: str,
    unknowns: tuple[str, ...] = (),
    *,
    may_be_unused: bool = False,
) -> Item:
    """An EIP of which not even the meter is known: a limit on any of them may be about it."""
    landscape = declaration.landscape
    item = Item(
        resource=resource,
        type=type_,
        meter=Meter.EIP_BANDWIDTH,
        region=region_of(landscape.stack, resource, landscape.default_region),
        mode=None,
        unknowns=unknowns,
        without_price=reason,
    )
    others = (Meter.EIP_TRAFFIC, Meter.EIP_RETENTION) if may_be_unused else (Meter.EIP_TRAFFIC,)
    return replace(item, instead=tuple(replace(item, meter=meter) for meter in others))


def _annotated(resource: Resource, declaration: Declaration) -> Iterator[Item]:
    """A load balancer that a cluster creates for a Service or an Ingress."""
    if resource.token.rpartition(":")[2] not in _SERVICES:
        return
    table = embedded()
    creates = creates_balancer(resource, table.annotation)
    if creates:
        yield _without_price(resource, "kubernetes_service", declaration, table.annotation_open)
    elif creates is None:
        reason = f"Its annotations are not known; {table.annotation} creates a load balancer with an EIP."
        yield _without_price(resource, "kubernetes_service", declaration, reason, ("metadata.annotations",))
