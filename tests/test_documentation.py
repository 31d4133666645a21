"""Every command that the documentation shows is run, and its output is what the page says.

The commands of a page are run in order, in a fresh copy of what a clone holds. A ``console`` block
holds lines that start with ``$ `` and, below each, what it prints. Blocks that need more than this
project carry a marker in the line above: ``<!-- needs: pulumi -->`` (run in tests/e2e),
``<!-- needs: registry -->`` (an installation, run in tests/e2e), ``<!-- needs: account -->`` (cannot
be run here; shown without output).

``APIG_COST_WRITE_DOCS=1`` writes the output into the pages instead.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"(?:<!-- needs: (?P<needs>\w+) -->\n)?```(?P<kind>\w*)\n(?P<body>.*?)```", re.S)
NEEDS = {"pulumi", "registry", "account"}
WRITE = os.environ.get("APIG_COST_WRITE_DOCS") == "1"
CARRIED = ("examples", "tests/recordings", "docs", "scripts", "policypack", "pricing")


@dataclass(frozen=True)
class Command:
    line: str
    printed: str


def commands(page: Path) -> list[Command]:
    found = []
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["kind"] == "console" and not block["needs"]:
            for part in re.split(r"^(?=\$ )", block["body"], flags=re.M):
                if part.startswith("$ "):
                    line, _, printed = part.partition("\n")
                    found.append(Command(line.removeprefix("$ "), printed))
    return found


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    place = tmp_path / "clone"
    for name in CARRIED:
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    return place


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_is_of_a_kind_that_a_test_reads(page: Path) -> None:
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        assert block["kind"] not in {"sh", "bash", "shell", ""}, f"{page.name}: use a console block"
        assert block["needs"] is None or block["needs"] in NEEDS


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_the_page_shows_what_its_commands_print(page: Path, clone: Path) -> None:
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(clone),
        "NO_COLOR": "1",
        "COLUMNS": "110",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": "",
    }
    for command in commands(page):
        done = subprocess.run(
            ["bash", "-c", command.line],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
            check=False,
        )
        printed = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
        if WRITE:
            text = page.read_text(encoding="utf-8")
            page.write_text(
                text.replace(f"$ {command.line}\n{command.printed}", f"$ {command.line}\n{printed}"),
                encoding="utf-8",
            )
        else:
            assert printed == command.printed, command.line
