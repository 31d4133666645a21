"""What a folder holds that can be read: programs, backends and files."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from policypack.cli.errors import InputError

_ENDINGS: Final = (".json", ".json.gz", ".json.zst")
_PROJECTS: Final = frozenset({"Pulumi.yaml", "Pulumi.yml"})
_BACKEND: Final = ".pulumi"
_NEVER: Final = frozenset({"node_modules", "__pycache__", "venv", ".venv"})


def addresses(place: str, exclude: Sequence[str]) -> list[str]:
    """Everything to read in a place, sorted.

    A URL, a file, a program and a backend stand for themselves. In any other folder, programs and
    backends are taken whole and state is looked for in files whose names end like JSON; hidden folders
    and installed packages are left out.

    Raises:
        InputError: There is no such place, or nothing in it.
    """
    root = Path(place)
    if "://" in place or place == "-" or root.is_file():
        return [place]
    if not root.is_dir():
        raise InputError(
            f"{place}: no such folder; a folder, a state file or the URL of a backend was expected"
        )
    found = [str(path) for path in _walk(root) if not _excluded(path.relative_to(root), exclude)]
    if not found:
        raise InputError(f"{place}: no program, backend, export or state file was found in this folder")
    return found


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        if _BACKEND in folders or not _PROJECTS.isdisjoint(files):
            folders.clear()
            yield here
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NEVER)
        yield from (here / name for name in sorted(files) if name.endswith(_ENDINGS))


def _excluded(path: Path, exclude: Sequence[str]) -> bool:
    return any(fnmatchcase(path.as_posix(), pattern) for pattern in exclude)
