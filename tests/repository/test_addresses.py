"""No repository, owner or contact is invented: one placeholder stands in one place, and the rest agrees."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Repository"]
NOT_OURS = {".git", ".venv", "venv", ".mypy_cache", ".ruff_cache", ".hypothesis", "__pycache__", "mutants"}
MADE = {"dist", "build", "node_modules", "recordings", "recordings-tofu"}
FILES = sorted(
    path
    for path in ROOT.rglob("*")
    if path.suffix in {".md", ".toml", ".py", ".yml", ".yaml", ".sh", ".txt", ".json", ""}
    and not (NOT_OURS | MADE) & set(path.relative_to(ROOT).parts)
    and path.is_file()
)
HOSTED = re.compile(r"(?:github|gitlab|codeberg|bitbucket)\.\w+[/:][\w.-]+/apig-cost\b", re.I)
BARE = re.compile(r"(?<![\w./-])(?P<owner>[\w.-]+)/apig-cost@")
"""How a workflow names a repository."""
MAIL = re.compile(r"\b[\w.+-]+@(?P<domain>[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b")
RESERVED = ("example.com", "example.org", "example.net", ".example", ".invalid", ".test")
"""Of RFC 2606: nobody has them."""


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in FILES}


def test_the_placeholder_stands_once(texts: dict[Path, str]) -> None:
    owner = REPOSITORY.split("/")[3]
    assert (ROOT / "pyproject.toml").read_text(encoding="utf-8").count(REPOSITORY) == 1
    assert owner == "OWNER", "now that the owner is known, replace the placeholder where this test finds it"


def test_every_address_of_the_repository_is_the_one_of_the_project(texts: dict[Path, str]) -> None:
    expected = REPOSITORY.removeprefix("https://")
    owner = REPOSITORY.split("/")[3]
    for path, text in texts.items():
        if path == Path(__file__):
            continue
        assert {found[0] for found in HOSTED.finditer(text)} <= {expected}, path
        assert {found["owner"] for found in BARE.finditer(text)} <= {owner}, path


def test_nobody_is_named_as_a_contact(texts: dict[Path, str]) -> None:
    assert not {"authors", "maintainers"} & set(PROJECT)
    for path, text in texts.items():
        for found in MAIL.finditer(text):
            assert found["domain"].endswith(RESERVED), f"{path}: {found[0]}"
