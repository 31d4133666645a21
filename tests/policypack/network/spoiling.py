"""Ways to spoil a declaration: each property that is read as a wrong type, empty, or naming itself."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from policypack.declared import Resource, Stack, read
from tests.policypack.network.landscapes import with_resource

WRONG: Mapping[str, Any] = {
    "an object": {"odd": {"er": 1}},
    "a list of lists": [["odd"], ["er"]],
    "a truth": True,
    "a number": -1.5,
    "odd text": "\x00 odd #x# {",
}
"""Values of a wrong type, at least for most properties; a law holds for each at every place."""


@contextmanager
def recorded() -> Iterator[tuple[dict[str, set[str]], set[str]]]:
    """What is read while this runs: names of properties by type token, and names of members of blocks."""
    properties: dict[str, set[str]] = {}
    members: set[str] = set()

    def recording(method: Any) -> Any:
        def wrapped(self: Resource, *names: str) -> Any:
            properties.setdefault(self.token, set()).update(names)
            return method(self, *names)

        return wrapped

    plain = read.member

    def member(value: Mapping[str, object], *names: str) -> Any:
        members.update(names)
        return plain(value, *names)

    with (
        patch.object(Resource, "declared", recording(Resource.declared)),
        patch.object(Resource, "resolved", recording(Resource.resolved)),
        patch.object(read, "member", member),
    ):
        yield properties, members


Place = tuple[int, tuple[Any, ...]]


def places(stack: Stack, properties: Mapping[str, set[str]], members: set[str]) -> Iterator[Place]:
    """Where a value that is read stands or may stand: the number of the resource, and the path."""
    for number, resource in enumerate(stack.resources):
        if resource.inputs is None:
            continue
        paths = dict.fromkeys(_paths(dict(resource.inputs), members))
        paths |= dict.fromkeys((name,) for name in sorted(properties.get(resource.token, ())))
        yield from ((number, path) for path in paths)


def _paths(value: Any, members: set[str], path: tuple = ()) -> Iterator[tuple]:
    if path:
        yield path
    if isinstance(value, Mapping):
        if path:
            yield from ((*path, name) for name in sorted(members - set(value)))
        for key, item in value.items():
            yield from _paths(item, members, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _paths(item, members, (*path, number))


def set_at(stack: Stack, number: int, path: tuple, value: Any) -> Stack:
    """A stack with another value at a place, nothing returned for it; ``None`` takes the value away."""
    resource = stack.resources[number]
    inputs = copy.deepcopy(dict(resource.inputs or {}))
    inside: Any = inputs
    for step in path[:-1]:
        inside = inside[step]
    if value is None and isinstance(inside, dict):
        inside.pop(path[-1], None)
    else:
        inside[path[-1]] = value
    outputs = {key: item for key, item in resource.outputs.items() if key != path[0]}
    kept = {key: urns for key, urns in resource.dependencies.items() if key != path[0]}
    return with_resource(stack, number, replace(resource, inputs=inputs, outputs=outputs, dependencies=kept))
