"""All measurements with one command: ``python -m benchmarks [NAME...]``.

Every comparison is made in one run, in turns, on the same machine, so that only the ratios matter.
Nothing here is asserted: docs/speed.md holds the bars and the last table.
"""

import argparse
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.table import Row

NAMES = ("startup", "stack", "resource", "command", "budget", "memory", "preview", "plan", "page", "audit")


def main() -> None:
    """Measure what was asked for and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all when not given")
    names = parser.parse_args().names or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"unknown measurement {unknown[0]}; known: {', '.join(NAMES)}")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a package that pip has installed is compiled
    print(machine())
    print()
    print("| | what | ours | compared with | | ratio | bar | aim |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr)
        rows: list[Row] = import_module(f"benchmarks.{name}").measure()
        for row in rows:
            print(row, flush=True)


def machine() -> str:
    """Where this was measured."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{model}, {os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
