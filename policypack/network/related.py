"""The one way to ask which resources belong to which: *this* owner, *another* one, or *perhaps this*.

What belongs to another is left out. What perhaps belongs always comes along, each time with the word,
so that no reader can hold a list that has lost it: hiding a reference may widen an answer, never firm it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final, Literal, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from policypack.declared import Resource
from policypack.huaweicloud.links import Elsewhere, Found, Open, Target
from policypack.network import evidence as say
from policypack.network.verdict import Evidence

Relation = Literal["this", "another", "perhaps"]
Made = TypeVar("Made")
Look = Callable[[Resource], Iterable[Evidence]]

MOST_DOUBTS: Final = 5
"""Doubts of a kind that are shown; one is enough to leave a verdict open."""

_MOST_OWNERS: Final = 20
"""A resource that may belong to more owners than these counts as one that may belong to any."""

_Remembered = dict[Hashable, Any]
_Floating = tuple[Sequence[Resource], _Remembered]


class Related(Struct, frozen=True):
    """All that belongs, or perhaps belongs, to one owner, in order of URN.

    What may belong to any owner can be as much as there is of owners, so nothing loops over it for each
    of them: ``doubts`` and ``once`` look at it once for all.

    Attributes:
        this: What belongs to it for certain.
        few: What may belong to it or to a few others.
        any: What may belong to any owner; one sequence for all owners.
        remembered: What was made of ``any``, for all owners.
    """

    this: Sequence[Resource]
    few: Sequence[Resource]
    any: Sequence[Resource]
    remembered: _Remembered

    def __bool__(self) -> bool:
        """Whether anything belongs or may belong."""
        return bool(self.this or self.few or self.any)

    @property
    def is_certain(self) -> bool:
        """Whether nothing is left that only may belong."""
        return not (self.few or self.any)

    def once(self, alike: Hashable, make: Callable[[Sequence[Resource]], Made]) -> Made:
        """What is made of all that may belong to any owner.

        Args:
            alike: Names ``make``, and all of the owner that its answer depends on.
            make: Is called once for all owners that are alike.
        """
        if alike not in self.remembered:
            self.remembered[alike] = make(self.any)
        made: Made = self.remembered[alike]
        return made

    def doubts(self, alike: Hashable, look: Callable[[Resource], Iterable[Made]]) -> list[Made]:
        """The first things that are said of what only may belong; ``alike`` as in ``once``."""

        if self.is_certain:
            return []

        def first(items: Sequence[Resource]) -> list[Made]:
            return list(islice(chain.from_iterable(map(look, items)), MOST_DOUBTS))

        return [*first(self.few), *self.once(alike, first)]

    def weigh(
        self, look: Look, alike: Hashable, missing: str = "instanceId", look_for_all: Look | None = None
    ) -> Iterator[Evidence]:
        """Evidence of all that belongs, widened where it only may.

        Args:
            look: What one resource says.
            alike: As in ``once``.
            missing: The property that holds the reference.
            look_for_all: What one resource says to whichever owner it belongs, where ``look`` depends on more
                of the owner than ``alike`` names.
        """
        for item in self.this:
            yield from look(item)
        if self.is_certain:
            return
        yield from _doubts(self.few, look, missing)
        yield from self.once(
            ("weigh", alike), lambda items: list(_doubts(items, look_for_all or look, missing))
        )


class Membership(Struct):
    """Which resources of some kind belong to which owner."""

    _certain: dict[str, list[Resource]] = field(default_factory=dict)
    _possible: dict[str, list[Resource]] = field(default_factory=dict)
    _anywhere: list[Resource] = field(default_factory=list)
    _foreign: dict[str, list[Resource]] = field(default_factory=dict)
    _of_nameless: list[Resource] = field(default_factory=list)
    _made: dict[str, _Floating] = field(default_factory=dict)

    def of(self, owner: Resource) -> Related:
        """What belongs, or perhaps belongs, to an owner. Costs no more however much floats.

        An id that no owner is known by may be that of an owner whose id is not known.
        """
        this, few = self._certain.get(owner.urn, ()), self._possible.get(owner.urn, ())
        if not self._foreign or owner.identifier is not None:
            floating = self._floating("anywhere", lambda: self._anywhere)
        else:
            floating = self._floating("foreign", self._anywhere_or_foreign)
        return Related(this, few, *floating)

    def at(self, target: Target) -> Related:
        """What belongs, or perhaps belongs, to what a reference means."""
        match target:
            case Found(resources) if len(resources) == 1:
                return self.of(resources[0])
            case Found(resources) if len(resources) <= _MOST_OWNERS:
                each = [self.of(owner) for owner in resources]
                few = {item.urn: item for one in each for item in (*one.this, *one.few)}
                return Related((), [few[urn] for urn in sorted(few)], each[0].any, each[0].remembered)
            case Elsewhere(literal):
                floating = self._floating("nameless", lambda: [*self._anywhere, *self._of_nameless])
                return Related(self._foreign.get(literal, ()), (), *floating)
            case Found() | Open():
                return Related((), (), *self._floating("all", self._all))

    def _floating(self, name: str, items: Callable[[], Sequence[Resource]]) -> _Floating:
        """One sequence, and one memory, for all owners that it is the same for."""
        if name not in self._made:
            self._made[name] = (items(), {})
        return self._made[name]

    def _anywhere_or_foreign(self) -> list[Resource]:
        return [*self._anywhere, *chain.from_iterable(self._foreign.values())]

    def _all(self) -> list[Resource]:
        sorted_in = chain(self._certain.values(), self._possible.values(), self._foreign.values())
        items = {item.urn: item for item in chain(self._anywhere, *sorted_in)}
        return [items[urn] for urn in sorted(items)]

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
            case Elsewhere(literal):
                self._foreign.setdefault(literal, []).append(resource)
            case Found() | Open():
                self._anywhere.append(resource)
        if isinstance(target, Found) and any(owner.identifier is None for owner in target.resources):
            self._of_nameless.append(resource)


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


def _doubts(items: Iterable[Resource], look: Look, missing: str) -> Iterator[Evidence]:
    """One doubt of each resource that gives one, a few of each kind."""
    shown: Counter[tuple[str, str]] = Counter()
    for item in items:
        widened = [piece for one in look(item) if (piece := _widened(one, item, missing)) is not None]
        if widened:
            worst = min(widened, key=lambda piece: _WORST.index(piece.direction))
            kind = (worst.direction, worst.weight)
            shown[kind] += 1
            if shown[kind] <= MOST_DOUBTS:
                yield worst


_WORST: Final = ("unknown", "public", "private")


def _widened(piece: Evidence, item: Resource, missing: str) -> Evidence | None:
    """What something that only may belong says: no more for privacy than is weak, and a doubt against it."""
    if piece.direction == "neutral" or (
        piece.direction == "private" and piece.weight in ("proves", "suggests-strongly")
    ):
        return None
    fact = f'"{item.name}" may belong to this gateway: {piece.fact}'
    if piece.direction == "private" or (piece.direction == "public" and piece.weight == "assumed"):
        return replace(piece, fact=fact)
    return say.unknown(piece.rule, fact, item.urn, f'the gateway of "{item.name}" ({missing})')
