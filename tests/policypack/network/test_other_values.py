"""A fact that is hidden may be any that could stand there: the answer is as wide as each of theirs."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policypack.declared import Stack
from tests.policypack.network.landscapes import ROWS, Builder, Form
from tests.policypack.network.other_values import hidden, others
from tests.policypack.network.spoiling import set_at
from tests.policypack.network.test_law import EXAMPLES, answers, broken, built, is_wider

REGIONS = ("cn-north-1", "cn-north-4")
QUICK = ("caller-11-port",)
"""Rows that the default suite tries; the rest is marked slow."""


def landscapes(*rows: str) -> Iterator[Builder]:
    """With and without evidence for private callers that is strong by itself."""
    for region in REGIONS:
        whole = built(*rows, region=region)
        yield whole
        yield Builder(region, {name: one for name, one in whole.declared.items() if name != "endpoint"})


def firmer(stack: Stack) -> Iterator[tuple[Any, ...]]:
    """What is firmer where it is hidden than with a value that could stand there."""
    for place, values in others(stack):
        veiled = [answers(one) for one in hidden(stack, place)]
        for value in values:
            for name, answer in answers(set_at(stack, *place, value)).items():
                for after in veiled:
                    if not is_wider(answer, after[name]):
                        yield stack.resources[place[0]].name, place[1], value, name, answer, after[name]


def rows() -> Iterable[Any]:
    return [row if row in QUICK else pytest.param(row, marks=pytest.mark.slow) for row in ROWS]


@pytest.mark.parametrize("row", rows())
def test_what_is_hidden_is_as_wide_as_all_that_could_stand_there(row: str) -> None:
    for builder in landscapes(row):
        assert list(firmer(builder.stack("export"))) == []


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 5, suppress_health_check=list(HealthCheck))
@given(data=st.data(), form=st.sampled_from(["program", "preview-json", "export", "checkpoint"]))
def test_hiding_a_fact_beside_other_values_never_firms_an_answer(data: st.DataObject, form: Form) -> None:
    chosen = st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=3, unique=True)
    builder = data.draw(st.sampled_from(list(landscapes(*data.draw(chosen)))))
    stack = builder.stack(form)
    for _ in range(data.draw(st.integers(1, 2))):
        place, values = data.draw(st.sampled_from([one for one in others(stack) if one[1]]))
        stack = set_at(stack, *place, data.draw(st.sampled_from(values)))
    assert broken(stack) == []


def test_an_address_that_was_not_returned_may_be_what_is_written_out() -> None:
    """A record of a zone that nobody knows holds the gateway's private address."""
    stack = built("caller-2").stack("export")
    (number,) = (at for at, one in enumerate(stack.resources) if one.name == "record-www")
    assert broken(set_at(stack, number, ("zoneId",), None)) == []


@pytest.mark.parametrize("form", ["program", "preview-json", "export", "checkpoint"])
def test_a_gateway_that_was_not_seen_may_state_a_region_of_its_own(form: Form) -> None:
    """A service of that region is one of another region than that of the provider."""
    stack = built("backend-11-other").stack(form)
    (number,) = (at for at, one in enumerate(stack.resources) if one.name == "gate")
    assert broken(set_at(stack, number, ("region",), "cn-south-1")) == []
