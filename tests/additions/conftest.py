"""A copy of the checkout, in which a test adds something as a contributor would."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", ".git", ".venv", ".mypy_cache", ".ruff_cache", ".hypothesis", "recordings-tofu"
)


@dataclass(frozen=True)
class Checkout:
    """A copy of the project, and the environment of this one."""

    path: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the copy's modules before all others."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.path,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(self.path),
                "NO_COLOR": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def apig_cost(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the copy's command line."""
        return self.run("-m", "policypack.cli", *arguments)

    def write(self, name: str, text: str) -> None:
        """Write a file of the copy."""
        (self.path / name).write_text(text, encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    place = tmp_path / "checkout"
    shutil.copytree(ROOT, place, ignore=LEFT_OUT, symlinks=True)
    return Checkout(place)
