"""Telling whether a callback of the program might declare resources.

Pulumi does not run the callback of ``apply`` while the value is unknown, so whatever it would declare
is missing in a preview, without a word. Loaded by ``runner.py`` like ``placeholder.py``.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import Any, Iterable, Iterator  # noqa: UP035 - Pythons older than ours

_DEEPEST = 6
"""Calls and modules that are followed."""

_LARGEST = 1000
"""Entries of a table that are looked at."""


def may_declare(function: Any, resource: type, is_of_program: Any) -> bool:
    """Whether a function of the program names a resource class, itself or through what it calls.

    Args:
        function: Any callable.
        resource: The base class of all resources.
        is_of_program: Tells from a path whether the file belongs to the program.
    """
    return _leads_to(function, resource, is_of_program, set(), _DEEPEST)


def _leads_to(found: Any, resource: type, is_of_program: Any, seen: set[int], depth: int) -> bool:
    if isinstance(found, type):
        if issubclass(found, resource):
            return True
        made = _run_by_making(found, is_of_program)
        return any(_leads_to(function, resource, is_of_program, seen, depth) for function in made)
    # Only by type: asking an Output for an attribute would make another Output.
    if isinstance(found, functools.partial):
        return _leads_to(found.func, resource, is_of_program, seen, depth)
    if _is_object_of_program(found, is_of_program):
        found = next(iter(_methods(found, ("__call__",))), None)
    owner = None
    if isinstance(found, types.MethodType):
        found, owner = found.__func__, found.__self__
    if depth == 0 or not isinstance(found, types.FunctionType):
        return False
    code = found.__code__
    if id(code) in seen or not is_of_program(code.co_filename):
        return False
    seen.add(id(code))
    names = set(_names(code))
    if any(_is_unloaded_package(name) for name in names):
        return True
    return any(
        _leads_to(value, resource, is_of_program, seen, depth - 1)
        for value in _named(found, owner, names, is_of_program)
    )


def _names(code: types.CodeType) -> Iterator[str]:
    """Every name that a function and the functions within it use, as text for ``getattr``, too."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
        elif isinstance(constant, str) and constant.isidentifier() and "getattr" in code.co_names:
            yield constant


def _is_unloaded_package(name: str) -> bool:
    """Whether a name is a package of resources that the function itself would import."""
    return name.startswith("pulumi_") and name.partition(".")[0] not in sys.modules


def _named(function: Any, owner: Any, names: set[str], is_of_program: Any) -> Iterator[Any]:
    """What the names of a function mean, as far as it can be told without running it."""
    cells = [cell for cell in function.__closure__ or () if _is_filled(cell)]
    reached = [cell.cell_contents for cell in cells] + list(function.__defaults__ or ())
    reached += [function.__globals__[name] for name in names if name in function.__globals__]
    reached += [sys.modules[name] for name in names if name.startswith("pulumi_") and name in sys.modules]
    if owner is not None:
        reached.append(owner)
    for value in reached:
        yield from _within(value, names, is_of_program, _DEEPEST)


def _within(value: Any, names: set[str], is_of_program: Any, depth: int) -> Iterator[Any]:
    """The value, or what it holds: a module or an object of the program under the names, a table all."""
    inner: list[Any] = []
    if isinstance(value, types.ModuleType):
        inner = [vars(value)[name] for name in names if name in vars(value)]
    elif type(value) in (list, tuple, set, frozenset):
        inner = list(value)[:_LARGEST]
    elif type(value) is dict:
        inner = list(value.values())[:_LARGEST]
    elif _is_object_of_program(value, is_of_program):
        own = getattr(value, "__dict__", {})
        inner = [own[name] for name in names if name in own]
        inner += _methods(value, (*names, "__call__"))
    else:
        yield value
        return
    if depth:
        for item in inner:
            yield from _within(item, names, is_of_program, depth - 1)


def _methods(value: Any, names: Iterable[str]) -> list[Any]:
    """What the class of an object holds under some names, functions bound to the object."""
    kinds = type(value).__mro__
    held = [vars(kind)[name] for kind in kinds for name in names if name in vars(kind)]
    return [types.MethodType(item, value) if isinstance(item, types.FunctionType) else item for item in held]


def _run_by_making(found: type, is_of_program: Any) -> Iterator[Any]:
    """The functions that run when a class of the program is called."""
    for kind in found.__mro__:
        for name in ("__new__", "__init__", "__post_init__"):
            function = vars(kind).get(name)
            if isinstance(function, types.FunctionType) and is_of_program(function.__code__.co_filename):
                yield function


def _is_object_of_program(value: Any, is_of_program: Any) -> bool:
    """Whether a value is an object whose class the program defines. Never asks the object itself."""
    if isinstance(value, (type, types.FunctionType, types.MethodType, functools.partial)):
        return False
    module = sys.modules.get(type(value).__module__)
    path = getattr(module, "__file__", None)
    return isinstance(path, str) and is_of_program(path)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a name that was not given a value yet
        return False
