"""What a public path that is needed and not declared would cost in its smallest size."""

from collections.abc import Iterator
from decimal import Decimal

from policypack.billed.gateway import bandwidth_item
from policypack.costs.line import Line
from policypack.costs.price import Rates, price
from policypack.declared import Known
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import Gateway
from policypack.metering.declaration import Declaration
from policypack.network.verdict import GatewayJudgement
from pricing.quantity import Meter


def remedies(declaration: Declaration, rates: Rates) -> tuple[Line, ...]:
    """One line for each path that is missing and can be bought on the gateway itself.

    They are in no total: nobody has declared them. A gateway with an EIP of its own, or with load
    balancers of its own, gets its path from another resource, whose price is not the gateway's.
    """
    return tuple(line for judged in declaration.network.gateways for line in _of(judged, declaration, rates))


def _of(judged: GatewayJudgement, declaration: Declaration, rates: Rates) -> Iterator[Line]:
    gateway = judged.gateway
    if gateway.resource.leaving or judged.kind == "nlb":
        return
    if judged.outbound.declared == "off" and judged.outbound.verdict == "needed":
        yield _line(gateway, Meter.OUTBOUND_BANDWIDTH, "bandwidthSize", declaration, rates)
    if judged.entrance.declared == "off" and judged.entrance.verdict == "needed" and judged.kind == "elb":
        yield _line(gateway, Meter.INBOUND_BANDWIDTH, "ingressBandwidthSize", declaration, rates)


def _line(gateway: Gateway, meter: Meter, path: str, declaration: Declaration, rates: Rates) -> Line:
    return price(bandwidth_item(gateway, declaration, meter, Known(smallest(meter)), path), rates)


def smallest(meter: Meter) -> Decimal:
    """The size in Mbit/s that a remedy is priced at."""
    return limits().inbound_smallest if meter == Meter.INBOUND_BANDWIDTH else limits().outbound_usual_smallest
