"""The command that prints the details of a stack."""

from shlex import quote
from typing import Final

from policypack.reports.row import StackRow
from policypack.reports.safe import visible

_NOT_AGAIN: Final = frozenset({"", "-", "standard input"})
"""Paths of what cannot be read a second time."""
_PROGRAM: Final = "program"


def command(row: StackRow) -> str:
    """``apig-cost explain ...``; empty where the source cannot be read again or its name cannot be typed."""
    path = row.origin.path
    if path in _NOT_AGAIN or row.origin.kind == "engine":
        return ""
    words = ["apig-cost", "explain", path]
    if row.origin.kind == _PROGRAM and row.name:
        words += ["--stack", row.name]
    if any(word.startswith("-") for word in (path, row.name)) or any(visible(word) != word for word in words):
        return ""
    return " ".join(map(quote, words))
