"""Telling what a configuration sets from what a provider computes.

A plan marks a property that nobody set and the provider computes exactly as one that was set from an
unknown. Only the configuration tells them apart: what is set has an expression. The exception is a
block that a ``dynamic`` block makes, which the plan's configuration leaves out.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from policypack.declared.wire import UNKNOWN_STRING
from policypack.sources.terraform.configuration import is_expression
from policypack.sources.terraform.naming import camel
from policypack.sources.terraform.values import HIDDEN, merged


def declared(
    value: Mapping[str, object],
    unknown: object,
    sensitive: object,
    expressions: Mapping[str, object],
    kind: str,
) -> Mapping[str, object]:
    """The properties of one block that the configuration sets, by their names in the plan.

    Args:
        value: What is planned.
        unknown: Which of it is unknown.
        sensitive: Which of it is sensitive.
        expressions: The expressions of the block.
        kind: Type of the resource.
    """
    marks = unknown if isinstance(unknown, dict) else dict.fromkeys(value, unknown)
    hidden = sensitive if isinstance(sensitive, dict) else dict.fromkeys(value, sensitive)
    properties: dict[str, object] = {}
    for name in {**value, **marks}:
        parts = value.get(name), marks.get(name), hidden.get(name)
        if name in expressions:
            properties[name] = _set(*parts, expressions[name], kind)
        elif (
            (parts[0] or parts[1])
            and _may_be_dynamic(*parts)
            and not _is_computed(kind, name, expressions, value)
        ):
            properties[name] = merged(*parts)
    return properties


def _set(value: object, unknown: object, sensitive: object, expression: object, kind: str) -> object:
    """A property that has an expression, or the blocks of one name."""
    whole = merged(value, unknown, sensitive)
    if is_expression(expression) or whole in (UNKNOWN_STRING, HIDDEN):
        return whole
    written = _blocks(expression)
    values = _blocks(value)
    if written is None or values is None or len(values) != len(written):
        return whole  # some of these blocks are dynamic: nothing tells which
    # The blocks of a set do not stand in the order of the source, so what one of them sets, all may.
    names: dict[str, object] = {}
    for block in written:
        names.update(block)
    blocks = [
        {
            camel(name): inner
            for name, inner in declared(item, _at(unknown, index), _at(sensitive, index), names, kind).items()
        }
        for index, item in enumerate(values)
    ]
    return blocks if isinstance(value, list) else blocks[0]


def _blocks(value: object) -> Sequence[Mapping[str, object]] | None:
    items = value if isinstance(value, list) else [value]
    blocks = [item for item in items if isinstance(item, Mapping)]
    return blocks if len(blocks) == len(items) else None


def _at(marks: object, index: int) -> object:
    if isinstance(marks, list):
        return marks[index] if index < len(marks) else None
    return marks if index == 0 else None


def _may_be_dynamic(value: object, unknown: object, sensitive: object) -> bool:
    """Whether a property without an expression looks as if a ``dynamic`` block had made it.

    A list of objects does; so does a list that is unknown as a whole.
    """
    if isinstance(value, list) and value:
        return all(isinstance(item, dict) for item in value)
    return unknown is True and isinstance(sensitive, list)


def _is_computed(
    kind: str, name: str, expressions: Mapping[str, object], value: Mapping[str, object]
) -> bool:
    """Whether a list is the provider's own, which is proven for the lists of the table only."""
    if value.get(name):
        return False
    own = _table().get(kind, {})
    if name in own.get("computed", ()):
        return True
    group = own.get("one_of", ())
    return name in group and any(other in expressions or value.get(other) for other in group)


@cache
def _table() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(files(__package__).joinpath("computed.toml").read_text(encoding="utf-8"))
