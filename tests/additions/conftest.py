"""A copy of the checkout, in which a test adds something as a contributor would."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from filecmp import cmp
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", ".git", ".venv", ".*_cache", ".hypothesis", "build", "dist", "mutants", "recordings-tofu"
)


@dataclass(frozen=True)
class Checkout:
    """A copy of the project, and the environment of this one."""

    path: Path
    generated: set[str] = field(default_factory=set)

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

    def script(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts of the copy."""
        return subprocess.run(
            [str(self.path / command[0]), *command[1:]],
            cwd=self.path,
            env={**os.environ, "PYTHONPATH": str(self.path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def changed(self) -> set[str]:
        """Paths that are not what they were, or are new, without those that ``scripts/generate`` wrote."""
        return {
            path.relative_to(self.path).as_posix()
            for path in self.path.rglob("*")
            if path.is_file()
            and not {".venv", "__pycache__", ".pytest_cache", ".hypothesis"} & set(path.parts)
            and path.relative_to(self.path).as_posix() not in self.generated
            and not _same(path, ROOT / path.relative_to(self.path))
        }

    def generate(self) -> None:
        """Write what is generated."""
        done = self.script("scripts/generate")
        assert done.returncode == 0, done.stderr
        self.generated.update(line.partition(":")[0] for line in done.stdout.splitlines())

    def nothing_left_to_generate(self) -> None:
        """What was written is what would be written again."""
        done = self.script("scripts/generate", "--check")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def apig_cost(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the copy's command line."""
        return self.run("-m", "policypack.cli", *arguments)

    def write(self, name: str, text: str) -> None:
        """Write a file of the copy."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        """Write more at the end of a file of the copy."""
        self.write(name, (self.path / name).read_text(encoding="utf-8") + text)

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the copy, wherever it stands."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and cmp(one, other, shallow=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    place = tmp_path / "checkout"
    shutil.copytree(ROOT, place, ignore=LEFT_OUT, symlinks=True)
    environment = place / ".venv"  # that of this run, and made from the requirements of the copy
    environment.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (environment / name).symlink_to(Path(sys.prefix, name))
    stamp = subprocess.run(
        ["cksum", "requirements/development.txt", "pyproject.toml"],
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
    )
    (environment / "made-from").write_text(stamp.stdout.strip("\n"), encoding="utf-8")
    return Checkout(place)
