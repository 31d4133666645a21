"""The billed things of a stack, in the vendor's terms and free of Pulumi's spelling."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.declared import ABSENT, Absent, Known, Raw, Resource, Stack, Value

OFF: Final = Known(Decimal(0))
"""A bandwidth that is switched off, also when it is not set."""


class Gateway(Struct, frozen=True):
    """A dedicated API gateway.

    Attributes:
        resource: The declaration.
        region: Where it runs, resolved from resource, provider, configuration and settings.
        edition: Edition as the API spells it (``PROFESSIONAL``); upper case is not assumed.
        outbound: Public outbound bandwidth in Mbit/s; ``Known(0)`` is off, also when not set.
        inbound: Public inbound bandwidth in Mbit/s; ``Known(0)`` is off, also when not set.
        inbound_mode: How the inbound bandwidth is charged, where it is set.
        eip: The reference to an EIP of its own; ``Absent`` when not set.
        load_balancers: Ids of dedicated load balancers, for NLB editions.
        zones: Availability zones.
        outbound_asked: ``bandwidthSize`` as declared, also where the provider drops it.
    """

    resource: Resource
    region: Value[str]
    edition: Value[str]
    outbound: Value[Decimal]
    inbound: Value[Decimal]
    inbound_mode: Value[str]
    eip: Raw
    load_balancers: Value[tuple[Raw, ...]]
    zones: Value[tuple[Raw, ...]]
    outbound_asked: Value[Decimal] = OFF


class Purchase(Struct, frozen=True):
    """How a resource is paid for.

    Attributes:
        prepaid: Whether it is bought by the month or year; ``Known(False)`` when not set.
        months: The term in months of a prepaid resource.
    """

    prepaid: Value[bool]
    months: Value[Decimal]


class Eip(Struct, frozen=True):
    """An elastic IP.

    Attributes:
        resource: The declaration.
        region: Where it is.
        line: Line type, ``5_bgp`` when not set.
        shared: Whether a shared bandwidth carries (and pays) its bandwidth (``shareType`` WHOLE).
        size: Mbit/s of its own bandwidth; ``Absent`` when shared.
        by_traffic: Whether it pays by traffic; ``Known(False)`` (by bandwidth) when not set.
        purchase: Pay-per-use or prepaid.
        shared_bandwidth: The reference to the shared bandwidth that carries it; ``Absent`` when not set.
    """

    resource: Resource
    region: Value[str]
    line: Value[str]
    shared: Value[bool]
    size: Value[Decimal]
    by_traffic: Value[bool]
    purchase: Purchase
    shared_bandwidth: Raw = ABSENT

    @property
    def lacks_shared_bandwidth(self) -> bool:
        """Whether it asks for a shared bandwidth and names none by id; the service refuses it (VPC.0501)."""
        return self.shared == Known(True) and isinstance(self.shared_bandwidth, Absent)


class SharedBandwidth(Struct, frozen=True):
    """A shared bandwidth.

    Attributes:
        resource: The declaration.
        region: Where it is.
        size: Mbit/s.
        by_peak: Whether it pays by the enhanced 95th percentile; ``Known(False)`` when not set.
        purchase: Pay-per-use or prepaid.
        at_edge: Whether it is one of an edge site (``edgeshare``); ``Known(False)`` when not set.
    """

    resource: Resource
    region: Value[str]
    size: Value[Decimal]
    by_peak: Value[bool]
    purchase: Purchase
    at_edge: Value[bool] = Known(value=False)


class Landscape(Struct, frozen=True):
    """What a stack declares, sorted by what it is in the vendor's terms.

    Attributes:
        stack: Where it all comes from.
        by_type: Resources by Terraform name (``apig_api``), external ones included.
        gateways: Owned gateways, in order of URN; likewise the next two.
        default_region: Region of resources that no other place gives one.
        packages: Packages that proved to hold Huawei's resources under another name.
    """

    stack: Stack
    by_type: Mapping[str, Sequence[Resource]]
    gateways: tuple[Gateway, ...]
    eips: tuple[Eip, ...]
    bandwidths: tuple[SharedBandwidth, ...]
    default_region: str | None = None
    packages: frozenset[str] = frozenset()

    def of_type(self, *names: str) -> tuple[Resource, ...]:
        """All resources of the named Terraform types, in order of URN within a type."""
        return tuple([resource for name in names for resource in self.by_type.get(name, ())])
