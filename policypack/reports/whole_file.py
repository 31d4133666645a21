"""Writing a file that is whole or untouched, and never in the place of something else."""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_MOST_LINKS: Final = 40
"""What Linux follows (path_resolution(7))."""


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """Write a file at once, also where its text comes piece by piece.

    What has no text in UTF-8 is written as an escape.

    A link stays one and leads to the new content; a pipe or a device takes the text as it comes.

    Raises:
        OSError: It cannot be written; what stood there before still stands.
        ValueError: This is no path.
    """
    parts = (text,) if isinstance(text, str) else text
    if is_device(path):
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(parts)
        return
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    handle, created = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:50]}.", suffix=".part")
    temporary = Path(created)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(parts)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def is_device(path: Path) -> bool:
    """Whether there is nothing to replace: a pipe, a device, or a name of something open.

    ``/dev/stdout`` is one even when it was redirected to a file: replacing that link would take the
    device away from every other program of the machine.
    """
    if path.exists() and not path.is_file():
        return not path.is_dir()
    return any(_is_of_the_system(step) for step in _steps(path))


def _is_of_the_system(path: Path) -> bool:
    return path.is_relative_to("/proc") or (
        path.is_relative_to("/dev") and not path.is_relative_to("/dev/shm")  # noqa: S108 - files like others
    )


def _steps(path: Path) -> Iterator[Path]:
    """The path and every link on the way from it to the file."""
    for _ in range(_MOST_LINKS):
        yield path.absolute()
        if not path.is_symlink():
            return
        path = path.parent / path.readlink()


def _mode(path: Path) -> int:
    """Permissions of the file that is replaced, else those that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
