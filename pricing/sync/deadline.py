"""The end of a whole run: a server that answers a byte a second never times out by itself."""

import threading
import time
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

from pricing.sync.errors import SyncError

Item = TypeVar("Item")


class DeadlineError(SyncError):
    """The time of the run is over."""


def until(items: Iterable[Item], seconds: float) -> Iterator[Item]:
    """Hand on what comes before the deadline.

    The items are made in a thread of their own, which the end of the process ends: a read that never
    returns cannot be interrupted otherwise.

    Raises:
        DeadlineError: The time is over and there may be more items.
    """
    end = time.monotonic() + seconds
    queue: SimpleQueue[tuple[Item | None, BaseException | None]] = SimpleQueue()

    def produce() -> None:
        try:
            for item in items:
                queue.put((item, None))
            queue.put((None, StopIteration()))
        except BaseException as error:
            queue.put((None, error))

    threading.Thread(target=produce, daemon=True, name="fetching prices").start()
    while True:
        try:
            item, error = queue.get(timeout=max(0.0, end - time.monotonic()))
        except Empty:
            raise DeadlineError(f"there was no answer within {seconds:g} s (--deadline)") from None
        if isinstance(error, StopIteration):
            return
        if error is not None:
            raise error
        assert item is not None
        yield item
