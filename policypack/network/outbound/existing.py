"""Which names exist in a zone, so that no wildcard above them answers for them (RFC 4592)."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from policypack.declared import Absent, Known
from policypack.huaweicloud.dns import Record, and_above, leads_to_address
from policypack.network.topology import Topology


class _Names(Struct, frozen=True):
    """Names that exist, or perhaps exist, in one zone; ``None`` for any name.

    Attributes:
        existing: Those of record sets of every type, and those above them (section 2.2.2 of RFC 4592).
        without_address: Those that exist by more than a record set of their own that leads to an address.
    """

    existing: set[str | None] = field(default_factory=set)
    without_address: set[str | None] = field(default_factory=set)


_ANY_ZONE: Final = None


class ExistingNames:
    """The names of all zones of one stack."""

    def __init__(self, topology: Topology) -> None:
        """Sort the record sets of the stack by their zones."""
        self._topology = topology
        self._of_zone: dict[str | None, _Names] = {}
        for item in topology.living("dns_recordset"):
            name = topology.names.name_of_record_set(item)
            if isinstance(name, Absent):
                continue
            zone = topology.names.zone_of_record_set(item)
            names = self._of_zone.setdefault(zone.resource.urn if zone else _ANY_ZONE, _Names())
            if not isinstance(name, Known):
                names.existing.add(None)
                names.without_address.add(None)
                continue
            existing = set(and_above(name.value))
            above = existing - {name.value}
            names.existing.update(existing)
            names.without_address.update(above, () if leads_to_address(item) else {name.value})

    def keep_from(self, name: str, wildcard: Record) -> bool:
        """Whether a name, or one between it and a wildcard, exists or may, so that the wildcard is silent.

        A record set of the name itself that leads to an address does not count: it answers in its own right.

        Args:
            name: A name below the wildcard.
            wildcard: A record set of a wildcard.
        """
        assert isinstance(wildcard.name, Known)
        parent = wildcard.name.value.removeprefix("*.")
        next_closer = f"{name.removesuffix(f'.{parent}').rpartition('.')[2]}.{parent}"
        meant = {next_closer, None}
        for names in self._perhaps_of(wildcard):
            if meant & (names.without_address if next_closer == name else names.existing):
                return True
        return False

    def _perhaps_of(self, record: Record) -> Iterator[_Names]:
        """The names of the zone of a record set, and those of any zone."""
        zone = self._topology.names.zone_of_record_set(record.resource)
        if zone is None:
            yield from self._of_zone.values()
            return
        for urn in (zone.resource.urn, _ANY_ZONE):
            if urn in self._of_zone:
                yield self._of_zone[urn]
