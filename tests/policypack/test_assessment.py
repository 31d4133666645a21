"""What holds for every declaration: who knows less never gets another answer, only a wider one."""

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import pricing
from policypack.assessment import Assessment, assess
from policypack.declared import Stack, Unknown
from policypack.declared.wire import UNKNOWN_STRING
from policypack.settings.model import Exchange, Limit, Scope, Settings
from policypack.sources import read

RECORDINGS = Path(__file__).parents[1] / "recordings"
CASES = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
FORMS = ("preview.json", "state.json")
TODAY = date(2026, 11, 23)
AMOUNTS = (0, 100, 9402, 9403, 9862, 9863, 14000, 18731, 18732, 1_000_000)
SCOPES = (Scope(), Scope(meter="apig.*"), Scope(meter="eip.*"), Scope(resource="*gateway*"))
SETTINGS = Settings(
    limits=tuple(
        Limit(name=f"{amount} of {number}", amount=Decimal(amount), currency="CNY", scope=scope)
        for number, scope in enumerate(SCOPES)
        for amount in AMOUNTS
    ),
    exchange=(Exchange(source="USD", target="CNY", rate=Decimal(7), date=TODAY),),
)

Place = tuple[int, tuple[str | int, ...]]
"""Number of a resource and the path of one of its inputs; without a path the provider's region."""


def load(case: str, form: str) -> Stack:
    [stack] = read(str(RECORDINGS / case / form))
    return stack


def assessed(stack: Stack) -> Assessment:
    return assess(stack, SETTINGS, pricing.load(), TODAY)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*path, number))


def places(stack: Stack) -> list[Place]:
    """Everything that can be hidden."""
    return [
        (number, path)
        for number, resource in enumerate(stack.resources)
        if "huaweicloud:" in resource.token and resource.inputs is not None
        for path in ((), *paths(dict(resource.inputs)))
    ]


def hide(stack: Stack, place: Place) -> Stack:
    number, path = place
    resource = stack.resources[number]
    if not path:
        if resource.provider is None:
            return stack
        hidden = replace(resource, provider=replace(resource.provider, region=Unknown("hidden")))
        hidden = replace(hidden, outputs={k: v for k, v in hidden.outputs.items() if k != "region"})
    else:
        inputs: Any = copy.deepcopy(dict(resource.inputs or {}))
        inside = inputs
        for step in path[:-1]:
            inside = inside[step]
            if not isinstance(inside, (dict, list)):
                return stack  # hidden already
        inside[path[-1]] = UNKNOWN_STRING
        outputs = {key: value for key, value in resource.outputs.items() if key != path[0]}
        hidden = replace(resource, inputs=inputs, outputs=outputs)
    return replace(stack, resources=[*stack.resources[:number], hidden, *stack.resources[number + 1 :]])


def assert_only_wider(wide: Assessment, narrow: Assessment, what: object) -> None:
    for total in narrow.estimate.totals:
        same = [one for one in wide.estimate.totals if one.currency in {total.currency, None}]
        assert any(one.monthly.covers(total.monthly) for one in same), what
        assert any(one.hourly.covers(total.hourly) for one in same), what
    for before, after in zip(narrow.budget.limits, wide.budget.limits, strict=True):
        assert after.verdict in {before.verdict, "undecided"}, (what, before.name)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_hiding_any_value_only_widens_what_it_costs(case: str, form: str) -> None:
    stack = load(case, form)
    known = assessed(stack)
    for place in places(stack):
        assert_only_wider(assessed(hide(stack, place)), known, (stack.resources[place[0]].urn, place[1]))


@settings(max_examples=60)
@given(data=st.data())
def test_hiding_several_values_only_widens_what_it_costs(data: st.DataObject) -> None:
    stack = load(data.draw(st.sampled_from(CASES)), data.draw(st.sampled_from(FORMS)))
    known = assessed(stack)
    hidden = stack
    chosen = data.draw(st.lists(st.sampled_from(places(stack)), min_size=1, max_size=6))
    for place in chosen:
        hidden = hide(hidden, place)
    assert_only_wider(assessed(hidden), known, chosen)
