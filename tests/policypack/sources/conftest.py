"""What the tests of sources share."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recorded programs."""
    return RECORDINGS


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of text, bytes or JSON and returns its path."""

    def write_file(content: object, name: str = "source.json") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write_file


@pytest.fixture
def urn() -> Callable[..., str]:
    """Builds the URN of a resource of the stack prod of the project shop."""

    def build(name: str, token: str = "huaweicloud:Vpc/eip:Eip") -> str:
        return f"urn:pulumi:prod::shop::{token}::{name}"

    return build
