"""The one way to ask which resources belong to which: *this* owner, *another* one, or *perhaps this*.

What belongs to another is left out. What perhaps belongs always comes along, each time with the word,
so that no reader can hold a list that has lost it: hiding a reference may widen an answer, never firm it.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from policypack.declared import Resource
from policypack.huaweicloud.links import Elsewhere, Found, Open, Target
from policypack.network import evidence as say
from policypack.network.verdict import Evidence

Belonging = Literal["this", "perhaps"]
Relation = Literal["this", "another", "perhaps"]

_MOST_DOUBTS: Final = 5
"""Doubts that are shown; one is enough to leave a verdict open."""

_MOST_OWNERS: Final = 20
"""A resource that may belong to more owners than these counts as one that may belong to any."""

_Remembered = dict[Hashable, list[Evidence]]


class Related(Struct, frozen=True):
    """All that belongs, or perhaps belongs, to one owner, in order of URN.

    Attributes:
        this: What belongs to it for certain.
        few: What may belong to it or to a few others.
        any: What may belong to any owner; one sequence for all owners.
        remembered: What was weighed of ``any``, for all owners.
    """

    this: Sequence[Resource]
    few: Sequence[Resource]
    any: Sequence[Resource]
    remembered: _Remembered

    def __iter__(self) -> Iterator[tuple[Resource, Belonging]]:
        """Each resource, and whether it belongs or perhaps belongs."""
        yield from ((item, "this") for item in self.this)
        yield from ((item, "perhaps") for item in chain(self.few, self.any))

    def __bool__(self) -> bool:
        """Whether anything belongs or may belong."""
        return bool(self.this or self.few or self.any)

    @property
    def is_certain(self) -> bool:
        """Whether nothing is left that only may belong."""
        return not (self.few or self.any)

    def weigh(
        self, look: Callable[[Resource], Iterable[Evidence]], alike: Hashable, missing: str = "instanceId"
    ) -> Iterator[Evidence]:
        """Evidence of all that belongs, widened where it only may.

        Args:
            look: What one resource says.
            alike: Names ``look``, and all of the owner that its answers depend on: what may belong to
                any owner is looked at once for all owners that are alike.
            missing: The property that holds the reference.
        """
        for item in self.this:
            yield from look(item)
        yield from islice(_doubts(self.few, look, missing), _MOST_DOUBTS)
        if alike not in self.remembered:
            self.remembered[alike] = list(islice(_doubts(self.any, look, missing), _MOST_DOUBTS))
        yield from self.remembered[alike]


class Membership(Struct):
    """Which resources of some kind belong to which owner."""

    _certain: dict[str, list[Resource]] = field(default_factory=dict)
    _possible: dict[str, list[Resource]] = field(default_factory=dict)
    _anywhere: list[Resource] = field(default_factory=list)
    _foreign: list[Resource] = field(default_factory=list)
    _all_floating: list[Resource] | None = None
    _remembered: tuple[_Remembered, _Remembered] = field(default_factory=lambda: ({}, {}))

    def of(self, owner: Resource) -> Related:
        """What belongs, or perhaps belongs, to an owner. Costs no more however much floats.

        An id that no owner is known by may be that of an owner whose id is not known.
        """
        this, few = self._certain.get(owner.urn, ()), self._possible.get(owner.urn, ())
        if owner.identifier is not None or not self._foreign:
            return Related(this, few, self._anywhere, self._remembered[0])
        if self._all_floating is None:
            self._all_floating = [*self._anywhere, *self._foreign]
        return Related(this, few, self._all_floating, self._remembered[1])

    def groups(self) -> Iterable[Sequence[Resource]]:
        """What certainly belongs together."""
        return self._certain.values()

    def add(self, resource: Resource, target: Target) -> None:
        """Sort one resource by what it belongs to."""
        match target:
            case Found(resources) if len(resources) == 1:
                self._certain.setdefault(resources[0].urn, []).append(resource)
            case Found(resources) if len(resources) <= _MOST_OWNERS:
                for owner in resources:
                    self._possible.setdefault(owner.urn, []).append(resource)
            case Elsewhere():
                self._foreign.append(resource)
            case Found() | Open():
                self._anywhere.append(resource)


def relation(one: Target, other: Target) -> Relation:
    """Whether two references mean the same resource.

    An id that no resource is known by may be that of one whose id is not known.
    """
    match one, other:
        case Found(resources), Found(others):
            shared = {item.urn for item in resources} & {item.urn for item in others}
            if not shared:
                return "another"
            return "this" if len(resources) == len(others) == 1 else "perhaps"
        case Elsewhere(literal), Elsewhere(literal_):
            return "this" if literal == literal_ else "another"
        case (Found(resources), Elsewhere()) | (Elsewhere(), Found(resources)):
            return "perhaps" if any(item.identifier is None for item in resources) else "another"
        case _:
            return "perhaps"


def _doubts(
    items: Iterable[Resource], look: Callable[[Resource], Iterable[Evidence]], missing: str
) -> Iterator[Evidence]:
    for item in items:
        for piece in look(item):
            widened = _widened(piece, item, missing)
            if widened is not None:
                yield widened
                break


def _widened(piece: Evidence, item: Resource, missing: str) -> Evidence | None:
    """What something that only may belong says: nothing for privacy, and a doubt against it."""
    if piece.direction in ("private", "neutral"):
        return None
    fact = f'"{item.name}" may belong to this gateway: {piece.fact}'
    if piece.direction == "public" and piece.weight == "assumed":
        return replace(piece, fact=fact)
    return say.unknown(piece.rule, fact, item.urn, f'the gateway of "{item.name}" ({missing})')
