"""The commands that the documentation shows and that need Pulumi or an installation."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"<!-- needs: pulumi -->\n```console\n(?P<body>.*?)```", re.S)


def blocks() -> list[Any]:
    """Every block that needs Pulumi, as one script."""
    found = []
    for page in PAGES:
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            lines = [line[2:] for line in block["body"].splitlines() if line.startswith("$ ")]
            found.append(pytest.param("\n".join(lines), id=f"{page.name}: {lines[0]}"))
    return found


@pytest.mark.parametrize("script", blocks())
def test_what_the_documentation_shows(workspace: Any, script: str) -> None:
    """In the program's directory, with the stack selected and the checkout where the page puts it."""
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    (workspace.program / "path" / "to").mkdir(parents=True)
    (workspace.program / "path" / "to" / "checkout").symlink_to(ROOT)
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=workspace.program,
        env=workspace.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "orders-gateway" in done.stdout


def test_a_wheel_in_an_empty_environment(workspace: Any) -> None:
    """Nothing but what the wheel asks for: the pack and the command line run from there."""
    wheels = workspace.folder / "wheels"
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(wheels), str(ROOT)]
    subprocess.run(build, check=True, timeout=300)
    (wheel,) = wheels.glob("apig_cost-*.whl")
    place = workspace.folder / "empty"
    venv.create(place, with_pip=True)
    subprocess.run([place / "bin" / "pip", "install", "--quiet", wheel], check=True, timeout=400)
    workspace.copy(RECORDINGS / "orders-internal")
    workspace.start()
    done = workspace.preview(pack=place / "bin" / "apig-cost-pack")
    assert done.code == 0, done.text
    assert "orders-gateway" in done.text
    checked = subprocess.run(
        [place / "bin" / "apig-cost", "check", RECORDINGS / "orders-internal" / "state.json"],
        env={**os.environ, "PYTHONPATH": ""},
        cwd=workspace.folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "orders-gateway" in checked.stdout
