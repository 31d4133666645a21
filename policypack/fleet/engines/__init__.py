"""Where tasks are examined: in this process, in others of this machine, or on a Dask cluster.

An engine gives each task with its line, in whatever order they end. None of them schedules anything itself.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from policypack import __version__
from policypack.fleet import wire
from policypack.fleet.key import identity
from policypack.fleet.result import Head, Result
from policypack.fleet.task import Task, Work, examine
from policypack.reports.report import ReportError

Engine = Callable[[Sequence[Task], Work], Iterator[tuple[Task, bytes]]]

BATCH: Final = 16
"""Tasks that are handed over at once: one alone takes little more time than handing it over."""


class EngineError(Exception):
    """The work cannot be done there. Its text is one line that a user can act on."""


def in_this_process(tasks: Sequence[Task], work: Work) -> Iterator[tuple[Task, bytes]]:
    """One after the other."""
    return ((task, examine(task, work)) for task in tasks)


def batches(tasks: Sequence[Task]) -> Iterator[tuple[Task, ...]]:
    """The tasks in their order, some at a time; small ones where there are few, so that all get some."""
    size = min(BATCH, max(1, len(tasks) // BATCH))
    for start in range(0, len(tasks), size):
        yield tuple(tasks[start : start + size])


def lost(task: Task, told: str) -> bytes:
    """The line of a task that could not be done."""
    error = ReportError(task.entry.shown, told)
    return wire.to_line(Result(Head(identity(task.entry), "", task.told, "", __version__, errors=(error,))))
