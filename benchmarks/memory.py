"""(f) Memory at 50,000 resources, and whether time grows faster than the stack."""

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks import packs, stacks
from benchmarks.table import Row

SMALL, LARGE = 1_000, 50_000


def measure() -> list[Row]:
    """Each size in a fresh process, captured inputs included."""
    small = median(_once(packs.OURS, SMALL)[0] for _ in range(5))
    large, memory = _once(packs.OURS, LARGE)
    with tempfile.TemporaryDirectory() as place:
        stock, stock_memory = _once(packs.stock(Path(place)), LARGE)
    return [
        Row(
            "f",
            f"time per resource at {LARGE}",
            large / LARGE,
            (f"at {SMALL}", small / SMALL),
            "1.3",
        ),
        Row("f", f"AnalyzeStack, {LARGE} resources", large, ("one empty stack policy", stock)),
        Row("f", f"peak memory, {LARGE} resources", memory, ("empty pack", stock_memory), unit="B"),
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
