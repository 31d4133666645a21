"""Which lines a limit is about."""

from typing import Protocol

from policypack.costs.line import Line
from policypack.declared import Resource
from policypack.metering.tags import Belongs, tagged
from policypack.metering.usage import matches
from policypack.settings.model import Scope
from policypack.settings.pattern import means


class Named(Protocol):
    """A stack, or what is kept of one."""

    @property
    def project(self) -> str:
        """Name of its project."""
        ...

    @property
    def name(self) -> str:
        """Its own name."""
        ...


def applies(scope: Scope, stack: Named) -> bool:
    """Whether a limit is about a stack at all."""
    return (scope.stack is None or means(scope.stack, stack.name)) and (
        scope.project is None or means(scope.project, stack.project)
    )


def names(scope: Scope, resource: Resource) -> Belongs:
    """Whether the scope's resource glob and tag mean a resource."""
    if scope.resource is not None and not matches(scope.resource, resource):
        return Belongs.NO
    return Belongs.YES if scope.tag is None else tagged(scope.tag, resource)


def counts(scope: Scope, line: Line) -> Belongs:
    """Whether a line is in scope."""
    named = names(scope, line.resource)
    if scope.meter is None or named is Belongs.NO:
        return named
    meant = {means(scope.meter, meter) for meter in (line.meter, *line.instead)}
    if len(meant) > 1:
        return Belongs.MAYBE
    return named if True in meant else Belongs.NO
