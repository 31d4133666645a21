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


class Deadline:
    """A point in time after which a run goes on with what it has.

    Args:
        seconds: How long the run may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._over = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Wait between attempts; nothing is tried again once the time is over.

        Raises:
            DeadlineError: The time is over.
        """
        if self._over.wait(seconds):
            raise self._error()

    def before(self, items: Iterable[Item]) -> Iterator[Item]:
        """Hand on what comes before the deadline.

        The items are made in a thread of their own, since a read that never returns cannot be
        interrupted; it ends with the next item or attempt, or with the process.

        Raises:
            DeadlineError: The time is over and there may be more items.
        """
        queue: SimpleQueue[tuple[Item | None, BaseException | None]] = SimpleQueue()

        def produce() -> None:
            try:
                for item in items:
                    queue.put((item, None))
                    if self._over.is_set():
                        return
                queue.put((None, StopIteration()))
            except BaseException as error:
                queue.put((None, error))

        threading.Thread(target=produce, daemon=True, name="fetching prices").start()
        try:
            while True:
                item, error = queue.get(timeout=max(0.0, self._end - time.monotonic()))
                if isinstance(error, StopIteration):
                    return
                if error is not None:
                    raise error
                assert item is not None
                yield item
        except Empty:
            raise self._error() from None
        finally:
            self._over.set()

    def _error(self) -> DeadlineError:
        return DeadlineError(f"there was no answer within {self._seconds:g} s (--deadline)")
