"""The cost of everything that a stack declares and the price book can rate."""

from collections import defaultdict
from datetime import date

import pricing
from policypack.costs.bandwidth import bandwidth_lines
from policypack.costs.eip import eip_lines
from policypack.costs.gateway import gateway_lines
from policypack.costs.item import Rates
from policypack.costs.line import Estimate, Line, Total
from policypack.costs.outliving import marked
from policypack.costs.remedy import remedies
from policypack.costs.trust import doubted
from policypack.costs.usage import UsageBook
from policypack.huaweicloud.model import Landscape
from policypack.network.verdict import NetworkJudgement
from policypack.settings.model import Settings
from pricing.money import ANYTHING, Range, total


def estimate(
    landscape: Landscape,
    network: NetworkJudgement,
    settings: Settings,
    book: pricing.Book,
    terms: pricing.Terms,
    today: date,
) -> Estimate:
    """Price every gateway, EIP and shared bandwidth, in time linear in their number."""
    usage = UsageBook(settings, {eip.resource.urn: eip.by_traffic for eip in landscape.eips})
    rates = Rates(book, settings, usage, terms, today)
    lines: list[Line] = []
    for gateway in landscape.gateways:
        lines.extend(gateway_lines(gateway, rates))
    for eip in landscape.eips:
        lines.extend(eip_lines(eip, network, rates))
    for bandwidth in landscape.bandwidths:
        lines.extend(bandwidth_lines(bandwidth, rates))
    lines = [doubted(marked(line), settings, today) for line in lines]
    lines.sort(key=lambda line: (line.resource.urn, line.resource.leaving, line.meter))
    billed = [
        *(gateway.resource for gateway in landscape.gateways),
        *(eip.resource for eip in landscape.eips),
        *(bandwidth.resource for bandwidth in landscape.bandwidths),
    ]
    orders = [
        pricing.order_for(terms, gateway.resource.name, gateway.resource.urn)
        for gateway in landscape.gateways
    ]
    return Estimate(
        tuple(lines),
        totals_of(lines),
        unmatched_usage=usage.unmatched(billed),
        unmatched_orders=tuple(order.name for order in terms.orders if order not in orders),
        order_notices=tuple(
            notice for order in terms.orders if order in orders and (notice := order.warning(today))
        ),
        remedies=remedies(network, rates),
    )


def totals_of(lines: list[Line]) -> tuple[Total, ...]:
    """One total for each currency. A line without a price takes the upper bound away.

    A line whose currency is not known could be in any of them, so it unbounds every total and, when
    there is no other, stands as a total without a currency.
    """
    sums: dict[str, list[Line]] = defaultdict(list)
    nowhere = [line for line in lines if line.currency is None]
    for line in lines:
        if line.currency is not None:
            sums[line.currency].append(line)
    if nowhere and not sums:
        return (Total(None, ANYTHING, ANYTHING),)
    return tuple(
        Total(currency, _sum(hourly, bool(nowhere)), _sum(monthly, bool(nowhere)))
        for currency, hourly, monthly in (
            (currency, [line.hourly for line in group], [line.monthly for line in group])
            for currency, group in sorted(sums.items())
        )
    )


def _sum(amounts: list[Range | None], unbounded: bool) -> Range:
    known = total(amount if amount is not None else ANYTHING for amount in amounts)
    return known + ANYTHING if unbounded else known
