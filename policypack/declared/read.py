"""Reading a property as a certain type.

The Huawei provider accepts numbers and booleans written as strings (Terraform does), so these
readers do too. What can never be valid is an ``Invalid`` that names what was found, not a guess.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from policypack.declared.value import ABSENT, Invalid, Known, Raw, Value
from policypack.declared.wire import classify

_SHOWN_CHARACTERS = 40
_LONGEST_NUMBER = 100
"""Characters, of what is computed with."""


def text(raw: Raw) -> Value[str]:
    """Read a string. A number counts as its text, as in Terraform."""
    if not isinstance(raw, Known):
        return raw
    match raw.value:
        case str() as value:
            return Known(value)
        case None:
            return ABSENT
        case bool() as other:
            return Invalid(shown(other), "text")
        case int() | float() | Decimal() as number_:
            return Known(str(number_))
        case other:
            return Invalid(shown(other), "text")


def number(raw: Raw) -> Value[Decimal]:
    """Read a finite number, also one written as a string. Booleans are no numbers."""
    if not isinstance(raw, Known):
        return raw
    match raw.value:
        case None:
            return ABSENT
        case bool() as other:
            return Invalid(shown(other), "a number")
        case int() | float() | Decimal() | str() as value:
            return _decimal(value)
        case other:
            return Invalid(shown(other), "a number")


def size(raw: Raw) -> Value[Decimal]:
    """Read a size or count: a number that is whole and not negative."""
    match number(raw):
        case Known(value) if value < 0:
            return Invalid(shown(value), "a number of 0 or more")
        case Known(value) if value != value.to_integral_value():
            return Invalid(shown(value), "a whole number")
        case other:
            return other


def boolean(raw: Raw) -> Value[bool]:
    """Read a boolean, also one written as "true" or "false"."""
    if not isinstance(raw, Known):
        return raw
    match raw.value:
        case bool() as value:
            return Known(value)
        case None:
            return ABSENT
        case str() as word if word.lower() in {"true", "false"}:
            return Known(word.lower() == "true")
        case other:
            return Invalid(shown(other), "true or false")


def block(raw: Raw) -> Value[Mapping[str, object]]:
    """Read a nested block: an object, or a list of one object.

    Bridge versions differ in flattening blocks that occur once
    (docs/reference/topology.md, "Names in generated packages").
    """
    if not isinstance(raw, Known):
        return raw
    match raw.value:
        case dict() | Mapping() as value:  # to ask an abstract class takes ten times as long
            return Known(value)
        case None:
            return ABSENT
        case value if is_list(value):
            items = as_list(value)
            if not items:
                return ABSENT
            if len(items) == 1:
                return block(classify(items[0]))
            return Invalid(f"a list of {len(items)}", "one block")
        case other:
            return Invalid(shown(other), "a block")


def items(raw: Raw) -> Value[tuple[Raw, ...]]:
    """Read a list. A single value that is no list is a list of one (bridge versions differ)."""
    if not isinstance(raw, Known):
        return raw
    if raw.value is None:
        return ABSENT
    return Known(tuple(map(classify, as_list(raw.value))) if is_list(raw.value) else (raw,))


def member(value: Mapping[str, object], *names: str) -> Raw:
    """Read the first of the named keys that is set (singular and plural forms of one property)."""
    for name in names:
        if (found := value.get(name)) is not None:
            return classify(found)
    return ABSENT


def is_list(value: object) -> bool:
    """Whether a value of the wire is a list."""
    return isinstance(value, list) or (isinstance(value, Sequence) and not isinstance(value, (str, bytes)))


def as_list(value: object) -> Sequence[object]:
    """A value of the wire that ``is_list`` as a typed sequence."""
    assert isinstance(value, Sequence)
    return value


def shown(value: object) -> str:
    """A value as it may stand in an error: as JSON writes it, short, printable, nothing nested."""
    if isinstance(value, Mapping):
        return "an object"
    if is_list(value):
        return f"a list of {len(as_list(value))}"
    if isinstance(value, str):
        return f'"{unquoted(value)}"'
    described = _word(value)
    return described if len(described) <= _SHOWN_CHARACTERS else described[: _SHOWN_CHARACTERS - 1] + "…"


def unquoted(text_: str) -> str:
    """A text as ``shown`` has it, for a sentence that needs no quotes around it."""
    escaped = "".join(_escaped(character) for character in text_[:_SHOWN_CHARACTERS])
    whole = len(text_) <= _SHOWN_CHARACTERS and len(escaped) <= _SHOWN_CHARACTERS
    return escaped if whole else escaped[: _SHOWN_CHARACTERS - 1] + "…"


def _word(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(character: str) -> str:
    if character.isprintable() and character not in {'"', "\\"}:
        return character
    return json.dumps(character)[1:-1]


def _decimal(raw: int | float | Decimal | str) -> Value[Decimal]:
    written = raw.strip() if isinstance(raw, str) else str(raw)
    if isinstance(raw, str) and not (written.isascii() and "_" not in written):
        return Invalid(shown(raw), "a number")
    try:
        value = Decimal(written)
    except InvalidOperation:
        return Invalid(shown(raw), "a number")
    if not value.is_finite() or abs(value.adjusted()) > 30 or len(written) > _LONGEST_NUMBER:
        return Invalid(shown(raw), "a number of ordinary size")
    return Known(value)
