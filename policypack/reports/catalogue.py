"""All formats, found by their files: a new format is one new file with a ``render`` function."""

from collections.abc import Callable
from importlib import import_module

from policypack.reports.names import formats
from policypack.reports.report import Report

Render = Callable[[Report], str]
"""Makes the whole output, ending with a line break. Pure: same report, same text."""


def renderer(name: str) -> Render:
    """The function of one format; its module is imported only now.

    Raises:
        KeyError: There is no such format.
    """
    if name not in formats():
        raise KeyError(name)
    render: Render = import_module(f"policypack.reports.formats.{name}").render
    return render
