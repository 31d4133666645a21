"""Reading the fields of Pulumi's JSON records, with the JSON path of any that has a wrong type."""

from collections.abc import Mapping, Sequence

from policypack.sources.error import Malformed


def inside(place: str, key: str) -> str:
    """The JSON path of a key."""
    return f"{place}.{key}" if place else key


def described(value: object) -> str:
    """The JSON type of a value, as it may stand in an error. Never its content: it may be a secret."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "text"
        case Mapping():
            return "an object"
        case Sequence():
            return "a list"
        case _:
            return "a number"


def wrong(place: str, expected: str, value: object) -> Malformed:
    """The error for a field of a wrong type."""
    return Malformed(
        place,
        f"{expected} was expected, found {described(value)}",
        "the file was changed by hand or is of another kind",
    )


def mapping(value: object, place: str) -> Mapping[str, object]:
    """An object that must be there."""
    if not isinstance(value, dict):
        raise wrong(place, "an object", value)
    return value


def optional_mapping(record: Mapping[str, object], key: str, place: str) -> Mapping[str, object] | None:
    """An object that may be missing or null."""
    value = record.get(key)
    return None if value is None else mapping(value, inside(place, key))


def records(record: Mapping[str, object], key: str, place: str) -> Sequence[object]:
    """A list that may be missing or null, which is an empty one: Go writes both for an empty list."""
    value = record.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise wrong(inside(place, key), "a list", value)
    return value


def text(record: Mapping[str, object], key: str, place: str) -> str:
    """A text that must be there and not be empty."""
    value = record.get(key)
    if not isinstance(value, str):
        raise wrong(inside(place, key), "text", value)
    if not value:
        raise Malformed(inside(place, key), "text was expected, found an empty one")
    return value


def optional_text(record: Mapping[str, object], key: str, place: str) -> str | None:
    """A text that may be missing, null or empty."""
    value = record.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise wrong(inside(place, key), "text", value)
    return value


def flag(record: Mapping[str, object], key: str, place: str, *, default: bool = False) -> bool:
    """A boolean that may be missing or null."""
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise wrong(inside(place, key), "true or false", value)
    return value
