"""What other ways out or in would cost, for comparison only: they are in no total and advise nothing."""

from collections.abc import Iterator
from decimal import Decimal

import pricing
from policypack.costs.remedy import smallest
from policypack.costs.wording import bounds
from policypack.declared import Known
from policypack.network.verdict import GatewayJudgement
from pricing.money import Range, plain
from pricing.quantity import Meter, Mode

_NAT, _ENDPOINT = Meter("nat.public-gateway"), Meter("vpc.endpoint")
_SMALLEST_NAT = "small"
_USUAL_EIP = "5_bgp"


def neighbours(
    judged: GatewayJudgement, site: str, region: str, book: pricing.Prices, hours_per_month: Decimal
) -> Iterator[str]:
    """A sentence for each way that a gateway needs and a book has a price of.

    Args:
        judged: The gateway.
        site: Site of the prices.
        region: Where it is.
        book: The prices.
        hours_per_month: Hours of a month.
    """

    def cost(meter: Meter, spec: str, size: Decimal = Decimal(1)) -> pricing.Priced | None:
        question = pricing.Question(
            meter,
            spec,
            site,
            region,
            Mode.PAY_PER_USE,
            Range.exactly(size),
            Range.exactly(hours_per_month),
        )
        answer = pricing.answer(book, question, hours_per_month)
        known = isinstance(answer, pricing.Priced) and answer.monthly.high is not None
        return answer if isinstance(answer, pricing.Priced) and known else None

    if judged.outbound.verdict == "needed":
        size = _size(judged)
        nat, eip = cost(_NAT, _SMALLEST_NAT), cost(Meter.EIP_BANDWIDTH, _USUAL_EIP, size)
        if nat is not None and eip is not None:
            told = bounds(nat.monthly + eip.monthly, nat.currency)
            way = f"the smallest public NAT gateway with an EIP of {plain(size)} Mbit/s"
            yield f"For comparison: {way} costs {told} a month."
    if judged.entrance.verdict == "needed":
        endpoint = cost(_ENDPOINT, "endpoint")
        if endpoint is not None:
            told = bounds(endpoint.monthly, endpoint.currency)
            way = "a VPC endpoint, for callers in other VPCs of the region,"
            yield f"For comparison: {way} costs {told} a month."


def _size(judged: GatewayJudgement) -> Decimal:
    """Mbit/s: what the gateway pays for, else the usual smallest size."""
    match judged.gateway.outbound:
        case Known(size) if size > 0:
            return size
        case _:
            return smallest(Meter.OUTBOUND_BANDWIDTH)
