"""Reading the fields of Pulumi's JSON records, with the JSON path of any that has a wrong type."""

from collections.abc import Mapping, Sequence

from policypack.sources.error import Malformed


def inside(place: str, key: str) -> str:
    """The JSON path of a key."""
    return f"{place}.{key}" if place else key


def described(found: object) -> str:
    """The JSON type of a value, as it may stand in an error. Never its content: it may be a secret."""
    match found:
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


def wrong(place: str, expected: str, found: object) -> Malformed:
    """The error for a field of a wrong type."""
    return Malformed(
        place,
        f"{expected} was expected, found {described(found)}",
        "the file was changed by hand or is of another kind",
    )


def mapping(found: object, place: str) -> Mapping[str, object]:
    """An object that must be there."""
    if not isinstance(found, dict):
        raise wrong(place, "an object", found)
    return found


def optional_mapping(record: Mapping[str, object], key: str, place: str) -> Mapping[str, object] | None:
    """An object that may be missing or null."""
    found = record.get(key)
    return None if found is None else mapping(found, inside(place, key))


def records(record: Mapping[str, object], key: str, place: str) -> Sequence[object]:
    """A list that may be missing or null, which is an empty one: Go writes both for an empty list."""
    found = record.get(key)
    if found is None:
        return ()
    if not isinstance(found, list):
        raise wrong(inside(place, key), "a list", found)
    return found


def text(record: Mapping[str, object], key: str, place: str) -> str:
    """A text that must be there and not be empty."""
    found = record.get(key)
    if not isinstance(found, str):
        raise wrong(inside(place, key), "text", found)
    if not found:
        raise Malformed(inside(place, key), "text was expected, found an empty one")
    return found


def optional_text(record: Mapping[str, object], key: str, place: str) -> str | None:
    """A text that may be missing, null or empty."""
    found = record.get(key)
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise wrong(inside(place, key), "text", found)
    return found


def flag(record: Mapping[str, object], key: str, place: str, *, default: bool = False) -> bool:
    """A boolean that may be missing or null."""
    found = record.get(key)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise wrong(inside(place, key), "true or false", found)
    return found
