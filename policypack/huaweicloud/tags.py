"""Tags of any resource: those of the program, and those that its provider adds (``default_tags``)."""

from collections.abc import Mapping

from policypack.declared import ABSENT, Absent, Known, Raw, Resource, Unknown
from policypack.declared.wire import classify


def has_tag(resource: Resource, key: str) -> bool | None:
    """Whether a resource has a tag, whatever it says; ``None`` where that is not known."""
    match _tags(resource, key):
        case Absent():
            return False
        case Known(Mapping() as tags):
            return key in tags
        case _:
            return None


def tag_value(resource: Resource, key: str) -> Raw:
    """What a tag says; ``Absent`` where there is none."""
    match _tags(resource, key):
        case Known(Mapping() as tags):
            return classify(tags[key]) if key in tags else ABSENT
        case Known():
            return Unknown("its tags are no block")
        case other:
            return other


def _tags(resource: Resource, key: str) -> Raw:
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
