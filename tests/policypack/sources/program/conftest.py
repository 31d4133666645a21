"""Programs written for one test."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Writes a project: its program, and further files by name."""

    def write(program: str = "", runtime: str = "python", **files: str) -> Path:
        (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\n")
        (tmp_path / "__main__.py").write_text(textwrap.dedent(program))
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(content))
        return tmp_path

    return write
