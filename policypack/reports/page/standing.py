"""One word for how a stack stands, and its colour."""

from typing import Final

from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.row import StackRow

COLOURS: Final = {
    "over": "bad",
    "violation": "bad",
    "cannot decide": "open",
    "undecided": "open",
    "within": "good",
    "ok": "good",
    "needed": "plain",
    "unneeded": "note",
}
"""Colours by word; every word stands beside its colour."""


def standing(row: StackRow) -> str:
    """What a stack does to a pipeline, or how its limits stand."""
    verdicts = {one.finding.verdict for one in row.stops}
    if row.budget.verdict == "over":
        return "over"
    if "violation" in verdicts:
        return "violation"
    if row.budget.verdict == "undecided" or verdicts:
        return "cannot decide"
    return "within" if row.budget.verdict == "within" else "no limit"


def colour(word: str) -> str:
    """The class of a word."""
    return COLOURS.get(word, "plain")


def colour_of(enforced: EnforcedFinding) -> str:
    """Red is what stops a pipeline, amber what nobody can decide, blue is advice, grey was set aside."""
    if enforced.waiver is not None or enforced.known:
        return "plain"
    if not enforced.stops:
        return "note"
    return "bad" if enforced.finding.verdict == "violation" else "open"
