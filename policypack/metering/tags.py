"""Tags of a resource, which settings may ask for."""

from collections.abc import Mapping
from enum import Enum

from policypack.declared import Absent, Known, Raw, Resource, Unknown
from policypack.declared.wire import classify
from policypack.settings.pattern import means


class Belongs(Enum):
    """Whether something is meant. ``MAYBE`` where what decides it is not known."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


def tagged(wanted: str, resource: Resource) -> Belongs:
    """Whether a resource has a tag, ``key`` or ``key=value`` with a glob as the value.

    Tags of the program count, and those that the provider adds to all of its resources
    (``default_tags``).
    """
    key, separator, pattern = wanted.partition("=")
    match _tags(key, resource):
        case Absent():
            return Belongs.NO
        case Known(Mapping() as tags):
            if key not in tags:
                return Belongs.NO
            match classify(tags[key]):
                case Known(value):
                    fits = not separator or means(pattern, str(value))
                    return Belongs.YES if fits else Belongs.NO
                case _:
                    return Belongs.MAYBE if separator else Belongs.YES
        case _:
            return Belongs.MAYBE


def value_of(key: str, resource: Resource) -> str | None:
    """What a tag of a resource says: an empty text without such a tag, ``None`` where it is not known."""
    match _tags(key, resource):
        case Absent():
            return ""
        case Known(Mapping() as tags):
            if key not in tags:
                return ""
            match classify(tags[key]):
                case Known(value):
                    return str(value)
                case _:
                    return None
        case _:
            return None


def _tags(key: str, resource: Resource) -> Raw:
    declared, added = resource.declared("tags"), resource.outputs.get("tags")
    if not isinstance(declared, Absent) and not _lacks(declared, key):
        return declared
    if added is not None:
        return classify(added)
    if resource.provider is not None and resource.provider.adds_tags:
        return Unknown("its provider adds tags, which the deployment shows")
    return declared


def _lacks(tags: Raw, key: str) -> bool:
    return isinstance(tags, Known) and isinstance(tags.value, Mapping) and key not in tags.value
