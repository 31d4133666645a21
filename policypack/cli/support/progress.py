"""A sign of life, for work that takes more than a second."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from policypack.cli.support.errors import tell
from policypack.cli.support.options import QUIET, VERBOSE, asked

_PATIENCE: Final = 1.0
"""Seconds."""
_REFRESH: Final = 0.2
_LOG: Final = 30.0
"""Seconds between two lines where nobody is watching: a job that says nothing is taken for dead."""

Count = Callable[[int, int, int], None]
"""Told how many are done, of how many, and how many of them could not be read."""


@contextmanager
def progress(text: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner on stderr while the work lasts, if a person is watching.

    What is yielded says what is being done now.
    """
    told = [text]
    shown: list[Any] = []

    def say(now: str) -> None:
        told.append(now)
        for status in shown:
            _update(status, now)

    if not sys.stderr.isatty() or asked(QUIET) or asked(VERBOSE):
        yield say
        return
    timer = threading.Timer(_PATIENCE, lambda: shown.append(_started(told[-1])))
    timer.daemon = True
    timer.start()
    try:
        yield say
    finally:
        timer.cancel()
        timer.join()
        for status in shown:
            status.stop()


@contextmanager
def counting(text: str, *, every: float = _LOG) -> Iterator[Count]:
    """Show how far the work is: all the time to a person who is watching, else a line now and then.

    Args:
        text: What is done before anything can be counted.
        every: Seconds between two lines where nobody is watching.
    """
    if asked(QUIET):
        yield lambda *_: None
        return
    state = _State(text, time.monotonic())
    is_watched = sys.stderr.isatty() and not asked(VERBOSE)
    ended = threading.Event()

    def show() -> None:
        if not is_watched:
            while not ended.wait(every):
                tell(state.told())
            return
        if ended.wait(_PATIENCE):
            return
        status = _started(state.told())
        try:
            while not ended.wait(_REFRESH):
                _update(status, state.told())
        finally:
            status.stop()

    thread = threading.Thread(target=show, daemon=True, name="progress")
    thread.start()
    try:
        yield state.count
    finally:
        ended.set()
        thread.join()


class _State:
    def __init__(self, text: str, began: float) -> None:
        self._text = text
        self._began = began
        self._counts = (0, 0, 0)

    def count(self, done: int, total: int, failed: int) -> None:
        if done <= 1:  # another part of the work begins
            self._began = time.monotonic()
        self._counts = (done, total, failed)

    def told(self) -> str:
        done, total, failed = self._counts
        return told(done, total, failed, time.monotonic() - self._began) if total else self._text


def told(done: int, total: int, failed: int, seconds: float) -> str:
    """How far a work is, in a few words.

    Args:
        done: How many are done.
        total: Of how many.
        failed: How many of these could not be read.
        seconds: Since it began.
    """
    parts = [f"{done} of {total} stacks"]
    if done and seconds > 0:
        rate = done / seconds
        parts.append(f"{rate:.0f} a second" if rate >= 1 else f"{rate * 60:.0f} a minute")
        if done < total:
            parts.append(f"{_duration((total - done) / rate)} left")
    parts.append("1 error" if failed == 1 else f"{failed} errors")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{max(whole, 1)} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _started(text: str) -> Any:
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

    status = Status(Text(text), console=Console(stderr=True))
    status.start()
    return status


def _update(status: Any, text: str) -> None:
    from rich.text import Text

    status.update(Text(text))
