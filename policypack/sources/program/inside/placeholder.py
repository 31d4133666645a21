# mypy: disable-error-code="override, misc, assignment"
"""A stand-in for what a data source would have returned.

A program may do anything with such a value: read attributes and items, call methods, format it,
pass it on. All of that gives a value that is still unknown. Where somebody needs a fact (a truth, a
comparison, a number, the items of a loop) they get an arbitrary one, and the place is reported: what
the program declares from there on may not be what it would declare with the real value.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Iterator  # noqa: UP035 - Pythons older than ours

from .failures import handled_at
from .marks import DEPLOYMENT, UNKNOWN_NUMBER, UNKNOWN_TEXT
from .places import asked_at, is_looked_into, owner_of, place_of

_LARGEST = 20_000
"""Values that are looked at in one operand. What is larger may hold an unknown."""

made: list[str] = []
"""Where the first unknown came from. While it is empty there is nothing to look for."""


def _ignore(origin: str, place: tuple[str, int]) -> None:
    """Stand-in until the runner says where decisions are reported."""


class Placeholder(str):
    """An unknown value, or a text with one in it. As text it holds Pulumi's own mark for unknowns.

    It is a ``str`` so that whatever formats, joins or serializes it carries the mark along, and it
    is false so that the type checks of generated constructors (``if x and not isinstance(x, list)``)
    let it pass. Texts put together from it are of this class, too: what is cut out of one is unknown.

    Args:
        origin: What the value would have been, as a phrase.
        text: The text, if more than the unknown itself.
        kinds: The types that the generated SDK declares for it, if it declares some.
        name: The attribute that it is, if it is one. Only methods of a value are called.
        chosen: Whether it may be one of the program's own objects, chosen by an unknown. What changes
            it changes something else that the program can see.
    """

    report: Callable[[str, tuple[str, int]], None] = staticmethod(_ignore)
    """Called with the origin and the place (file and line) of each decision."""

    def __new__(
        cls,
        origin: str,
        text: str = UNKNOWN_TEXT,
        kinds: tuple[type, ...] = (),
        name: str = "",
        chosen: bool = False,
    ) -> Placeholder:
        new = super().__new__(cls, text)
        for key, value in (("_origin", origin), ("_kinds", kinds), ("_name", name), ("_chosen", chosen)):
            object.__setattr__(new, key, value)
        if not made:
            made.append(origin)
        return new

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            return super().__getattribute__(name)
        if name == "items":
            return lambda: _Pairs(self)
        return derived(self, sys._getframe(1), name=name, chosen=is_chosen(self))

    def _change(self, *_: object, **__: object) -> Placeholder:
        if is_chosen(self):
            _decided(self)
        return self

    __setattr__ = __delattr__ = __setitem__ = __delitem__ = _change
    __iadd__ = __ior__ = __iand__ = __isub__ = __ixor__ = __imul__ = _change

    def __call__(self, *_: object, **__: object) -> Placeholder:
        name = str(object.__getattribute__(self, "_name"))
        if not name or (is_chosen(self) and name not in _READING):
            _decided(self)
        return derived(self, sys._getframe(1), chosen=is_chosen(self))

    def __getitem__(self, _: object) -> Placeholder:
        return derived(self, sys._getframe(1), chosen=is_chosen(self))

    def _derive(self, *_: object, **__: object) -> Placeholder:
        return derived(self, sys._getframe(1))

    __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __matmul__ = _derive
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __rmatmul__ = _derive
    __neg__ = __pos__ = __abs__ = __invert__ = __round__ = __floor__ = __ceil__ = __trunc__ = _derive
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _derive
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __divmod__ = __rdivmod__ = _derive

    def __iter__(self) -> Iterator[Placeholder]:
        _decided(self)
        return iter((derived(self, None),))

    __reversed__ = __iter__

    def __bool__(self) -> bool:
        _decided(self)
        return False

    def _no(self, _: object) -> bool:
        _decided(self)
        return False

    __contains__ = __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _no

    def __ne__(self, _: object) -> bool:
        _decided(self)
        return True

    def __len__(self) -> int:
        _decided(self)
        return 1

    def __hash__(self) -> int:
        _decided(self)  # a look-up in a table, which finds nothing
        return str.__hash__(self)

    def __int__(self) -> int:
        _decided(self)
        return UNKNOWN_NUMBER

    def __float__(self) -> float:
        _decided(self)
        return float(UNKNOWN_NUMBER)

    def __index__(self) -> int:
        _decided(self)
        return 0

    def __add__(self, other: object) -> Placeholder:
        if isinstance(other, str):
            return Placeholder(origin_of(self), f"{text_of(self)}{other}")
        return derived(self, sys._getframe(1))

    def __radd__(self, other: object) -> Placeholder:
        if isinstance(other, str):
            return Placeholder(origin_of(self), f"{other}{text_of(self)}")
        return derived(self, sys._getframe(1))

    def __str__(self) -> str:
        return self

    def __repr__(self) -> str:
        return text_of(self)

    def __format__(self, _: str) -> str:
        return text_of(self)

    def __copy__(self) -> Placeholder:
        return self

    def __deepcopy__(self, _: object) -> Placeholder:
        return self

    def __reduce__(self) -> tuple[type[Placeholder], tuple[str, str]]:
        return (Placeholder, (origin_of(self), text_of(self)))


_READING = frozenset(
    [
        "capitalize",
        "casefold",
        "copy",
        "count",
        "encode",
        "endswith",
        "find",
        "format",
        "get",
        "index",
        "isalnum",
        "isalpha",
        "isdigit",
        "islower",
        "isspace",
        "isupper",
        "join",
        "keys",
        "ljust",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rpartition",
        "rjust",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "title",
        "upper",
        "values",
        "zfill",
    ]
)
"""Methods that change nothing, of whatever is chosen."""


class _Pairs:
    """What ``placeholder.items()`` gives: one unknown key with its unknown value."""

    def __init__(self, of: Placeholder) -> None:
        self._of = of

    def __iter__(self) -> Iterator[tuple[Placeholder, Placeholder]]:
        _decided(self._of)
        return iter(((self._of, self._of),))


def origin_of(placeholder: Placeholder) -> str:
    """What the value would have been, as a phrase."""
    return str(object.__getattribute__(placeholder, "_origin"))


def kinds_of(placeholder: Placeholder) -> tuple[type, ...]:
    """The types that are declared for the value; none where that is not known."""
    return tuple(object.__getattribute__(placeholder, "_kinds"))


def text_of(placeholder: Placeholder) -> str:
    """Its text as a plain one."""
    return str.__str__(placeholder)


def is_chosen(placeholder: Placeholder) -> bool:
    """Whether the value may be one of the program's own objects."""
    return bool(object.__getattribute__(placeholder, "_chosen"))


