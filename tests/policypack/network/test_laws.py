"""What holds for every declaration: hiding a value never turns a verdict around, order does not matter."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from policypack.declared import Stack
from policypack.declared.wire import UNKNOWN_STRING
from policypack.huaweicloud import survey
from policypack.network import judge
from policypack.settings.model import Settings
from policypack.sources import read

RECORDINGS = Path(__file__).parents[2] / "recordings"
CASES = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
FORMS = ("preview.json", "state.json")
OPPOSITE = {"needed": "unneeded", "unneeded": "needed"}
BINDING = {"bound": "unbound", "unbound": "bound"}


def load(case: str, form: str) -> Stack:
    [stack] = read(str(RECORDINGS / case / form))
    return stack


def verdicts(stack: Stack) -> dict[str, str]:
    network = judge(survey(stack, None), Settings())
    found = {}
    for judged in network.gateways:
        found[f"{judged.gateway.resource.urn} outbound"] = judged.outbound.verdict
        found[f"{judged.gateway.resource.urn} entrance"] = judged.entrance.verdict
    return found


def bindings(stack: Stack) -> dict[str, str]:
    network = judge(survey(stack, None), Settings())
    return {urn: binding.state for urn, binding in (network.eips | network.bandwidths).items()}


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The path of every value, blocks and lists included."""
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def hide(stack: Stack, number: int, path: tuple) -> Stack:
    resource = stack.resources[number]
    inputs = copy.deepcopy(dict(resource.inputs))
    inside = inputs
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = UNKNOWN_STRING
    outputs = {key: value for key, value in resource.outputs.items() if key != path[0]}
    resources = list(stack.resources)
    resources[number] = replace(resource, inputs=inputs, outputs=outputs)
    return replace(stack, resources=resources)


def hideable(stack: Stack) -> list[tuple[int, tuple]]:
    return [
        (number, path)
        for number, resource in enumerate(stack.resources)
        if resource.inputs and "huaweicloud:" in resource.token
        for path in places(dict(resource.inputs))
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_hiding_one_value_never_turns_a_verdict_around(case: str, form: str) -> None:
    stack = load(case, form)
    before = verdicts(stack)
    for number, path in hideable(stack):
        after = verdicts(hide(stack, number, path))
        turned = {key for key, verdict in before.items() if after[key] == OPPOSITE.get(verdict)}
        assert not turned, (stack.resources[number].urn, path, turned)


@pytest.mark.parametrize("case", CASES)
def test_hiding_one_value_never_makes_a_used_eip_idle(case: str) -> None:
    stack = load(case, "state.json")
    before = bindings(stack)
    for number, path in hideable(stack):
        after = bindings(hide(stack, number, path))
        turned = {key for key, state in before.items() if state == "bound" and after[key] == "unbound"}
        assert not turned, (stack.resources[number].urn, path, turned)


@pytest.mark.parametrize("case", CASES)
def test_hiding_what_the_provider_returned_never_turns_a_verdict_around(case: str) -> None:
    stack = load(case, "state.json")
    before = verdicts(stack)
    for number, resource in enumerate(stack.resources):
        for key in resource.outputs:
            resources = list(stack.resources)
            outputs = {name: value for name, value in resource.outputs.items() if name != key}
            resources[number] = replace(resource, outputs=outputs)
            after = verdicts(replace(stack, resources=resources))
            assert not {name for name, verdict in before.items() if after[name] == OPPOSITE.get(verdict)}


@settings(max_examples=40)
@given(data=st.data())
def test_hiding_several_values_never_turns_a_verdict_around(data: st.DataObject) -> None:
    stack = load(data.draw(st.sampled_from(CASES)), data.draw(st.sampled_from(FORMS)))
    before = verdicts(stack)
    for _ in range(data.draw(st.integers(2, 6))):
        number, path = data.draw(st.sampled_from(hideable(stack)))
        stack = hide(stack, number, path)
    after = verdicts(stack)
    assert not {key for key, verdict in before.items() if after[key] == OPPOSITE.get(verdict)}


@settings(max_examples=25)
@given(data=st.data())
def test_verdicts_do_not_depend_on_the_order_of_resources(data: st.DataObject) -> None:
    stack = load(data.draw(st.sampled_from(CASES)), data.draw(st.sampled_from(FORMS)))
    shuffled = replace(stack, resources=data.draw(st.permutations(list(stack.resources))))
    one, other = (judge(survey(item, None), Settings()) for item in (stack, shuffled))
    assert one == other


@settings(max_examples=60)
@given(data=st.data())
def test_no_value_makes_it_crash(data: st.DataObject) -> None:
    hostile = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=12)
        | st.sampled_from(
            [
                "10.0.0.1:99999",
                "http://[::1",
                "10.0.0.1/8",
                "１０.0.0.1",
                "urn:pulumi:",
                "#x#",
                "urn:fss:",
                "[",
                "",
            ]
        ),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=6,
    )
    stack = load(data.draw(st.sampled_from(CASES)), data.draw(st.sampled_from(FORMS)))
    number, path = data.draw(st.sampled_from(hideable(stack)))
    resource = stack.resources[number]
    inputs = copy.deepcopy(dict(resource.inputs))
    inside = inputs
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = data.draw(hostile)
    resources = list(stack.resources)
    resources[number] = replace(resource, inputs=inputs)
    judge(survey(replace(stack, resources=resources), None), Settings())
