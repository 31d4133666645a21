"""Ends a program with everything that it started, also what left its process group (``setsid``)."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Final

VARIABLE: Final = "APIG_COST_PREVIEW"
"""Environment variable by which the processes of one preview are known; its value differs in each."""

_PROCESSES: Final = Path("/proc")
_ROUNDS: Final = 20
"""A process may start another while it is looked for."""


def end_all(leader: int, mark: str) -> None:
    """End a process, its group, its descendants and whatever carries the mark of the preview.

    Where there is no ``/proc``, only the group is ended.

    Args:
        leader: The process that was started, the leader of its group.
        mark: The value of ``VARIABLE`` in its environment.
    """
    started = _started_by(leader, mark)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)
    for _ in range(_ROUNDS):
        for process in started:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        started = _started_by(leader, mark) - {leader}
        if not started:
            return


def end_started(by: int) -> None:
    """End what descends from a process, while that is still to be seen."""
    for process in _started_by(by, "") - {by}:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def _started_by(leader: int, mark: str) -> set[int]:
    """Living processes that descend from one, or carry the mark."""
    parents: dict[int, int] = {}
    started_by: set[int] = {leader}
    wanted = f"{VARIABLE}={mark}".encode()
    for folder in _PROCESSES.glob("[0-9]*"):
        process = int(folder.name)
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = (folder / "stat").read_bytes().rpartition(b")")[2].split()[:2]
            if state == b"Z":
                continue
            parents[process] = int(parent)
            if mark and wanted in (folder / "environ").read_bytes().split(b"\0"):
                started_by.add(process)
    while True:
        more = {process for process, parent in parents.items() if parent in started_by} - started_by
        if not more:
            return started_by & parents.keys()
        started_by |= more
