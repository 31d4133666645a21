"""(b) AnalyzeStack in a fresh process, as in every preview: all our policies against an empty one."""

import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks import packs, stacks
from benchmarks.table import Row, in_turns


def measure() -> list[Row]:
    """From the request to the answer, over the loopback interface."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        stock, floor = packs.stock(Path(place)), packs.floor(Path(place))
        for size, rounds in ((100, 15), (1_000, 15), (10_000, 5)):
            ours, theirs, least = in_turns(
                [partial(_once, command, size) for command in (packs.OURS, stock, floor)], rounds
            )
            rows.append(
                Row(
                    "b",
                    f"AnalyzeStack, {size} resources",
                    ours,
                    ("one empty stack policy", theirs),
                    "0.22" if size > 100 else "0.5",
                )
            )
            rows.append(
                Row("b", f"the same, pack in Go, {size} resources", least, ("one empty stack policy", theirs))
            )
    return rows


def _once(command: list[str], size: int) -> float:
    requests = stacks.requests(size)
    with packs.running(command) as (stub, _):
        stub.ConfigureStack(requests.introduction)
        for request in requests.resources:
            stub.Remediate(request)
            stub.Analyze(request)
        time.sleep(1)  # the engine runs the program meanwhile, which takes longer
        start = time.perf_counter()
        stub.AnalyzeStack(requests.stack)
        return time.perf_counter() - start
