"""The JSON report that a pack writes, since ``pulumi preview --json`` drops policy events (pulumi#18851)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from policypack import __version__
from policypack.reports.report import SCHEMA
from policypack.reports.whole_file import is_device, write_whole

_NOT_KNOWN: Final = {"low": None, "high": None}


def write(path: str, text: str) -> str | None:
    """Write the report; why that was not possible, as a phrase.

    A pipe or a device is refused: nobody may be reading it, and a preview would wait for ever.
    """
    try:
        if is_device(Path(path)):
            return "it is a pipe or a device, and a file was expected"
        write_whole(Path(path), text)
    except OSError as error:
        return error.strerror or "it cannot be written"
    except ValueError:  # a path with a null byte
        return "this is no path"
    return None


def refusal(problems: Sequence[str], verdict: str = "undecided") -> str:
    """The report of a run in which nothing could be said, or nothing may be shown but the verdict."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "apig-cost", "version": __version__},
        "book": None,
        "books": [],
        "settings": None,
        "hoursPerMonth": None,
        "verdict": verdict,
        "stacks": [],
        "totals": [{"currency": None, "hourly": _NOT_KNOWN, "monthly": _NOT_KNOWN}],
        "errors": [{"path": "pack", "message": problem} for problem in problems],
        "warnings": [],
        "notes": [],
    }
    return json.dumps(document, indent=2) + "\n"
