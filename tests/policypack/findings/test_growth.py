"""Findings about limits on what a diff adds."""

from decimal import Decimal

import pytest

from policypack.costs.difference import IncreaseResult, Shift
from policypack.declared import Origin, Stack
from policypack.findings.growth import growth_findings

STACK = Stack("shop", "prod", Origin("export"), [])


def test_within_says_nothing() -> None:
    result = IncreaseResult("up", "10 USD", "within", Shift(Decimal(1), Decimal(1)), "USD")
    assert list(growth_findings((result,), STACK)) == []


@pytest.mark.parametrize(
    ("result", "verdict", "message"),
    [
        (
            IncreaseResult("up", "10 USD", "over", Shift(Decimal(11), None), "USD"),
            "violation",
            'Over the limit on growth "up" of 10 USD a month: '
            "the change is at least +11.00 USD, no upper bound.",
        ),
        (
            IncreaseResult("up", "5 %", "undecided", Shift(None, None), None),
            "undecided",
            'Cannot decide the limit on growth "up" of 5 % a month: the change is not known.',
        ),
        (
            IncreaseResult("up", "5 CNY", "undecided", Shift(None, None), None, "it is in CNY"),
            "undecided",
            'Cannot decide the limit on growth "up" of 5 CNY a month (it is in CNY): '
            "the change is not known.",
        ),
    ],
)
def test_over_and_undecided(result: IncreaseResult, verdict: str, message: str) -> None:
    (finding,) = growth_findings((result,), STACK)
    assert (finding.verdict, finding.message, finding.policy) == (verdict, message, "apig-monthly-budget")
    assert finding.hint.endswith(".")
