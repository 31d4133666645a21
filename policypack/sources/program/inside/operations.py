"""The operations of the program, as ``instrument`` compiles them.

Each takes the operands of one expression and does what Python does, as long as none of them holds an
unknown. With one, the result is unknown, or the callee is proven harmless (``harmless``), or the place
is reported.
"""

from __future__ import annotations

import builtins
import functools
import io
import operator
import pathlib
import re
import sys
import types
from typing import Any, Callable, Iterable, Iterator  # noqa: UP035 - Pythons older than ours

from . import failures, harmless, outputs, places
from .marks import DEPLOYMENT
from .placeholder import (
    Placeholder,
    derived,
    fails,
    holds,
    is_chosen,
    is_unknown,
    kinds_of,
    made,
    marked,
    origin_of,
)

PREFIX = "__apig_cost_"
"""Of the names under which the operations are builtins of the program."""

_How = Callable[[Any, tuple[Any, ...], dict[str, Any], Any], Any]
"""Does a call with an unknown operand: callee, operands, named operands, frame."""

not_seen: set[tuple[str, int]] = set()
"""Where code runs that cannot be looked into (``eval``, ``exec``): gaps, if anything is unknown."""


def install() -> None:
    """Make the operations known to compiled modules."""
    for name, function in _OPERATIONS.items():
        setattr(builtins, f"{PREFIX}{name}__", function)


# Comparisons, items, texts.

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Is": operator.is_,
    "IsNot": operator.is_not,
    "In": lambda item, container: item in container,
    "NotIn": lambda item, container: item not in container,
}


def compare(name: str, left: Any, right: Any) -> Any:
    """One comparison. Its answer is unknown where one of the sides is."""
    if made:
        unknown_part = _compared(name, left, right)
        if unknown_part is not None:
            return derived(unknown_part, sys._getframe(1))
    return _COMPARISONS[name](left, right)


def compare_all(names: tuple[str, ...], *values: Any) -> Any:
    """A chain of comparisons whose operands have no effects."""
    answer: Any = True
    for name, left, right in zip(names, values, values[1:]):
        answer = compare(name, left, right)
        if isinstance(answer, Placeholder) or not answer:
            break
    return answer


def _compared(name: str, left: Any, right: Any) -> Placeholder | None:
    if name in ("Is", "IsNot"):
        return next((_as_unknown(side) for side in (left, right) if is_unknown(side)), None)
    if name in ("In", "NotIn") and type(right) is dict:
        return _first(holds(left), holds(list(right)))
    return _first(holds(left), holds(right))


def _first(*value: Placeholder | None) -> Placeholder | None:
    """The first that is there; an unknown is never asked for its truth."""
    return next((one for one in value if one is not None), None)


def _as_unknown(value: Any) -> Placeholder:
    return value if type(value) is Placeholder else Placeholder(made[0])


def item(container: Any, key: Any) -> Any:
    """``container[key]``"""
    if made and type(container) is not Placeholder:
        if is_unknown(container):
            return derived(_as_unknown(container), sys._getframe(1))
        if type(container) in (dict, list, tuple, str, bytes, range):
            unknown = holds(key)
            if unknown is not None:
                return _chosen(unknown, container, sys._getframe(1))
        elif not isinstance(container, type) and holds(key) is not None:
            method = getattr(type(container), "__getitem__", None)
            if method is not None and not hasattr(type(container), "__missing__"):
                return _call(sys._getframe(1), types.MethodType(method, container), (key,), {})
        return marked(container[key])
    return container[key]


def _chosen(unknown: Placeholder, container: Any, frame: Any) -> Placeholder:
    """What an unknown chose. Of the program's own objects any use may run code: that is a decision."""
    if not isinstance(container, (str, bytes, range)) and not _is_inert(container):
        _report(unknown, frame)
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
        elif not (kind in _INERT or kind.__module__ in harmless.IMMUTABLE_MODULES or _is_of_sdk(kind)):
            return False
    return True


_INERT = (str, bytes, int, float, bool, complex, type(None), range, Placeholder)


def _is_of_sdk(kind: type) -> bool:
    return places.kind_of(places.file_of_class(kind)) == places.SDK


def store(value: Any, container: Any, key: Any) -> None:
    """``container[key] = value``; what is outside of the program (``os.environ``) keeps no unknown."""
    if made and type(container) not in (dict, list, Placeholder) and holds(value) is not None:
        method = getattr(type(container), "__setitem__", None)
        if method is not None and _how(method) is _unproven:
            _report(holds(value), sys._getframe(1))
            value = _plain(value)
    container[key] = value


def attribute(owner: Any, name: str) -> Any:
    """``owner.__name__``, which an unknown would answer for itself."""
    if made and is_unknown(owner):
        return getattr_of(_as_unknown(owner), name, sys._getframe(1))
    return getattr(owner, name)


def getattr_of(owner: Placeholder, name: str, frame: Any) -> Placeholder:
    """An attribute of an unknown, also one with underscores."""
    return derived(owner, frame, name=name, chosen=is_chosen(owner))


def text(value: Any) -> Any:
    """A text that was just formatted."""
    return marked(value)


