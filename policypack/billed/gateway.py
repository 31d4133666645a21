"""The items of a gateway: edition, outbound bandwidth, inbound bandwidth.

They are billed independently of each other (docs/reference/topology.md, "What is billed of a gateway").
An EIP of its own (``eipId``) is billed as an EIP, not here.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policypack.declared import Absent, Known, Value
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import Gateway
from policypack.metering.declaration import Declaration
from policypack.metering.item import Item, Notes
from policypack.metering.service import Service
from pricing.money import Range
from pricing.quantity import Meter

TYPE: Final = "apig_instance"
SERVICE: Final = Service("API Gateway", "Integration", "API gateway")
# ForceNew in services/apig/resource_huaweicloud_apig_instance.go of terraform-provider-huaweicloud v1.73.3
REPLACED_BY: Final = (
    "region", "vpcId", "subnetId", "availabilityZones", "availableZones", "ipv6Enable",
    "loadbalancerProvider",
)  # fmt: skip


def items(declaration: Declaration) -> Iterator[Item]:
    """Everything that gateways buy."""
    for gateway in declaration.landscape.gateways:
        yield _edition(gateway, declaration)
        if _is_on(gateway.outbound):
            yield bandwidth_item(
                gateway, declaration, Meter.OUTBOUND_BANDWIDTH, gateway.outbound, "bandwidthSize"
            )
        if _is_on(gateway.inbound):
            yield _inbound(gateway, declaration)


def bandwidth_item(
    gateway: Gateway,
    declaration: Declaration,
    meter: Meter,
    size: Value[Decimal],
    path: str,
) -> Item:
    """One of its bandwidths, paid by size."""
    notes = Notes()
    counted = notes.size(size, path, _accepted(meter))
    return Item(
        resource=gateway.resource,
        type=TYPE,
        meter=meter,
        region=gateway.region,
        size=counted,
        hours=declaration.hours(gateway.resource),
        reasons=tuple(notes.reasons),
        unknowns=tuple(notes.unknowns),
    )


def _edition(gateway: Gateway, declaration: Declaration) -> Item:
    notes = Notes()
    return Item(
        resource=gateway.resource,
        type=TYPE,
        meter=Meter.GATEWAY,
        region=gateway.region,
        spec=notes.known(gateway.edition, "edition"),
        hours=declaration.hours(gateway.resource),
        reasons=tuple(notes.reasons),
        unknowns=tuple(notes.unknowns),
    )


def _inbound(gateway: Gateway, declaration: Declaration) -> Item:
    size, meter, path = gateway.inbound, Meter.INBOUND_BANDWIDTH, "ingressBandwidthSize"
    if isinstance(gateway.inbound_mode, Absent) or gateway.inbound_mode == Known("bandwidth"):
        return bandwidth_item(gateway, declaration, meter, size, path)
    notes = Notes()
    notes.size(size, path, _accepted(meter))
    mode = notes.known(gateway.inbound_mode, "ingressBandwidthChargingMode")
    reason = (
        "How the inbound bandwidth is charged is not known, so neither is its price."
        if mode is None
        else f'No price is published for inbound bandwidth in charging mode "{mode}".'
    )
    return Item(
        resource=gateway.resource,
        type=TYPE,
        meter=meter,
        region=gateway.region,
        reasons=tuple(notes.reasons),
        unknowns=tuple(notes.unknowns),
        without_price=reason,
    )


def _accepted(meter: Meter) -> Range:
    """The sizes that the service accepts; some versions of it refuse the smallest outbound ones."""
    if meter == Meter.INBOUND_BANDWIDTH:
        return Range(limits().inbound_smallest, limits().inbound_largest)
    return Range(Decimal(0), limits().outbound_largest)


def _is_on(size: Value[Decimal]) -> bool:
    return not isinstance(size, Absent) and size != Known(Decimal(0))
