"""Examining in further processes of this machine, by ``concurrent.futures``.

Processes are started afresh (*spawn*): a fork of a process with threads may hang.

Each writes its results to a file of its own and hands over where they stand. If it handed over the results,
a process that is killed while it writes would leave half of one in the pipe that all share, and the reader
would wait for the other half without end. So short a message is written whole or not at all (``PIPE_BUF`` in
pipe(7)).
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process, util
from pathlib import Path
from typing import IO, Final

from policypack.fleet.engines import BATCH, Engine, batches, in_this_process, lost
from policypack.fleet.task import Task, Work, examine

_AHEAD: Final = 3
"""Batches for each process that are handed over at once."""
_WORTH_IT: Final = 100
"""States from which on starting processes is faster than reading them here."""
_MOMENT: Final = 2.0
"""Seconds in which all that a process held is gone after it was killed."""
_ENDED: Final = "the process that read it ended, as it does when memory runs out; read it by itself"

_work: Work | None = None
_results: IO[bytes] | None = None
Kept = tuple[str, int, list[int]]
"""The file of a process, where its results begin in it, and how long each is."""


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
    running: dict[Future[Kept], tuple[Task, ...]] = {}
    place = tempfile.TemporaryDirectory(prefix="apig-cost-results-")
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (work, place.name))
    try:
        is_broken = False
        while True:
            while not is_broken and len(running) < jobs * ahead:
                batch = next(pending, None)
                if batch is None:
                    break
                try:
                    with _uninterrupted():
                        running[executor.submit(_examined, batch)] = batch
                except BrokenProcessPool:
                    is_broken = True
                    again.extend(batch)
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                batch = running.pop(future)
                try:
                    lines = _read(future.result())
                except BrokenProcessPool:
                    is_broken = True
                    again.extend(batch)
                    continue
                except OSError as error:
                    told = f"its result cannot be kept ({error.strerror or type(error).__name__})"
                    lines = [lost(task, told) for task in batch]
                yield from zip(batch, lines, strict=True)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        place.cleanup()
    again.extend(task for batch in pending for task in batch)
    return again


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold an interrupt back, also from a process that is started now and that ``_begin`` has not reached.

    That process inherits the mask. Here another thread may take the signal, that of the progress for one, and
    then it is Python that would raise in the middle of starting: hence the handler.
    """
    held: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number)) if is_main else None
    try:
        yield
    finally:
        if is_main:
            signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if held:
            signal.raise_signal(signal.SIGINT)


def _begin(work: Work, place: str) -> None:
    """Prepare a process of the pool."""
    global _work, _results  # noqa: PLW0603 - what the pool hands over once is found nowhere else
    _work = work
    _results = Path(place, str(os.getpid())).open("ab", buffering=0)  # noqa: SIM115 - as long as the process
    gc.freeze()
    gc.set_threshold(200_000, 50, 1000)  # as in the command line: what a stack leaves has few cycles
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; ours ends the others
    threading.Thread(target=_end_with_parent, args=(place,), daemon=True).start()
    util.Finalize(None, _end_without_queue, (place,), exitpriority=1)


def _end_with_parent(place: str, seconds: float | None = None) -> None:
    """End when the process that started this one was killed, which nobody else tells or tidies up after."""
    parent = parent_process()
    if parent is not None and connection.wait([parent.sentinel], seconds):
        shutil.rmtree(place, ignore_errors=True)
        os._exit(1)


def _end_without_queue(place: str) -> None:
    """The same, where the queue of work is seen to be gone first: that is an error, with a traceback."""
    if sys.exc_info()[0] is not None:
        _end_with_parent(place, _MOMENT)


def _examined(tasks: tuple[Task, ...]) -> Kept:
    assert _work is not None
    assert _results is not None
    lines = [examine(task, _work) for task in tasks]
    start = _results.seek(0, os.SEEK_END)
    left = b"".join(lines)
    while left:
        left = left[_results.write(left) :]
    return str(_results.name), start, [len(line) for line in lines]


def _read(kept: Kept) -> list[bytes]:
    name, start, lengths = kept
    with Path(name).open("rb") as file:
        file.seek(start)
        return [file.read(length) for length in lengths]
