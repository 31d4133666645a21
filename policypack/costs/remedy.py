"""What a public path that is needed and not declared would cost in its smallest size."""

from collections.abc import Iterator
from decimal import Decimal

from policypack.costs.gateway import bandwidth_lines
from policypack.costs.item import Rates
from policypack.costs.line import Line
from policypack.declared import Known
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import Gateway
from policypack.network.verdict import GatewayJudgement, NetworkJudgement
from pricing.quantity import Meter


def remedies(network: NetworkJudgement, rates: Rates) -> tuple[Line, ...]:
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
        yield from _lines(gateway, Meter.OUTBOUND_BANDWIDTH, "bandwidthSize", rates)
    if judged.entrance.declared == "off" and judged.entrance.verdict == "needed" and judged.kind == "elb":
        yield from _lines(gateway, Meter.INBOUND_BANDWIDTH, "ingressBandwidthSize", rates)


def _lines(gateway: Gateway, meter: Meter, path: str, rates: Rates) -> Iterator[Line]:
    return bandwidth_lines(gateway, rates, meter, Known(smallest(meter)), path)


def smallest(meter: Meter) -> Decimal:
    """The size in Mbit/s that a remedy is priced at."""
    return limits().inbound_smallest if meter is Meter.INBOUND_BANDWIDTH else limits().outbound_usual_smallest
