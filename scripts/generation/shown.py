"""The output of commands that pages show.

The commands of a page are run in order, in a fresh copy of what a clone holds. A ``console`` block holds
lines that start with ``$ `` and, below each, what it prints. Blocks that need more than this project carry
a marker in the line above: ``<!-- needs: pulumi -->`` (run in tests/e2e), ``<!-- needs: registry -->`` (an
installation, run in tests/e2e), ``<!-- needs: calculator -->`` (the vendor's price calculator; run in
tests/e2e with a stand-in for it), ``<!-- needs: account -->`` (cannot be run here; shown without output).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"(?:<!-- needs: (?P<needs>\w+) -->\n)?```(?P<kind>\w*)\n(?P<body>.*?)```", re.S)
CARRIED = (
    "examples",
    "tests/recordings",
    "tests/recordings-tofu",
    "docs",
    "scripts",
    "policypack",
    "pricing",
)


@dataclass(frozen=True)
class Command:
    """A command with what its page says that it prints."""

    line: str
    printed: str


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Every page that shows output, with the output of now."""

    def of_now(page: Path) -> str:
        with tempfile.TemporaryDirectory() as place:
            return renewed(page, run(commands(page), root, clone(root, Path(place, "clone"))))

    showing = [page for page in pages(root) if commands(page)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for the processes that it starts
        yield from zip(showing, pool.map(of_now, showing), strict=True)


def pages(root: Path) -> list[Path]:
    """All pages of the project."""
    return [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]


def commands(page: Path, needs: str | None = None) -> list[Command]:
    """The commands of a page in order: those that need nothing but this project, or one thing more."""
    return [
        command
        for block in BLOCK.finditer(page.read_text(encoding="utf-8"))
        if block["kind"] == "console" and block["needs"] == needs
        for command in commands_of(block["body"])
    ]


def commands_of(body: str) -> list[Command]:
    """The commands of one block, in order."""
    parts = re.split(r"^(?=\$ )", body, flags=re.M)
    return [Command(*_split(part)) for part in parts if part.startswith("$ ")]


def _split(part: str) -> tuple[str, str]:
    """A command, with the document that it takes in (``<<'END'``), and what it prints."""
    command = re.match(r"\$ .*\n(?:(?<=<<'END'\n)(?:.*\n)*?END\n)?", part)
    assert command is not None, part
    return command[0].removeprefix("$ ").removesuffix("\n"), part[command.end() :]


def clone(root: Path, place: Path) -> Path:
    """Copy what a clone holds."""
    for name in CARRIED:
        if (root / name).exists():
            shutil.copytree(root / name, place / name, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    return place


def run(
    shown: list[Command], root: Path, place: Path, first: Path = Path(sys.executable).parent
) -> Iterator[tuple[Command, str]]:
    """Run the commands of a page in one place with the modules of a checkout, each with what it prints.

    Args:
        shown: The commands.
        root: The checkout.
        place: Where they are run.
        first: The folder where programs are looked for first.
    """
    environment = {
        "PATH": os.pathsep.join([str(first), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(place),
        "NO_COLOR": "1",
        "COLUMNS": "110",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(root),
    }
    for command in shown:
        done = subprocess.run(  # noqa: S603 - our own command
            ["bash", "-c", command.line],  # noqa: S607 - whichever bash is on PATH
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
            check=False,
        )
        yield command, "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def renewed(page: Path, ran: Iterator[tuple[Command, str]]) -> str:
    """The text of a page with other output; a page may show the same command twice."""
    text = page.read_text(encoding="utf-8")
    end = 0
    for command, printed in ran:
        before = f"$ {command.line}\n{command.printed}"
        after = f"$ {command.line}\n{printed}"
        start = text.index(before, end)
        text = text[:start] + after + text[start + len(before) :]
        end = start + len(after)
    return text