def modulo(left: Any, right: Any) -> Any:
    """``left % right``: a rest, or a text with fields that may cut what they show."""
    if made and isinstance(left, (str, bytes)) and type(left) is not Placeholder:
        unknown = holds(right)
        if unknown is not None:
            if type(left) is not str or not _SHOWS_WHOLE.fullmatch(left):
                return derived(unknown, sys._getframe(1))
            fails(unknown, sys._getframe(1))
    return marked(left % right)


_SHOWS_WHOLE = re.compile(r"(?s)([^%]|%%|%(\([^)]*\))?[sr])*")


def formatted(value: Any, conversion: str, spec: Any) -> str:
    """A replacement field whose format is computed."""
    if conversion:
        value = str(value) if conversion == "s" else repr(value) if conversion == "r" else ascii(value)
    if is_unknown(spec):
        return str.__str__(derived(_as_unknown(spec), sys._getframe(1)))
    return format(value, spec)


FACTS: dict[str, Callable[[Any], Any]] = {
    "__bool__": bool,
    "__float__": float,
    "__hash__": hash,
    "__index__": operator.index,
    "__int__": int,
    "__iter__": iter,
    "__len__": len,
}
"""Methods from which Python insists on a fact, and how an unknown is asked for it."""


def answer(value: Any, name: str) -> Any:
    """What such a method of the program returns."""
    return FACTS[name](_as_unknown(value)) if made and is_unknown(value) else value


# Loops and unpacking. A shape says what a target unpacks: None for a name, "*" for a starred one.


def loop(values: Any, shape: Any = None) -> Any:
    """What a loop goes through."""
    if made and type(values) is io.StringIO and is_unknown(values.getvalue()):
        _report(values.getvalue(), sys._getframe(1))
    return marked(values) if shape is None else _shaped(marked(values), shape)


def _shaped(values: Any, shape: Any) -> Iterator[Any]:
    for value in values:
        yield _unpacked(value, shape, None) if made else value


def unpack(value: Any, shape: Any) -> Any:
    """What an assignment to several names takes apart."""
    return _unpacked(value, shape, sys._getframe(1)) if made else value


def _unpacked(value: Any, shape: Any, frame: Any) -> Any:
    if shape is None or shape == "*":
        return value
    if is_unknown(value):
        value = _as_unknown(value)
        if "*" in shape:
            place = places.place_of(frame or sys._getframe(1))
            if place is not None:
                Placeholder.report(origin_of(value), place)
        return [_unpacked(derived(value, frame), inner, frame) for inner in shape if inner != "*"]
    if all(inner in (None, "*") for inner in shape) or "*" in shape:
        return value
    parts = list(value)
    if len(parts) != len(shape):
        return parts
    return [_unpacked(part, inner, frame) for part, inner in zip(parts, shape)]


def mapping(value: Any) -> Any:
    """What a call spreads into named operands."""
    if made and is_unknown(value):
        _report(value, sys._getframe(1))
        return {}
    return value


def subject(value: Any) -> Any:
    """What a ``match`` looks at. Patterns ask for types, which an unknown cannot refuse."""
    if made:
        unknown = holds(value)
        if unknown is not None:
            _report(unknown, sys._getframe(1))
    return value


def assume(value: Any, answer: bool, raised: Callable[[], Any] = lambda: AssertionError) -> Any:
    """A condition that the program insists on: if it does not hold, nothing is declared at all.

    Args:
        value: What is asked.
        answer: Its answer where the program goes on.
        raised: Gives what is raised otherwise.
    """
    if made and is_unknown(value) and failures.ends_the_program(_given(raised)):
        value = _as_unknown(value)
        fails(value, sys._getframe(1))
        return answer
    return value


def _given(raised: Callable[[], Any]) -> Any:
    try:
        return raised()
    except Exception:  # in the body of a class, where a function does not see the names
        return None


def _report(value: Any, frame: Any) -> None:
    place = places.place_of(frame)
    if place is not None:
        Placeholder.report(origin_of(_as_unknown(value)), place)


# Failures.


class _Managed:
    """A context manager that waits in a generator of the program, which may handle failures there."""

    def __init__(self, of: Any, body: failures.Body, scope: failures.Scope) -> None:
        self._of = of
        self._body = body
        self._scope = scope

    def _look(self) -> None:
        if failures.suspended_at(self._of.gen) is not None:
            _handles(self._body, self._scope)

    def __enter__(self) -> Any:
        entered = type(self._of).__enter__(self._of)
        self._look()
        return entered

    def __exit__(self, *failure: Any) -> Any:
        return type(self._of).__exit__(self._of, *failure)

    async def __aenter__(self) -> Any:
        entered = await type(self._of).__aenter__(self._of)
        self._look()
        return entered

    async def __aexit__(self, *failure: Any) -> Any:
        return await type(self._of).__aexit__(self._of, *failure)


