"""(d) ``apig-cost check`` on an export, whole process, and the analysis alone."""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import stacks
from benchmarks.table import Row, in_turns

CHECK = [str(Path(sys.executable).with_name("apig-cost")), "check", "--format", "json"]
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
        rows.append(
            Row("d", "check, 10,000 resources, process", ours, ("parsing the file", parsed), "5", "3")
        )
        ours, imported = in_turns([partial(seconds, [*CHECK, small]), partial(seconds, SDK)], ROUNDS)
        rows.append(
            Row("d", "check, 500 resources, process", ours, ("importing pulumi_policy", imported), "2.5")
        )
    for size, bar, aim in ((500, "20 ms", "5 ms"), (10_000, "", "")):
        rows.append(Row("d", f"analysis alone, warm, {size} resources", _analysis(size), None, bar, aim))
    return rows


def _written(folder: Path, size: int) -> str:
    path = folder / f"export-{size}.json"
    path.write_text(json.dumps(stacks.export(size)))
    return str(path)


def seconds(command: list[str]) -> float:
    """How long a process takes; its output is thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def _analysis(size: int) -> float:
    import pricing
    from policypack.assessment import assess
    from policypack.settings.model import Settings
    from policypack.sources import read

    with tempfile.TemporaryDirectory() as place:
        path = _written(Path(place), size)
        book, settings, today = pricing.load(), Settings(), datetime.now(UTC).date()

        def once() -> float:
            (stack,) = read(path)
            start = time.perf_counter()
            assess(stack, settings, book, today)
            return time.perf_counter() - start

        return in_turns([once], ROUNDS)[0]
