"""The graph of a gateway as Mermaid text, for Markdown."""

from collections.abc import Iterator
from typing import Final

from policypack.network.verdict import GatewayJudgement
from policypack.reports.drawing.graph import Node, graph_of

_ESCAPED: Final = frozenset('"#&<>;|`{}[]()\\*_~$:')


def mermaid(judged: GatewayJudgement) -> str:
    """The drawing of one gateway, without the code fence around it.

    Every character of a name that means something to Mermaid, Markdown or HTML is written as an entity.
    """
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: GatewayJudgement) -> Iterator[str]:
    graph = graph_of(judged)
    yield "flowchart LR"
    label = "<br/>".join(_escape(text) for text in (graph.gateway, graph.entrance, graph.outbound))
    yield f'  gateway["{label}"]'
    for number, node in enumerate(graph.callers):
        yield f'  caller{number}["{_label(node)}"]'
        yield f"  caller{number} {_arrow(node)} gateway"
    for number, node in enumerate(graph.backends):
        yield f'  backend{number}["{_label(node)}"]'
        yield f"  gateway {_arrow(node)} backend{number}"
    public = [f"caller{n}" for n, node in enumerate(graph.callers) if node.is_public]
    public += [f"backend{n}" for n, node in enumerate(graph.backends) if node.is_public]
    if public:
        yield "  classDef public stroke:#b42318,stroke-width:3px"
        yield f"  class {','.join(public)} public"


def _arrow(node: Node) -> str:
    """Thick for public, dotted for what is not sure."""
    if node.is_public:
        return f"==>|{node.edge}|"
    return f"-->|{node.edge}|" if node.firm and node.direction == "private" else f"-.->|{node.edge}|"


def _label(node: Node) -> str:
    return _escape(f"{node.label} (stated)" if node.stated else node.label)


def _escape(text: str) -> str:
    return "".join(f"#{ord(item)};" if item in _ESCAPED else item for item in text)
