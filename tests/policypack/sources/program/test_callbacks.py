"""Callbacks that never ran: gaps, unless they are proven to declare nothing."""

import re
from pathlib import Path

import pytest

from policypack.sources import program

FOLDER = Path(__file__).with_name("callbacks")


@pytest.mark.parametrize(("name", "is_gap"), [("declaring", True), ("harmless", False)])
def test_a_callback_is_a_gap_unless_proven(project, name, is_gap):
    callbacks = (FOLDER / f"{name}.txt").read_text().splitlines()
    head = (FOLDER / f"{name}_head.txt").read_text()
    text = head + "".join(f"hub.id.apply({callback})\n" for callback in callbacks)
    stack = program.run(project(text, helper_dot_py=(FOLDER / "helper.txt").read_text()))
    named = {int(line) for gap in stack.gaps for line in re.findall(r"^__main__\.py line (\d+) may", gap)}
    first = head.count("\n") + 1
    wrong = [callback for line, callback in enumerate(callbacks, first) if (line in named) is not is_gap]
    assert wrong == []
