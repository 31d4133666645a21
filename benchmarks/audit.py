"""(h) An audit of 10,000 stacks of 30 resources: whole commands, all processes.

``BENCHMARK_STACKS`` sets another number of stacks; the bars hold for 10,000 on two idle cores.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks import stacks
from benchmarks.table import Row, in_turns

STACKS = int(os.environ.get("BENCHMARK_STACKS", "10000"))
RESOURCES = 30
SAMPLE = 300
PROJECTS = 100
MORE_OUTPUTS = 50
"""Of each resource, for stacks of 103 kB: on these the first version (commit c60c858) took 7 times as long as
parsing them, from which the bar was set. On those of 53 kB it took 12 times as long."""
ROUNDS = 3
AUDIT = [str(Path(sys.executable).with_name("apig-cost")), "audit"]
PARSE = """
import json, sys, time
from pathlib import Path
files = [str(path) for path in Path(sys.argv[1]).rglob("*.json")]
start = time.process_time()
for file in files:
    with open(file, "rb") as opened:
        json.load(opened)
print((time.process_time() - start) / len(files))
"""
EXAMINE = """
import gc, sys, time
gc.set_threshold(200_000, 50, 1000)  # as where it is used
from datetime import date
import pricing
from policypack.assessment import Assessor
from policypack.fleet.task import Task, Work, examine
from policypack.settings.model import Settings
from policypack.sources.listing import list_source
work = Work(Assessor(Settings(), pricing.load(), pricing.Terms(), date(2026, 11, 23)))
tasks = [Task(entry) for entry in list_source(sys.argv[1])]
for task in tasks[:20]:
    examine(task, work)
start = time.process_time()
for task in tasks:
    examine(task, work)
print((time.process_time() - start) / len(tasks))
"""


def measure() -> list[Row]:
    """New, unchanged and as one document; and one stack against parsing its file."""
    with tempfile.TemporaryDirectory() as place:
        large, sample, journal = Path(place, "large"), Path(place, "sample"), Path(place, "journal")
        longer = Path(place, "longer")
        write(sample, SAMPLE)
        write(longer, SAMPLE, MORE_OUTPUTS)
        write(large, STACKS)
        time.sleep(2)  # what was written a moment ago is told by its content
        programs = [partial(alone, EXAMINE, sample), partial(alone, PARSE, sample)]
        programs += [partial(alone, EXAMINE, longer), partial(alone, PARSE, longer)]
        examined, parsed, longer_examined, longer_parsed = in_turns(programs, ROUNDS)
        kept = ["--journal", str(journal)]
        new, memory = command(large, "jsonl", *kept)
        again, memory_again = command(large, "jsonl", *kept)
        whole, memory_whole = command(large, "json")
        return [
            Row("h", f"audit, {STACKS:,} stacks of {RESOURCES}, jsonl", new, None, "40 s"),
            Row("h", "the same again, unchanged", again, None, "5 s"),
            Row("h", "the same, json", whole, ("jsonl", new), "1.5"),
            Row("h", "peak memory of all processes, jsonl", memory, None, "400 MB", unit="B"),
            Row("h", "peak memory, unchanged", memory_again, None, "400 MB", unit="B"),
            Row("h", "peak memory, json", memory_whole, None, "400 MB", unit="B"),
            Row("h", "one stack of 53 kB, processor time", examined, ("parsing its file", parsed), "4.5"),
            Row("h", "one stack of 103 kB", longer_examined, ("parsing its file", longer_parsed), "4.5"),
        ]


def write(place: Path, count: int, more_outputs: int = 0) -> None:
    """A self-managed backend with so many stacks, each with names and ids of its own."""
    deployment = stacks.export(RESOURCES)["deployment"]
    for resource in deployment["resources"]:
        if "outputs" in resource and resource["urn"] != stacks.PROVIDER:
            resource["outputs"] |= {f"attribute{number}": "returned as is" for number in range(more_outputs)}
    text = json.dumps(deployment)
    for number in range(count):
        project, name = f"team-{number % PROJECTS:03}", f"stack-{number}"
        latest = text.replace(f"urn:pulumi:dev::{stacks.PROJECT}::", f"urn:pulumi:{name}::{project}::")
        path = place / ".pulumi" / "stacks" / project / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        qualified = json.dumps(f"organization/{project}/{name}")
        path.write_text(f'{{"version":3,"checkpoint":{{"stack":{qualified},"latest":{latest}}}}}')


def alone(program: str, place: Path) -> float:
    """What a program of its own prints: processor time of one stack."""
    return float(subprocess.check_output([sys.executable, "-c", program, str(place)], text=True))


def command(place: Path, form: str, *options: str) -> tuple[float, int]:
    """Seconds of the whole command, and the most that all of its processes had in memory at once."""
    output = place.parent / "report"
    start = time.perf_counter()
    process = subprocess.Popen(
        [*AUDIT, str(place), "--format", form, "--output", str(output), *options],
        stderr=subprocess.DEVNULL,
    )
    most = 0
    while process.poll() is None:
        most = max(most, memory_of(process.pid))
        time.sleep(0.2)
    assert process.returncode == 0, process.returncode
    return time.perf_counter() - start, most


def memory_of(process: int) -> int:
    """Bytes that a process and what it started hold; shared pages count for each by its share (PSS)."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        own = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except (OSError, StopIteration):
        return 0
    return own + sum(memory_of(int(child)) for child in children)
