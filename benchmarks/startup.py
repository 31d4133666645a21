"""(a) From exec to the line with the port, and on to the answer that the engine waits for next."""

import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks import packs
from benchmarks.table import Row, in_turns

ROUNDS = 15


def measure() -> list[Row]:
    """Both forms against an empty pack of the stock SDK in the same form."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        executable, stock, directory, stock_directory = in_turns(
            [
                partial(packs.seconds_to_port, packs.OURS),
                partial(packs.seconds_to_port, packs.stock(folder)),
                partial(packs.seconds_to_port, packs.directory()),
                partial(packs.seconds_to_port, packs.stock_directory(folder)),
            ],
            ROUNDS,
        )
        ready, stock_ready = in_turns(
            [partial(_configured, packs.OURS), partial(_configured, packs.stock(folder))], ROUNDS
        )
    return [
        Row("a", "executable, exec to port", executable, ("empty pack", stock), "1.15", "1.0"),
        Row("a", "directory, exec to port", directory, ("empty pack", stock_directory), "1.15", "1.0"),
        Row("a", "executable, exec to configured", ready, ("empty pack", stock_ready)),
    ]


def _configured(command: list[str]) -> float:
    start = time.perf_counter()
    with packs.running(command):
        return time.perf_counter() - start
