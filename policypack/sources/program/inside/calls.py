"""Calls of the program: whatever a callee does with an unknown is seen, harmless, or reported.

How a callee is called is told once for each (``_how``): ``None`` where it is called as it is, else one of the
functions below.
"""

from __future__ import annotations

import functools
import io
import pathlib
import sys
import types
from typing import Any, Callable, Iterable, Iterator  # noqa: UP035 - Pythons older than ours

from . import harmless, outputs, places
from .marks import DEPLOYMENT
from .placeholder import Placeholder, derived, holds, is_chosen, is_unknown, kinds_of, made, marked
from .unknown_operands import as_unknown, chosen_by, first, getattr_of, is_of_sdk, plain, report

_How = Callable[[Any, tuple[Any, ...], dict[str, Any], Any], Any]
"""Does a call with an unknown operand: callee, operands, named operands, frame."""

not_seen: set[tuple[str, int]] = set()
"""Where code runs that cannot be looked into (``eval``, ``exec``): gaps, if anything is unknown."""


def callee(function: Any) -> Any:
    """What is called in place of a function: itself, if whatever it does is seen or harmless."""
    how = _how(function)
    if how is None:
        return function
    if how is _evaluates:
        frame = sys._getframe(1)
        not_seen.add((frame.f_code.co_filename, frame.f_lineno))
        return function
    if how is _asks_pulumi:
        _ask(sys._getframe(1))
        return function
    return functools.partial(_guarded, function, how)


def _guarded(function: Any, how: _How, /, *operands: Any, **named: Any) -> Any:
    if not made and how not in _CALLS_OTHERS:
        return marked(function(*operands, **named))
    return how(function, operands, named, sys._getframe(1))


