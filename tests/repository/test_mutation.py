"""Mutation testing by one command: faults are planted, run against the tests, and counted."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts.mutation import NOT_CHANGED, NOT_RUN, ROOMS, drawn, main

ROOT = Path(__file__).parents[2]


def test_rooms_name_code_and_tests_that_exist() -> None:
    for name, room in ROOMS.items():
        for pattern in room.code:
            assert list(ROOT.glob(pattern)), name
    paths = [path for room in ROOMS.values() for path in room.tests] + [*NOT_RUN]
    paths += [pattern.removesuffix("/*") for pattern in NOT_CHANGED]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_a_sample_is_the_same_every_time_and_no_larger_than_all() -> None:
    names = [f"mutant_{number}" for number in range(100)]
    assert drawn(names, 10) == drawn(names, 10)
    assert len(set(drawn(names, 10))) == 10
    assert drawn(names, 1000) == sorted(names)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_faults_in_the_budget_are_seen() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "mutate", "budget", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^budget: \d{3} mutants, 2 of them run$", done.stdout, re.M), done.stdout
    assert re.search(r"^budget: 2 of 2 faults were seen \(100%\)$", done.stdout, re.M), done.stdout


@pytest.mark.parametrize("arguments", [[], ["rules"], ["pricing", "10", "more"], ["pricing", "few"]])
def test_wrong_usage_is_refused(arguments: list[str]) -> None:
    assert main(arguments) == 2
