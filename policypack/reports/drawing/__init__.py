"""A gateway with its callers on the left and its backends on the right, as a graph."""

from policypack.reports.drawing.svg import svg

__all__ = ["svg"]
