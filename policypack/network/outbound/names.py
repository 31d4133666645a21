"""Rows 8 and 9 of the decision table: names that zones and records of the stack resolve.

A gateway asks the DNS of its VPC: a private zone that is bound to the VPC answers first, then public
DNS. What is not known of a zone or record can only make an answer unknown, never another answer.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import chain, islice
from typing import Final

from msgspec import Struct

from policypack.declared import Known, Resource
from policypack.huaweicloud.addresses import (
    HostAddress,
    HostName,
    is_internal_name,
    parse_host,
    service_region,
)
from policypack.huaweicloud.dns import RECORD_KEYS, Record, and_above
from policypack.huaweicloud.links import Target
from policypack.huaweicloud.networks import BALANCERS, ONLY_PRIVATE, ONLY_PUBLIC, SERVERS
from policypack.huaweicloud.returned import not_given
from policypack.network.outbound.existing import ExistingNames
from policypack.network.outbound.reach import Reach, private, public, unknown
from policypack.network.related import Related
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Direction

_MOST_DOUBTFUL: Final = 50
"""Records that perhaps answer and are looked at one by one; more leave a name open."""

Alias = Callable[[str], Reach]
"""Classifies the name that a CNAME record stands for."""


class _Nameless(Struct, frozen=True):
    """Records of unknown name: the first, and where all of them may lead."""

    records: tuple[Record, ...]
    directions: frozenset[Direction]


class Domains:
    """Resolves names as the DNS of one gateway's VPC does, as far as the stack declares it."""

    def __init__(self, topology: Topology, vpc: Target, own_dns: Resource | None = None) -> None:
        """Resolve as this VPC does.

        Args:
            topology: The stack.
            vpc: The VPC.
            own_dns: A subnet that is or may be meant and has DNS servers of one's own.
        """
        self._own_dns = own_dns
        self._topology = topology
        self._vpc = vpc

    def resolve(self, name: str, alias: Alias) -> Reach | None:
        """How a name is reached; ``None`` when nothing in the stack has to do with it."""
        rule = self._forwarded(name)
        if rule is not None:
            return unknown(
                Row.NAME_OF_PRIVATE_ZONE,
                f'a name that "{rule.name}" may hand to DNS servers of one\'s own',
                f"what {name} stands for there",
            )
        found = self._resolve(name, alias)
        if self._own_dns is None or found is None or found.row != Row.NAME_OF_PRIVATE_ZONE:
            return found
        where = f'the DNS servers of subnet "{self._own_dns.name}"'
        return unknown(
            found.row, f"a name of a private zone, which {where} need not know", f"what {name} stands for"
        )

    def _forwarded(self, name: str) -> Resource | None:
        """What may hand a name to DNS servers of one's own; an internal name stays internal there."""
        forwarded = self._topology.names.forwarded
        if not forwarded or is_internal_name(HostName(name)):
            return None
        closest = next((suffix for suffix in and_above(name) if suffix in forwarded), None)
        return forwarded.get(closest)

    def _resolve(self, name: str, alias: Alias) -> Reach | None:
        seen = self._named(name)
        sure_private = [record for record, applies in seen if applies == "private"]
        sure_public = [record for record, applies in seen if applies == "public"]
        doubtful = [record for record, applies in seen if applies == "unknown"]
        if len(doubtful) > _MOST_DOUBTFUL:
            return self._doubt(doubtful)
        doubts = {self._direction(record, alias) for record in doubtful} | self._nameless.directions
        held = self._held_by_zone(name)
        if sure_private or sure_public:
            chosen = sure_private or sure_public
            direction = _worst(self._direction(record, alias) for record in chosen)
            if doubts - {direction}:
                return self._doubt([*doubtful, *self._nameless.records])
            if direction == "public" and held is not None and not sure_private:
                return self._doubt(chosen)
            return self._answer(name, chosen[0], direction, is_private=bool(sure_private))
        if doubts == {"private"} and held is not None and held.direction == "private":
            return held
        if doubts and (doubts != {"public"} or held is not None or not _is_plainly_public(name)):
            return self._doubt([*doubtful, *self._nameless.records])
        return held

    def _answer(self, name: str, record: Record, direction: Direction, *, is_private: bool) -> Reach:
        zone = "a private zone" if is_private else "a public zone"
        row = Row.NAME_OF_PRIVATE_ZONE if is_private else Row.NAME_OF_PUBLIC_ZONE
        if direction == "private":
            return private(
                row,
                f'a name that record "{record.resource.name}" of {zone} leads to a private address',
                likely=True,
            )
        if direction == "public":
            return public(
                Row.PUBLIC_NAME,
                f'a name that record "{record.resource.name}" of {zone} leads to a public address',
            )
        return unknown(
            row,
            f'a name that record "{record.resource.name}" of {zone} holds',
            f'records of "{record.resource.name}", which {name} stands for',
        )

    def _doubt(self, records: list[Record]) -> Reach:
        first = records[0].resource.name
        return unknown(
            Row.NAME_OF_PRIVATE_ZONE,
            f'a name that record "{first}" may hold',
            f'zone, name and records of "{first}"',
        )

    def _held_by_zone(self, name: str) -> Reach | None:
        """A name without a record in the stack, inside a zone of the stack."""
        zones = self._topology.names.private_zones
        nameless = zones[None].at(self._vpc) if None in zones else None
        for suffix in and_above(name):
            related = zones[suffix].at(self._vpc) if suffix in zones else None
            if related:
                sure = related.is_certain and not nameless and not self._is_handed_on(name, suffix)
                return self._held_by(related, sure=sure)
        return self._held_by(nameless, sure=False) if nameless else None

    def _held_by(self, related: Related, *, sure: bool) -> Reach:
        """A name in one of some zones that are or may be private, and bound to the gateway's VPC."""
        zones = [self._topology.names.zones[item.urn] for item in related.this]
        if sure and all(zone.private == Known(True) and zone.recursive == Known(False) for zone in zones):
            return private(
                Row.NAME_OF_PRIVATE_ZONE,
                f'a name of private zone "{zones[0].resource.name}", bound to the gateway\'s VPC',
                likely=True,
            )
        first = next(chain(related.this, related.few, related.any)).name
        return unknown(
            Row.NAME_OF_PRIVATE_ZONE,
            f'a name that private zone "{first}" may hold',
            f'name, type and VPCs of zone "{first}", and its records',
        )

    def _named(self, name: str) -> list[tuple[Record, str]]:
        """Records of this name that answer in the gateway's VPC, else those of the closest wildcard.

        A record that only perhaps answers does not keep the wildcards from answering.
        """
        answering = self._as_held(name, self._answering(name))
        _, dot, parent = name.partition(".")
        while dot and all(applies == "unknown" for _, applies in answering):
            wildcards = self._as_held(name, self._answering(f"*.{parent}"))
            answering += [
                (record, "unknown" if self._existing.keep_from(name, record) else applies)
                for record, applies in wildcards
            ]
            _, dot, parent = parent.partition(".")
        return answering

    def _as_held(self, name: str, answering: list[tuple[Record, str]]) -> list[tuple[Record, str]]:
        """Records of a zone only perhaps answer for a name that is handed on below that zone."""
        return [
            (record, "unknown" if self._is_handed_on(name, self._name_of_zone(record)) else applies)
            for record, applies in answering
        ]

    def _is_handed_on(self, name: str, zone: str) -> bool:
        """Whether others answer, or may answer, for a name below a zone."""
        handed_on = self._topology.names.handed_on
        if None in handed_on:
            return len(name) > len(zone)
        closest = next((suffix for suffix in and_above(name) if suffix in handed_on), "")
        return len(closest) > len(zone)

    def _name_of_zone(self, record: Record) -> str:
        zone = self._topology.names.zone_of_record_set(record.resource)
        return zone.name.value if zone is not None and isinstance(zone.name, Known) else ""

    @cached_property
    def _existing(self) -> ExistingNames:
        return self._topology.once("existing names", lambda: ExistingNames(self._topology))

    def _answering(self, name: str) -> list[tuple[Record, str]]:
        """Records of a name that answer in the gateway's VPC: from a private or a public zone, or perhaps."""
        same = self._topology.names.records_of.get(name)
        if same is None:
            return []
        zones = same.zones.at(self._vpc)
        certain = [record for zone in zones.this for record in same.of_zone[zone.urn]]
        perhaps = (record for zone in chain(zones.few, zones.any) for record in same.of_zone[zone.urn])
        return [
            *((record, self._applies(record)) for record in same.anywhere),
            *((record, "private") for record in certain),
            *((record, "unknown") for record in islice(perhaps, _MOST_DOUBTFUL + 1)),
        ]

    @cached_property
    def _nameless(self) -> "_Nameless":
        """Records whose name is not known: they may hold any name."""
        same = self._topology.names.records_of.get(None)
        if same is None:
            return _Nameless((), frozenset())
        zones = same.zones.at(self._vpc)
        told = [self._nameless_of(None), *map(self._nameless_of_zone, (*zones.this, *zones.few))]
        told.append(zones.once("nameless", lambda items: _both(map(self._nameless_of_zone, items))))
        return _both(told)

    def _nameless_of_zone(self, zone: Resource) -> "_Nameless":
        return self._nameless_of(zone.urn)

    def _nameless_of(self, zone: str | None) -> "_Nameless":
        same = self._topology.names.records_of[None]
        records = same.anywhere if zone is None else same.of_zone[zone]
        return self._topology.once(
            ("nameless", zone),
            lambda: _Nameless(
                tuple(records[:1]), frozenset(self._direction(record, _unknown_alias) for record in records)
            ),
        )

    def _applies(self, record: Record) -> str:
        """Whether a record that is not certainly of a private zone answers."""
        is_private = self._topology.names.is_private_record(record)
        return "public" if is_private is False and record.active == Known(True) else "unknown"

    def _direction(self, record: Record, alias: Alias) -> Direction:
        match record.values:
            case Known(values):
                directions = [self._value(item.value, alias) for item in values if isinstance(item, Known)]
                unknowns = len(values) - len(directions)
                if unknowns:
                    directions.append(self._origin(record, unknowns))
                return _worst(directions)
            case _:
                return "public" if self._origin(record, 1) == "public" else "unknown"

    def _value(self, value: str, alias: Alias) -> Direction:
        match parse_host(value):
            case HostAddress(reach="private"):
                return "private"
            case HostAddress(reach="public"):
                return "public"
            case HostName(name):
                return alias(name).direction
            case _:
                return "unknown"

    def _origin(self, record: Record, unknowns: int) -> Direction:
        """Where a record leads whose values are not known, by what they were built from.

        With fewer origins than unknown values one of them may come from anywhere. A name may be built from an
        id as well as from an address.
        """
        if record.holds_names:
            return "unknown"
        directions: set[Direction] = set()
        values = record.values.value if isinstance(record.values, Known) else ()
        known = [value.value for value in values if isinstance(value, Known)]
        origins = not_given(self._topology.links.origins(record.resource, RECORD_KEYS), known)
        for origin in origins:
            kind = self._topology.links.type_of(origin)
            if kind in ONLY_PUBLIC:
                directions.add("public")
            elif kind in ONLY_PRIVATE or (
                (kind in SERVERS or kind in BALANCERS)
                and not (self._topology.has_public_address(origin) is not False)
            ):
                directions.add("private")
            else:
                directions.add("unknown")
        if "public" in directions:
            return "public"
        return "private" if directions == {"private"} and unknowns <= len(origins) else "unknown"


def _is_plainly_public(name: str) -> bool:
    """Whether a name that nothing in the stack holds is looked up in public DNS for certain (row 2)."""
    host = HostName(name)
    return not is_internal_name(host) and not service_region(host)[0]


def _worst(directions: Iterable[Direction]) -> Direction:
    """One public address is enough; one unknown makes the rest unknown."""
    distinct = set(directions)
    if "public" in distinct:
        return "public"
    return "private" if distinct == {"private"} else "unknown"


def _both(told: Iterable[_Nameless]) -> _Nameless:
    """What is told by several together."""
    each = list(told)
    records = sorted((record for one in each for record in one.records), key=lambda one: one.resource.urn)
    return _Nameless(tuple(records[:1]), frozenset().union(*(one.directions for one in each)))


def _unknown_alias(name: str) -> Reach:
    return unknown(Row.NAME_OF_PRIVATE_ZONE, f"the name {name}", f"what {name} stands for")
