"""The vendor's table of what an EIP pays in which state, row by row."""

from itertools import product

import pytest

from pricing.eip_states import EipMode, billed_meters
from pricing.quantity import Meter

RETENTION, BANDWIDTH, TRAFFIC = Meter.EIP_RETENTION, Meter.EIP_BANDWIDTH, Meter.EIP_TRAFFIC


@pytest.mark.parametrize(
    ("paid_by", "bound", "meters"),
    [
        ("bandwidth", False, {RETENTION, BANDWIDTH}),
        ("traffic", False, {RETENTION}),
        ("shared", False, {RETENTION}),
        ("bandwidth", True, {BANDWIDTH}),
        ("traffic", True, {TRAFFIC}),
        ("shared", True, set()),
    ],
)
def test_pay_per_use(paid_by: str, bound: bool, meters: set[Meter]) -> None:
    assert billed_meters(EipMode(paid_by), bound=bound, prepaid=False) == meters


def test_yearly_monthly_never_pays_a_retention() -> None:
    for paid_by, bound in product(EipMode, (True, False)):
        kept = billed_meters(paid_by, bound=bound, prepaid=False) - {RETENTION}
        assert billed_meters(paid_by, bound=bound, prepaid=True) == kept
