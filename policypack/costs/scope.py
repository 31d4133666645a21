"""Which lines a limit is about."""

from collections.abc import Mapping
from enum import Enum
from fnmatch import fnmatchcase

from policypack.costs.line import Line
from policypack.costs.usage import matches
from policypack.declared import Absent, Known, Raw, Resource, Stack
from policypack.declared.wire import classify
from policypack.settings.model import Scope


class Belongs(Enum):
    """Whether something is in a scope. ``MAYBE`` where a tag is not known, or which meter is billed."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


def applies(scope: Scope, stack: Stack) -> bool:
    """Whether a limit is about a stack at all."""
    return (scope.stack is None or fnmatchcase(stack.name, scope.stack)) and (
        scope.project is None or fnmatchcase(stack.project, scope.project)
    )


def names(scope: Scope, resource: Resource) -> Belongs:
    """Whether the scope's resource glob and tag mean a resource."""
    if scope.resource is not None and not matches(scope.resource, resource):
        return Belongs.NO
    return Belongs.YES if scope.tag is None else _tagged(scope.tag, resource)


def counts(scope: Scope, line: Line) -> Belongs:
    """Whether a line is in scope."""
    named = names(scope, line.resource)
    if scope.meter is None or named is Belongs.NO:
        return named
    meant = {fnmatchcase(meter, scope.meter) for meter in (line.meter, *line.instead)}
    if len(meant) > 1:
        return Belongs.MAYBE
    return named if True in meant else Belongs.NO


def _tagged(wanted: str, resource: Resource) -> Belongs:
    """Tags of the program, and those that the provider adds to all of its resources (``default_tags``)."""
    key, separator, pattern = wanted.partition("=")
    declared, added = resource.declared("tags"), resource.outputs.get("tags")
    if added is not None and (isinstance(declared, Absent) or _lacks(declared, key)):
        declared = classify(added)
    match declared:
        case Absent():
            return Belongs.NO
        case Known(Mapping() as tags):
            if key not in tags:
                return Belongs.NO
            match classify(tags[key]):
                case Known(value):
                    found = not separator or fnmatchcase(str(value), pattern)
                    return Belongs.YES if found else Belongs.NO
                case _:
                    return Belongs.MAYBE if separator else Belongs.YES
        case _:
            return Belongs.MAYBE


def _lacks(tags: Raw, key: str) -> bool:
    return isinstance(tags, Known) and isinstance(tags.value, Mapping) and key not in tags.value
