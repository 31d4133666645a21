"""Every document that the code cites is in the repository, and so is the section that it names.

A citation is a path, and perhaps a heading: docs/reference/prices.md, "Tier modes".
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("policypack", "pricing", "tests", "benchmarks", "scripts", "examples")
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".toml", ".sh", ".yml"}
    and not {"recordings", "__pycache__"} & set(path.parts)
    and path != Path(__file__)
)
DOCUMENT = re.compile(
    r'(?<![\w/.:-])(?P<path>[\w./-]+\.md)\b(?:, "(?P<heading>[^"\n]+)"(?: to "(?P<last>[^"\n]+)")?)?'
)
"""An address on the network is no path in the repository."""
NUMBERED = re.compile(r"\b[Ss]ections? \d+(?:\.\d+)*(?P<whose>[^.\n]*)")


def text_of(path: Path) -> str:
    """The text of a file as if no sentence were broken into lines."""
    return re.sub(r"\s*\n\s*(?:# )?", " ", path.read_text(encoding="utf-8")).replace('\\"', '"')


def headings(path: Path) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_cited_document_and_section_is_there(folder: str) -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] != folder:
            continue
        for cited in DOCUMENT.finditer(text_of(path)):
            if not cited["path"].startswith("docs/"):
                continue
            document = ROOT / cited["path"]
            assert document.is_file(), f"{path}: {cited[0]}"
            for heading in filter(None, (cited["heading"], cited["last"])):
                assert heading in headings(document), f"{path}: {cited[0]}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_section_is_cited_by_a_number_that_moves(folder: str) -> None:
    """But for those of standards, which say whose they are."""
    for path in FILES:
        if path.relative_to(ROOT).parts[0] == folder:
            for cited in NUMBERED.finditer(text_of(path)):
                assert "standard" in cited["whose"] or "RFC" in cited["whose"], f"{path}: {cited[0]}"


def test_no_document_is_cited_without_its_place() -> None:
    known = {path.name for path in (ROOT / "docs").rglob("*.md")}
    for path in FILES:
        if path.relative_to(ROOT).parts[0] in {"policypack", "pricing"}:
            bare = [cited["path"] for cited in DOCUMENT.finditer(text_of(path))]
            assert not [name for name in bare if name in known or name.startswith("reference/")], path


def test_the_source_of_a_price_is_an_address_a_citation_or_a_named_project() -> None:
    for path in sorted((ROOT / "pricing" / "book").rglob("*.toml")):
        for source in re.findall(r'^source = "(.+)"$', path.read_text(encoding="utf-8"), re.M):
            assert re.match(r"https?://|docs/reference/|public project ", source), f"{path.name}: {source}"
