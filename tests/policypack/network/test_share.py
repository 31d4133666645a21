"""Without hiding, as many verdicts are firm as in the version before hiding was asked about at all."""

import pytest

from tests.policypack.network.landscapes import ROWS
from tests.policypack.network.share import MEASURED, Question, share

EARLIER: dict[bool, dict[Question, float]] = {
    True: {"outbound": 0.9934, "entrance": 0.8461, "uses": 1.0},
    False: {"outbound": 0.9548, "entrance": 0.8644, "uses": 0.7893},
}
"""By whether the sources show what is deployed. Measured with commit ce39a5e ("Find the formats of
comparisons by their files, too") as ``share.py`` says. In previews, landscapes whose backend comes from a
server are left out, and in states, uses of an EIP that a gateway reports where it can have none: the earlier
version was firm there where it could not know."""


@pytest.mark.slow
@pytest.mark.parametrize("deployed", [True, False])
def test_as_many_verdicts_are_firm_as_before(deployed: bool) -> None:
    now = share(deployed=deployed)
    assert {question: round(firm, 4) >= EARLIER[deployed][question] for question, firm in now.items()} == {
        "outbound": True,
        "entrance": True,
        "uses": True,
    }


def test_the_landscapes_that_were_measured_are_still_there() -> None:
    assert set(MEASURED) <= set(ROWS)
