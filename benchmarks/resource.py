"""(c) Remediate and Analyze of one resource that is none of ours."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import packs, stacks
from benchmarks.table import Row

CALLS = 2_000


def measure() -> list[Row]:
    """Medians of many calls, taken in turns from both packs."""
    requests = {request.type: request for request in stacks.requests(400).resources}
    with tempfile.TemporaryDirectory() as place:
        stock = packs.stock(Path(place))
        with packs.running(packs.OURS) as (ours, _), packs.running(stock) as (theirs, _):
            return [
                _row(ours, theirs, "one server", requests["huaweicloud:Ecs/instance:Instance"], "1.0"),
                _row(ours, theirs, "one API", requests["huaweicloud:DedicatedApig/api:Api"], ""),
            ]


def _row(ours: Any, theirs: Any, what: str, request: Any, bar: str) -> Row:
    mine, others = [], []
    for _ in range(CALLS):
        mine.append(_both(ours, request))
        others.append(_both(theirs, request))
    medians = statistics.median(mine), statistics.median(others)
    return Row("c", f"Remediate and Analyze, {what}", medians[0], ("empty pack", medians[1]), bar)


def _both(stub: Any, request: Any) -> float:
    start = time.perf_counter()
    stub.Remediate(request)
    stub.Analyze(request)
    return time.perf_counter() - start
