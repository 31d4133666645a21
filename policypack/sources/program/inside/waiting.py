"""Callbacks that the program handed to Pulumi and that a preview does not call.

Whatever they would declare is missing, so each is a gap, unless it is proven to declare nothing. The proof is
made when the callback is handed over, and once more at the end: the names that it uses may mean something
else by then.
"""

from __future__ import annotations

import functools
import types
from typing import Any, Iterator  # noqa: UP035 - Pythons older than ours

from . import callbacks, failures, places

Place = failures.Place


class Waiting:
    """The callbacks that were not called yet, and the objects that they may be given."""

    def __init__(self) -> None:
        self._callbacks: dict[object, tuple[Place, tuple[Any, ...], bool]] = {}
        self._objects: list[tuple[Place | None, Any]] = []

    def add(self, place: Place, *functions: Any, surely: bool = False) -> object:
        """Remember callbacks of one call.

        Args:
            place: Of the call.
            functions: What is called later.
            surely: Whether they count without a proof.

        Returns:
            What ``called`` takes.
        """
        key = object()
        self._callbacks[key] = (place, functions, surely or any(map(callbacks.may_declare, functions)))
        return key

    def called(self, key: object) -> None:
        """They ran; what they declare was seen."""
        self._callbacks.pop(key, None)

    def given(self, value: Any, place: Place | None) -> None:
        """Remember an object that callbacks may be given, unless no use of it runs code that may declare."""
        if not is_inert(value):
            self._objects.append((place, value))

    def left(self) -> Iterator[Place]:
        """Where the program waits with callbacks that may declare something."""
        for place, functions, may_declare in self._callbacks.values():
            if may_declare or any(map(callbacks.may_declare, functions)):
                yield place
            elif self._objects:
                yield self._objects[0][0] or place


_INERT = (str, bytes, int, float, bool, complex, type(None), range)
_LARGEST = 5_000
"""Objects that are looked at in one."""


def is_inert(value: Any) -> bool:
    """Whether no use that a proven callback may make of a value runs code that may declare something.

    Such a use is an operator, a conversion, an attribute, or a method with the name of a harmless one. Code
    that does not know of Pulumi declares nothing.
    """
    waiting, seen = [value], set()
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind in _INERT or id(part) in seen:
            continue
        seen.add(id(part))
        if len(seen) > _LARGEST or hasattr(kind, "__next__"):
            return False
        if kind is dict:
            waiting += [*part.keys(), *part.values()]
        elif kind in (list, tuple, set, frozenset):
            waiting += part
        elif _is_of_sdk(kind):
            continue
        elif callable(part):
            if callbacks.may_declare(part):
                return False
        elif not all(map(_has_inert_methods, kind.__mro__)):
            return False
        else:
            own = getattr(part, "__dict__", {})
            waiting += [held for name, held in own.items() if not name.startswith("__")]
    return True


def _is_of_sdk(kind: type) -> bool:
    return kind.__module__ != "__main__" and places.kind_of(places.file_of_class(kind)) == places.SDK


def _has_inert_methods(kind: type) -> bool:
    if kind.__module__ != "__main__" and not places.is_of_program(places.file_of_class(kind)):
        return True
    return all(
        _is_inert_member(name, member) for name, member in vars(kind).items() if name not in callbacks.MAKING
    )


def _is_inert_member(name: str, member: Any) -> bool:
    if isinstance(member, property):
        used = [one for one in (member.fget, member.fset) if one is not None]
    elif isinstance(member, functools.cached_property):
        used = [member.func]
    else:
        is_reached = name in callbacks.METHODS or (name.startswith("__") and name.endswith("__"))
        used = [getattr(member, "__func__", member)] if is_reached else []
        if not is_reached and type(member).__module__ == "__main__" and hasattr(type(member), "__get__"):
            return False  # a descriptor of the program's own
    return not any(
        callbacks.may_declare(one)
        for one in used
        if isinstance(one, types.FunctionType) and places.is_of_program(one.__code__.co_filename)
    )
