"""Examining in further processes of this machine, by ``concurrent.futures``.

Processes are started afresh (*spawn*): a fork of a process with threads may hang.
"""

import gc
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from typing import Final

from policypack.fleet.engines import BATCH, Engine, batches, in_this_process, lost
from policypack.fleet.task import Task, Work, examine

_AHEAD: Final = 3
"""Batches for each process that are handed over at once."""
_WORTH_IT: Final = 100
"""States from which on starting processes is faster than reading them here."""
_ENDED: Final = "the process that read it ended, as it does when memory runs out; read it by itself"

_work: Work | None = None


def in_processes(jobs: int) -> Engine:
    """An engine of so many processes; few tasks are done in this one."""

    def engine(tasks: Sequence[Task], work: Work) -> Iterator[tuple[Task, bytes]]:
        if jobs == 1 or len(tasks) < _WORTH_IT:
            yield from in_this_process(tasks, work)
            return
        left = yield from _round(batches(tasks), work, jobs, _AHEAD)
        # a process that ends takes what all others do with it, so that nobody knows which task ended it
        while left:
            suspects, rest = left[: jobs * _AHEAD * BATCH], left[jobs * _AHEAD * BATCH :]
            while suspects := (yield from _round(((task,) for task in suspects), work, 1, 1)):
                guilty, *suspects = suspects  # it was alone
                yield guilty, lost(guilty, _ENDED)
            left = yield from _round(batches(rest), work, jobs, _AHEAD)

    return engine


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _round(
    pending: Iterator[tuple[Task, ...]], work: Work, jobs: int, ahead: int
) -> Generator[tuple[Task, bytes], None, list[Task]]:
    """Do some batches; what comes back are the tasks that were lost when a process ended, in their order.

    So many batches for each process are handed over at once.
    """
    again: list[Task] = []
    running: dict[Future[list[bytes]], tuple[Task, ...]] = {}
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (work,))
    try:
        is_broken = False
        while True:
            while not is_broken and len(running) < jobs * ahead:
                batch = next(pending, None)
                if batch is None:
                    break
                try:
                    running[executor.submit(_examined, batch)] = batch
                except BrokenProcessPool:
                    is_broken = True
                    again.extend(batch)
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                batch = running.pop(future)
                try:
                    lines = future.result()
                except BrokenProcessPool:
                    is_broken = True
                    again.extend(batch)
                    continue
                yield from zip(batch, lines, strict=True)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    again.extend(task for batch in pending for task in batch)
    return again


def _begin(work: Work) -> None:
    """Prepare a process of the pool."""
    global _work  # noqa: PLW0603 - what the pool hands over once is found nowhere else
    _work = work
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)  # as in the command line: what a stack leaves has few cycles
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; ours ends the others
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the process that started this one was killed: nobody else would tell."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _examined(tasks: tuple[Task, ...]) -> list[bytes]:
    assert _work is not None
    return [examine(task, _work) for task in tasks]
