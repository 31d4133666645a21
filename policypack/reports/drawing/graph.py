"""What is drawn: typed boxes, and edges that are public, private or not known."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from policypack.declared import parse_urn
from policypack.network.verdict import Direction, Evidence, GatewayJudgement, Judgement
from policypack.reports.drawing.kinds import kind_of

_MOST_NODES: Final = 12
"""Nodes on one side; more make a drawing that nobody reads."""

_FIRM: Final = frozenset({"proves", "suggests-strongly"})
_ORDER: Final[dict[Direction, int]] = {"public": 0, "unknown": 1, "private": 2, "neutral": 3}


class Node(Struct, frozen=True):
    """A caller or a backend.

    Attributes:
        kind: What it is, a word or two.
        name: Of the resource that shows it; empty where none does.
        detail: The fact, without what kind and name say already.
        direction: Whether the edge to it is public, private or not known.
        directions: Of what it stands for, where these differ.
        stated: Whether the team states it rather than the program showing it.
        firm: Whether the evidence is strong; a weak sign is drawn as one.
    """

    kind: str
    name: str
    detail: str
    direction: Direction
    stated: bool = False
    firm: bool = True
    directions: tuple[Direction, ...] = ()

    @property
    def edge(self) -> str:
        """What is written beside its edge."""
        if self.directions:
            return ", ".join(map(_word, self.directions))
        word = _word(self.direction)
        return word if self.firm or self.direction == "unknown" else f"perhaps {word}"

    @property
    def line(self) -> str:
        """How its edge is drawn: ``public``, ``private``, or ``open`` where that is not sure."""
        return self.direction if self.firm and self.direction != "unknown" else "open"


class Graph(Struct, frozen=True):
    """A gateway and what is around it.

    Attributes:
        gateway: Its name.
        entrance: What is declared and decided of its public entrance; likewise ``outbound``.
        callers: Nodes before it.
        backends: Nodes behind it.
    """

    gateway: str
    entrance: Judgement
    outbound: Judgement
    callers: tuple[Node, ...]
    backends: tuple[Node, ...]


def _word(direction: Direction) -> str:
    return "not known" if direction == "unknown" else direction


def graph_of(judged: GatewayJudgement) -> Graph:
    """Arrange the evidence about a gateway for a drawing."""
    return Graph(
        gateway=judged.gateway.resource.name,
        entrance=judged.entrance,
        outbound=judged.outbound,
        callers=_nodes(judged.entrance, "callers"),
        backends=_nodes(judged.outbound, "backends"),
    )


def decisive_first(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Public before unknown before private: one public piece decides, whatever the others say."""
    return sorted(evidence, key=lambda item: _ORDER[item.direction])


def _nodes(judgement: Judgement, side: str) -> tuple[Node, ...]:
    items = [item for item in judgement.evidence if item.direction != "neutral"]
    if judgement.evidence and not items:
        return (Node(side, "", "What is declared says nothing of them.", "unknown"),)
    nodes = [_node(item) for item in decisive_first(items)]
    if not nodes:
        return (Node(side, "", "Nothing here is declared.", "unknown"),)
    return tuple(nodes) if len(nodes) <= _MOST_NODES else (*nodes[: _MOST_NODES - 1], _rest(nodes))


def _node(item: Evidence) -> Node:
    name = "" if item.urn is None else parse_urn(item.urn)[3]
    return Node(
        kind_of(item), name, _without(name, item.fact), item.direction, item.stated, item.weight in _FIRM
    )


def _without(name: str, fact: str) -> str:
    """The fact from behind the name on, where it begins with it: ``API "list" forwards to ...``."""
    before, _, after = fact.partition(f'"{name}" ')
    return after if name and after and before.count(" ") <= 3 else fact


def _rest(nodes: list[Node]) -> Node:
    rest = nodes[_MOST_NODES - 1 :]
    directions = tuple(dict.fromkeys(node.direction for node in rest))
    return Node(
        "and more",
        f"{len(rest)} more",
        "All of them are in the list of evidence.",
        directions[0] if len(directions) == 1 else "unknown",
        firm=all(node.firm for node in rest),
        directions=directions if len(directions) > 1 else (),
    )
