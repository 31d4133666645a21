"""What stacks say of each other: small summaries, and the verdicts that they change.

Stacks that are read together are one landscape. They are joined through a ``Summary`` of each, which is
small and can be kept in a journal, not through the stacks: by id wherever one is known, by address only where
it is public (private ranges repeat), and by stack reference where a value is not known yet.

A summary only ever adds: a user, an API, a caller. That nobody among the stacks that were read uses
something proves nothing of those that were not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct, field, to_builtins

from policypack.network.verdict import Evidence

Kind = Literal["vpc_eip", "vpc_bandwidth", "membership"]
Path = Literal["outbound", "entrance"]
ANYWHERE: Final = "*"
"""What is taken from no stack that is named: it may mean what any of them has."""


class Use(Struct, frozen=True):
    """A property that means something outside of its stack.

    Attributes:
        kind: What it uses; ``membership`` puts an EIP into a shared bandwidth.
        target: The id or public address that it names; empty where that is not known.
        stack: For a value that is not known: the stack that it is taken from, as the reference names it;
            ``ANYWHERE`` for one that comes from no reference.
        urn: Who uses it.
        name: Its name.
        key: The property.
        gap: Why it may not be so after all: what the declaration of its stack lacks; empty for nothing.
    """

    kind: Kind
    target: str
    stack: str
    urn: str
    name: str
    key: str
    gap: str = ""


class Part(Struct, frozen=True):
    """What one stack says of a gateway of another: its backends there, or its callers.

    Attributes:
        target: The gateway's id or public address; empty where that is not known.
        stack: As in ``Use``.
        path: Which public path the evidence is about.
        evidence: One fact.
    """

    target: str
    stack: str
    path: Path
    evidence: Evidence


class Summary(Struct, frozen=True):
    """What one stack has and what it uses of others. Small: most stacks use nothing of others.

    Attributes:
        project: Its project.
        name: Its name.
        owned: Ids and public addresses of its gateways, EIPs and shared bandwidths.
        uses: What it uses of other stacks.
        parts: What it says of gateways of other stacks.
    """

    project: str
    name: str
    owned: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def label(self) -> str:
        """How sentences name the stack."""
        return f"{self.project}/{self.name}"

    def document(self) -> dict[str, Any]:
        """The summary as plain values, for a journal."""
        document: dict[str, Any] = to_builtins(self)
        return document

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "Summary":
        """The summary that ``document`` wrote."""
        return cls(
            project=document["project"],
            name=document["name"],
            owned=tuple(document["owned"]),
            uses=tuple(Use(**entry) for entry in document["uses"]),
            parts=tuple(
                Part(entry["target"], entry["stack"], entry["path"], Evidence(**entry["evidence"]))
                for entry in document["parts"]
            ),
        )


class Elsewhere(Struct, frozen=True):
    """What other stacks say that one stack should know.

    Attributes:
        uses: Each with the stack that says it.
        parts: Likewise.
    """

    uses: Sequence[tuple[str, Use]] = ()
    parts: Sequence[tuple[str, Part]] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether no verdict can change by it."""
        return not self.uses and not self.parts

    def uses_of(self, kind: Kind, names: Iterable[str]) -> Iterator[tuple[str, Use]]:
        """Who uses something that goes by these names, with the stack; or may, where its stack has a gap."""
        meant = frozenset(names)
        return ((stack, use) for stack, use in self.uses if use.kind == kind and use.target in meant)

    def possible_uses(self, kind: Kind) -> Iterator[tuple[str, Use]]:
        """Who uses something that is not known and may be of this stack, with their stack."""
        return ((stack, use) for stack, use in self.uses if use.kind == kind and not use.target)

    def evidence(self, path: Path, names: Iterable[str]) -> list[Evidence]:
        """What is said of a gateway that goes by these names."""
        meant = frozenset(names)
        return [
            _told(stack, part.evidence)
            for stack, part in self.parts
            if part.path == path and (part.target in meant or not part.target)
        ]


NOTHING = Elsewhere()


class _Index(Struct):
    by_target: dict[str, list[int]] = field(default_factory=dict)
    by_stack: dict[str, list[int]] = field(default_factory=dict)
    anywhere: dict[str, list[int]] = field(default_factory=dict)
    """The first two stacks that use anything of a kind: one that is not the asking one is enough."""


def joined(summaries: Sequence[Summary]) -> list[Elsewhere]:
    """For each stack what the others say of what it has, in time linear in the summaries.

    A stack that was read twice says nothing to itself.
    """
    index = _Index()
    for position, summary in enumerate(summaries):
        said: tuple[Use | Part, ...] = (*summary.uses, *summary.parts)
        for target in {one.target for one in said} - {""}:
            index.by_target.setdefault(target, []).append(position)
        for stack in {one.stack for one in said if not one.target} - {ANYWHERE}:
            index.by_stack.setdefault(stack, []).append(position)
        anything = {str(use.kind) for use in summary.uses if use.stack == ANYWHERE}
        anything |= {part.path for part in summary.parts if part.stack == ANYWHERE}
        for kind in anything:
            first = index.anywhere.setdefault(kind, [])
            if not first or (len(first) == 1 and _name(summaries[first[0]]) != _name(summary)):
                first.append(position)
    return [_of_others(summary, summaries, index) for summary in summaries]


def _of_others(own: Summary, summaries: Sequence[Summary], index: _Index) -> Elsewhere:
    owned = frozenset(own.owned)
    spelled = _spellings(own)
    near = {position for target in owned for position in index.by_target.get(target, ())}
    near |= {
        position
        for stack, positions in index.by_stack.items()
        if _means(stack, spelled)
        for position in positions
    }
    if owned:  # what does not exist yet cannot be written out in another stack
        near.update(*index.anywhere.values())
    others = [summaries[position] for position in sorted(near) if _name(summaries[position]) != _name(own)]

    def concerns(one: Use | Part) -> bool:
        if one.target:
            return one.target in owned
        return bool(owned) if one.stack == ANYWHERE else _means(one.stack, spelled)

    return Elsewhere(
        uses=[(other.label, use) for other in others for use in other.uses if concerns(use)],
        parts=[(other.label, part) for other in others for part in other.parts if concerns(part)],
    )


def _name(summary: Summary) -> tuple[str, str]:
    return summary.project, summary.name


def _spellings(summary: Summary) -> frozenset[str]:
    return frozenset({summary.name, f"{summary.project}/{summary.name}"})


def _means(reference: str, spelled: frozenset[str]) -> bool:
    """Whether a reference (``organization/project/stack``, or less) may mean a stack; an unknown one may."""
    return not reference or "/".join(reference.split("/")[-2:]) in spelled


def _told(stack: str, evidence: Evidence) -> Evidence:
    """A fact of another stack says so."""
    missing = f"{evidence.missing} of stack {stack}" if evidence.missing else ""
    return Evidence(
        f"Stack {stack}: {evidence.fact}",
        evidence.urn,
        evidence.rule,
        evidence.direction,
        evidence.weight,
        evidence.stated,
        missing,
    )
