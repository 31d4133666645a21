"""Hiding a value in a program gives the same answer or a wider one: programs that run, for every row."""

import os
import random
from pathlib import Path

import pytest

from policypack.sources.program.preview import run
from tests.policypack.network.landscapes import ROWS
from tests.policypack.network.programs import PROJECT, WAYS, hideable, program, settings_of, together
from tests.policypack.network.test_law import Answers, answers, built, is_wider

_PROGRAMS = int(os.environ.get("APIG_COST_LAW_PROGRAMS", "50"))
"""Hidings that are tried in programs; APIG_COST_LAW_PROGRAMS=500 tries more."""

_ROWS_EACH = 3


def groups() -> list[list[str]]:
    """Rows of the same verdicts together, so that one that needs the public network hides no other."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for row in ROWS:
        found = answers(built(row).stack("program"))
        alike.setdefault((found["gate outbound"][0], found["gate entrance"][0]), []).append(row)
    return [group for rows in alike.values() for group in together(rows, _ROWS_EACH)]


GROUPS = groups()


def answers_of(text: str, region: str, folder: Path) -> Answers:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "Pulumi.dev.yaml").write_text(settings_of(region))
    (folder / "__main__.py").write_text(text)
    return answers(run(folder))


def test_every_row_is_in_a_program() -> None:
    assert sorted(row for group in GROUPS for row in group) == sorted(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(GROUPS)))
def test_hiding_a_value_of_a_program_never_firms_an_answer(number: int, tmp_path: Path) -> None:
    group, chance = GROUPS[number], random.Random(number)
    builder = built(*group)
    before = answers_of(program(builder), builder.region, tmp_path / "whole")
    assert before == answers(builder.stack("program")), group
    tries = range(number, max(_PROGRAMS, len(GROUPS)), len(GROUPS))
    for way, place in zip(tries, chance.sample(hideable(builder), len(tries)), strict=True):
        hidden = (*place, list(WAYS)[way % len(WAYS)])
        after = answers_of(program(builder, hidden), builder.region, tmp_path / f"hidden{way}")
        firmer = {key: after[key] for key, answer in before.items() if not is_wider(answer, after[key])}
        assert not firmer, (group, hidden)


@pytest.mark.slow
def test_programs_have_firm_answers_to_lose(tmp_path: Path) -> None:
    builder = built("caller-2", "backend-5")
    found = answers_of(program(builder), builder.region, tmp_path / "whole")
    assert found["gate entrance"][0] == "unneeded" == found["gate outbound"][0]
