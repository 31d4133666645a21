"""Meters, billing modes and the units that their prices count."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final


class Meter(str):
    """What is billed, by its name; the names are part of the report's contract.

    Which meters there are is data: the ``[[meter]]`` tables of ``pricing/book``. Those that code speaks of
    stand here, so that a wrong name is an error of the type checker.

    Attributes:
        GATEWAY: ``apig.gateway``: a gateway of an edition, while it exists.
        OUTBOUND_BANDWIDTH: ``apig.outbound-bandwidth``: of a gateway, for calls to public backends.
        INBOUND_BANDWIDTH: ``apig.inbound-bandwidth``: of a gateway, for its public entrance.
        EIP_RETENTION: ``eip.retention``: an EIP while it is bound to nothing.
        EIP_BANDWIDTH: ``eip.bandwidth``: an EIP that is paid by its size.
        EIP_TRAFFIC: ``eip.traffic``: an EIP that is paid by what it sends.
        SHARED_BANDWIDTH: ``bandwidth.shared``: a bandwidth of several EIPs, paid by its size.
        PEAK_BANDWIDTH: ``bandwidth.95peak``: likewise, paid by its enhanced 95th percentile.
    """

    __slots__ = ()

    GATEWAY: ClassVar["Meter"]
    OUTBOUND_BANDWIDTH: ClassVar["Meter"]
    INBOUND_BANDWIDTH: ClassVar["Meter"]
    EIP_RETENTION: ClassVar["Meter"]
    EIP_BANDWIDTH: ClassVar["Meter"]
    EIP_TRAFFIC: ClassVar["Meter"]
    SHARED_BANDWIDTH: ClassVar["Meter"]
    PEAK_BANDWIDTH: ClassVar["Meter"]


Meter.GATEWAY = Meter("apig.gateway")
Meter.OUTBOUND_BANDWIDTH = Meter("apig.outbound-bandwidth")
Meter.INBOUND_BANDWIDTH = Meter("apig.inbound-bandwidth")
Meter.EIP_RETENTION = Meter("eip.retention")
Meter.EIP_BANDWIDTH = Meter("eip.bandwidth")
Meter.EIP_TRAFFIC = Meter("eip.traffic")
Meter.SHARED_BANDWIDTH = Meter("bandwidth.shared")
Meter.PEAK_BANDWIDTH = Meter("bandwidth.95peak")


class Mode(StrEnum):
    """How a resource is paid for.

    Attributes:
        PAY_PER_USE: By the hour or by traffic, afterwards.
        YEARLY_MONTHLY: A term of months or years, at once.
    """

    PAY_PER_USE = "pay-per-use"
    YEARLY_MONTHLY = "yearly-monthly"


class Unit(StrEnum):
    """What one unit price is for.

    Attributes:
        GATEWAY_HOUR: A gateway for an hour.
        HOUR: One of them, an hour.
        DAY: One of them, a day.
        MBIT_S_HOUR: 1 Mbit/s for an hour.
        MBIT_S_MONTH: 1 Mbit/s for a month.
        GIGABYTE: A GB of traffic.
        MONTH: One of them, a month.
    """

    GATEWAY_HOUR = "gateway-hour"
    HOUR = "hour"
    DAY = "day"
    MBIT_S_HOUR = "Mbit/s-hour"
    MBIT_S_MONTH = "Mbit/s-month"
    GIGABYTE = "GB"
    MONTH = "month"


GIGABYTES_PER_TERABYTE: Final = Decimal(1024)
"""The vendor's traffic tiers are stated in TB of 1024 GB (docs/reference/prices.md, "Tier modes")."""

HOURS_PER_DAY: Final = Decimal(24)

SECONDS_PER_HOUR: Final = Decimal(3600)
