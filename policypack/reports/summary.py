"""The few lines that a preview shows: what costs most, what was decided, and nothing else."""

from typing import Final

from policypack.reports.arrangement import by_cost
from policypack.reports.cells import monthly, what
from policypack.reports.prose import limit_line, not_covered, total_of
from policypack.reports.report import StackReport
from policypack.reports.safe import log_lines, visible

LINES: Final = 15
_NAME: Final = 32
_GAP: Final = 240
_MOST_GAPS: Final = 2


def summary(stack: StackReport) -> str:
    """At most fifteen lines, most expensive first; without any of our resources, what is not known.

    Findings are not part of it: the engine shows them itself.
    """
    gaps = [f"incomplete: {visible(gap, _GAP)}" for gap in stack.stack.gaps[:_MOST_GAPS]]
    if not stack.lines:
        return log_lines("".join(f"apig-cost, {gap}\n" for gap in gaps))
    end = ["total a month: " + total_of(stack)]
    end += [f"budget {limit_line(limit)}" for limit in stack.budget.limits[:3]]
    if len(stack.budget.limits) > 3:
        end.append(f"+ {len(stack.budget.limits) - 3} more limits")
    if stack.not_covered:
        end.append(not_covered(stack))
    end += gaps
    lines = by_cost(stack.lines)
    room = LINES - 1 - len(end)
    shown = lines if len(lines) <= room else lines[: room - 1]
    rows = [(visible(line.resource.name, _NAME), what(line), monthly(line)) for line in shown]
    name, item, cost = (max(len(row[column]) for row in rows) for column in range(3))
    start = ["API gateway cost, estimated (apig-cost):"]
    start += [f"  {row[0]:<{name}}  {row[1]:<{item}}  {row[2]:>{cost}}" for row in rows]
    if len(shown) < len(lines):
        start.append(f"  + {len(lines) - len(shown)} more")
    return log_lines("\n".join(start + end) + "\n")
