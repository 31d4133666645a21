"""The item of a shared bandwidth, paid once however many EIPs it carries."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policypack.costs.item import Item, Rates, ask, line_of
from policypack.costs.line import Line
from policypack.costs.usage import hours_of
from policypack.declared import Absent, Known
from policypack.huaweicloud.model import SharedBandwidth
from pricing.money import Range
from pricing.quantity import Meter, Mode
from pricing.quote import Answer, Unpriced

TYPE: Final = "vpc_bandwidth"
GUARANTEED: Final = Decimal("0.2")
"""The enhanced 95th percentile bills at least this share of the size (eip_billing_0009)."""


def bandwidth_lines(bandwidth: SharedBandwidth, rates: Rates) -> Iterator[Line]:
    """The line of one shared bandwidth."""
    by_peak = bandwidth.by_peak == Known(value=True)
    item = Item(bandwidth.resource, TYPE, Meter.PEAK_BANDWIDTH if by_peak else Meter.SHARED_BANDWIDTH)
    mode = _mode(item, bandwidth)
    size = item.size(bandwidth.size, "size")
    hours = Range.exactly(hours_of(rates.usage.of(bandwidth.resource), rates.settings))
    if by_peak:
        item.unknowns.append("usage.peak")
        item.reasons.append(
            "Billed by the month's peak, which lies between the guaranteed 20 % of the size and the size."
        )
        size = Range(size.low * GUARANTEED, size.high)
    answer: Answer = ask(
        item, rates, spec=None, region=bandwidth.region, mode=mode, size=size, hours=hours,
        months=_months(item, bandwidth),
    )  # fmt: skip
    if not by_peak and item.known(bandwidth.by_peak, "chargeMode") is None:
        answer = Unpriced("It is not known whether it pays by size or by peak.", None)
    yield line_of(item, answer, rates, spec=None, region=bandwidth.region, mode=mode)


def _mode(item: Item, bandwidth: SharedBandwidth) -> Mode | None:
    prepaid = item.known(bandwidth.purchase.prepaid, "chargingMode")
    if prepaid is None:
        return None
    return Mode.YEARLY_MONTHLY if prepaid else Mode.PAY_PER_USE


def _months(item: Item, bandwidth: SharedBandwidth) -> int | None:
    purchase = bandwidth.purchase
    if purchase.prepaid != Known(value=True) or isinstance(purchase.months, Absent):
        return None
    months = item.known(purchase.months, "period")
    return None if months is None else int(months)
