# mypy: disable-error-code="override"
"""A stand-in for what a data source would have returned.

Loaded by ``runner.py`` into the interpreter of the previewed program, so it uses the standard
library alone and any Python that Pulumi supports.

A program may do anything with such a value: read attributes and items, call methods, format it,
pass it on. All of that gives a value that is still unknown. Where the program needs a fact (a
truth, a length, a comparison, a number) it gets an arbitrary one, and the line is reported: what
the program declares from there on may not be what it would declare with the real value.
"""

from __future__ import annotations

import builtins
import dis
import functools
import sys
import sysconfig
from typing import Any, Callable, Iterator  # noqa: UP035 - Pythons older than ours

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi writes for an unknown (``pulumi.runtime.rpc.UNKNOWN``)."""

UNKNOWN_NUMBER = -7350982104463217
"""What stands for an unknown where Python insists on a number. The monitor reads it as unknown.
Negative, so that a loop over it ends at once; exact in a double."""

_STANDARD_LIBRARY = (sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["platstdlib"], "<")


def _ignore(origin: str, place: tuple[str, int]) -> None:
    """Stand-in until the runner says where decisions are reported."""


class Placeholder(str):
    """An unknown value. As text it is Pulumi's own mark for unknowns.

    It is a ``str`` so that whatever formats, joins or serializes it carries the mark along, and it
    is false so that the type checks of generated constructors (``if x and not isinstance(x, list)``)
    let it pass.
    """

    report: Callable[[str, tuple[str, int]], None] = staticmethod(_ignore)
    """Called with the origin and the place (file and line) of each decision."""

    def __new__(cls, origin: str) -> Placeholder:
        made = super().__new__(cls, UNKNOWN_TEXT)
        object.__setattr__(made, "_origin", origin)
        return made

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            return super().__getattribute__(name)
        if name in {"items", "popitem"}:
            return lambda *_, **__: _Pairs(self)
        compared_with_none(self, sys._getframe(1))
        return self

    def __call__(self, *_: object, **__: object) -> Placeholder:
        compared_with_none(self, sys._getframe(1))
        return self

    def __getitem__(self, _: object) -> Placeholder:
        compared_with_none(self, sys._getframe(1))
        return self

    def __iter__(self) -> Iterator[Placeholder]:
        names = _unpacked(sys._getframe(1))
        if names:
            return iter((self,) * names)
        _decided(self)
        return iter((self,))

    def __reversed__(self) -> Iterator[Placeholder]:
        _decided(self)
        return iter((self,))

    def __bool__(self) -> bool:
        _decided(self, checks=True)
        return False

    def __len__(self) -> int:
        _decided(self)
        return 1

    def __contains__(self, _: object) -> bool:
        _decided(self)
        return False

    def __eq__(self, _: object) -> bool:
        _decided(self)
        return False

    def __ne__(self, _: object) -> bool:
        _decided(self)
        return True

    def _compare(self, _: object) -> bool:
        _decided(self)
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _compare

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

    def _arithmetic(self, *_: object) -> Placeholder:
        return self

    __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _arithmetic
    __floordiv__ = __rfloordiv__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __abs__ = _arithmetic
    __round__ = __and__ = __rand__ = __or__ = __ror__ = _arithmetic

    def __add__(self, other: object) -> str:
        return f"{UNKNOWN_TEXT}{other}" if isinstance(other, str) else self

    def __radd__(self, other: object) -> str:
        return f"{other}{UNKNOWN_TEXT}" if isinstance(other, str) else self

    def __str__(self) -> str:
        return self

    def __repr__(self) -> str:
        return UNKNOWN_TEXT

    def __format__(self, _: str) -> str:
        return UNKNOWN_TEXT

    def __copy__(self) -> Placeholder:
        return self

    def __deepcopy__(self, _: object) -> Placeholder:
        return self

    def __reduce__(self) -> tuple[type[Placeholder], tuple[str]]:
        return (Placeholder, (origin_of(self),))


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


def holds_placeholder(value: object, depth: int = 4) -> bool:
    """Whether a value is, or contains within a few levels, a placeholder."""
    if isinstance(value, Placeholder):
        return True
    if depth == 0 or isinstance(value, (str, bytes, int, float, type(None))):
        return False
    inner: list[object] = []
    if isinstance(value, dict):
        inner = list(dict.values(value))
    elif isinstance(value, (list, tuple)):
        inner = list(value)
    if hasattr(type(value), "_pulumi_output_type"):  # an object that a generated data source returns
        inner += getattr(value, "__dict__", {}).values()
    return any(holds_placeholder(item, depth - 1) for item in inner)


def place_of(frame: Any, *, checks: bool = False) -> tuple[str, int] | None:
    """File and line of the code that decides in a frame, or ``None`` if nobody does.

    Frames of the standard library belong to whoever called it. Pulumi itself only passes values on.
    Generated packages (``pulumi_...``) check types by asking for a truth, which decides nothing.

    Args:
        frame: Where an unknown was asked for a fact.
        checks: The fact is one that generated packages ask for, too.
    """
    while frame is not None:
        path = frame.f_code.co_filename
        if _is_installed(path):
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            passes_on = module == "pulumi" or (checks and module.startswith("pulumi_"))
            return None if passes_on else (path, frame.f_lineno)
        if is_of_program(path):
            return (path, frame.f_lineno)
        frame = frame.f_back
    return None


def is_of_program(path: str) -> bool:
    """Whether a file is neither ours, nor installed, nor of the standard library."""
    return path != __file__ and not _is_installed(path) and not path.startswith(_STANDARD_LIBRARY)


def _is_installed(path: str) -> bool:
    return "site-packages" in path or "dist-packages" in path


def _unpacked(frame: Any) -> int:
    """How many names ``a, b = placeholder`` wants; 0 where the caller does something else."""
    code = frame.f_code.co_code
    at = frame.f_lasti
    return int(code[at + 1]) if at >= 0 and dis.opname[code[at]] == "UNPACK_SEQUENCE" else 0


def _decided(placeholder: Placeholder, *, checks: bool = False) -> None:
    place = place_of(sys._getframe(2), checks=checks)
    if place is not None:
        Placeholder.report(origin_of(placeholder), place)


# Two facts that Python gives away without asking the value: whether it is ``None``, and its type.


def compared_with_none(placeholder: Placeholder, frame: Any) -> None:
    """Report ``data.id is None``, also where the value gets a name first.

    Args:
        placeholder: The value that a frame is given.
        frame: The frame.
    """
    if is_of_program(frame.f_code.co_filename) and _is_compared(frame.f_code, frame.f_lasti):
        Placeholder.report(origin_of(placeholder), (frame.f_code.co_filename, frame.f_lineno))


def parameter_decides(function: Any) -> bool:
    """Whether a function compares its first parameter with ``None``."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None or not is_of_program(code.co_filename):
        return False
    first = 1 if hasattr(function, "__func__") else 0
    return any(_loads_for_none(code, name) for name in code.co_varnames[first : first + 1])