def call(frame: Any, function: Any, operands: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """A call from a place of the program."""
    how = _how(function)
    return function(*operands, **named) if how is None else how(function, operands, named, frame)


def is_outside(method: Any) -> bool:
    """Whether a method is of the outside world, which is not asked with an unknown."""
    return _how(method) is _unproven


_known: dict[Any, _How | None] = {}


def _how(function: Any) -> _How | None:
    kind = type(function)
    if kind is types.FunctionType:
        key: Any = function.__code__
    elif kind is types.MethodType:
        if type(function.__func__) is not types.FunctionType:
            return _how(function.__func__)
        key = function.__func__.__code__
    elif kind is Placeholder:
        return None
    elif kind is types.BuiltinFunctionType:
        owner = function.__self__
        key = (type(owner), function.__module__, function.__name__)
        if isinstance(owner, type):
            key = (owner, function.__name__)
    elif isinstance(function, type) or kind in _DESCRIPTORS:
        key = function
    elif kind is functools.partial:
        return _partial if _how(function.func) is not None else None
    else:
        called = getattr(kind, "__call__", None)  # noqa: B004 - the function itself is wanted
        if type(called) is types.FunctionType:
            return _how(called)
        key = kind
    try:
        return _known[key]
    except KeyError:
        pass
    except TypeError:  # a class whose metaclass allows no hash
        return _judge(function)
    judged = _known[key] = _judge(function)
    return judged


_DESCRIPTORS = (types.MethodDescriptorType, types.WrapperDescriptorType, types.ClassMethodDescriptorType)


def _judge(function: Any) -> _How | None:
    if isinstance(function, types.MethodType):
        return _judge(function.__func__)
    if isinstance(function, types.FunctionType):
        return _judge_function(function)
    if isinstance(function, type):
        return _judge_class(function)
    if isinstance(function, types.BuiltinFunctionType):
        owner = function.__self__
        if owner is None or isinstance(owner, types.ModuleType):
            return _judge_named(function.__module__ or getattr(owner, "__name__", ""), function.__name__)
        return _judge_method(owner if isinstance(owner, type) else type(owner), function.__name__)
    owner = getattr(function, "__objclass__", None)
    if owner is not None:
        return _judge_method(owner, function.__name__)
    if type(function) is types.MethodWrapperType:
        return None if function.__name__ in ("__init__", "__setattr__") else _unproven
    if getattr(type(function), "__name__", "") == "_lru_cache_wrapper":
        return _how(function.__wrapped__) or None
    if type(function).__module__ in ("operator", "_operator"):
        return _with_callables
    module = (type(function).__module__ or "").partition(".")[0]
    return None if module in harmless.NATIVE_MODULES else _unproven


def _judge_function(function: Any) -> _How | None:
    path = function.__code__.co_filename
    if function.__name__ in ("eval", "exec"):
        return _unproven
    kind = places.kind_of(path)
    module = function.__module__ or ""
    if kind == places.SDK and places.is_pulumi(path):
        return None if outputs.is_harmless(module, function.__qualname__) else _asks_pulumi
    if places.is_looked_into(path) or kind in (places.SDK, places.OURS):
        return None
    if path.startswith("<") and not path.startswith("<frozen"):
        return None  # of a dataclass and the like: it asks its fields
    if kind == places.STANDARD:
        if hasattr(function, "registry") and hasattr(function, "dispatch"):
            return _unproven  # singledispatch decides on the type
        return _judge_named(module, function.__name__)
    if harmless.is_pure_of_package(module, function.__name__):
        return _pure_without_stream
    return _foreign


def _judge_class(value: type) -> _How | None:
    module = value.__module__ or ""
    if issubclass(value, BaseException):
        return None
    if module == "builtins":
        return _judge_named(module, value.__name__)
    path = places.file_of_class(value)
    if module != "__main__" and not places.is_looked_into(path):
        kind = places.kind_of(path) if path else places.STANDARD
        if kind == places.SDK:
            return None
        return _judge_named(module, value.__name__) if kind == places.STANDARD else _foreign
    for parent in value.__mro__[:-1]:
        for name in ("__new__", "__init__"):
            made_by = vars(parent).get(name)
            if made_by is None:
                continue
            made_by = getattr(made_by, "__func__", made_by)
            code = getattr(made_by, "__code__", None)
            own = code is not None and (
                places.is_looked_into(code.co_filename)
                or code.co_filename.startswith("<")
                or places.kind_of(code.co_filename) in (places.SDK, places.OURS)
                or _is_native_module(getattr(made_by, "__module__", ""))
            )
            if not own and parent not in harmless.NATIVE_TYPES:
                return _pure if parent in harmless.PURE_TYPES else _foreign
    return None


def _is_native_module(name: str | None) -> bool:
    return (name or "").partition(".")[0] in harmless.NATIVE_MODULES


def _judge_named(module: str, name: str) -> _How | None:
    """Of a function or class of the standard library."""
    if module == "builtins":
        if name in _SPECIAL:
            return _SPECIAL[name]
        if name in harmless.ON_ITSELF:
            return _on_itself
        if name in harmless.NATIVE_BUILTINS:
            return None
        if name in harmless.PURE_BUILTINS:
            return _pure
        return _passes_on if f"{module}.{name}" in harmless.PASSES_ON else _unproven
    root = module.partition(".")[0]
    if f"{root}.{name}" in harmless.PASSES_ON:
        return _passes_on
    if f"{root}.{name}" in harmless.WRITES:
        return _writes
    if module in ("_collections_abc", "collections.abc") and name in ("update", "setdefault"):
        return _updates
    if f"{root}.{name}" in harmless.NOT_NATIVE:
        return _pure
    if root == "asyncio" and name in harmless.RUN_LATER:
        return _with_callables
    if root in harmless.NATIVE_MODULES:
        return None if root in harmless.NEED_FRAME else _with_callables
    return _pure if module in harmless.PURE_MODULES and name not in harmless.CHANGES else _unproven


def _judge_method(owner: type, name: str) -> _How | None:
    """Of a method that is not written in Python."""
    if f"{owner.__name__}.{name}" in harmless.PASSES_ON and owner.__module__ == "builtins":
        return _passes_on
    if owner in harmless.PURE_TYPES:
        return _pure if name != "__init__" else None
    if owner is dict and name in ("get", "__getitem__"):
        return _look_up
    if owner is object and name not in ("__init__", "__new__", "__setattr__", "__init_subclass__"):
        return _pure
    if owner is io.StringIO and name not in ("write", "writelines", "getvalue", "close"):
        return _pure  # a part of a text that holds an unknown
    if issubclass(owner, _FILES) and name in ("write", "writelines"):
        return _writes
    if owner is list and name == "sort":
        return _with_callables
    if any(issubclass(owner, native) for native in harmless.NATIVE_TYPES - {object}) or owner is object:
        return None
    module = owner.__module__ or ""
    if module == "builtins":  # generators, coroutines, iterators, views
        return _unproven if owner in (bytearray, memoryview) else None
    if _is_native_module(module):
        return _with_callables
    return _pure if module in harmless.IMMUTABLE_MODULES and name not in harmless.CHANGES else _unproven


def _found_in(function: Any, operands: Iterable[Any], named: dict[str, Any]) -> Placeholder | None:
    owner = getattr(function, "__self__", None)
    if isinstance(function, types.MethodType) or (
        owner is not None and not isinstance(owner, (types.ModuleType, type))
    ):
        unknown = holds(owner)
        if unknown is not None:
            return unknown
    for operand in operands:
        unknown = holds(operand)
        if unknown is not None:
            return unknown
    for operand in named.values():
        unknown = holds(operand)
        if unknown is not None:
            return unknown
    return None


def _pure(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    operands = tuple(list(value) if isinstance(value, types.GeneratorType) else value for value in operands)
    unknown = _found_in(function, operands, named)
    if unknown is None:
        return marked(function(*operands, **named))
    if any(_runs_program(value) for value in (*operands, *named.values())):
        return _foreign(function, operands, named, frame)
    return derived(unknown, frame)


def _pure_without_stream(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    streams = [one for one in (*operands, *named.values()) if hasattr(type(one), "write")]
    return (_foreign if streams else _pure)(function, operands, named, frame)


def _on_itself(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    for operand in (*operands, *named.values()):
        if is_unknown(operand):
            return derived(as_unknown(operand), frame)
    return marked(_with_callables(function, operands, named, frame))


def _with_callables(function: Any, operands: tuple[Any, ...], named: dict[str, Any], _: Any) -> Any:
    """Functions that call others: what they call is guarded, too."""
    operands = tuple(_guarded_callable(value) for value in operands)
    named = {key: _guarded_callable(value) for key, value in named.items()}
    return marked(function(*operands, **named))


def _guarded_callable(value: Any) -> Any:
    return callee(value) if isinstance(value, _CALLABLES) else value


_CALLABLES = (
    types.BuiltinFunctionType,
    types.FunctionType,
    types.MethodWrapperType,
    functools.partial,
    *_DESCRIPTORS,
)


def _mapped(function: Any, operands: tuple[Any, ...], named: dict[str, Any], _: Any) -> Any:
    """``map`` and ``filter``: what they call is guarded, too, also a class."""
    called = operands[0] if operands else None
    return function(
        callee(called) if callable(called) else called, *(marked(value) for value in operands[1:]), **named
    )


def _isinstance(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    if len(operands) != 2 or not is_unknown(operands[0]):
        return function(*operands, **named)
    kinds, unknown = _flat(operands[1]), as_unknown(operands[0])
    declared = kinds_of(unknown)
    if (
        declared
        and kinds is not None
        and all(any(issubclass(one, kind) for kind in kinds) for one in declared)
    ):
        return True
    if not is_chosen(unknown) and kinds is not None and all(_is_never_data(kind) for kind in kinds):
        return False
    return derived(unknown, frame)


def _gets(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    if is_unknown(operands[0]):
        return getattr_of(as_unknown(operands[0]), str.__str__(operands[1]), frame)
    if len(operands) > 1 and is_unknown(operands[1]):
        owned = [] if is_of_sdk(type(operands[0])) else [operands[0]]
        return chosen_by(as_unknown(operands[1]), [*owned, *operands[2:]], frame)
    return marked(function(*operands, **named))


def _sets(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    if len(operands) > 1 and is_unknown(operands[1]):
        report(operands[1], frame)
    return function(*operands, **named)


def _flat(kinds: Any) -> list[type] | None:
    """The types of a check; ``None`` where they cannot be told."""
    if isinstance(kinds, type):
        return [kinds]
    parts = kinds if isinstance(kinds, tuple) else getattr(kinds, "__args__", None)
    flat = [_flat(part) for part in parts] if isinstance(parts, tuple) else [None]
    return None if any(part is None for part in flat) else [one for part in flat for one in part or ()]


def _is_never_data(kind: type) -> bool:
    """Whether no data source returns values of a type: Outputs, resources, classes of the program."""
    if any(
        (parent.__module__ or "").partition(".")[0] == "pulumi" and parent.__name__ in ("Output", "Resource")
        for parent in kind.__mro__
    ):
        return True
    return (
        places.is_looked_into(places.file_of_class(kind)) and type(kind) is type and object in kind.__bases__
    )


def _look_up(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    unknown = holds(operands[0]) if operands else None
    if unknown is None and operands and isinstance(operands[0], dict) and len(operands) > 1:
        unknown = holds(operands[1])
    if unknown is None:
        return marked(function(*operands, **named))
    owner = getattr(function, "__self__", None)
    return chosen_by(unknown, [owner if isinstance(owner, dict) else None, *operands], frame)


def _passes_on(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    result = marked(function(*operands, **named))
    if type(result) is str:
        unknown = _found_in(function, operands, named)
        if unknown is not None:  # it is not in the text as a whole
            return derived(unknown, frame)
    return result


def _partial(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    return call(frame, function.func, (*function.args, *operands), {**function.keywords, **named})


def _runs_program(value: Any) -> bool:
    return callable(value) and type(value) is not Placeholder and not isinstance(value, type)


def _foreign(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """Code of somebody else that cannot be looked into: a result without the unknown is a gap."""
    watched = tuple(
        _Watched(value) if isinstance(value, types.GeneratorType) else value for value in operands
    )
    unknown = _found_in(function, operands, named)
    try:
        result = function(*watched, **named)
    except Exception as error:
        unknown = first(unknown, _found_in(function, operands, named), _passed(watched))
        if unknown is None or isinstance(error, (StopIteration, StopAsyncIteration)):
            raise
        report(unknown, frame)
        return derived(unknown, frame)
    unknown = first(unknown, _found_in(function, operands, named), _passed(watched))
    if unknown is None:
        return marked(result)
    if holds(result) is None:
        report(unknown, frame)
        return result
    return derived(unknown, frame, chosen=True) if _is_data(result) else result


def _is_data(value: Any) -> bool:
    return type(value) in (str, Placeholder, bytes, list, tuple, dict, set, frozenset)


class _Watched:
    """An iterator that remembers an unknown that went through."""

    def __init__(self, of: Iterator[Any]) -> None:
        self._of = of
        self.found: Placeholder | None = None

    def __iter__(self) -> _Watched:
        return self

    def __next__(self) -> Any:
        value = next(self._of)
        self.found = first(self.found, holds(value))
        return value


def _passed(operands: Iterable[Any]) -> Placeholder | None:
    return first(*(value.found for value in operands if isinstance(value, _Watched)))


def _unproven(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """The standard library beyond the lists: the outside world. It is not asked with an unknown."""
    environment = named.get("env")
    if type(environment) is dict:  # what Pulumi sets is in it for each process that the program starts
        mine = {key: value for key, value in environment.items() if not str(key).startswith("PULUMI_")}
        if _found_in(function, operands, {**named, "env": mine}) is None:
            named["env"] = plain(environment)
            return marked(function(*operands, **named))
    unknown = _found_in(function, operands, named)
    if unknown is None:
        return marked(function(*operands, **named))
    report(unknown, frame)
    if any(_runs_program(value) for value in (*operands, *named.values())):
        return _foreign(function, operands, named, frame)
    return derived(unknown, frame)


def _writes(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """Writing a file: whoever reads it without this program sees no unknown in it."""
    operands = tuple(list(one) if isinstance(one, types.GeneratorType) else one for one in operands)
    concerned = (getattr(function, "__self__", None), *operands, *named.values())
    streams = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
    files = [one for one in concerned if isinstance(one, (*_FILES, pathlib.PurePath))]
    if any(not any(one is stream for stream in streams) for one in files):
        unknown = holds([one for one in concerned if not isinstance(one, _FILES)])
        if unknown is not None:
            report(unknown, frame)
    return function(*operands, **named)


def _updates(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """Methods of a mapping that is not written in C, and may be the environment."""
    stores = getattr(type(getattr(function, "__self__", None)), "__setitem__", None)
    unknown = _found_in(None, operands, named)
    if unknown is not None and stores is not None and is_outside(stores):
        report(unknown, frame)
        operands = tuple(plain(one) for one in operands)
        named = {key: plain(one) for key, one in named.items()}
    return function(*operands, **named)


_FILES = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.FileIO)


def _asks_pulumi(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """Pulumi itself, beyond the lists: it may tell what only a deployment knows."""
    _ask(frame)
    return function(*operands, **named)


def _ask(frame: Any) -> None:
    place = places.place_of(frame)
    if place is not None:
        Placeholder.report(DEPLOYMENT, place)


def _evaluates(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """``eval`` and ``exec`` run text: what it does is not seen."""
    unknown = _found_in(function, operands, named)
    if unknown is not None:
        report(unknown, frame)
    return function(*operands, **named)


_CALLS_OTHERS = (_mapped, _with_callables)
"""What they call may ask Pulumi, also while the program has seen no unknown."""

_SPECIAL: dict[str, _How | None] = {
    "isinstance": _isinstance,
    "map": _mapped,
    "filter": _mapped,
    "print": _writes,
    "setattr": _sets,
    "delattr": _sets,
    "getattr": _gets,
    "eval": _evaluates,
    "exec": _evaluates,
    "super": None,
    "locals": None,
    "globals": None,
}
