"""No value of any property that is read makes it crash, or an answer firmer: generated, for every row."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from policypack.declared import Stack
from policypack.declared.wire import UNKNOWN_STRING
from tests.policypack.network.landscapes import FORMS, ROWS, Form, with_resource
from tests.policypack.network.spoiling import WRONG, Place, places, recorded, set_at
from tests.policypack.network.test_law import Answers, answers, built, is_wider

EMPTY: Mapping[str, Any] = {
    "an empty text": "",
    "an empty list": [],
    "an empty object": {},
    "a list of nothing": [None],
    "empty texts": ["", ""],
}
FREE = ("Id", "Ids", "Ip", "Urn", "region")
"""How properties end in which each text is a valid value, so that another text is another declaration."""
LISTS = {"records", "publishIds"}
"""Properties in which an empty list says what no list does not: that there is none."""

SAMPLE = ("backend-9", "backend-22", "caller-8-xff", "caller-11-port", "entrance-eip", "eip-server")
QUICK = (("backend-9", "preview-json"), ("eip-server", "export"))
"""What the default suite tries; the rest is marked slow."""


def cases(rows: Iterable[str], form: Form) -> list[Any]:
    return [
        (row, form) if (row, form) in QUICK else pytest.param(row, form, marks=pytest.mark.slow)
        for row in rows
    ]


WHOLE = [*cases(ROWS, "preview-json"), *cases(ROWS, "export")]
HALF = [*cases(ROWS, "preview-json"), *cases(SAMPLE, "export")]


def read_places(row: str, form: Form) -> tuple[Stack, Answers, list[Place]]:
    """A landscape, its answers, and all places that were read for them."""
    stack = built(row).stack(form)
    with recorded() as (properties, members):
        before = answers(stack)
    return stack, before, list(places(stack, properties, members))


def firmer(before: Answers, stack: Stack) -> dict[str, object]:
    after = answers(stack)
    return {key: after[key] for key, answer in before.items() if not is_wider(answer, after[key])}


def name_at(path: tuple[Any, ...]) -> str:
    return next(step for step in reversed(path) if isinstance(step, str))


def is_another_declaration(path: tuple[Any, ...], kind: str) -> bool:
    if kind in ("a number", "odd text"):
        free_tag = path[0] == "tags" and path[-1] not in ("callers", "backends-elsewhere")
        return free_tag or name_at(path).endswith(FREE)
    return path == ("tags",) and kind == "an object"


@pytest.mark.parametrize(("row", "form"), WHOLE)
def test_a_wrong_type_is_never_firmer(row: str, form: Form) -> None:
    stack, before, read = read_places(row, form)
    for number, path in read:
        for kind, value in WRONG.items():
            found = firmer(before, set_at(stack, number, path, value))
            assert not found or is_another_declaration(path, kind), (
                stack.resources[number].name, path, kind, found,
            )  # fmt: skip


@pytest.mark.parametrize(("row", "form"), HALF)
def test_an_empty_value_is_never_firmer_than_none(row: str, form: Form) -> None:
    stack, before, read = read_places(row, form)
    for number, path in read:
        if isinstance(path[-1], int):
            continue
        absent = answers(set_at(stack, number, path, None))
        for kind, value in EMPTY.items():
            found = firmer(before, emptied := set_at(stack, number, path, value))
            if found and not (kind == "an empty list" and name_at(path) in LISTS):
                assert not set(firmer(absent, emptied)) & set(found), (
                    stack.resources[number].name, path, kind, found,
                )  # fmt: skip


@pytest.mark.parametrize(("row", "form"), HALF)
def test_what_names_itself_or_runs_in_a_circle_is_never_firmer(row: str, form: Form) -> None:
    stack, before, read = read_places(row, form)
    for number, path in read:
        for circle in circles(stack, number, path):
            assert not firmer(before, circle), (stack.resources[number].name, path)
        for name in (stack.resources[number].urn, str(stack.resources[number].identifier)):
            answers(set_at(stack, number, path, name))


def circles(stack: Stack, number: int, path: tuple[Any, ...]) -> Iterator[Stack]:
    """A value that is not known and was built from its own resource, from one that leads back, from none."""
    hidden = set_at(stack, number, path, UNKNOWN_STRING)
    resource = hidden.resources[number]
    other = (number + 1) % len(stack.resources)
    for source in (resource.urn, stack.resources[other].urn, "urn:pulumi:no::where::at:all/x:X::there"):
        traced = replace(resource, dependencies={**resource.dependencies, path[0]: (source,)})
        yield with_resource(hidden, number, traced)
        if source == stack.resources[other].urn:
            back = replace(
                stack.resources[other],
                dependencies=dict.fromkeys(stack.resources[other].inputs or (), (resource.urn,)),
            )
            yield with_resource(with_resource(hidden, number, traced), other, back)


@pytest.mark.parametrize("form", FORMS)
def test_a_circle_of_all_references_ends(form: Form) -> None:
    stack = built(*ROWS).stack(form)
    everything = tuple(resource.urn for resource in stack.resources)
    resources = [
        replace(
            resource,
            dependencies=dict.fromkeys(resource.inputs or (), everything),
            parent=everything[(number + 1) % len(everything)],
        )
        for number, resource in enumerate(stack.resources)
    ]
    answers(replace(stack, resources=resources))
