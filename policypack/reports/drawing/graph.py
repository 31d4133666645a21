"""What is drawn: nodes with short labels, and edges that are public, private or not known."""

from dataclasses import dataclass
from typing import Final

from policypack.declared import parse_urn
from policypack.network.verdict import Direction, Evidence, GatewayJudgement, Judgement
from policypack.reports.safe import visible

_MOST_NODES: Final = 12
"""Nodes on one side; more make a drawing that nobody reads."""

_LONGEST_LABEL: Final = 28
_FIRM: Final = frozenset({"proves", "suggests-strongly"})


@dataclass(frozen=True, slots=True)
class Node:
    """A caller or a backend.

    Attributes:
        label: A short name.
        detail: The fact behind it, a sentence.
        direction: Whether the edge to it is public, private or not known.
        stated: Whether the team states it rather than the program showing it.
        firm: Whether the evidence is strong; a weak sign is drawn as one.
    """

    label: str
    detail: str
    direction: Direction
    stated: bool = False
    firm: bool = True

    @property
    def is_public(self) -> bool:
        """Whether its edge surely crosses the public network."""
        return self.direction == "public" and self.firm

    @property
    def edge(self) -> str:
        """What is written at its edge."""
        word = "not known" if self.direction == "unknown" else self.direction
        return word if self.firm or self.direction == "unknown" else f"perhaps {word}"


@dataclass(frozen=True, slots=True)
class Graph:
    """A gateway and what is around it.

    Attributes:
        gateway: Its name.
        entrance: What is declared and decided of its public entrance, a phrase; likewise ``outbound``.
        callers: Nodes on the left.
        backends: Nodes on the right.
    """

    gateway: str
    entrance: str
    outbound: str
    callers: tuple[Node, ...]
    backends: tuple[Node, ...]


def graph_of(judged: GatewayJudgement) -> Graph:
    """Arrange the evidence about a gateway for a drawing."""
    return Graph(
        gateway=short(judged.gateway.resource.name),
        entrance=f"entrance {judged.entrance.declared}, {judged.entrance.verdict}",
        outbound=f"outbound {judged.outbound.declared}, {judged.outbound.verdict}",
        callers=_nodes(judged.entrance, "callers unknown"),
        backends=_nodes(judged.outbound, "backends unknown"),
    )


def short(text: str) -> str:
    """A label that fits into its box; the beginning and the end of a name tell most."""
    printable = visible(text)
    if len(printable) <= _LONGEST_LABEL:
        return printable
    return f"{printable[: _LONGEST_LABEL - 9]}…{printable[-8:]}"


def _nodes(judgement: Judgement, nothing: str) -> tuple[Node, ...]:
    items = [item for item in judgement.evidence if item.direction != "neutral"]
    nodes = [
        Node(_label(item), visible(item.fact), item.direction, item.stated, item.weight in _FIRM)
        for item in items
    ]
    if len(nodes) > _MOST_NODES:
        rest = nodes[_MOST_NODES - 1 :]
        directions = {node.direction for node in rest}
        direction: Direction = directions.pop() if len(directions) == 1 else "unknown"
        more = Node(
            f"{len(rest)} more",
            "See the list of evidence.",
            direction,
            firm=all(node.firm for node in rest),
        )
        nodes = [*nodes[: _MOST_NODES - 1], more]
    if not nodes:
        return (Node(nothing, "Nothing here is declared.", "unknown"),)
    return tuple(nodes)


def _label(item: Evidence) -> str:
    if item.urn is None:
        return "settings"
    return short(parse_urn(item.urn)[3])
