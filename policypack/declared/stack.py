"""The resources of one stack and what refers to what."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from policypack.declared.resource import Resource
from policypack.declared.spelling import in_snake_case
from policypack.declared.value import ABSENT, Raw

_SNAKE_CASE: Final = frozenset({"program", "terraform-plan", "terraform-state"})
"""Sources that hold Python programs, which are the only ones that run here, or configurations."""


class Origin(Struct, frozen=True):
    """Where the declaration was read.

    Attributes:
        kind: Which kind of source, as its reader names itself.
        path: File, folder or address as the user wrote it; empty for the engine.
    """

    kind: str
    path: str = ""


class Stack(Struct, frozen=True, dict=True):
    """Everything that one source says about one stack. Immutable.

    Attributes:
        project: Project name, from the URNs where the source does not say.
        name: Stack name.
        origin: Where it was read.
        resources: Every resource, ordered by URN; a resource that waits for deletion comes after
            the one that replaces it.
        region: The region of the stack's configuration (``huaweicloud:region``), for resources
            whose provider does not state one.
        regions: Likewise for other packages (``<package>:region``), by package.
        outputs: What the stack hands out, in wire form, where no resource of the stack itself holds it.
        gaps: Why resources may be missing from the declaration, one sentence each. A stack with
            gaps is never within a budget.
        notes: What the reader saw and a user should know, without effect on the verdict.
        released: Ids, addresses and other words that what is destroyed or changed held before and holds no
            more: what a provider reported of their use is no longer known. ``None`` where the source does not
            show what is destroyed.
        marks_secrets: Whether a secret value can be told from others. Where it cannot, no declared
            value may be shown.
    """

    project: str
    name: str
    origin: Origin
    resources: Sequence[Resource]
    region: Raw = field(default=ABSENT)
    regions: Mapping[str, Raw] = field(default_factory=dict)
    outputs: Mapping[str, object] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    released: frozenset[str] | None = frozenset()
    marks_secrets: bool = True

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        """The living resource of each URN."""
        by_urn: dict[str, Resource] = {}
        for resource in self.resources:
            if resource.urn not in by_urn or by_urn[resource.urn].leaving:
                by_urn[resource.urn] = resource
        return by_urn

    def spelled(self, path: str) -> str:
        """A property as the user wrote it; the names of settings stay."""
        return in_snake_case(path) if self._snake_case and not path.startswith("usage.") else path

    @cached_property
    def _snake_case(self) -> bool:
        """Whether the declaration was written in Python or for Terraform, as far as the source tells."""
        if self.origin.kind in _SNAKE_CASE:
            return True
        return any(one.position is not None and one.position.path.endswith(".py") for one in self.resources)

    def configured_region(self, package: str) -> Raw:
        """The region that the configuration gives a package."""
        return self.region if package == "huaweicloud" else self.regions.get(package, ABSENT)

    def sources_of(self, resource: Resource, *names: str) -> Iterator[Resource]:
        """The resources of this stack that the named inputs were built from, ordered by URN.

        Derived from tracked outputs, so it works while ids are unknown; it may hold more than the
        one that gives the value (``Output.all``): filter by type.
        """
        urns = {urn for name in names for urn in resource.dependencies.get(name, ())}
        for urn in sorted(urns):
            if urn in self.by_urn:
                yield self.by_urn[urn]


def parse_urn(urn: str) -> tuple[str, str, str, str]:
    """Split a URN into stack, project, type token and name.

    The type token is the last of the chain of types (``parent$child``). Parts that are missing are
    empty. The name may itself contain ``::``.
    """
    parts = urn.split("::", 3)
    parts += [""] * (4 - len(parts))
    stack = parts[0].removeprefix("urn:pulumi:")
    return stack, parts[1], parts[2].rsplit("$", 1)[-1], parts[3]
