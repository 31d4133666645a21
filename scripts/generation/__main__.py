"""``scripts/generate``: write what is generated, or say what is not as it would be written."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.generation import (
    commands,
    coverage,
    keys,
    pipelines,
    policies,
    python_api,
    schemas,
    shown,
    snapshots,
)

ROOT = Path(__file__).parents[2]
Files = Iterator[tuple[Path, str | None]]
"""Paths below the checkout with the text that belongs there; ``None`` where nothing does."""

KINDS: tuple[Callable[[Path], Files], ...] = (
    policies.files,
    schemas.files,
    keys.files,
    commands.files,
    python_api.files,
    coverage.files,
    pipelines.files,
    snapshots.files,
    shown.files,  # last: what pages show may depend on all before
)


def main(arguments: list[str]) -> int:
    """Write or check; the exit code is 1 when something is not as it should be."""
    if arguments not in ([], ["--check"]):
        print("usage: scripts/generate [--check]", file=sys.stderr)
        return 2
    only_check = bool(arguments)
    stale = 0
    for kind in KINDS:
        for path, text in kind(ROOT):
            if text == (path.read_text(encoding="utf-8") if path.exists() else None):
                continue
            stale += 1
            shown_path = path.relative_to(ROOT)
            if only_check:
                print(f"{shown_path}: not what scripts/generate writes; run it", file=sys.stderr)
            elif text is None:
                path.unlink()
                print(f"{shown_path}: removed")
            else:
                path.write_text(text, encoding="utf-8")
                print(f"{shown_path}: written")
    return 1 if only_check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