def derived(placeholder: Placeholder, frame: Any, *, name: str = "", chosen: bool = False) -> Placeholder:
    """Another unknown, computed from one.

    Args:
        placeholder: The one.
        frame: Who computes it: within a ``try``, the real value might fail there.
        name: As for a placeholder.
        chosen: As for a placeholder.
    """
    if frame is not None:
        fails(placeholder, frame)
    return Placeholder(origin_of(placeholder), name=name, chosen=chosen)


def fails(placeholder: Placeholder, frame: Any) -> None:
    """Report that a handler would run if an operation failed with the real value."""
    if place_of(frame) is not None:
        place = handled_at(frame)
        if place is not None:
            Placeholder.report(origin_of(placeholder), place)


def produced(origin: str, kinds: tuple[type, ...] = ()) -> Placeholder:
    """An unknown that enters the program here.

    Its arrival is a decision where its failure is handled, and where the code that gets it cannot be
    looked into.
    """
    placeholder = Placeholder(origin, kinds=kinds)
    frame = owner_of(sys._getframe(1))
    if frame is not None:
        place = handled_at(frame)
        if place is not None:
            Placeholder.report(origin, place)
        _seen_by(placeholder, frame)
    return placeholder


def _seen_by(value: Placeholder, frame: Any) -> None:
    if not is_looked_into(frame.f_code.co_filename):
        Placeholder.report(origin_of(value), (frame.f_code.co_filename, frame.f_lineno))


def is_unknown(value: object) -> bool:
    """Whether a value itself is unknown, or a text with an unknown in it."""
    kind = type(value)
    return kind is Placeholder or (issubclass(kind, str) and UNKNOWN_TEXT in str.__str__(value))


def marked(value: Any) -> Any:
    """The value; a plain text with the mark in it as a placeholder."""
    if made and type(value) is str and UNKNOWN_TEXT in value:
        return Placeholder(made[0], value)
    return value


