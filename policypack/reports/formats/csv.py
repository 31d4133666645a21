"""Cost lines in the columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification).

These are estimates: nothing was billed, so the columns of billed, effective and contracted cost and
the periods stay empty and every row says so. A cost that is a range stands in the ``x_`` columns only.
"""

from __future__ import annotations

import csv
from io import StringIO

from policypack.reports import focus
from policypack.reports.report import Report
from policypack.reports.safe import cell


def render(report: Report) -> str:
    """One row for each line of each stack."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    columns = focus.columns()
    writer.writerow(columns)
    for stack in report.stacks:
        for line in stack.lines:
            cells = focus.cells(line, stack, report)
            assert cells.keys() <= set(columns)
            writer.writerow([cell(cells.get(column, "")) for column in columns])
    return buffer.getvalue()
