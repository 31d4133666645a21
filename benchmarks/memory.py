"""(f) Memory at 50,000 resources, and whether time grows faster than the stack."""

import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks import packs, stacks
from benchmarks.table import Row, in_turns

SMALL, LARGE = 1_000, 50_000
ROUNDS = 3


def measure() -> list[Row]:
    """Each size in a fresh process, captured inputs included."""
    memory: dict[str, int] = {}

    def once(name: str, command: list[str], size: int) -> float:
        seconds, memory[name] = _once(command, size)
        return seconds

    with tempfile.TemporaryDirectory() as place:
        small, large, stock = in_turns(
            [
                partial(once, "small", packs.OURS, SMALL),
                partial(once, "large", packs.OURS, LARGE),
                partial(once, "stock", packs.stock(Path(place)), LARGE),
            ],
            ROUNDS,
        )
    return [
        Row(
            "f",
            f"time per resource at {LARGE}",
            large / LARGE,
            (f"at {SMALL}", small / SMALL),
            "1.3",
        ),
        Row("f", f"AnalyzeStack, {LARGE} resources", large, ("one empty stack policy", stock)),
        Row(
            "f",
            f"peak memory, {LARGE} resources",
            memory["large"],
            ("empty pack", memory["stock"]),
            "300 MB",
            unit="B",
        ),
    ]


def _once(command: list[str], size: int) -> tuple[float, int]:
    requests = stacks.requests(size)
    with packs.running(command) as (stub, process):
        stub.ConfigureStack(requests.introduction)
        for request in requests.resources:
            stub.Analyze(request)
        time.sleep(1)  # the pack has had more time than that to load what it needs
        start = time.perf_counter()
        stub.AnalyzeStack(requests.stack)
        return time.perf_counter() - start, packs.peak_memory(process)
