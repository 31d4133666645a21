"""Zones and record sets, as declared."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from policypack.declared import ABSENT, Absent, Invalid, Known, Raw, Resource, Unknown, Value, read
from policypack.huaweicloud.addresses import HostName, parse_host
from policypack.huaweicloud.blocks import each_block, given, inside, kept, texts
from policypack.huaweicloud.references import ROUTERS

RECORD_KEYS: Final = ("records", "record")
_ADDRESSES: Final = frozenset({"A", "AAAA", "CNAME"})
_WITHOUT_ADDRESS: Final = frozenset({"MX", "TXT", "SRV", "NS", "SOA", "CAA", "PTR"})
"""Types of record sets that lead nowhere (resource ``dns_recordset``, ``type``)."""

_WITHOUT_ANSWERS: Final = frozenset(
    {
        "dns_custom_line",
        "dns_endpoint",
        "dns_endpoint_assignment",
        "dns_line_group",
        "dns_ptrrecord",
        "dns_recordset",
        "dns_zone",
        "dns_zone_authorization",
        "dns_zone_retrieval",
    }
)
"""Resources of the DNS service that change no answer, but by the zones and record sets that are read here."""


class Zone(Struct, frozen=True):
    """A DNS zone.

    Attributes:
        resource: The declaration.
        name: Lower case, without the final dot.
        private: Whether only the bound VPCs see it; ``Known(False)`` when not set.
        routers: References to the VPCs that a private zone is bound to.
        recursive: Whether names that it does not hold are looked up in public DNS.
    """

    resource: Resource
    name: Value[str]
    private: Value[bool]
    routers: tuple[Raw, ...]
    recursive: Value[bool]


class Record(Struct, frozen=True):
    """A record set that leads to an address.

    Attributes:
        resource: The declaration.
        name: Lower case, without the final dot.
        values: Addresses or, for CNAME, names.
        private: What the record set itself says of its zone, once it is deployed.
        active: Whether it answers; unknown where its type or status is.
        holds_names: Whether its values may be names, so that what they are built from tells no address.
    """

    resource: Resource
    name: Value[str]
    values: Value[tuple[Value[str], ...]]
    private: Value[bool]
    active: Value[bool]
    holds_names: bool


def zone_of(resource: Resource) -> Zone:
    """Read a zone. One that is or may be disabled does not answer, so that another may: its kind is open."""
    status = read.text(given(kept(resource, "status")))
    answers = status in (Known("ENABLE"), ABSENT)
    return Zone(
        resource=resource,
        name=domain(read.text(resource.declared("name"))),
        private=_is_private(read.text(given(resource.declared("zoneType"))))
        if answers
        else Unknown("the zone may be disabled"),
        routers=tuple(inside(block, "routerId") for block in each_block(ROUTERS.of(resource))),
        recursive=_is_recursive(read.text(given(kept(resource, "proxyPattern")))),
    )


def record_of(resource: Resource) -> Record | None:
    """Read a record set; ``None`` for one that leads nowhere (another type, disabled)."""
    kind = read.text(resource.declared("type"))
    if isinstance(kind, Known) and kind.value.upper() in _WITHOUT_ADDRESS:
        return None
    status = read.text(given(kept(resource, "status")))
    if status == Known("DISABLE"):
        return None
    leads = isinstance(kind, Known) and kind.value.upper() in _ADDRESSES
    certain = leads and status in (Known("ENABLE"), ABSENT)
    zone_type = read.text(resource.computed("zoneType"))
    return Record(
        resource=resource,
        name=domain(read.text(resource.declared("name"))),
        values=texts(resource.declared(*RECORD_KEYS)),
        private=zone_type if isinstance(zone_type, Unknown) else _is_private(zone_type),
        active=Known(True) if certain else Unknown("type or status of the record set is not known"),
        holds_names=not (isinstance(kind, Known) and kind.value.upper() in ("A", "AAAA")),
    )


def name_of_record_set(resource: Resource) -> Value[str]:
    """The name that a record set of any type holds; absent for one that is disabled."""
    if read.text(given(kept(resource, "status"))) == Known("DISABLE"):
        return ABSENT
    return domain(read.text(resource.declared("name")))


def leads_to_address(resource: Resource) -> bool:
    """Whether a record set is certainly of a type that answers where a name leads."""
    kind = read.text(resource.declared("type"))
    return isinstance(kind, Known) and kind.value.upper() in _ADDRESSES


def may_hand_on(resource: Resource) -> bool:
    """Whether a record set hands its name on to other servers (NS), or may."""
    kind = read.text(resource.declared("type"))
    return not isinstance(kind, Known) or kind.value.upper() == "NS"


def may_change_answers(type_name: str) -> bool:
    """Whether a type of resource changes answers in a way that no zone and no record set shows."""
    return type_name.startswith("dns_") and type_name not in _WITHOUT_ANSWERS


def domain_of_resolver_rule(resource: Resource) -> Value[str]:
    """The name that a resolver rule hands to DNS servers of one's own, with all names below it."""
    return domain(read.text(resource.declared("domainName")))


def domain(name: Value[str]) -> Value[str]:
    """A domain name as names are compared; a text that is none, a URL for one, is invalid."""
    if not isinstance(name, Known):
        return name
    compared = name.value.lower().rstrip(".")
    bare = compared.removeprefix("*.")
    if parse_host(bare) == HostName(bare):
        return Known(compared)
    return Invalid(read.shown(name.value), "a domain name")


def and_above(name: str) -> Iterator[str]:
    """A domain name and those above it, the closest first."""
    while name:
        yield name
        name = name.partition(".")[2]


def is_within(name: str, zone: str) -> bool:
    """Whether a domain name is a zone's own, or below it."""
    return name == zone or name.endswith(f".{zone}")


def _is_private(word: Value[str]) -> Value[bool]:
    match word:
        case Known("private"):
            return Known(True)
        case Known("public") | Absent():
            return Known(False)
        case Known(other):
            return Unknown(f"{read.shown(other)} is neither public nor private")
        case other_:
            return other_


def _is_recursive(word: Value[str]) -> Value[bool]:
    match word:
        case Known("RECURSIVE"):
            return Known(True)
        case Known("AUTHORITY") | Absent():
            return Known(False)
        case Known(other):
            return Unknown(f"{read.shown(other)} is no way to look up names")
        case other_:
            return other_
