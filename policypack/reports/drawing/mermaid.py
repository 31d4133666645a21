"""The graph of a gateway as Mermaid text, for Markdown."""

from collections.abc import Iterator
from typing import Final

from policypack.network.verdict import Direction, GatewayJudgement
from policypack.reports.drawing.graph import Node, graph_of

_ARROWS: Final[dict[Direction, str]] = {
    "public": "==>|public|",
    "private": "-->|private|",
    "unknown": "-.->|not known|",
    "neutral": "---",
}
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
        yield f"  caller{number} {_ARROWS[node.direction]} gateway"
    for number, node in enumerate(graph.backends):
        yield f'  backend{number}["{_label(node)}"]'
        yield f"  gateway {_ARROWS[node.direction]} backend{number}"
    public = [f"caller{n}" for n, node in enumerate(graph.callers) if node.direction == "public"]
    public += [f"backend{n}" for n, node in enumerate(graph.backends) if node.direction == "public"]
    if public:
        yield "  classDef public stroke:#b42318,stroke-width:3px"
        yield f"  class {','.join(public)} public"


def _label(node: Node) -> str:
    return _escape(f"{node.label} (stated)" if node.stated else node.label)


def _escape(text: str) -> str:
    return "".join(f"#{ord(item)};" if item in _ESCAPED else item for item in text)
