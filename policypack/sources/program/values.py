"""Values of the engine's protocol (``google.protobuf.Struct``) in the form that exports have."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from policypack.declared.wire import (
    OUTPUT_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_STRING,
)
from policypack.sources.program.placeholder import UNKNOWN_NUMBER

_SECRET: Final[Mapping[str, object]] = {SIGNATURE_KEY: SECRET_SIGNATURE}


def plain(struct: Any) -> dict[str, object]:
    """A Struct as a plain mapping. Secrets keep their mark and lose their content."""
    return {key: _value(value) for key, value in struct.fields.items()}


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


def _number(found: float) -> object:
    if found == UNKNOWN_NUMBER:
        return UNKNOWN_STRING
    if not math.isfinite(found):
        return found
    return int(found) if found.is_integer() else Decimal(repr(found))


def _object(found: dict[str, object]) -> object:
    signature = found.get(SIGNATURE_KEY)
    if signature == SECRET_SIGNATURE or (signature == OUTPUT_SIGNATURE and found.get("secret")):
        return _SECRET
    if signature == OUTPUT_SIGNATURE:
        return found.get("value", UNKNOWN_STRING)
    return found
