"""The JSON report that a pack writes, since ``pulumi preview --json`` drops policy events (pulumi#18851)."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from policypack import __version__
from policypack.reports.report import SCHEMA


def write_whole(path: Path, text: str) -> None:
    """Write a file at once or not at all: a reader never sees half of it.

    Raises:
        OSError: It cannot be written; what was there before is still there.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


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
