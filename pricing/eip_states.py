"""What an elastic IP pays in which state.

The vendor's table (docs/reference/prices.md, "What an EIP pays in which state"). Estimates and timelines
read it here, so that they cannot disagree.
"""

from enum import StrEnum

from pricing.quantity import Meter


class EipMode(StrEnum):
    """What the traffic of an EIP is paid by."""

    BANDWIDTH = "bandwidth"
    TRAFFIC = "traffic"
    SHARED = "shared"


def billed_meters(paid_by: EipMode, *, bound: bool, prepaid: bool) -> frozenset[Meter]:
    """The meters that are billed in a state.

    Args:
        paid_by: What pays for the traffic; a shared bandwidth pays once for all of its EIPs.
        bound: Whether something uses the EIP.
        prepaid: Whether it is yearly/monthly. Its bandwidth is then paid for the whole term at once, and
            never a retention.
    """
    meters: set[Meter] = set()
    if not bound and not prepaid:
        meters.add(Meter.EIP_RETENTION)
    if paid_by is EipMode.BANDWIDTH:
        meters.add(Meter.EIP_BANDWIDTH)
    if paid_by is EipMode.TRAFFIC and bound:
        meters.add(Meter.EIP_TRAFFIC)
    return frozenset(meters)
