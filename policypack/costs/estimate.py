"""The cost of everything that a stack declares and the price book can rate."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

import pricing
from policypack.costs.coverage import not_covered
from policypack.costs.line import Estimate, Line, Total
from policypack.costs.outliving import marked
from policypack.costs.price import Rates, price
from policypack.costs.remedy import remedies
from policypack.costs.trust import doubted, weakness
from policypack.declared import Resource, Stack
from policypack.huaweicloud.model import Landscape
from policypack.metering.catalogue import billed_types, listed_where_priced
from policypack.metering.declaration import Declaration
from policypack.metering.embedded import embedded_items
from policypack.metering.item import Item
from policypack.metering.usage import UsageBook
from policypack.network.verdict import NetworkJudgement
from policypack.settings.model import Settings
from pricing.money import ANYTHING, Range, total


def estimate(landscape: Landscape, network: NetworkJudgement, rates: Rates) -> Estimate:
    """Price everything that is billed by a type of ``billed/``, in time linear in its number."""
    settings, terms, today = rates.settings, rates.terms, rates.today
    declaration = declaration_of(landscape, network, settings)
    lines: list[Line] = []
    left_out: list[Line] = []
    for item in items_of(declaration):
        line = doubted(marked(_as_written(price(item, rates), landscape.stack)), settings, today)
        (left_out if _is_left_out(line, rates) else lines).append(line)
    lines.sort(key=lambda line: (line.resource.urn, line.resource.leaving, line.meter))
    orders = [
        pricing.order_for(terms, gateway.resource.name, gateway.resource.urn)
        for gateway in landscape.gateways
    ]
    return Estimate(
        tuple(lines),
        totals_of(lines, is_open=bool(landscape.stack.gaps)),
        unmatched_usage=declaration.usage.unmatched(_billed(landscape)),
        unmatched_orders=tuple(order.name for order in terms.orders if order not in orders),
        order_notices=tuple(
            notice for order in terms.orders if order in orders and (notice := order.warning(today))
        ),
        remedies=remedies(declaration, rates),
        not_covered=not_covered(landscape, left_out),
        left_out=tuple(left_out),
    )


def _as_written(line: Line, stack: Stack) -> Line:
    """The line whose reasons name properties as the user wrote them."""
    if not line.unknowns:
        return line
    reasons = list(line.reasons)
    for position, reason in enumerate(reasons):
        for path in line.unknowns:
            if reason.startswith((f"{path} ", f"{path}:")):
                reasons[position] = stack.spelled(path) + reason.removeprefix(path)
                break
    return replace(line, reasons=tuple(reasons))


def _is_left_out(line: Line, rates: Rates) -> bool:
    """Whether a line would open a limit that is not about it: whatever is unknown of it, it has no price.

    One that has a price is left out where the team trusts no such price, and not because only bounds of the
    amount are known.
    """
    if not listed_where_priced(line.type) or line.status in ("priced", "free"):
        return False
    if line.unknowns:
        return not rates.may_be_priced(line)
    return line.monthly is None or weakness(line, rates.settings, rates.today) is not None


def items_of(declaration: Declaration) -> Iterator[Item]:
    """Everything that the declaration buys."""
    for billed in billed_types().values():
        yield from billed.items(declaration)
    yield from embedded_items(declaration)


def declaration_of(landscape: Landscape, network: NetworkJudgement, settings: Settings) -> Declaration:
    """What is looked at to tell what is bought."""
    by_traffic = {eip.resource.urn: eip.by_traffic for eip in landscape.eips}
    usage = UsageBook(settings, by_traffic, landscape.packages)
    return Declaration(landscape, network, usage)


def _billed(landscape: Landscape) -> Iterator[Resource]:
    """Every resource that is priced here."""
    return (one for one in landscape.of_type(*billed_types()) if not one.external)


def totals_of(lines: list[Line], *, is_open: bool = False) -> tuple[Total, ...]:
    """One total for each currency. A line without a price takes the upper bound away.

    A line whose currency is not known could be in any of them, so it unbounds every total and, when
    there is no other, stands as a total without a currency. What a gap hides could be, too.

    Args:
        lines: What is added up.
        is_open: Whether the declaration has gaps; the low end then is what was read.
    """
    sums: dict[str, list[Line]] = defaultdict(list)
    nowhere = [line for line in lines if line.currency is None]
    for line in lines:
        if line.currency is not None:
            sums[line.currency].append(line)
    is_open = is_open or bool(nowhere)
    if is_open and not sums:
        return (Total(None, ANYTHING, ANYTHING),)
    return tuple(
        Total(currency, _sum(hourly, is_open), _sum(monthly, is_open))
        for currency, hourly, monthly in (
            (currency, [line.hourly for line in group], [line.monthly for line in group])
            for currency, group in sorted(sums.items())
        )
    )


def _sum(amounts: list[Range | None], unbounded: bool) -> Range:
    known = total(amount if amount is not None else ANYTHING for amount in amounts)
    return known + ANYTHING if unbounded else known
