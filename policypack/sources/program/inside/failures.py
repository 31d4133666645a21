"""Who would handle the failure of an operation: with the real value it may fail, with an unknown it does not.

An operation ends the program when it fails, as long as nothing between it and the start of the program
handles that. So the frames around an operation are asked. Code of the program is looked into: a ``try``
with handlers is known by its lines, and so is the body of a ``with`` whose manager may swallow failures.
Any other code counts as a handler (a pool of threads, an event loop, an installed package), unless it is
proven to hand failures on.
"""

from __future__ import annotations

import asyncio
import builtins
import sys
import types
import weakref
from typing import Any, NamedTuple, Tuple  # noqa: UP035 - Pythons older than ours

from . import harmless, places

Place = Tuple[str, int]  # noqa: UP006 - read at run time by Pythons older than ours
"""File and line."""

Scope = Tuple[str, str, int]  # noqa: UP006
"""File, name and first line of a piece of code; the first line of a module counts as 0."""

_ANSWERS = (
    StopIteration,
    StopAsyncIteration,
    AttributeError,
    LookupError,
    GeneratorExit,
    SystemExit,
)
"""Failures that tell something to whoever asks, or end a program as if nothing had happened."""


class Body(NamedTuple):
    """Lines in which a failure may be handled.

    Attributes:
        first: Their first line.
        last: Their last line.
        line: Where the handler stands.
        raised: What its handlers raise at their end, as names: handled only where one is not proven.
        handled: What its other handlers handle, as names: likewise.
    """

    first: int
    last: int
    line: int
    raised: tuple[str, ...] = ()
    handled: tuple[str, ...] = ()

    @property
    def has_conditions(self) -> bool:
        """Whether what it names decides."""
        return bool(self.raised or self.handled)


bodies: dict[Scope, list[Body]] = {}
"""By the code that they are in, as ``instrument`` finds them; managers are added while the program runs."""

hand_on: set[Scope] = set()
"""Functions of the program that return nothing true: as an ``__exit__``, these swallow no failure."""

starts: set[types.CodeType] = set()
"""Where the program, or a callback of it, is started: a failure that arrives there is a failure."""

_of_pulumi: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
"""Tasks that Pulumi made of coroutines of the program: it waits for them, and fails with them."""


def watch_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Remember from now on which tasks Pulumi makes; one that the program makes keeps its failure."""

    def make(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
        frame: Any = sys._getframe(1)
        while frame is not None and places.module_of(frame.f_code.co_filename) == "asyncio":
            frame = frame.f_back
        if frame is not None and places.kind_of(frame.f_code.co_filename) == places.SDK:
            _of_pulumi.add(task)
        return task

    loop.set_task_factory(make)


def scope(path: str, name: str, first: int) -> Scope:
    """What identifies a piece of code."""
    return path, name, 0 if name == "<module>" else first


def handled_at(frame: Any) -> Place | None:
    """Where a failure in a frame would be handled; ``None`` where it ends the program.

    A place that cannot be looked into is told by the innermost line of the program before it.
    """
    within: Place | None = None
    after_sdk = False
    while frame is not None and frame.f_code not in starts:
        path = frame.f_code.co_filename
        kind = places.kind_of(path)
        if kind == places.OURS:
            if within is not None and _asks(frame):
                return within
        elif kind == places.SDK:
            after_sdk = True
        elif places.is_looked_into(path):
            within = (path, frame.f_lineno)
            after_sdk = False
            place = handled_in(frame)
            if place is not None:
                return place
        elif kind == places.STANDARD:
            if within is not None and not _hands_on(frame.f_code, path, after_sdk):
                return within
        else:
            return within or (path, frame.f_lineno)
        frame = frame.f_back
    return within if frame is None else None  # a thread begins there


def handled_in(frame: Any) -> Place | None:
    """Where the code of a frame itself handles a failure of what it runs now."""
    code = frame.f_code
    if code.co_name == "__del__":  # Python prints such a failure and goes on
        return code.co_filename, frame.f_lineno
    for body in bodies.get(scope(code.co_filename, code.co_name, code.co_firstlineno), ()):
        if body.first <= frame.f_lineno <= body.last and not _is_harmless(body, frame):
            return code.co_filename, body.line
    return None


def suspended_at(generator: Any) -> Place | None:
    """Where a generator that waits would handle a failure that is thrown into it."""
    while generator is not None:
        for name in ("gi", "cr", "ag"):
            frame = getattr(generator, f"{name}_frame", None)
            if frame is not None:
                break
        else:
            return None
        if not places.is_looked_into(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        place = handled_in(frame)
        if place is not None:
            return place
        generator = getattr(generator, "gi_yieldfrom", None) or getattr(generator, "cr_await", None)
    return None


def ends_the_program(raised: Any) -> bool:
    """Whether raising something is a failure, and no answer to whoever asks.

    What counts as never caused by an unknown is an answer where the program raises it itself.
    """
    kind = raised if isinstance(raised, type) else type(raised)
    return (
        issubclass(kind, Exception)
        and not issubclass(kind, _ANSWERS)
        and not any(map(_is_never_caused, kind.__mro__))
    )


def _is_harmless(body: Body, frame: Any) -> bool:
    return (
        body.has_conditions
        and all(ends_the_program(_meant(name, frame)) for name in body.raised)
        and all(_is_never_caused(_meant(name, frame)) for name in body.handled)
    )


def _is_never_caused(kind: Any) -> bool:
    """Whether no unknown can cause a failure: a value that is only not known offline is there."""
    return (
        isinstance(kind, type)
        and kind.__name__ in harmless.HARMLESS_FAILURES
        and (kind.__module__ or "").partition(".")[0] in ("builtins", "pulumi")
    )


def _meant(name: str, frame: Any) -> Any:
    """What a dotted name means in a frame, without running anything; ``None`` where that is not known."""
    first, *rest = name.split(".")
    for names in (frame.f_locals, frame.f_globals, vars(builtins)):
        if first in names:
            value = names[first]
            break
    else:
        return None
    for attribute in rest:
        if not isinstance(value, (types.ModuleType, type)):
            return None
        held = [vars(one) for one in (value.__mro__ if isinstance(value, type) else (value,))]
        value = next((one[attribute] for one in held if attribute in one), None)
    return value


def _hands_on(code: types.CodeType, path: str, after_sdk: bool) -> bool:
    """Whether a function of the standard library lets failures pass."""
    if path.startswith("<"):
        return True  # the import system, and what dataclasses and the like have made
    module = places.module_of(path)
    if module == "asyncio":
        return after_sdk or _is_task_of_pulumi()
    if module == "contextlib":
        return code.co_name in ("__enter__", "__exit__", "__aenter__", "__aexit__", "helper")
    return module in harmless.HAND_FAILURES_ON


def _is_task_of_pulumi() -> bool:
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop runs in this thread
        return False
    return task is not None and task in _of_pulumi


def _asks(frame: Any) -> bool:
    """Whether this is a call of ours that takes a failure for an answer: ``getattr`` with a default."""
    if frame.f_code.co_name != "_guarded":
        return False
    function, operands = frame.f_locals.get("function"), frame.f_locals.get("operands", ())
    return function is hasattr or (function is getattr and len(operands) > 2)
