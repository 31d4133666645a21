"""Every kind of evidence about callers has a row in docs/network.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_kind_of_evidence_about_callers_has_a_row() -> None:
    page = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
    callers = page[page.index("## Callers") : page.index("## Entrances")]
    rows = set(re.findall(r"^\| (\d+b?) \|", callers, re.M))
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "policypack" / "network").rglob("*.py")
    )
    assert set(re.findall(r'"caller-(\d+b?)-', code)) <= rows
