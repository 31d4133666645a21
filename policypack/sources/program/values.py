"""Values of the engine's protocol (``google.protobuf.Struct``) in the form that exports have."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from policypack.declared.wire import (
    OUTPUT_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_STRING,
)
from policypack.sources.program.inside.marks import UNKNOWN_NUMBER

NOT_KNOWN: Final = "(not known)"
"""What is shown in place of an unknown."""

_STEPS: Final = re.compile(r"[^.\[\]\"']+")
_SECRET: Final[Mapping[str, object]] = {SIGNATURE_KEY: SECRET_SIGNATURE}


def shown(text: str) -> str:
    """A text for people, without the marks of unknowns."""
    return text.replace(UNKNOWN_STRING, NOT_KNOWN).replace(str(UNKNOWN_NUMBER), NOT_KNOWN)


def plain(struct: Any) -> dict[str, object]:
    """A Struct as a plain mapping. Secrets keep their mark and lose their content."""
    return {key: _value(value) for key, value in struct.fields.items()}


def top_level(path: str) -> str:
    """The top-level property of a property path (``bandwidth.size``, ``tags["x"]``)."""
    return _STEPS.findall(path)[0] if _STEPS.search(path) else path


def hidden(properties: dict[str, object], path: str) -> dict[str, object]:
    """Properties with an unknown in one place; whatever cannot be stepped into is unknown as a whole.

    A wildcard hides everything at its level; an index means the item of a list, or a block that
    occurs once and stands without its list.
    """
    key, *inner = _STEPS.findall(path) or [path]
    return {**properties, key: _without(properties.get(key), inner)}


def _without(value: object, steps: list[str]) -> object:
    if not steps or steps[0] == "*":
        return UNKNOWN_STRING
    first, *rest = steps
    if isinstance(value, list):
        if not first.isdecimal() or int(first) >= len(value):
            return UNKNOWN_STRING
        at = int(first)
        return [*value[:at], _without(value[at], rest), *value[at + 1 :]]
    if not isinstance(value, dict) or SIGNATURE_KEY in value:
        return UNKNOWN_STRING
    if first.isdecimal() and first not in value:
        return _without(value, rest)
    return {**value, first: _without(value.get(first), rest)}


def _value(value: Any) -> object:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "number_value":
        return _number(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _object(plain(value.struct_value))
    return None


def _number(value: float) -> object:
    if value == UNKNOWN_NUMBER:
        return UNKNOWN_STRING
    if not math.isfinite(value):
        return value
    return int(value) if value.is_integer() else Decimal(repr(value))


def _object(value: dict[str, object]) -> object:
    if any(UNKNOWN_STRING in key for key in value):
        return UNKNOWN_STRING  # which keys there are is not known
    signature = value.get(SIGNATURE_KEY)
    if signature == SECRET_SIGNATURE or (signature == OUTPUT_SIGNATURE and value.get("secret")):
        return _SECRET
    if signature == OUTPUT_SIGNATURE:
        return value.get("value", UNKNOWN_STRING)
    return value