@functools.cache
def _is_compared(code: Any, at: int) -> bool:
    """Whether the result of the instruction at a place is compared with ``None`` by the same code."""
    instructions = list(dis.get_instructions(code))
    place = next((index + 1 for index, found in enumerate(instructions) if found.offset == at), None)
    if place is None:
        return False
    while place < len(instructions) and instructions[place].opname in ("COPY", "DUP_TOP", "PRECALL", "CACHE"):
        place += 1
    if _tests_none(instructions, place):
        return True
    if place < len(instructions) and instructions[place].opname.startswith("STORE_"):
        name = instructions[place].argval
        if _tests_none(instructions, place + 1):  # (found := data.id) is None
            return True
        return _loads_for_none(code, name[0] if isinstance(name, tuple) else name)
    return False


@functools.cache
def _loads_for_none(code: Any, name: str) -> bool:
    """Whether code compares a name with ``None``."""
    instructions = list(dis.get_instructions(code))
    for index, found in enumerate(instructions):
        if "LOAD_" in found.opname and found.opname != "LOAD_CONST":
            loaded = found.argval[-1] if isinstance(found.argval, tuple) else found.argval
            if loaded == name and _tests_none(instructions, index + 1):
                return True
    return False


def _tests_none(instructions: list[Any], index: int) -> bool:
    after = instructions[index : index + 2]
    if after and after[0].opname.startswith("POP_JUMP") and after[0].opname.endswith("NONE"):
        return True
    return (
        len(after) == 2
        and after[0].opname == "LOAD_CONST"
        and after[0].argval is None
        and after[1].opname == "IS_OP"
    )


def watch_types() -> None:
    """Report where a program decides on the type of an unknown; packages ask only to pass values on."""
    ask = builtins.isinstance

    def isinstance_(found: object, kinds: Any) -> bool:
        if type(found) is Placeholder and _tells_values_apart(kinds):
            frame = sys._getframe(1)
            if is_of_program(frame.f_code.co_filename):
                Placeholder.report(origin_of(found), (frame.f_code.co_filename, frame.f_lineno))
        return ask(found, kinds)

    builtins.isinstance = isinstance_


_TYPES_OF_VALUES = (str, list, dict, tuple, set, int, float, bool)


def _tells_values_apart(kinds: Any) -> bool:
    """Whether a check tells apart what a data source may return."""
    asked = kinds if type(kinds) is tuple else (kinds,)
    return any(kind in _TYPES_OF_VALUES for kind in asked if type(kind) is type)