def restored(value: Any, origin: str = DEPLOYMENT, chosen: bool = False) -> Any:
    """A value that came through Pulumi, with placeholders for what it does not know.

    Its plain texts may hold the mark. Pulumi has an object for an unknown; beside one, ``None`` may also be
    the value of an output that is not known.

    Args:
        value: The value.
        origin: As for a placeholder.
        chosen: As for a placeholder.
    """
    beside = _has_unknown(value, _DEEPEST)

    def replaced(part: Any, depth: int) -> Any:
        if type(part) is str:
            return marked(part)
        if _is_pulumis_unknown(part) or (beside and part is None):
            return Placeholder(origin, chosen=chosen)
        if depth and type(part) in (list, tuple):
            parts = [replaced(item, depth - 1) for item in part]
            return parts if type(part) is list else tuple(parts)
        if depth and type(part) is dict:
            return {key: replaced(item, depth - 1) for key, item in part.items()}
        return part

    return replaced(value, _DEEPEST)


_DEEPEST = 20


def _is_pulumis_unknown(value: object) -> bool:
    kind = type(value)
    return kind.__name__ == "Unknown" and (kind.__module__ or "").partition(".")[0] == "pulumi"


def _has_unknown(value: Any, depth: int) -> bool:
    if depth and type(value) in (list, tuple):
        return any(_has_unknown(item, depth - 1) for item in value)
    if depth and type(value) is dict:
        return any(_has_unknown(item, depth - 1) for item in value.values())
    return _is_pulumis_unknown(value)


_ATOMS = frozenset({int, float, bool, complex, type(None), type, range})
_OPAQUE = (type, type(sys), type(_ignore), type(len), property, staticmethod, classmethod)


def holds(value: Any) -> Placeholder | None:
    """An unknown that a value is or holds at any depth, in containers and objects; ``None`` if none.

    Nothing of the program is run: objects are not asked. Outputs of Pulumi are values of their own.
    """
    if type(value) in _ATOMS or not made:
        return None
    waiting, seen = [value], set()
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind is Placeholder:
            return part  # type: ignore[no-any-return]
        if kind in _ATOMS:
            continue
        if issubclass(kind, str):
            if UNKNOWN_TEXT in str.__str__(part):
                return Placeholder(made[0])
            continue
        if issubclass(kind, (bytes, bytearray)):
            if UNKNOWN_TEXT.encode() in part:
                return Placeholder(made[0])
            continue
        if id(part) in seen or issubclass(kind, _OPAQUE):
            continue
        seen.add(id(part))
        if len(seen) > _LARGEST:
            return Placeholder(made[0])
        try:
            waiting += _parts(part, kind)
        except RuntimeError:  # changed by another thread meanwhile
            return Placeholder(made[0])
    return None


def _parts(value: Any, kind: type) -> list[Any]:
    parts: list[Any] = []
    if issubclass(kind, dict):
        parts = [*dict.keys(value), *dict.values(value)]
    elif issubclass(kind, list):
        parts = list(list.__iter__(value))
    elif issubclass(kind, tuple):
        parts = list(tuple.__iter__(value))
    elif issubclass(kind, (set, frozenset)):
        parts = list(value) if kind in (set, frozenset) else []
    elif kind is slice:
        parts = [value.start, value.stop, value.step]
    elif issubclass(kind, BaseException):
        parts = list(value.args)
    elif kind.__module__ == "_io":
        parts = [value.getvalue()] if kind.__name__ == "StringIO" and not value.closed else []
    elif kind.__module__ in ("collections", "_collections", "functools", "types", "builtins"):
        parts = _of_library(value, kind)
    elif (kind.__module__ or "").partition(".")[0] == "pulumi":
        return []
    own = _attribute(value, "__dict__")
    if isinstance(own, dict):
        parts += own.values()
    for parent in kind.__mro__:
        slots = vars(parent).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name != "__dict__":
                parts.append(_attribute(value, name))
    return parts


def _of_library(value: Any, kind: type) -> list[Any]:
    name = kind.__name__
    if name == "deque":
        return list(value)
    if name == "partial":
        return [value.args, value.keywords]
    if name in ("method", "builtin_function_or_method"):
        return [value.__self__]
    if name in ("dict_values", "dict_keys", "dict_items", "mappingproxy"):
        return [list(value), dict(value)] if name == "mappingproxy" else list(value)
    return []


def _attribute(value: Any, name: str) -> Any:
    try:
        return object.__getattribute__(value, name)
    except Exception:
        return None


def _decided(placeholder: Placeholder) -> None:
    place = asked_at(sys._getframe(2))
    if place is not None:
        Placeholder.report(origin_of(placeholder), place)
