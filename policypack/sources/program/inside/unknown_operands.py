"""What becomes of an operand that is unknown."""

from __future__ import annotations

from typing import Any

from . import harmless, places
from .placeholder import Placeholder, derived, is_chosen, made, origin_of


def first(*value: Placeholder | None) -> Placeholder | None:
    """The first that is there; an unknown is never asked for its truth."""
    return next((one for one in value if one is not None), None)


def as_unknown(value: Any) -> Placeholder:
    """A value that is unknown, as a placeholder; a text with the mark may have lost its own."""
    return value if type(value) is Placeholder else Placeholder(made[0])


def getattr_of(owner: Placeholder, name: str, frame: Any) -> Placeholder:
    """An attribute of an unknown, also one with underscores."""
    return derived(owner, frame, name=name, chosen=is_chosen(owner))


def chosen_by(unknown: Placeholder, container: Any, frame: Any) -> Placeholder:
    """What an unknown chose. Of the program's own objects any use may run code: that is a decision."""
    if not isinstance(container, (str, bytes, range)) and not _is_inert(container):
        report(unknown, frame)
    return derived(unknown, frame, chosen=True)


_ROOM = 10_000
"""Values that are looked at in one container that an unknown chooses from."""


def _is_inert(container: Any) -> bool:
    """Whether no use of a value in a container runs code of the program."""
    waiting, looked_at = [container], 0
    while waiting:
        part = waiting.pop()
        kind = type(part)
        looked_at += 1
        if looked_at > _ROOM:
            return False
        if kind is dict:
            waiting += part.values()
        elif kind in (list, tuple, set, frozenset):
            waiting += part
        elif not (kind in _INERT or kind.__module__ in harmless.IMMUTABLE_MODULES or is_of_sdk(kind)):
            return False
    return True


_INERT = (str, bytes, int, float, bool, complex, type(None), range, Placeholder)


def is_of_sdk(kind: type) -> bool:
    """Whether a class belongs to an SDK of Pulumi."""
    return places.kind_of(places.file_of_class(kind)) == places.SDK


def report(value: Any, frame: Any) -> None:
    """Say where the program decides on an unknown."""
    place = places.place_of(frame)
    if place is not None:
        Placeholder.report(origin_of(as_unknown(value)), place)


def plain(value: Any) -> Any:
    """A text with the mark for who cannot work with anything else; likewise the values of a table."""
    if type(value) is dict:
        return {key: plain(one) for key, one in value.items()}
    return str.__str__(value) if type(value) is Placeholder else value
