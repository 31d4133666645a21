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
    request = next(
        request
        for request in stacks.requests(100).resources
        if request.type == "huaweicloud:Ecs/instance:Instance"
    )
    with tempfile.TemporaryDirectory() as place:
        stock = packs.stock(Path(place))
        with packs.running(packs.OURS) as (ours, _), packs.running(stock) as (theirs, _):
            mine, others = [], []
            for _ in range(CALLS):
                mine.append(_both(ours, request))
                others.append(_both(theirs, request))
    return [
        Row(
            "c",
            "Remediate and Analyze, one server",
            statistics.median(mine),
            ("empty pack", statistics.median(others)),
            "1.0",
        )
    ]


def _both(stub: Any, request: Any) -> float:
    start = time.perf_counter()
    stub.Remediate(request)
    stub.Analyze(request)
    return time.perf_counter() - start
