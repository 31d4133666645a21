"""Every kind of evidence has its row in docs/network.md, and is called there what it is called here."""

import re
from pathlib import Path

import pytest

from policypack.network.rows import Row

ROOT = Path(__file__).parents[3]
NETWORK = ROOT / "policypack" / "network"
PAGE = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
SECTIONS = {
    "backend": PAGE[PAGE.index("## Backends") : PAGE.index("## Callers")],
    "caller": PAGE[PAGE.index("## Callers") : PAGE.index("## Entrances")],
}
SAY_NOTHING = {"caller": {"3", "17", "18", "19", "24"}, "backend": set[str]()}
"""Rows of the page that no evidence names: they say what does not count, or what comes of others."""


def rows_of_page(kind: str) -> dict[str, str]:
    return dict(re.findall(r"^\| (\d+b?) \| (.+?) \|", SECTIONS[kind], re.M))


def rows_of_code(kind: str) -> dict[str, str]:
    return {row.split("-")[1]: row.heading for row in Row if row.startswith(f"{kind}-")}


@pytest.mark.parametrize("kind", SECTIONS)
def test_page_and_code_have_the_same_rows(kind: str) -> None:
    page, code = rows_of_page(kind), rows_of_code(kind)
    assert {number: page.get(number) for number in code} == code
    written = {number for text in literals() for number in re.findall(rf'"{kind}-(\d+b?)', text)}
    assert set(page) - SAY_NOTHING[kind] == set(code) | written
    assert len(code) == len([row for row in Row if row.startswith(f"{kind}-")])


def test_rows_that_have_a_name_go_by_it() -> None:
    values = "|".join(re.escape(row) for row in Row)
    for text in literals():
        assert re.findall(rf'"(?:{values})"', text) == []
        assert re.findall(r"\b(?:private|public|unknown|neutral|Reach)\(\s*\"?\d", text) == [], text[:80]


def literals() -> list[str]:
    """The modules that write evidence; a new kind may say its row where it is found."""
    return [path.read_text(encoding="utf-8") for path in NETWORK.rglob("*.py") if path.name != "rows.py"]
