"""What a folder holds that can be read: programs, backends and files."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from policypack.cli.support.errors import InputError

_ENDINGS: Final = (".json", ".json.gz", ".json.zst", ".tfstate")
_PROJECTS: Final = frozenset({"Pulumi.yaml", "Pulumi.yml"})
_BACKEND: Final = ".pulumi"
_NEVER: Final = frozenset({"node_modules", "__pycache__", "venv", ".venv"})


def addresses(place: str, exclude: Sequence[str]) -> list[str]:
    """Everything to read in a place, sorted.

    A URL, a file and the folder of a backend stand for themselves. In any other folder, programs and
    backends are found at any depth, also beside and below each other, and state is looked for in files
    whose names end like JSON, except for those of a program: it may read any JSON of its own. Hidden
    folders and installed packages are left out; a folder that cannot be listed is read like a source,
    so that it ends as an error of the report.

    Raises:
        InputError: There is no such place, nothing in it, or something that never ends.
    """
    if not place:
        raise InputError("PLACE: a folder or the URL of a backend was expected, found an empty text")
    root = Path(place)
    if "://" in place or place == "-" or root.is_file() or root.absolute().name == _BACKEND:
        return [place]
    if not root.is_dir():
        raise InputError(
            f"{place}: no such folder; a folder, a state file or the URL of a backend was expected"
        )
    paths = [path for path in _walk(root) if not _excluded(path.relative_to(root), exclude)]
    for path in paths:
        if path.is_fifo() or path.is_socket():  # reading it would wait for somebody to write
            raise InputError(f"{path}: a file was expected, found a pipe; leave it out with --exclude")
    sources = [str(path) for path in paths]
    if not sources:
        raise InputError(f"{place}: no program, backend, export or state file was sources in this folder")
    return sources


def _walk(root: Path) -> Iterator[Path]:
    programs: set[Path] = set()
    unreadable: list[Path] = []
    for folder, folders, files in os.walk(
        root, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        here = Path(folder)
        if not _PROJECTS.isdisjoint(files):
            programs.add(here)
            yield here
        elif _BACKEND in folders:
            yield here
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NEVER)
        if programs.isdisjoint((here, *here.parents)):
            yield from (here / name for name in sorted(files) if name.endswith(_ENDINGS))
    yield from unreadable


def _excluded(path: Path, exclude: Sequence[str]) -> bool:
    return any(fnmatchcase(path.as_posix(), pattern) for pattern in exclude)
