"""Where tasks are examined. An engine gives each task with its line, in whatever order they end."""

from collections.abc import Callable, Iterable, Iterator

from policypack.fleet.task import Task, Work, examine

Engine = Callable[[Iterable[Task], Work], Iterator[tuple[Task, bytes]]]


def in_this_process(tasks: Iterable[Task], work: Work) -> Iterator[tuple[Task, bytes]]:
    """One after the other."""
    return ((task, examine(task, work)) for task in tasks)
