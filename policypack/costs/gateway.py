"""The items of a gateway: edition, outbound bandwidth, inbound bandwidth.

They are billed independently of each other (docs/reference/topology.md, "What is billed of a gateway").
An EIP of its own (``eipId``) is billed as an EIP, not here.
"""

from collections.abc import Iterator
from decimal import Decimal

import pricing
from policypack.costs.item import Item, Rates, ask, line_of, metered_hours
from policypack.costs.line import Line
from policypack.declared import Absent, Known, Value
from policypack.huaweicloud.model import Gateway
from pricing.money import Range
from pricing.quantity import Meter, Mode

TYPE = "apig_instance"
ONE = Range.exactly(1)


def gateway_lines(gateway: Gateway, rates: Rates) -> Iterator[Line]:
    """The lines of one gateway."""
    yield _edition(gateway, rates)
    yield from bandwidth_lines(gateway, rates, Meter.OUTBOUND_BANDWIDTH, gateway.outbound, "bandwidthSize")
    yield from _inbound(gateway, rates)


def _edition(gateway: Gateway, rates: Rates) -> Line:
    item = Item(gateway.resource, TYPE, Meter.GATEWAY)
    spec = item.known(gateway.edition, "edition")
    order = pricing.order_for(rates.terms, gateway.resource.name, gateway.resource.urn)
    if order is not None:
        ordered = order.priced(rates.today, rates.settings.hours_per_month)
        if ordered is not None:
            return line_of(item, ordered, rates, spec=spec, region=gateway.region, mode=Mode.YEARLY_MONTHLY)
        item.reasons.extend(filter(None, [order.warning(rates.today)]))
    answer = ask(
        item,
        rates,
        spec=spec,
        region=gateway.region,
        mode=Mode.PAY_PER_USE,
        size=ONE,
        hours=metered_hours(gateway.resource, rates),
    )
    return line_of(item, answer, rates, spec=spec, region=gateway.region, mode=Mode.PAY_PER_USE)


def bandwidth_lines(
    gateway: Gateway, rates: Rates, meter: Meter, size: Value[Decimal], path: str
) -> Iterator[Line]:
    """The line of one of its bandwidths, paid by size; none where it is off."""
    if isinstance(size, Absent) or size == Known(Decimal(0)):
        return
    item = Item(gateway.resource, TYPE, meter)
    answer = ask(
        item, rates, spec=None, region=gateway.region, mode=Mode.PAY_PER_USE, size=item.size(size, path),
        hours=metered_hours(gateway.resource, rates),
    )  # fmt: skip
    yield line_of(item, answer, rates, spec=None, region=gateway.region, mode=Mode.PAY_PER_USE)


def _inbound(gateway: Gateway, rates: Rates) -> Iterator[Line]:
    size, path = gateway.inbound, "ingressBandwidthSize"
    if isinstance(size, Absent) or size == Known(Decimal(0)):
        return
    if isinstance(gateway.inbound_mode, Absent) or gateway.inbound_mode == Known("bandwidth"):
        yield from bandwidth_lines(gateway, rates, Meter.INBOUND_BANDWIDTH, size, path)
        return
    item = Item(gateway.resource, TYPE, Meter.INBOUND_BANDWIDTH)
    item.size(size, path)
    mode = item.known(gateway.inbound_mode, "ingressBandwidthChargingMode")
    reason = (
        "How the inbound bandwidth is charged is not known, so neither is its price."
        if mode is None
        else f'No price is published for inbound bandwidth in charging mode "{mode}".'
    )
    answer = pricing.Unpriced(reason, cause=pricing.Cause.STATED)
    yield line_of(item, answer, rates, spec=None, region=gateway.region, mode=Mode.PAY_PER_USE)
