"""What can be known of one declared property.

A declaration is read before or after it is deployed, whole or in part, in clear or encrypted, so a
property is one of five things. Nobody can use a value without saying what happens in the other
four cases: the types are matched exhaustively under the type checker.
"""

from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Known(Struct, Generic[T], frozen=True, tag=True, gc=False):
    """The declaration states the value."""

    value: T


class Unknown(Struct, frozen=True, tag=True):
    """The value exists but cannot be told from here.

    Attributes:
        reason: Why, as a phrase that completes "not known: ...".
    """

    reason: str


class Absent(Struct, frozen=True, tag=True):
    """The user did not set the property."""


class Secret(Struct, frozen=True, tag=True):
    """The value is a secret: it is never compared, decided upon, printed or written."""


class Invalid(Struct, frozen=True, tag=True):
    """The declaration states something that the property cannot be.

    Attributes:
        found: What stands there, shortened and safe to show.
        expected: What would be accepted.
    """

    found: str
    expected: str


ABSENT = Absent()
SECRET = Secret()

Value: TypeAlias = Known[T] | Unknown | Absent | Secret | Invalid
"""A property that was read as a certain type."""

Raw: TypeAlias = Known[object] | Unknown | Absent | Secret
"""A property as it stands, before it was read as a certain type."""


def unknown_reason(value: Unknown | Absent | Secret | Invalid) -> str:
    """Say in a phrase why there is no value."""
    match value:
        case Unknown(reason):
            return reason
        case Absent():
            return "not set"
        case Secret():
            return "a secret"
        case Invalid(content, expected):
            return f"{content} is not {expected}"
