"""A sign of life on a terminal, for work that takes more than a second."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_PATIENCE: Final = 1.0
"""Seconds."""


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show a spinner on stderr while the work lasts, if a person is watching."""
    if not sys.stderr.isatty():
        yield
        return
    shown: list[Any] = []
    timer = threading.Timer(_PATIENCE, lambda: shown.append(_started(text)))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for status in shown:
            status.stop()


def _started(text: str) -> Any:
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

    status = Status(Text(text), console=Console(stderr=True))
    status.start()
    return status