def manager(value: Any, first: int, last: int, scope: failures.Scope) -> Any:
    """The context manager of a ``with``.

    Args:
        value: The manager.
        first: First line of what runs within it.
        last: Last line.
        scope: The code that these lines are in.
    """
    kind = type(value)
    exits = [getattr(kind, name, None) for name in ("__exit__", "__aexit__")]
    exits = [method for method in exits if method is not None]
    body = failures.Body(first, last, sys._getframe(1).f_lineno)
    if kind.__module__ == "contextlib" and hasattr(value, "gen"):
        return _Managed(value, body, scope)
    trusted = (kind.__module__ or "").partition(".")[0] in harmless.KEEPS_FAILURES
    if exits and not trusted and not all(_hands_on(method) for method in exits):
        _handles(body, scope)
    return value


def _hands_on(method: Any) -> bool:
    """Whether the ``__exit__`` of a class lets failures pass."""
    code = getattr(method, "__code__", None)
    return code is not None and failures.scope(code.co_filename, code.co_name, code.co_firstlineno) in (
        failures.hand_on
    )


def _handles(body: failures.Body, scope: failures.Scope) -> None:
    known = failures.bodies.setdefault(scope, [])
    if body not in known:
        known.append(body)


# Calls.


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


def _call(frame: Any, function: Any, operands: tuple[Any, ...], named: dict[str, Any]) -> Any:
    how = _how(function)
    return function(*operands, **named) if how is None else how(function, operands, named, frame)


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
            return derived(_as_unknown(operand), frame)
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
    first = operands[0] if operands else None
    return function(
        callee(first) if callable(first) else first, *(marked(value) for value in operands[1:]), **named
    )


def _isinstance(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    if len(operands) != 2 or not is_unknown(operands[0]):
        return function(*operands, **named)
    kinds, unknown = _flat(operands[1]), _as_unknown(operands[0])
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
        return getattr_of(_as_unknown(operands[0]), str.__str__(operands[1]), frame)
    if len(operands) > 1 and is_unknown(operands[1]):
        owned = [] if _is_of_sdk(type(operands[0])) else [operands[0]]
        return _chosen(_as_unknown(operands[1]), [*owned, *operands[2:]], frame)
    return marked(function(*operands, **named))


def _sets(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    if len(operands) > 1 and is_unknown(operands[1]):
        _report(operands[1], frame)
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
    return _chosen(unknown, [owner if isinstance(owner, dict) else None, *operands], frame)


def _passes_on(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    result = marked(function(*operands, **named))
    if type(result) is str:
        unknown = _found_in(function, operands, named)
        if unknown is not None:  # it is not in the text as a whole
            return derived(unknown, frame)
    return result


def _partial(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    return _call(frame, function.func, (*function.args, *operands), {**function.keywords, **named})


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
        unknown = _first(unknown, _found_in(function, operands, named), _passed(watched))
        if unknown is None or isinstance(error, (StopIteration, StopAsyncIteration)):
            raise
        _report(unknown, frame)
        return derived(unknown, frame)
    unknown = _first(unknown, _found_in(function, operands, named), _passed(watched))
    if unknown is None:
        return marked(result)
    if holds(result) is None:
        _report(unknown, frame)
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
        self.found = _first(self.found, holds(value))
        return value


def _passed(operands: Iterable[Any]) -> Placeholder | None:
    return _first(*(value.found for value in operands if isinstance(value, _Watched)))


def _unproven(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """The standard library beyond the lists: the outside world. It is not asked with an unknown."""
    environment = named.get("env")
    if type(environment) is dict:  # what Pulumi sets is in it for each process that the program starts
        mine = {key: value for key, value in environment.items() if not str(key).startswith("PULUMI_")}
        if _found_in(function, operands, {**named, "env": mine}) is None:
            named["env"] = _plain(environment)
            return marked(function(*operands, **named))
    unknown = _found_in(function, operands, named)
    if unknown is None:
        return marked(function(*operands, **named))
    _report(unknown, frame)
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
            _report(unknown, frame)
    return function(*operands, **named)


def _updates(function: Any, operands: tuple[Any, ...], named: dict[str, Any], frame: Any) -> Any:
    """Methods of a mapping that is not written in C, and may be the environment."""
    stores = getattr(type(getattr(function, "__self__", None)), "__setitem__", None)
    unknown = _found_in(None, operands, named)
    if unknown is not None and stores is not None and _how(stores) is _unproven:
        _report(unknown, frame)
        operands = tuple(_plain(one) for one in operands)
        named = {key: _plain(one) for key, one in named.items()}
    return function(*operands, **named)


def _plain(value: Any) -> Any:
    """A text with the mark for who cannot work with anything else; likewise the values of a table."""
    if type(value) is dict:
        return {key: _plain(one) for key, one in value.items()}
    return str.__str__(value) if type(value) is Placeholder else value


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
        _report(unknown, frame)
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

_OPERATIONS: dict[str, Any] = {
    "call": callee,
    "compare": compare,
    "compare_all": compare_all,
    "item": item,
    "attribute": attribute,
    "text": text,
    "modulo": modulo,
    "formatted": formatted,
    "loop": loop,
    "unpack": unpack,
    "mapping": mapping,
    "subject": subject,
    "assume": assume,
    "answer": answer,
    "manager": manager,
    "slice": slice,
    "store": store,
}
