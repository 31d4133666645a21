"""Writing a file that is whole or untouched: a reader never sees half of it."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file at once; what has no text in UTF-8 is written as an escape.

    A link stays one and leads to the new content; a pipe or a device takes the text as it comes.

    Raises:
        OSError: It cannot be written; what stood there before still stands.
        ValueError: This is no path.
    """
    if _is_device(path):
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        return
    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _is_device(path: Path) -> bool:
    """Whether there is nothing to replace: a pipe, or a name of something open.

    ``/dev/stdout`` is one even when it was redirected to a file: replacing that link would take the
    device away from every other program of the machine.
    """
    if path.exists() and not path.is_file():
        return not path.is_dir()
    return path.absolute().is_relative_to("/dev") or path.absolute().is_relative_to("/proc")


def _mode(path: Path) -> int:
    """Permissions of the file that is replaced, else those that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
