"""Telling whether a callback of the program might declare resources.

Pulumi does not run the callback of ``apply`` while the value is unknown, so whatever it would declare
is missing in a preview, without a word. Loaded by ``runner.py`` like ``placeholder.py``.
"""

from __future__ import annotations

import functools
import types
from typing import Any, Iterator  # noqa: UP035 - Pythons older than ours

_DEEPEST = 6
"""Calls and modules that are followed."""


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
        return issubclass(found, resource)
    # Only by type: asking an Output for an attribute would make another Output.
    if isinstance(found, functools.partial):
        return _leads_to(found.func, resource, is_of_program, seen, depth)
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
    return any(
        _leads_to(value, resource, is_of_program, seen, depth - 1) for value in _named(found, owner, names)
    )


def _names(code: types.CodeType) -> Iterator[str]:
    """Every name that a function and the functions within it use."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _named(function: Any, owner: Any, names: set[str]) -> Iterator[Any]:
    """What the names of a function mean, as far as it can be told without running it."""
    cells = [cell for cell in function.__closure__ or () if _is_filled(cell)]
    reached = [cell.cell_contents for cell in cells] + list(function.__defaults__ or ())
    reached += [function.__globals__[name] for name in names if name in function.__globals__]
    if owner is not None:
        reached += [getattr(type(owner), name) for name in names if hasattr(type(owner), name)]
    for value in reached:
        yield from _within(value, names, _DEEPEST)


def _within(value: Any, names: set[str], depth: int) -> Iterator[Any]:
    """The value, or of a module what the names mean in it and its modules."""
    if not isinstance(value, types.ModuleType):
        yield value
    elif depth:
        for name in names:
            inner = vars(value).get(name)
            if inner is not None:
                yield from _within(inner, names, depth - 1)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a name that was not given a value yet
        return False
