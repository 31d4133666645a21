"""All formats, found by their files: a new format is one new file with a ``render`` function."""

import sys
from collections.abc import Callable, Iterator

from policypack.plugins import load_plugin
from policypack.reports.differences.report import DifferenceReport
from policypack.reports.names import DIFFERENCE_FORMATS, FORMATS, difference_formats, formats
from policypack.reports.report import Report

Render = Callable[[Report], str]
"""Makes the whole output, ending with a line break. Pure: same report, same text."""
Write = Callable[[Report], Iterator[str]]
"""Likewise piece by piece, for very many stacks: an optional function ``parts`` beside ``render``."""
RenderDifference = Callable[[DifferenceReport], str]


def renderer(name: str) -> Render:
    """The function of one format; its module is imported only now.

    Raises:
        KeyError: There is no such format.
        PluginError: Its file lacks the function.
    """
    if name not in formats():
        raise KeyError(name)
    render: Render = load_plugin(FORMATS, name, render="def render(report: Report) -> str").render
    return render


def writer(name: str) -> Write:
    """What writes a format piece by piece; a format that is made at once is one piece.

    Raises:
        KeyError: There is no such format.
        PluginError: Its file lacks the function.
    """
    render = renderer(name)
    parts: Write | None = getattr(sys.modules[render.__module__], "parts", None)
    return parts if parts is not None else lambda report: iter((render(report),))


def difference_renderer(name: str) -> RenderDifference:
    """The function of one format of comparisons; its module is imported only now.

    Raises:
        KeyError: There is no such format.
        PluginError: Its file lacks the function.
    """
    if name not in difference_formats():
        raise KeyError(name)
    needed = "def render(report: DifferenceReport) -> str"
    render: RenderDifference = load_plugin(DIFFERENCE_FORMATS, name, render=needed).render
    return render
