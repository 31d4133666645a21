"""Which lines a limit is about."""

from collections.abc import Iterator
from typing import Protocol

from policypack.costs.line import Line
from policypack.declared import Resource
from policypack.metering.tags import Belongs, tagged
from policypack.metering.usage import matches
from policypack.settings.model import BUDGET_POLICY, Scope, Settings
from policypack.settings.pattern import means
from pricing import Prices


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


def unknown_regions(settings: Settings, book: Prices) -> Iterator[str]:
    """A problem for each limit on a region that nobody knows: nothing could ever be over it.

    The path of the setting comes first.
    """
    known = {*book.regions.listed, *(row.region for row in book.rows)}
    for position, limit in enumerate(settings.limits):
        wanted = limit.scope.region
        if wanted is None or any(means(wanted, one) for one in known):
            continue
        near = book.regions.nearest(wanted)
        hint = f"did you mean {near}?" if near else "or a [[region]] of a price book that lists it"
        yield (
            f"{BUDGET_POLICY}.limits[{position}].scope.region: expected a region that is listed, "
            f'found "{wanted}"; {hint}'
        )


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
