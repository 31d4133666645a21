"""The JSON report that a pack writes, since ``pulumi preview --json`` drops policy events (pulumi#18851)."""

import json
from collections.abc import Sequence

from policypack import __version__
from policypack.reports.report import SCHEMA


def refusal(problems: Sequence[str]) -> str:
    """The report of a run in which nothing could be said."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "apig-cost", "version": __version__},
        "book": None,
        "hoursPerMonth": None,
        "verdict": "undecided",
        "stacks": [],
        "totals": [],
        "errors": [{"path": "pack", "message": problem} for problem in problems],
        "warnings": [],
    }
    return json.dumps(document, indent=2) + "\n"
