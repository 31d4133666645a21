"""The item of a shared bandwidth, paid once however many EIPs it carries."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policypack.costs.item import Item, Rates, ask, line_of, metered_hours, mode_of, months_of
from policypack.costs.line import Line
from policypack.declared import Known
from policypack.huaweicloud.model import SharedBandwidth
from pricing.money import Range
from pricing.quantity import Meter
from pricing.quote import Answer, Unpriced

TYPE: Final = "vpc_bandwidth"
GUARANTEED: Final = Decimal("0.2")
"""The enhanced 95th percentile bills at least this share of the size (eip_billing_0009)."""


def bandwidth_lines(bandwidth: SharedBandwidth, rates: Rates) -> Iterator[Line]:
    """The line of one shared bandwidth."""
    by_peak = bandwidth.by_peak == Known(value=True)
    item = Item(bandwidth.resource, TYPE, Meter.PEAK_BANDWIDTH if by_peak else Meter.SHARED_BANDWIDTH)
    mode = mode_of(item, bandwidth.purchase)
    size = item.size(bandwidth.size, "size")
    hours = metered_hours(bandwidth.resource, rates)
    if by_peak:
        item.unknowns.append("usage.peak")
        item.reasons.append(
            "Billed by the month's peak, which lies between the guaranteed 20 % of the size and the size."
        )
        size = Range(size.low * GUARANTEED, size.high)
    answer: Answer = ask(
        item, rates, spec=None, region=bandwidth.region, mode=mode, size=size, hours=hours,
        months=months_of(item, bandwidth.purchase),
    )  # fmt: skip
    if not by_peak and item.known(bandwidth.by_peak, "chargeMode") is None:
        item.instead.append(Meter.PEAK_BANDWIDTH)
        answer = Unpriced("It is not known whether it pays by size or by peak.", None)
    yield line_of(item, answer, rates, spec=None, region=bandwidth.region, mode=mode)
