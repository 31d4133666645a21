"""The report as JSON: the contract that other programs read (``docs/schemas/report.schema.json``)."""

from collections.abc import Iterator
from typing import Final

from policypack.reports.document import document
from policypack.reports.report import Report
from policypack.reports.safe import json_text

_NO_STACKS: Final = '"stacks": [],'


def render(report: Report) -> str:
    """The whole report; non-ASCII characters are escaped, so that nothing can hide in it."""
    return json_text(document(report)) if report.texts is None else "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """The report piece by piece; the stacks of a fleet stand in it a line each, as they were kept."""
    if report.texts is None:
        yield render(report)
        return
    before, _, after = json_text(document(report, stacks=[])).partition(_NO_STACKS)
    yield before + _NO_STACKS[:-2]
    separator = "\n"
    for text in report.texts():
        yield separator + text
        separator = ",\n"
    yield f"\n  ],{after}"
