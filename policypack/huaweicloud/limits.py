"""Sizes and modes that the service accepts. The numbers are data, in ``limits.toml``."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

from msgspec import Struct

_ONE_ZONE, _MORE_ZONES = 0, 1


class Limits(Struct, frozen=True):
    """What the service accepts, in Mbit/s; see ``limits.toml`` for the sources.

    Attributes:
        outbound_largest: Largest outbound bandwidth.
        outbound_usual_smallest: Below it some versions of the service refuse.
        inbound_smallest: Smallest inbound bandwidth; likewise ``inbound_largest``.
        inbound_modes: How inbound bandwidth can be charged.
        eip_smallest: Smallest bandwidth of an EIP; likewise ``eip_largest``.
        shared_smallest: Smallest shared bandwidth; likewise ``shared_largest``.
        shared_smallest_by_peak: Smallest shared bandwidth that is charged by its peak.
        periods: The longest term by its unit.
    """

    outbound_largest: Decimal
    outbound_usual_smallest: Decimal
    inbound_smallest: Decimal
    inbound_largest: Decimal
    inbound_modes: tuple[str, ...]
    eip_smallest: Decimal
    eip_largest: Decimal
    shared_smallest: Decimal
    shared_largest: Decimal
    shared_smallest_by_peak: Decimal
    periods: Mapping[str, int]
    ceilings: Mapping[str, tuple[int, int]]

    def ceiling(self, edition: str, zones: int | None) -> Decimal | None:
        """The most that a gateway of an edition can carry; ``None`` where no source says.

        Args:
            edition: Edition as the API spells it.
            zones: Number of availability zones; with ``None`` the higher ceiling counts.
        """
        base = edition.removeprefix("NLB_").removesuffix("_IPV6")
        ceilings = self.ceilings.get(base)
        if ceilings is None:
            return None
        return Decimal(ceilings[_ONE_ZONE if zones is not None and zones < 2 else _MORE_ZONES])


@cache
def limits() -> Limits:
    """The limits as they stand in the data."""
    data = tomllib.loads(files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))
    return Limits(
        outbound_largest=Decimal(data["outbound"]["largest"]),
        outbound_usual_smallest=Decimal(data["outbound"]["usual_smallest"]),
        inbound_smallest=Decimal(data["inbound"]["smallest"]),
        inbound_largest=Decimal(data["inbound"]["largest"]),
        inbound_modes=tuple(data["inbound"]["modes"]),
        eip_smallest=Decimal(data["eip"]["smallest"]),
        eip_largest=Decimal(data["eip"]["largest"]),
        shared_smallest=Decimal(data["shared"]["smallest"]),
        shared_largest=Decimal(data["shared"]["largest"]),
        shared_smallest_by_peak=Decimal(data["shared"]["smallest_by_peak"]),
        periods=data["periods"],
        ceilings={name: (pair[0], pair[1]) for name, pair in data["ceilings"].items()},
    )
