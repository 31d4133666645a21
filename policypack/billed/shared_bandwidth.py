"""The item of a shared bandwidth, paid once however many EIPs it carries."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from policypack.declared import Known
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import SharedBandwidth
from policypack.metering.declaration import Declaration
from policypack.metering.item import Item, Notes
from policypack.metering.service import Service
from pricing.money import Range
from pricing.quantity import Meter

TYPE: Final = "vpc_bandwidth"
SERVICE: Final = Service("Elastic IP", "Networking", "shared bandwidth")
# ForceNew in services/eip/resource_huaweicloud_vpc_bandwidth.go of terraform-provider-huaweicloud v1.73.3
REPLACED_BY: Final = ("region",)

GUARANTEED: Final = Decimal("0.2")
"""The enhanced 95th percentile bills at least this share of the size (eip_billing_0009)."""


_AT_EDGE: Final = (
    "Bandwidth of edge sites (bandwidthType, publicBorderGroup) is sold at prices of its own, which the book "
    "does not hold."
)


def items(declaration: Declaration) -> Iterator[Item]:
    """What shared bandwidths buy."""
    for bandwidth in declaration.landscape.bandwidths:
        yield _item(bandwidth, declaration)


def _item(bandwidth: SharedBandwidth, declaration: Declaration) -> Item:
    notes = Notes()
    by_peak = bandwidth.by_peak == Known(value=True)
    mode = notes.mode(bandwidth.purchase)
    smallest = limits().shared_smallest_by_peak if by_peak else limits().shared_smallest
    size = notes.size(bandwidth.size, "size", Range(smallest, limits().shared_largest))
    if by_peak:
        notes.unknowns.append("usage.peak")
        notes.reasons.append(
            "Billed by the month's peak, which lies between the guaranteed 20 % of the size and the size."
        )
        size = Range(size.low * GUARANTEED, size.high)
    months = notes.months(bandwidth.purchase)
    item = Item(
        resource=bandwidth.resource,
        type=TYPE,
        meter=Meter.PEAK_BANDWIDTH if by_peak else Meter.SHARED_BANDWIDTH,
        region=bandwidth.region,
        mode=mode,
        size=size,
        hours=declaration.hours(bandwidth.resource),
        months=months,
    )
    if not by_peak and notes.known(bandwidth.by_peak, "chargeMode") is None:
        item = replace(
            item,
            instead=(replace(item, meter=Meter.PEAK_BANDWIDTH),),
            without_price="It is not known whether it pays by size or by peak.",
        )
    if bandwidth.at_edge != Known(value=False):
        notes.known(bandwidth.at_edge, "bandwidthType")
        item = replace(item, without_price=_AT_EDGE)
    return replace(item, reasons=tuple(notes.reasons), unknowns=tuple(notes.unknowns))
