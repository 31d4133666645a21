"""What a public path that is needed and not declared would cost in its smallest size."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from policypack.costs.gateway import gateway_lines
from policypack.costs.item import Rates
from policypack.costs.line import Line
from policypack.declared import ABSENT, Known
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import Gateway
from policypack.network.verdict import GatewayJudgement, Network
from pricing.quantity import Meter


def remedies(network: Network, rates: Rates) -> tuple[Line, ...]:
    """One line for each path that is missing and can be bought on the gateway itself.

    They are in no total: nobody has declared them. A gateway with an EIP of its own, or with load
    balancers of its own, gets its path from another resource, whose price is not the gateway's.
    """
    return tuple(line for judged in network.gateways for line in _of(judged, rates))


def _of(judged: GatewayJudgement, rates: Rates) -> Iterator[Line]:
    gateway = judged.gateway
    if gateway.resource.leaving or judged.kind == "nlb":
        return
    if judged.outbound.declared == "off" and judged.outbound.verdict == "needed":
        size = limits().outbound_usual_smallest
        yield _line(replace(gateway, outbound=Known(size)), Meter.OUTBOUND_BANDWIDTH, rates)
    if judged.entrance.declared == "off" and judged.entrance.verdict == "needed" and judged.kind == "elb":
        size = limits().inbound_smallest
        yield _line(
            replace(gateway, inbound=Known(size), inbound_mode=ABSENT), Meter.INBOUND_BANDWIDTH, rates
        )


def _line(gateway: Gateway, meter: Meter, rates: Rates) -> Line:
    [line] = [line for line in gateway_lines(gateway, rates) if line.meter == meter]
    return line


def smallest(meter: Meter) -> Decimal:
    """The size in Mbit/s that a remedy is priced at."""
    return limits().inbound_smallest if meter is Meter.INBOUND_BANDWIDTH else limits().outbound_usual_smallest
