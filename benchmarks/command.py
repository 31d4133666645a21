"""(d) ``check`` of an export and ``preview`` of the example as whole processes, and the analysis alone."""

import gc
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import packs, stacks
from benchmarks.table import Row, in_turns

CHECK = [str(Path(sys.executable).with_name("apig-cost")), "check", "--format", "json"]
PREVIEW = [CHECK[0], "preview", "--format", "json", "examples/shop"]
IMPORTS = """
import pulumi
from pulumi_huaweicloud import dedicatedapig, dns, vpc
dedicatedapig.Instance, dns.Zone, vpc.Eip  # each part of the package is imported when it is first used
"""
PARSE = [sys.executable, "-c", "import json, sys; json.load(open(sys.argv[1]))"]
SDK = [sys.executable, "-c", "import pulumi_policy"]
ROUNDS = 5


def measure() -> list[Row]:
    """Against a process that only parses the file, and against one that only imports the SDK."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        large, small = (_written(Path(place), size) for size in (10_000, 500))
        ours, parsed = in_turns(
            [partial(seconds, [*CHECK, large]), partial(seconds, [*PARSE, large])], ROUNDS
        )
        rows.append(Row("d", "check, 10,000 resources, process", ours, ("parsing the file", parsed), "3.2"))
        ours, imported = in_turns([partial(seconds, [*CHECK, small]), partial(seconds, SDK)], ROUNDS)
        rows.append(
            Row("d", "check, 500 resources, process", ours, ("importing pulumi_policy", imported), "1.3")
        )
    ours, imported = in_turns(
        [partial(seconds, PREVIEW), partial(seconds, [sys.executable, "-c", IMPORTS])], ROUNDS
    )
    rows.append(Row("d", "preview of the example, process", ours, ("its imports", imported), "1.5"))
    for size, bar in ((500, "1.5"), (10_000, "")):
        ours, parsed = _analysis(size)
        rows.append(
            Row("d", f"analysis alone, warm, {size} resources", ours, ("parsing their file", parsed), bar)
        )
    return rows


def _written(folder: Path, size: int) -> str:
    path = folder / f"export-{size}.json"
    path.write_text(json.dumps(stacks.export(size)))
    return str(path)


def seconds(command: list[str]) -> float:
    """How long a process takes; its output is thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=packs.ROOT)
    return time.perf_counter() - start


def _analysis(size: int) -> list[float]:
    import pricing
    from policypack.assessment import assess
    from policypack.settings.model import Settings
    from policypack.sources import read

    with tempfile.TemporaryDirectory() as place:
        path = _written(Path(place), size)
        gc.set_threshold(200_000, 50, 1000)  # as where it is used
        book, settings, today = pricing.load(), Settings(), datetime.now(UTC).date()

        def once() -> float:
            (stack,) = read(path)
            start = time.perf_counter()
            assess(stack, settings, book, today)
            return time.perf_counter() - start

        def parsed() -> float:
            start = time.perf_counter()
            with Path(path).open(encoding="utf-8") as opened:
                json.load(opened)
            return time.perf_counter() - start

        for _ in range(ROUNDS):
            once()  # Python is warm when it has run the same code a few times
        return in_turns([once, parsed], 3 * ROUNDS)
