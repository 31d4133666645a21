"""The evidence about a gateway as a tree: what leads out of it, who comes in, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from policypack.declared import parse_urn
from policypack.network.verdict import (
    Certainty,
    Decision,
    Declared,
    Direction,
    Evidence,
    GatewayJudgement,
    Judgement,
    Weight,
)

_TITLES: Final = {"outbound": "public outbound bandwidth", "entrance": "public entrance"}
_WEIGHTS: Final[dict[Weight, str]] = {
    "proves": "proves",
    "suggests-strongly": "suggests strongly",
    "suggests": "suggests",
    "assumed": "suggests weakly",
    "none": "says nothing",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One piece of evidence.

    Attributes:
        text: The fact, a sentence.
        direction: What it speaks for.
        weight: How much it says.
        rule: Row of the decision table.
        source: Type and name of the resource that states it, or ``settings``.
        stated: Whether the team states it, rather than the program showing it.
        missing: What would have to be known of it; empty where nothing is missing.
    """

    text: str
    direction: Direction
    weight: Weight
    rule: str
    source: str
    stated: bool
    missing: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One public path of a gateway.

    Attributes:
        path: Which one.
        declared: Whether it is paid for.
        verdict: Whether it is needed.
        certainty: How firm the verdict is.
        leaves: Its evidence, the weightiest first.
        missing: What would have to be known for a firm verdict.
    """

    path: Literal["outbound", "entrance"]
    declared: Declared
    verdict: Decision
    certainty: Certainty
    leaves: tuple[Leaf, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything that is judged about one gateway."""

    gateway: str
    urn: str
    branches: tuple[Branch, Branch]


def tree_of(judged: GatewayJudgement) -> Tree:
    """Arrange the judgement of a gateway as a tree."""
    resource = judged.gateway.resource
    return Tree(
        gateway=resource.name,
        urn=resource.urn,
        branches=(_branch("outbound", judged.outbound), _branch("entrance", judged.entrance)),
    )


def render_tree(tree: Tree) -> str:
    """The tree as plain text, one piece of evidence a line."""
    lines = [tree.gateway]
    for number, branch in enumerate(tree.branches):
        last = number == len(tree.branches) - 1
        lines.append(f"{'└─' if last else '├─'} {_headline(branch)}")
        entries = list(_entries(branch))
        for position, entry in enumerate(entries):
            edge = "└─" if position == len(entries) - 1 else "├─"
            lines.append(f"{'   ' if last else '│  '}{edge} {entry}")
    return "\n".join(lines) + "\n"


def _branch(path: Literal["outbound", "entrance"], judgement: Judgement) -> Branch:
    return Branch(
        path=path,
        declared=judgement.declared,
        verdict=judgement.verdict,
        certainty=judgement.certainty,
        leaves=tuple(_leaf(item) for item in judgement.evidence),
        missing=judgement.missing,
    )


def _leaf(item: Evidence) -> Leaf:
    return Leaf(
        text=item.fact,
        direction=item.direction,
        weight=item.weight,
        rule=item.rule,
        source=_source(item),
        stated=item.stated,
        missing=item.missing,
    )


def _source(item: Evidence) -> str:
    if item.urn is None:
        return "settings"
    _, _, token, name = parse_urn(item.urn)
    return f"{token.rpartition(':')[2]} {name}"


def _headline(branch: Branch) -> str:
    certainty = "" if branch.verdict == "undecided" else f" ({branch.certainty} certainty)"
    return f"{_TITLES[branch.path]}: declared {branch.declared}, {branch.verdict}{certainty}"


def _entries(branch: Branch) -> Iterator[str]:
    for leaf in branch.leaves:
        stated = ", stated" if leaf.stated else ""
        says = f", {_WEIGHTS[leaf.weight]}" if leaf.direction in ("public", "private") else ""
        yield f"[{leaf.direction}{says}{stated}] {leaf.text} ({leaf.rule}, {leaf.source})"
    for missing in branch.missing:
        yield f"[missing] {missing}"
    if not branch.leaves and not branch.missing:
        yield "[no evidence]"
