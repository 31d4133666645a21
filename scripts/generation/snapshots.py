"""The fixed reports of the tests in every format."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

UPDATE = "APIG_COST_WRITE_SNAPSHOTS"
"""Names the folder that the tests write to, instead of comparing."""


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Every snapshot that the tests make; others are removed."""
    tests = root / "tests" / "policypack" / "reports"
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "pytest", "-q", "-k", "snapshot", str(tests)],
            cwd=root,
            env={**os.environ, UPDATE: place},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        made = {path.name: path.read_text(encoding="utf-8") for path in sorted(Path(place).iterdir())}
    stored = tests / "snapshots"
    yield from ((stored / name, text) for name, text in made.items())
    yield from ((path, None) for path in sorted(stored.iterdir()) if path.name not in made)
