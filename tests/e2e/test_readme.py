"""The README's way from an empty folder to a failing and then a passing gate, its commands as printed."""

import re
from pathlib import Path

import pytest

from policypack.cli.initial.installation import released
from scripts.generation import first_gate

pytestmark = [pytest.mark.slow, pytest.mark.timeout(700)]

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def test_from_an_empty_folder_to_a_failing_and_then_a_passing_gate(tmp_path: Path) -> None:
    commands = first_gate.shown(README)
    assert released("comment") in "\n".join(command.line for command in commands)
    codes: list[str] = []
    for command, printed, code in first_gate.run(commands, ROOT, tmp_path):
        assert code == 0, f"{command.line}\n{printed}"
        assert printed == command.printed, command.line
        codes += re.findall(r"^exit (\d)$", printed, re.M)
    assert codes == ["0", "1", "0"]
    assert (tmp_path / "empty/shop/.github/workflows/api-gateway-cost.yml").is_file()


def test_the_readme_installs_from_the_repository() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count(released("comment")) == 2
    assert not re.search(r"pip install (?:--\S+ )*apig-cost\b", text)
