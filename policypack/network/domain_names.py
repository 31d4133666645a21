"""Zones and record sets of one landscape: who answers for a name, and where."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from policypack.declared import ABSENT, Known, Resource, Unknown, Value
from policypack.huaweicloud import Gateway, references
from policypack.huaweicloud.dns import (
    Record,
    Zone,
    domain_of_resolver_rule,
    is_within,
    may_change_answers,
    may_hand_on,
    name_of_record_set,
    record_of,
    zone_of,
)
from policypack.huaweicloud.links import Found, Links, Target
from policypack.huaweicloud.networks import has_own_dns
from policypack.network.related import Membership, relation


class SameName(Struct):
    """Record sets of one name.

    Attributes:
        anywhere: Those of public zones, and those that may be of any zone.
        of_zone: Those that are certainly of a private zone, by its URN.
        zones: These zones by the VPCs that they are bound to.
    """

    anywhere: list[Record] = field(default_factory=list)
    of_zone: dict[str, list[Record]] = field(default_factory=dict)
    zones: Membership = field(default_factory=Membership)


class DomainNames:
    """Who answers for which name. Every index is built once, on first use."""

    def __init__(
        self,
        living: Callable[..., Sequence[Resource]],
        links: Links,
        by_type: Mapping[str, Sequence[Resource]],
    ) -> None:
        """Prepare nothing.

        Args:
            living: Gives the resources of some types that will still be there.
            links: What properties point at.
            by_type: All resources by Terraform name.
        """
        self._living = living
        self._links = links
        self._by_type = by_type

    @cached_property
    def zones(self) -> Mapping[str, Zone]:
        """Zones by URN."""
        return {item.urn: zone_of(item) for item in self._living("dns_zone")}

    @cached_property
    def private_zones(self) -> Mapping[str | None, Membership]:
        """Zones that are or may be private, by name (``None`` where it is not known), then by their VPCs."""
        private_zones: dict[str | None, Membership] = {}
        for zone in self.zones.values():
            if zone.private != Known(False):
                name = zone.name.value if isinstance(zone.name, Known) else None
                self._bind(private_zones.setdefault(name, Membership()), zone)
        return private_zones

    def _bind(self, membership: Membership, zone: Zone) -> None:
        for router in self.routers_of(zone):
            membership.add(zone.resource, router)

    @cached_property
    def handed_on(self) -> frozenset[str | None]:
        """Names that a zone of their own holds, or perhaps an NS record hands on; ``None`` for any name.

        The zones and wildcards above them do not answer below them (RFC 4592).
        """
        names = [zone.name for zone in self.zones.values()]
        names += [
            self.name_of_record_set(item) for item in self._living("dns_recordset") if may_hand_on(item)
        ]
        return frozenset(name.value if isinstance(name, Known) else None for name in names if name != ABSENT)

    @cached_property
    def forwarded(self) -> Mapping[str | None, Resource]:
        """Names that DNS servers of one's own answer for, perhaps, and why; ``None`` for any name."""
        forwarded: dict[str | None, Resource] = {}
        for item in self._living(*filter(may_change_answers, sorted(self._by_type))):
            kind = self._links.type_of(item)
            name = domain_of_resolver_rule(item) if kind == "dns_resolver_rule" else None
            joins = kind == "dns_resolver_rule_associate"
            if joins and isinstance(self._links.meant(item, references.RESOLVER_RULE), Found):
                continue
            forwarded.setdefault(name.value if isinstance(name, Known) else None, item)
        return forwarded

    def own_dns(self, gateway: Gateway | None) -> Resource | None:
        """A subnet with DNS servers of one's own that is, or may be, the one of a gateway, or of any."""
        if gateway is None:
            return next(iter(self._subnets_with_own_dns), None)
        mine = self._links.meant(gateway.resource, references.SUBNET)
        fitting = (item for item in self._subnets_with_own_dns if relation(mine, Found((item,))) != "another")
        return next(fitting, None)

    @cached_property
    def _subnets_with_own_dns(self) -> Sequence[Resource]:
        return [subnet for subnet in self._living("vpc_subnet") if has_own_dns(subnet)]

    def name_of_record_set(self, resource: Resource) -> Value[str]:
        """The name that a record set holds; one outside of its zone may be meant in any way."""
        name = name_of_record_set(resource)
        if not isinstance(name, Known):
            return name
        zone = self.zone_of_record_set(resource)
        of_zone = zone.name if zone is not None else None
        fits = is_within(name.value, of_zone.value) if isinstance(of_zone, Known) else "." in name.value
        return name if fits else Unknown("its name is not one of its zone")

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Record sets that lead to an address."""
        read_records = (record_of(item) for item in self._living("dns_recordset"))
        return tuple(
            replace(item, name=self.name_of_record_set(item.resource))
            for item in read_records
            if item is not None
        )

    @cached_property
    def records_by_name(self) -> Mapping[str, list[Record]]:
        """Record sets whose name is known."""
        records_by_name: dict[str, list[Record]] = {}
        for record in self.records:
            if isinstance(record.name, Known):
                records_by_name.setdefault(record.name.value, []).append(record)
        return records_by_name

    @cached_property
    def records_of(self) -> Mapping[str | None, SameName]:
        """Record sets by name (``None`` where it is not known), then by where they answer."""
        records_of: dict[str | None, SameName] = {}
        for record in self.records:
            name = record.name.value if isinstance(record.name, Known) else None
            same = records_of.setdefault(name, SameName())
            zone = self.zone_of_record_set(record.resource)
            if zone is None or not self.is_private_record(record) or record.active != Known(True):
                same.anywhere.append(record)
                continue
            if zone.resource.urn not in same.of_zone:
                self._bind(same.zones, zone)
            same.of_zone.setdefault(zone.resource.urn, []).append(record)
        return records_of

    def zone_of_record_set(self, resource: Resource) -> Zone | None:
        """The zone of a record set, where the stack declares it."""
        target = self._links.meant(resource, references.ZONE)
        only = target.only if isinstance(target, Found) else None
        return self.zones.get(only.urn) if only is not None else None

    def is_private_record(self, record: Record) -> bool | None:
        """Whether only VPCs see a record set."""
        zone = self.zone_of_record_set(record.resource)
        private = zone.private if zone is not None else record.private
        return private.value if isinstance(private, Known) else None

    def routers_of(self, zone: Zone) -> list[Target]:
        """The VPCs that a private zone is bound to."""
        return self._links.each_meant(zone.resource, zone.routers, references.ROUTERS)
