"""Every command that the documentation shows is run, and its output is what the page says.

Which commands those are, and how they are run, is said in ``scripts/generation/shown.py``. After a change
that is meant, ``scripts/generate`` writes the output into the pages.
"""

from pathlib import Path

import pytest

from scripts.generation.shown import BLOCK, clone, commands, pages, run

ROOT = Path(__file__).parent.parent
PAGES = pages(ROOT)
NEEDS = {"pulumi", "registry", "calculator", "account"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_of_a_kind_that_a_test_reads(page: Path) -> None:
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        assert block["kind"] not in {"sh", "bash", "shell", ""}, f"{page.name}: use a console block"
        assert block["needs"] is None or block["needs"] in NEEDS


LONG = [ROOT / "docs" / "tutorial.md", *(ROOT / "docs" / "how-to").iterdir()]
"""A tutorial and what it leads to run many commands."""
SHOWING = [
    pytest.param(page, marks=[pytest.mark.slow] if page in LONG else [], id=page.name)
    for page in PAGES
    if commands(page)
]


@pytest.mark.parametrize("page", SHOWING)
def test_the_page_shows_what_its_commands_print(page: Path, tmp_path: Path) -> None:
    for command, printed in run(commands(page), ROOT, clone(ROOT, tmp_path / "clone")):
        assert printed == command.printed, command.line
