"""Where one way of paying begins to cost less than another.

The vendor's pages advise traffic billing for low or bursty use, bandwidth billing for steady use
and yearly/monthly for long use; here the advice has numbers, as far as the prices are known.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from pricing.book.layers import Prices
from pricing.book.lookup import Found, Product, find
from pricing.book.model import Row
from pricing.money import divide, multiply, plain
from pricing.quantity import Meter, Mode
from pricing.quote import Unpriced
from pricing.rating import Usage, charge
from pricing.tiers import Tariff, TierMode

DYNAMIC_BGP: Final = "5_bgp"


class BreakEven(Struct, frozen=True):
    """The quantity at which two ways of paying cost the same.

    Attributes:
        cheaper_below: What costs less for less than that.
        cheaper_above: What costs less for more.
        at: The quantity; ``None`` where ``cheaper_below`` never costs more.
        unit: What it counts: ``GB a month``, ``hours a month``, ``EIPs``, ``months``.
        rows: The price rows that were compared.
    """

    cheaper_below: str
    cheaper_above: str
    at: Decimal | None
    unit: str
    rows: tuple[str, ...]

    def sentence(self) -> str:
        """The comparison in words."""
        if self.at is None:
            return f"{self.cheaper_below} never costs more than {self.cheaper_above}."
        return (
            f"{self.cheaper_below} costs less up to {plain(_shown(self.at))} {self.unit}, "
            f"{self.cheaper_above} above."
        )


def quantity_at(tariff: Tariff, amount: Decimal) -> Decimal | None:
    """The smallest quantity that costs at least an amount; ``None`` where none does.

    Linear in the number of tiers. A whole-quantity tariff may cost less again for more.
    """
    if amount <= 0:
        return Decimal(0)
    spent = Decimal(0)
    for tier in tariff.tiers:
        if tariff.mode is TierMode.FIXED:
            spent += tier.rate
            if spent >= amount:
                return tier.above
            continue
        start = multiply(tier.above, tier.rate) if tariff.mode is TierMode.WHOLE else spent
        if start >= amount:
            return tier.above
        if tier.rate > 0:
            reached = tier.above + divide(amount - start, tier.rate)
            if tier.up_to is None or reached <= tier.up_to:
                return reached
        if tier.up_to is not None:
            spent += multiply(tier.up_to - tier.above, tier.rate)
    return None


def traffic_or_bandwidth(bandwidth: Row, traffic: Row, size: Decimal, hours: Decimal) -> BreakEven:
    """From how many GB a month on paying by bandwidth costs less than paying by traffic."""
    cost = charge(bandwidth, Usage(size=size, hours=hours)).amount
    return BreakEven(
        "paying by traffic",
        f"paying by bandwidth ({plain(size)} Mbit/s)",
        quantity_at(traffic.tariff, cost),
        "GB a month",
        (bandwidth.id, traffic.id),
    )


def traffic_or_bandwidth_size(bandwidth: Row, traffic: Row, volume: Decimal, hours: Decimal) -> BreakEven:
    """Up to which size paying by bandwidth costs less than paying for a known traffic."""
    cost = charge(traffic, Usage(volume=volume)).amount
    return BreakEven(
        "paying by bandwidth",
        f"paying by traffic ({plain(volume)} GB a month)",
        quantity_at(bandwidth.tariff, divide(cost, hours)),
        "Mbit/s",
        (bandwidth.id, traffic.id),
    )


def dedicated_or_shared(
    dedicated: Row, shared: Row, size: Decimal, shared_size: Decimal, hours: Decimal
) -> BreakEven:
    """From how many EIPs on one shared bandwidth costs less than one bandwidth for each."""
    each = charge(dedicated, Usage(size=size, hours=hours)).amount
    together = charge(shared, Usage(size=shared_size, hours=hours)).amount
    return BreakEven(
        f"a bandwidth of {plain(size)} Mbit/s for each EIP",
        f"a shared bandwidth of {plain(shared_size)} Mbit/s",
        divide(together, each) if each > 0 else None,
        "EIPs",
        (dedicated.id, shared.id),
    )


def pay_per_use_or_prepaid(on_demand: Row, prepaid: Row, size: Decimal) -> BreakEven:
    """From how many hours a month on paying for the month costs less than paying per use."""
    hour = charge(on_demand, Usage(size=size, hours=Decimal(1))).amount
    assert prepaid.months is not None
    month = divide(charge(prepaid, Usage(size=size)).amount, Decimal(prepaid.months))
    return BreakEven(
        "paying per use",
        f"paying for {_term(prepaid.months)}",
        divide(month, hour) if hour > 0 else None,
        "hours a month",
        (on_demand.id, prepaid.id),
    )


def months_of_use(
    hour: Decimal, term_price: Decimal, months: int, hours_per_month: Decimal, rows: tuple[str, ...] = ()
) -> BreakEven:
    """From how many months of steady use on a whole term costs less than paying per use.

    Args:
        hour: Price of one hour paid per use.
        term_price: Price of the whole term.
        months: The term. A break-even beyond it means that the term never pays off.
        hours_per_month: Hours of steady use a month.
        rows: The price rows that were compared.
    """
    month = multiply(hour, hours_per_month)
    at = divide(term_price, month) if month > 0 else None
    return BreakEven(
        "paying per use",
        f"paying for {_term(months)}",
        None if at is None or at > months else at,
        "months of steady use",
        rows,
    )


def for_eip(
    book: Prices, site: str, region: str, size: Decimal, hours: Decimal, *, spec: str = DYNAMIC_BGP
) -> tuple[BreakEven | Unpriced, ...]:
    """Every comparison for an EIP of a size: by traffic, shared with a bandwidth as large, prepaid."""
    bandwidth = _row(book, Meter.EIP_BANDWIDTH, spec, site, region, size)
    if isinstance(bandwidth, Unpriced):
        return (bandwidth,)
    if not bandwidth.states(size):
        return (Unpriced(f"Row {bandwidth.id} has no price for {plain(size)} Mbit/s."),)
    for_eip: list[BreakEven | Unpriced] = []
    traffic = _row(book, Meter.EIP_TRAFFIC, spec, site, region)
    if isinstance(traffic, Row):
        for_eip.append(traffic_or_bandwidth(bandwidth, traffic, size, hours))
    else:
        for_eip.append(traffic)
    shared = _row(book, Meter.SHARED_BANDWIDTH, "share", site, region, size)
    if isinstance(shared, Row) and not shared.states(size):
        for_eip.append(Unpriced(f"Row {shared.id} has no price for {plain(size)} Mbit/s."))
    elif isinstance(shared, Row):
        for_eip.append(dedicated_or_shared(bandwidth, shared, size, size, hours))
    else:
        for_eip.append(shared)
    for_eip.extend(_prepaid(book, Meter.EIP_BANDWIDTH, bandwidth, spec, site, region, size))
    return tuple(for_eip)


def for_traffic(
    book: Prices, site: str, region: str, volume: Decimal, hours: Decimal, *, spec: str = DYNAMIC_BGP
) -> tuple[BreakEven | Unpriced, ...]:
    """The comparison for an EIP that is paid by traffic and moves so many GB a month."""
    bandwidth = _row(book, Meter.EIP_BANDWIDTH, spec, site, region)
    traffic = _row(book, Meter.EIP_TRAFFIC, spec, site, region, volume)
    if isinstance(bandwidth, Unpriced) or isinstance(traffic, Unpriced):
        return tuple(row for row in (bandwidth, traffic) if isinstance(row, Unpriced))
    if not traffic.states(volume):
        return (Unpriced(f"Row {traffic.id} has no price for {plain(volume)} GB."),)
    break_even = traffic_or_bandwidth_size(bandwidth, traffic, volume, hours)
    if break_even.at is not None and not bandwidth.states(break_even.at):
        return (Unpriced(f"Row {bandwidth.id} has no price for {plain(_shown(break_even.at))} Mbit/s."),)
    return (break_even,)


def for_gateway(
    book: Prices, site: str, region: str, edition: str, hours_per_month: Decimal
) -> tuple[BreakEven | Unpriced, ...]:
    """From how many months of steady use on each yearly/monthly price of an edition pays off."""
    on_demand = _row(book, Meter.GATEWAY, edition, site, region)
    if isinstance(on_demand, Unpriced):
        return (on_demand,)
    plans = find(book, Meter.GATEWAY, edition, site, region, Mode.YEARLY_MONTHLY)
    if not isinstance(plans, Found) or len(plans.products) != 1:
        return (Unpriced(f"No yearly/monthly price of {edition} in region {region} is known."),)
    hour = charge(on_demand, Usage(hours=Decimal(1))).amount
    return tuple(
        months_of_use(
            hour, charge(plan, Usage()).amount, plan.months, hours_per_month, (on_demand.id, plan.id)
        )
        for plan in _plans(plans.products[0], Decimal(1))
        if plan.months is not None
    )


def _prepaid(
    book: Prices, meter: Meter, on_demand: Row, spec: str, site: str, region: str, size: Decimal
) -> list[BreakEven | Unpriced]:
    plans = find(book, meter, spec, site, region, Mode.YEARLY_MONTHLY)
    if not isinstance(plans, Found) or len(plans.products) != 1:
        return [Unpriced(f"No yearly/monthly price of {meter} {spec} in region {region} is known.")]
    return [pay_per_use_or_prepaid(on_demand, plan, size) for plan in _plans(plans.products[0], size)]


def _plans(product: Product, size: Decimal) -> Iterator[Row]:
    """For each term that has a price of the size the row that states it, the shortest term first."""
    for months in product.terms():
        row = product.row_for(size, months)
        if row is not None and row.months == months and row.states(size):
            yield row


def _row(
    book: Prices, meter: Meter, spec: str, site: str, region: str, size: Decimal | None = None
) -> Row | Unpriced:
    """The pay-per-use row of a product: the one that states the price of the size, where there is one."""
    lookup = find(book, meter, spec, site, region, Mode.PAY_PER_USE)
    if isinstance(lookup, Found) and len(lookup.products) == 1:
        (product,) = lookup.products
        row = product.row_for(Decimal(1) if size is None else size)
        if row is not None:
            return row
    return Unpriced(
        f"No {Mode.PAY_PER_USE} price of {meter} {spec} in region {region} (site {site}) is known."
    )


def _term(months: int) -> str:
    if months % 12 == 0:
        return "a year" if months == 12 else f"{months // 12} years"
    return "a month" if months == 1 else f"{months} months"


def _shown(quantity: Decimal) -> Decimal:
    return quantity.quantize(Decimal("0.01"))
