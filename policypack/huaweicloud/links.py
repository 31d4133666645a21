"""What a property points at, also while no id is known.

A reference is followed by id where it is known, and by the resources that its value was built from
where it is not (``propertyDependencies``), filtered by type. Such a dependency may pass through a
property of the same name on another resource (``instanceId`` taken from a group instead of the
gateway) or through a component; both are followed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Final

from msgspec import Struct

from policypack.declared import Absent, Invalid, Known, Raw, Resource, Secret, Unknown, read
from policypack.huaweicloud.model import Landscape
from policypack.huaweicloud.names import terraform_name
from policypack.huaweicloud.references import Reference

_DEEPEST: Final = 8
"""Hops through properties of the same name; real programs have one or two."""


class Found(Struct, frozen=True):
    """The reference means one of these resources; one resource in nearly every program."""

    resources: tuple[Resource, ...]

    @property
    def only(self) -> Resource | None:
        """The resource, unless several are possible."""
        return self.resources[0] if len(self.resources) == 1 else None


class Elsewhere(Struct, frozen=True):
    """The reference is a literal that no resource of this stack is known by."""

    literal: str


class Open(Struct, frozen=True):
    """The reference cannot be followed.

    Attributes:
        reason: Why, as a phrase that completes "not known: ...".
    """

    reason: str


Target = Found | Elsewhere | Open
_NOT_SET: Final = Open("not set")


class Links:
    """Follows the references of one stack."""

    def __init__(self, landscape: Landscape) -> None:
        """Prepare nothing: indexes are built when they are first used."""
        self._landscape = landscape
        self._stack = landscape.stack
        self._identified: dict[str, Mapping[str, list[Resource]]] = {}

    def type_of(self, resource: Resource) -> str | None:
        """The Terraform name of a resource."""
        if not resource.custom:
            return None
        return terraform_name(resource.token, self._landscape.packages)

    def follow(self, resource: Resource, raw: Raw, keys: tuple[str, ...], types: Collection[str]) -> Target:
        """Tell what a reference means.

        Args:
            resource: The resource that holds the reference.
            raw: The value of the property, or of its part.
            keys: The top-level inputs that hold it, in all spellings.
            types: Terraform names that it may point at.
        """
        match read.text(raw):
            case Known(literal) if literal:
                named = self.named(literal, types)
                if named:
                    return Found(named)
                sources = self.sources(resource, keys, types)
                return Found(sources) if sources else Elsewhere(literal)
            case Known() | Absent():
                return _NOT_SET
            case Invalid(found, _):
                return Open(f"{found}, which is no id")
            case Unknown(reason):
                sources = self.sources(resource, keys, types)
                return Found(sources) if sources else Open(reason)
            case Secret():
                return Open("a secret")

    def meant(self, resource: Resource, reference: Reference) -> Target:
        """What a property of a resource means."""
        return self.meant_by(resource, reference.of(resource), reference)

    def meant_by(self, resource: Resource, raw: Raw, reference: Reference) -> Target:
        """What a value means that a property of a resource holds, alone or as one of several."""
        return self.follow(resource, raw, reference.keys, reference.targets)

    def each_meant(self, resource: Resource, raws: Sequence[Raw], reference: Reference) -> list[Target]:
        """What each of several values means that one property of a resource holds.

        A dependency does not tell which value it is about. As many resources as values that are not known
        have one each; fewer leave it open what the others mean.
        """
        named = {
            position: self.meant_by(resource, raw, reference)
            for position, raw in enumerate(raws)
            if isinstance(raw, Known | Absent)
        }
        if len(named) == len(raws):
            return [named[position] for position in range(len(raws))]
        taken = {
            item.urn for target in named.values() if isinstance(target, Found) for item in target.resources
        }
        pool = [item for item in self.built_from(resource, reference) if item.urn not in taken]
        unknowns = len(raws) - len(named)
        each = iter(pool) if unknowns == len(pool) else None
        return [
            named[position]
            if position in named
            else Open("not known")
            if unknowns > len(pool)
            else Found((next(each),) if each is not None else tuple(pool))
            for position in range(len(raws))
        ]

    def built_from(self, resource: Resource, reference: Reference) -> tuple[Resource, ...]:
        """The resources that a property was built from, of those that it may name."""
        return self.sources(resource, reference.keys, reference.targets)

    def named(self, literal: str, types: Collection[str]) -> tuple[Resource, ...]:
        """The resources of some types that have an id, in order of URN."""
        named = [item for name in types for item in self._by_identifier(name).get(literal, ())]
        return tuple(sorted(named, key=attrgetter("urn")) if len(named) > 1 else named)

    def has_identified(self, types: Collection[str]) -> bool:
        """Whether any resource of some types has an id, so that a literal may mean it."""
        return any(self._by_identifier(name) for name in types)

    def sources(
        self, resource: Resource, keys: tuple[str, ...], types: Collection[str]
    ) -> tuple[Resource, ...]:
        """The resources of some types that the named inputs were built from, in order of URN."""
        if not resource.dependencies:
            return ()
        urns = [urn for key in keys for urn in resource.dependencies.get(key, ())]
        if len(urns) == 1:  # nearly every reference: no set, no sorting
            only = self._stack.by_urn.get(urns[0])
            if only is not None and self.type_of(only) in types:
                return (only,)
        if not urns:
            return ()
        sources: dict[str, Resource] = {}
        for item in self._sources(resource, keys, types, set(), 0):
            sources[item.urn] = item
        return tuple(sources[urn] for urn in sorted(sources))

    def origins(self, resource: Resource, keys: tuple[str, ...]) -> tuple[Resource, ...]:
        """All resources that the named inputs were built from directly, in order of URN."""
        return tuple(self._stack.sources_of(resource, *keys))

    def _sources(
        self,
        resource: Resource,
        keys: tuple[str, ...],
        types: Collection[str],
        visited: set[str],
        depth: int,
    ) -> Iterator[Resource]:
        if resource.urn in visited or depth > _DEEPEST:
            return
        visited.add(resource.urn)
        direct = list(self._stack.sources_of(resource, *keys))
        fitting = [item for item in direct if self.type_of(item) in types]
        if fitting:
            yield from fitting
            return
        for item in direct:
            if item.custom:
                yield from self._sources(item, keys, types, visited, depth + 1)
            else:
                yield from (child for child in self._inside(item) if self.type_of(child) in types)

    def _by_identifier(self, type_name: str) -> Mapping[str, list[Resource]]:
        """The living resources of one type by id. Ids are unique per type only."""
        identified = self._identified.get(type_name)
        if identified is None:
            identified = {}
            for resource in self._landscape.by_type.get(type_name, ()):
                if not resource.leaving and (identifier := resource.identifier):
                    identified.setdefault(identifier, []).append(resource)
            self._identified[type_name] = identified
        return identified

    def _inside(self, component: Resource) -> Iterator[Resource]:
        """All resources below a component."""
        waiting, seen = [component.urn], {component.urn}
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child.urn not in seen:
                    seen.add(child.urn)
                    waiting.append(child.urn)
                    yield child

    @cached_property
    def _children(self) -> dict[str, list[Resource]]:
        children: dict[str, list[Resource]] = {}
        for resource in self._stack.resources:
            if resource.parent:
                children.setdefault(resource.parent, []).append(resource)
        return children
