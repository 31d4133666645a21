"""Mutation testing of one room with mutmut, on a sample that is drawn by the names of the mutants.

mutmut plants every fault that it can think of in a copy of the checkout, finds out which tests reach which
function, and runs those tests for one fault after the other. A fault that no test sees has *survived*; one in
a function that no test reaches counts as survived, too.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mutmut.stats import status_by_exit_code

TOOL: Final = str(Path(sys.executable).with_name("mutmut"))
ROOT: Final = Path(__file__).parents[1]
SAMPLE: Final = 50
SKIPPED: Final = ("build", "dist", "mutants", ".git", ".venv", "__pycache__", ".hypothesis", ".*_cache")
UNSEEN: Final = {"survived", "no tests"}
NOT_JUDGED: Final = {"not checked", "skipped", "check was interrupted by user"}
"""Of mutmut's words; all others (killed, a time-out, a crash) are a fault that was seen."""


@dataclass(frozen=True)
class Room:
    """What is changed, and the tests that should see it."""

    code: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS: Final = {
    "pricing": Room(("pricing/*",), ("tests/pricing",)),
    "network": Room(("policypack/network/*",), ("tests/policypack/network",)),
    "billed": Room(
        ("policypack/billed/*", "policypack/metering/*"),
        ("tests/policypack/billed", "tests/policypack/metering", "tests/policypack/costs"),
    ),
    "budget": Room(("policypack/costs/budget.py",), ("tests/policypack/costs",)),
}
NOT_CHANGED: Final = ("pricing/sync/*", "pricing/learn/*")
"""They talk to others, and have tests of their own against what those answer."""
NOT_RUN: Final = ("tests/pricing/sync", "tests/pricing/learn", "tests/pricing/test_interface.py")
"""Tests of those, and one about what importing costs, which the copy cannot meet."""


def main(arguments: Sequence[str]) -> int:
    """Mutate a room and print its score; the exit code is 2 for wrong usage, else 0."""
    name, wanted = (*arguments, str(SAMPLE))[:2] if arguments else ("", "")
    if name not in ROOMS or len(arguments) > 2 or not (wanted == "all" or wanted.isdecimal()):
        print(f"usage: scripts/mutate {'|'.join(ROOMS)} [N|all]", file=sys.stderr)
        return 2
    place = copied(ROOMS[name], ROOT / "build" / "mutation" / name)
    mutmut(place, "no-such-mutant")  # makes all of them and finds the tests of each function
    names = sorted(found(place))
    if not names:
        print(f"no mutants were made: see {place.with_suffix('.log')}", file=sys.stderr)
        return 1
    sample = names if wanted == "all" else drawn(names, int(wanted))
    print(f"{name}: {len(names)} mutants, {len(sample)} of them run", flush=True)
    mutmut(place, *sample)
    outcomes = found(place)
    judged = [one for one in sample if outcomes[one] not in NOT_JUDGED]
    unseen = [one for one in judged if outcomes[one] in UNSEEN]
    for one in unseen:
        print(asked(place, "show", one), flush=True)
    seen = len(judged) - len(unseen)
    print(f"{name}: {seen} of {len(judged)} faults were seen ({seen / max(len(judged), 1):.0%})")
    return 0


def copied(room: Room, place: Path) -> Path:
    """A fresh copy of the checkout that says what to mutate."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*SKIPPED))
    settings = {
        "source_paths": ["policypack", "pricing"],
        "only_mutate": room.code,
        "do_not_mutate": NOT_CHANGED,
        "also_copy": [path.name for path in ROOT.iterdir() if path.name in {"docs", "examples", "scripts"}],
        "pytest_add_cli_args": ["-q", *(f"--ignore={path}" for path in NOT_RUN)],
        "pytest_add_cli_args_test_selection": room.tests,
    }
    lines = [f"{key} =\n    " + "\n    ".join(values) for key, values in settings.items()]
    text = "\n".join(["[mutmut]", *lines, "timeout_multiplier = 5", "use_git_change_detection = false", ""])
    (place / "setup.cfg").write_text(text, encoding="utf-8")
    return place


def drawn(names: Sequence[str], size: int) -> list[str]:
    """The same sample of the same names, every time."""
    return sorted(random.Random(0).sample(names, min(size, len(names))))  # noqa: S311 - no secret


def mutmut(place: Path, *names: str) -> None:
    """Run mutmut; its progress goes to a file beside the copy, since it is one line without an end."""
    processes = os.environ.get("MUTATE_PROCESSES", "2")
    with place.with_suffix(".log").open("a", encoding="utf-8") as log:
        subprocess.run(  # noqa: S603 - our own arguments
            [TOOL, "run", "--max-children", processes, *names],
            cwd=place,
            env={**os.environ, "CI": "true"},  # hypothesis draws the same examples, and has no deadline
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )


def asked(place: Path, *arguments: str) -> str:
    """What mutmut answers."""
    done = subprocess.run([TOOL, *arguments], cwd=place, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


def found(place: Path) -> dict[str, str]:
    """Every mutant with what came of it, in mutmut's words."""
    return {
        name: status_by_exit_code[code]
        for path in (place / "mutants").rglob("*.meta")
        for name, code in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
