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
    asked = (names(scope, line.resource), _metered(scope, line), _located(scope, line))
    if Belongs.NO in asked:
        return Belongs.NO
    return Belongs.MAYBE if Belongs.MAYBE in asked else Belongs.YES


def _metered(scope: Scope, line: Line) -> Belongs:
    if scope.meter is None:
        return Belongs.YES
    meant = {means(scope.meter, meter) for meter in (line.meter, *line.instead)}
    if len(meant) > 1:
        return Belongs.MAYBE
    return Belongs.YES if True in meant else Belongs.NO


def _located(scope: Scope, line: Line) -> Belongs:
    if scope.region is None:
        return Belongs.YES
    if line.region is None:
        return Belongs.MAYBE
    return Belongs.YES if means(scope.region, line.region) else Belongs.NO
