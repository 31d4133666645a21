"""The operations of the program, as ``instrument`` compiles them.

Each takes the operands of one expression and does what Python does, as long as none of them holds an
unknown. With one, the result is unknown, or the callee is proven harmless (``harmless``), or the place
is reported.
"""

from __future__ import annotations

import builtins
import io
import operator
import re
import sys
import types
from typing import Any, Callable, Iterator  # noqa: UP035 - Pythons older than ours

from . import failures, places
from .calls import call, callee, is_outside
from .managers import manager
from .placeholder import Placeholder, derived, fails, holds, is_unknown, made, marked, origin_of
from .unknown_operands import as_unknown, chosen_by, first, getattr_of, plain, report

PREFIX = "__apig_cost_"
"""Of the names under which the operations are builtins of the program."""


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
        return next((as_unknown(side) for side in (left, right) if is_unknown(side)), None)
    if name in ("In", "NotIn") and type(right) is dict:
        return first(holds(left), holds(list(right)))
    return first(holds(left), holds(right))


def item(container: Any, key: Any) -> Any:
    """``container[key]``"""
    if made and type(container) is not Placeholder:
        if is_unknown(container):
            return derived(as_unknown(container), sys._getframe(1))
        if type(container) in (dict, list, tuple, str, bytes, range):
            unknown = holds(key)
            if unknown is not None:
                return chosen_by(unknown, container, sys._getframe(1))
        elif not isinstance(container, type) and holds(key) is not None:
            method = getattr(type(container), "__getitem__", None)
            if method is not None and not hasattr(type(container), "__missing__"):
                return call(sys._getframe(1), types.MethodType(method, container), (key,), {})
        return marked(container[key])
    return container[key]


def store(value: Any, container: Any, key: Any) -> None:
    """``container[key] = value``; what is outside of the program (``os.environ``) keeps no unknown."""
    if made and type(container) not in (dict, list, Placeholder) and holds(value) is not None:
        method = getattr(type(container), "__setitem__", None)
        if method is not None and is_outside(method):
            report(holds(value), sys._getframe(1))
            value = plain(value)
    container[key] = value


def attribute(owner: Any, name: str) -> Any:
    """``owner.__name__``, which an unknown would answer for itself."""
    if made and is_unknown(owner):
        return getattr_of(as_unknown(owner), name, sys._getframe(1))
    return getattr(owner, name)


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
        return str.__str__(derived(as_unknown(spec), sys._getframe(1)))
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
    return FACTS[name](as_unknown(value)) if made and is_unknown(value) else value


# Loops and unpacking. A shape says what a target unpacks: None for a name, "*" for a starred one.


def loop(values: Any, shape: Any = None) -> Any:
    """What a loop goes through."""
    if made and type(values) is io.StringIO and is_unknown(values.getvalue()):
        report(values.getvalue(), sys._getframe(1))
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
        value = as_unknown(value)
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
        report(value, sys._getframe(1))
        return {}
    return value


def subject(value: Any) -> Any:
    """What a ``match`` looks at. Patterns ask for types, which an unknown cannot refuse."""
    if made:
        unknown = holds(value)
        if unknown is not None:
            report(unknown, sys._getframe(1))
    return value


def assume(value: Any, answer: bool, raised: Callable[[], Any] = lambda: AssertionError) -> Any:
    """A condition that the program insists on: if it does not hold, nothing is declared at all.

    Args:
        value: What is asked.
        answer: Its answer where the program goes on.
        raised: Gives what is raised otherwise.
    """
    if made and is_unknown(value) and failures.ends_the_program(_given(raised)):
        value = as_unknown(value)
        fails(value, sys._getframe(1))
        return answer
    return value


def _given(raised: Callable[[], Any]) -> Any:
    try:
        return raised()
    except Exception:  # in the body of a class, where a function does not see the names
        return None


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
