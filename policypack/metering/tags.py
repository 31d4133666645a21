"""Tags of a resource, which settings may ask for."""

from enum import Enum

from policypack.declared import Known, Resource
from policypack.huaweicloud.tags import has_tag, tag_value
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
    has = has_tag(resource, key)
    if has is None:
        return Belongs.MAYBE
    if not has:
        return Belongs.NO
    match tag_value(resource, key):
        case Known(value):
            return Belongs.YES if not separator or means(pattern, str(value)) else Belongs.NO
        case _:
            return Belongs.MAYBE if separator else Belongs.YES


def value_of(key: str, resource: Resource) -> str | None:
    """What a tag of a resource says: an empty text without such a tag, ``None`` where it is not known."""
    match has_tag(resource, key), tag_value(resource, key):
        case False, _:
            return ""
        case True, Known(value):
            return str(value)
        case _:
            return None
