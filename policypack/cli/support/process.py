"""What a process owes its surroundings: to end when it is told to, and to bear closed streams."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class Ended(BaseException):
    """A signal asked us to end; programs that we have started are ended on the way out."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


_MOMENT: Final = 0.01
"""Seconds after which a signal that was lost is sent once more."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """End like after Ctrl-C when a job is cancelled or its terminal closes, and leave nothing running.

    What a signal raises is lost where it comes while Python cleans up, as between imports; it comes again.
    """

    def end(number: int, _: object) -> None:
        raise Ended(number)

    replaced = []
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, end)
            replaced.append(number)
    tell = sys.unraisablehook

    def once_more(lost: "sys.UnraisableHookArgs") -> None:
        error = lost.exc_value
        if isinstance(error, KeyboardInterrupt):
            _send(signal.SIGINT)
        elif isinstance(error, Ended):
            _send(error.number)
        else:
            tell(lost)

    sys.unraisablehook = once_more
    try:
        yield
    finally:
        sys.unraisablehook = tell
        for number in replaced:
            signal.signal(number, signal.SIG_DFL)


def _send(number: int) -> None:
    """Send a signal to this process, when it is past what lost the one before."""
    from threading import Timer

    timer = Timer(_MOMENT, os.kill, (os.getpid(), number))
    timer.daemon = True
    timer.start()


def replace_closed_streams() -> None:
    """A stream that the caller has closed takes everything and keeps nothing, like /dev/null."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8"))
