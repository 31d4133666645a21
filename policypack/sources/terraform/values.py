"""Values of a plan in the form in which Pulumi writes them.

A plan holds three trees of one shape beside each other: the values, which of them are unknown, and
which are sensitive. Here they become one tree with the marks of Pulumi's wire
(``policypack.declared.wire``). A sensitive value is dropped, not carried along.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.sources.terraform.naming import camel

HIDDEN: Final[Mapping[str, str]] = {SIGNATURE_KEY: SECRET_SIGNATURE}
"""What stands for a sensitive value."""

_NOT_PROPERTIES: Final = frozenset({"timeouts"})


def merged(value: object, unknown: object, sensitive: object, *, of_block: bool = False) -> object:
    """One value with its marks.

    Objects in a list are blocks, whose keys are properties; any other object is a map, whose keys are
    the user's own. That holds for every provider that is built on the SDK of version 2.

    Args:
        value: The value; what is unknown is missing in it.
        unknown: ``True`` where the value as a whole is unknown, a tree where parts of it are.
        sensitive: The same for sensitive values.
        of_block: Whether an object is a block.
    """
    if sensitive is True:
        return HIDDEN
    if unknown is True:
        return UNKNOWN_STRING
    if isinstance(value, dict) or (value is None and isinstance(unknown, dict) and unknown):
        return _object(_tree(value), _tree(unknown), _tree(sensitive), of_block=of_block)
    if isinstance(value, list) or (value is None and isinstance(unknown, list) and unknown):
        return _list(_sequence(value), _sequence(unknown), _sequence(sensitive))
    return value


def _object(
    value: Mapping[str, object],
    unknown: Mapping[str, object],
    sensitive: Mapping[str, object],
    *,
    of_block: bool,
) -> Mapping[str, object]:
    merged_values: dict[str, object] = {}
    for key in {**value, **unknown} if unknown else value:
        inner, mark, hidden = value.get(key), unknown.get(key), sensitive.get(key)
        if key in _NOT_PROPERTIES or (inner is None and not mark and hidden is not True):
            continue  # most of a plan is properties that nobody set
        if mark or hidden or isinstance(inner, (dict, list)):
            inner = merged(inner, mark, hidden)
        merged_values[camel(key) if of_block else key] = inner
    return merged_values


def _list(value: Sequence[object], unknown: Sequence[object], sensitive: Sequence[object]) -> list[object]:
    longest = max(len(value), len(unknown))
    return [
        merged(_at(value, index), _at(unknown, index), _at(sensitive, index), of_block=True)
        for index in range(longest)
    ]


def _at(items: Sequence[object], index: int) -> object:
    return items[index] if index < len(items) else None


def _tree(marks: object) -> Mapping[str, object]:
    return marks if isinstance(marks, dict) else {}


def _sequence(marks: object) -> Sequence[object]:
    return marks if isinstance(marks, list) else ()


def properties(value: object, unknown: object, sensitive: object) -> Mapping[str, object]:
    """All properties of a resource, by their names in Pulumi."""
    whole = merged(value, unknown, sensitive, of_block=True)
    return whole if isinstance(whole, dict) and whole is not HIDDEN else {}


def stated(value: object) -> object:
    """What a state says of a value: it writes an empty text or list for what nobody set.

    Zero stays, because for a size it is a statement.
    """
    if isinstance(value, dict):
        kept = {key: stated(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner is not None}
    if isinstance(value, list):
        return [stated(inner) for inner in value] or None
    return None if value == "" else value


def holds_unknown(value: object) -> bool:
    """Whether a value holds an unknown at any depth."""
    if isinstance(value, dict):
        return any(holds_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(holds_unknown(inner) for inner in value)
    return value == UNKNOWN_STRING


def known(values: Mapping[str, object]) -> Mapping[str, object]:
    """The properties that are known as a whole or in part: an unknown output says nothing."""
    return {name: value for name, value in values.items() if value != UNKNOWN_STRING}
