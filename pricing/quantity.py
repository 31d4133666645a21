"""Meters, billing modes and the units that their prices count."""

from decimal import Decimal
from enum import StrEnum
from typing import Final


class Meter(StrEnum):
    """What is billed. The names are part of the report's contract."""

    GATEWAY = "apig.gateway"
    OUTBOUND_BANDWIDTH = "apig.outbound-bandwidth"
    INBOUND_BANDWIDTH = "apig.inbound-bandwidth"
    EIP_RETENTION = "eip.retention"
    EIP_BANDWIDTH = "eip.bandwidth"
    EIP_TRAFFIC = "eip.traffic"
    SHARED_BANDWIDTH = "bandwidth.shared"
    PEAK_BANDWIDTH = "bandwidth.95peak"
    TRAFFIC_PACKAGE = "eip.traffic-package"


class Mode(StrEnum):
    """How a resource is paid for."""

    PAY_PER_USE = "pay-per-use"
    YEARLY_MONTHLY = "yearly-monthly"


class Unit(StrEnum):
    """What one unit price is for."""

    GATEWAY_HOUR = "gateway-hour"
    HOUR = "hour"
    MBIT_S_HOUR = "Mbit/s-hour"
    MBIT_S_MONTH = "Mbit/s-month"
    GIGABYTE = "GB"
    MONTH = "month"


GIGABYTES_PER_TERABYTE: Final = Decimal(1024)
"""The vendor's traffic tiers are stated in TB of 1024 GB (docs/reference/prices.md, "Tier modes")."""

SECONDS_PER_HOUR: Final = Decimal(3600)
