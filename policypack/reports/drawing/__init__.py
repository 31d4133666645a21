"""A gateway with its callers on one side and its backends on the other, as a graph of typed boxes."""

from policypack.reports.drawing.graph import Graph, Node, decisive_first, graph_of

__all__ = ["Graph", "Node", "decisive_first", "graph_of"]
