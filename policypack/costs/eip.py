"""The items of an elastic IP: retention while unbound, and bandwidth or traffic.

The vendor's states (docs/reference/prices.md, "What an EIP pays in which state"): unbound by bandwidth
pays retention and bandwidth; unbound by traffic pays retention only; bound pays bandwidth or traffic;
inside a shared bandwidth the shared bandwidth pays once; a prepaid EIP never pays retention.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policypack.costs.item import (
    Item,
    Rates,
    ask,
    either,
    free_line,
    line_of,
    metered_hours,
    mode_of,
    months_of,
)
from policypack.costs.line import Line
from policypack.declared import Known
from policypack.huaweicloud.model import Eip
from policypack.network.verdict import Binding, NetworkJudgement
from pricing.money import ANYTHING, ZERO, Range, plain
from pricing.quantity import Meter, Mode
from pricing.quote import Answer, Priced, Unpriced

TYPE: Final = "vpc_eip"
GIGABYTES_PER_MBIT_S_HOUR: Final = Decimal("0.45")
"""Physics: 1 Mbit/s for 3,600 s is 450 MB (decimal)."""
ONE: Final = Range.exactly(1)


def eip_lines(eip: Eip, network: NetworkJudgement, rates: Rates) -> Iterator[Line]:
    """The lines of one EIP."""
    binding = network.binding_of(eip)
    yield from _retention(eip, binding, rates)
    yield _transfer(eip, binding, network.membership_of(eip), rates)


def _retention(eip: Eip, binding: Binding, rates: Rates) -> Iterator[Line]:
    if binding.state == "bound" or eip.purchase.prepaid == Known(value=True):
        return
    item = Item(eip.resource, TYPE, Meter.EIP_RETENTION)
    spec = _line(item, eip)
    hours = metered_hours(eip.resource, rates)
    if binding.state == "undecided":
        hours = Range(Decimal(0), hours.high)
        item.reasons.append(f"Retention is due only while nothing uses the EIP: {binding.reason}")
        item.unknowns.append("binding")
    else:
        item.reasons.append(binding.reason)
    if item.known(eip.purchase.prepaid, "chargingMode") is None:
        hours = Range(Decimal(0), hours.high)
    answer = ask(
        item, rates, spec=spec, region=eip.region, mode=Mode.PAY_PER_USE, size=ONE, hours=hours
    )  # fmt: skip
    yield line_of(item, answer, rates, spec=spec, region=eip.region, mode=Mode.PAY_PER_USE)


def _transfer(eip: Eip, binding: Binding, membership: Binding | None, rates: Rates) -> Line:
    moved = membership is not None and membership.state == "bound"
    if eip.shared == Known(value=True) or moved:
        item = Item(eip.resource, TYPE, Meter.EIP_BANDWIDTH)
        own = f"{membership.reason} " if moved and membership else ""
        reason = f"{own}Its bandwidth is paid by the shared bandwidth that it belongs to."
        return free_line(
            item, rates, spec=None, region=eip.region, mode=Mode.PAY_PER_USE, reason=reason
        )  # fmt: skip
    if eip.by_traffic == Known(value=True):
        return _traffic_line(eip, binding, membership, rates)
    return _bandwidth_line(eip, binding, membership, rates)


def _bandwidth_line(eip: Eip, binding: Binding, membership: Binding | None, rates: Rates) -> Line:
    item = Item(eip.resource, TYPE, Meter.EIP_BANDWIDTH)
    spec = _line(item, eip)
    mode = mode_of(item, eip.purchase)
    size = item.size(eip.size, "bandwidth.size")
    answer = ask(
        item, rates, spec=spec, region=eip.region, mode=mode, size=size,
        hours=metered_hours(eip.resource, rates), months=months_of(item, eip.purchase),
    )  # fmt: skip
    if item.known(eip.by_traffic, "bandwidth.chargeMode") is None:
        traffic = Item(eip.resource, TYPE, Meter.EIP_TRAFFIC)
        item.instead.append(traffic.meter)
        answer = either(answer, _traffic(traffic, eip, binding, rates, spec))
    if _may_be_shared(item, eip, membership):
        answer = _or_nothing(answer)
    return line_of(item, answer, rates, spec=spec, region=eip.region, mode=mode)


def _traffic_line(eip: Eip, binding: Binding, membership: Binding | None, rates: Rates) -> Line:
    item = Item(eip.resource, TYPE, Meter.EIP_TRAFFIC)
    spec = _line(item, eip)
    answer = _traffic(item, eip, binding, rates, spec)
    if _may_be_shared(item, eip, membership):
        answer = _or_nothing(answer)
    return line_of(item, answer, rates, spec=spec, region=eip.region, mode=Mode.PAY_PER_USE)


def _traffic(item: Item, eip: Eip, binding: Binding, rates: Rates, spec: str | None) -> Answer:
    usage = rates.usage.of(eip.resource)
    if usage.traffic is not None:
        volume = usage.traffic
        entries = " or ".join(usage.entries)
        noun = "entry" if len(usage.entries) == 1 else "entries"
        item.reasons.append(f"{_gigabytes(volume)} a month come from the usage {noun} {entries}.")
        if usage.traffic_is_open:
            item.reasons.append("Whether an entry is about this EIP is not known.")
            volume = volume.or_else(_possible_volume(item, eip, rates))
    else:
        if binding.state == "unbound":
            item.reasons.append("Nothing in this stack uses the EIP, but something elsewhere may.")
        volume = _possible_volume(item, eip, rates)
    return ask(
        item, rates, spec=spec, region=eip.region, mode=Mode.PAY_PER_USE, size=ONE,
        hours=metered_hours(eip.resource, rates), volume=volume,
    )  # fmt: skip


def _gigabytes(volume: Range) -> str:
    if volume.is_exact or volume.high is None:
        return f"{plain(volume.low)} GB"
    return f"{plain(volume.low)} to {plain(volume.high)} GB"


def _possible_volume(item: Item, eip: Eip, rates: Rates) -> Range:
    """No more than the line can carry in the hours of the month."""
    item.unknowns.append("usage.trafficGB")
    hours = metered_hours(eip.resource, rates).high
    if not isinstance(eip.size, Known) or hours is None:
        item.reasons.append("The traffic is not stated, and without a size nothing bounds it.")
        return ANYTHING
    most = eip.size.value * GIGABYTES_PER_MBIT_S_HOUR * hours
    item.reasons.append(
        f"The traffic is not stated; {plain(eip.size.value)} Mbit/s carry at most {plain(most)} GB in the "
        "month. State it under `usage` in the settings (trafficGB)."
    )
    return Range(Decimal(0), most)


def _may_be_shared(item: Item, eip: Eip, membership: Binding | None) -> bool:
    """Whether a shared bandwidth may pay instead; notes why that is not known."""
    if membership is not None:
        item.unknowns.append("membership")
        item.reasons.append(membership.reason)
        return True
    return item.known(eip.shared, "bandwidth.shareType") is None


def _or_nothing(answer: Answer) -> Answer:
    """The answer if it may also be that a shared bandwidth pays."""
    if isinstance(answer, Unpriced):
        return answer
    return Priced(
        answer.currency, answer.quantity, answer.unit, ZERO.or_else(answer.hourly),
        ZERO.or_else(answer.monthly), answer.price, answer.steps, answer.reasons, answer.open,
    )  # fmt: skip


def _line(item: Item, eip: Eip) -> str | None:
    return item.known(eip.line, "publicip.type")
