"""The graph of a gateway as SVG, for HTML: no script, no style sheet, no outside reference."""

from collections.abc import Iterator
from html import escape
from typing import Final

from policypack.network.verdict import Direction, GatewayJudgement
from policypack.reports.drawing.graph import Graph, Node, graph_of

_WIDTH, _BOX_WIDTH, _BOX_HEIGHT, _GAP, _MARGIN = 910, 230, 34, 12, 16
_GATEWAY_WIDTH, _GATEWAY_HEIGHT = 220, 78
_COLOURS: Final[dict[Direction, str]] = {
    "public": "#b42318",
    "private": "#067647",
    "unknown": "#667085",
    "neutral": "#98a2b3",
}


def svg(judged: GatewayJudgement) -> str:
    """The drawing of one gateway. Public edges are thick and red, unknown ones dashed and grey."""
    graph = graph_of(judged)
    rows = max(len(graph.callers), len(graph.backends))
    height = max(rows * (_BOX_HEIGHT + _GAP) - _GAP, _GATEWAY_HEIGHT) + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12">',
        f"<title>{escape(_title(graph))}</title>",
        *_side(graph.callers, _MARGIN, height, towards_gateway=True),
        *_side(graph.backends, _WIDTH - _MARGIN - _BOX_WIDTH, height, towards_gateway=False),
        *_gateway(graph, height),
        "</svg>",
    ]
    return "".join(parts)


def _title(graph: Graph) -> str:
    return f"{graph.gateway}: {graph.entrance}; {graph.outbound}"


def _gateway(graph: Graph, height: int) -> Iterator[str]:
    left, top = (_WIDTH - _GATEWAY_WIDTH) // 2, (height - _GATEWAY_HEIGHT) // 2
    yield (
        f'<rect x="{left}" y="{top}" width="{_GATEWAY_WIDTH}" height="{_GATEWAY_HEIGHT}" rx="6" '
        'fill="#eff8ff" stroke="#175cd3" stroke-width="2"/>'
    )
    middle = _WIDTH // 2
    for number, text in enumerate((graph.gateway, graph.entrance, graph.outbound)):
        weight = ' font-weight="bold"' if number == 0 else ""
        yield (
            f'<text x="{middle}" y="{top + 24 + 20 * number}" text-anchor="middle" fill="#101828"{weight}>'
            f"{escape(text)}</text>"
        )


def _side(nodes: tuple[Node, ...], left: int, height: int, *, towards_gateway: bool) -> Iterator[str]:
    used = len(nodes) * (_BOX_HEIGHT + _GAP) - _GAP
    top = (height - used) // 2
    for number, node in enumerate(nodes):
        y = top + number * (_BOX_HEIGHT + _GAP)
        yield from _edge(node, left, y + _BOX_HEIGHT // 2, height, towards_gateway=towards_gateway)
        yield from _box(node, left, y)


def _box(node: Node, left: int, top: int) -> Iterator[str]:
    colour = _COLOURS[node.direction]
    stated = " (stated)" if node.stated else ""
    yield (
        f'<g><title>{escape(node.detail)}</title><rect x="{left}" y="{top}" width="{_BOX_WIDTH}" '
        f'height="{_BOX_HEIGHT}" rx="4" fill="#ffffff" stroke="{colour}"/>'
        f'<text x="{left + 10}" y="{top + 22}" fill="#101828">{escape(node.label + stated)}</text></g>'
    )


def _edge(node: Node, left: int, y: int, height: int, *, towards_gateway: bool) -> Iterator[str]:
    colour = _COLOURS[node.direction]
    dashes = "" if node.firm and node.direction != "unknown" else ' stroke-dasharray="5 4"'
    thick = 3 if node.is_public else 1.5
    half = _GATEWAY_WIDTH // 2
    start = (left + _BOX_WIDTH, y) if towards_gateway else (_WIDTH // 2 + half, height // 2)
    end = (_WIDTH // 2 - half, height // 2) if towards_gateway else (left, y)
    yield (
        f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" stroke="{colour}" '
        f'stroke-width="{thick}"{dashes}/>'
    )
    yield (
        f'<polygon points="{end[0]},{end[1]} {end[0] - 9},{end[1] - 5} {end[0] - 9},{end[1] + 5}" '
        f'fill="{colour}"/>'
    )
    x = left + _BOX_WIDTH + 6 if towards_gateway else left - 6
    anchor = "start" if towards_gateway else "end"
    yield (
        f'<text x="{x}" y="{y - 5}" font-size="10" text-anchor="{anchor}" fill="{colour}">{node.edge}</text>'
    )
