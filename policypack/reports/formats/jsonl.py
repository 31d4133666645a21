"""JSON a line each: every stack as it stands in the report, then the report without stacks.

Each line has a ``kind``: ``stack``, and ``report`` for the last one. Without that the output is not whole.
"""

from collections.abc import Iterator

from policypack.reports.document import document, stack_text
from policypack.reports.report import Report
from policypack.reports.safe import json_line


def render(report: Report) -> str:
    """All lines."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """One line after the other."""
    texts = map(stack_text, report.stacks) if report.texts is None else report.texts()
    for text in texts:
        yield f'{{"kind":"stack",{text[1:]}\n'
    whole = document(report, stacks=[])
    del whole["stacks"]
    yield json_line({"kind": "report", **whole}) + "\n"
