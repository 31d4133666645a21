"""The place in a program that declares a resource, as the SDKs and the engine write it.

The engine writes ``project:///__main__.py#39`` or ``#39,4``, relative to the folder of the program
(``sdk/go/common/resource/config.go`` and ``pkg/resource/deploy/source_eval.go`` of pulumi/pulumi).
A place only helps a reader: one of another form is no error, it is not shown.
"""

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from policypack.declared import Position

_WRITTEN: Final = re.compile(r"project:///(?P<path>[^#]+)#(?P<line>[1-9]\d{0,8})(?:,\d+)?")


def position_of(written: object) -> Position | None:
    """The place that a record states."""
    match = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    return None if match is None else inside(unquote(match["path"]), int(match["line"]))


def position_below(folder: Path, uri: str, line: int) -> Position | None:
    """The place that an SDK states with the address of a file, if that file is in the program's folder."""
    path = Path(unquote(urlsplit(uri).path))
    return inside(path.relative_to(folder).as_posix(), line) if path.is_relative_to(folder) else None


def inside(path: str, line: int) -> Position | None:
    """A place, unless its path leaves the folder of the program."""
    shown = _inside(path)
    return Position(shown, line) if shown is not None and line >= 1 else None


@lru_cache(maxsize=256)
def _inside(path: str) -> str | None:
    pure = PurePosixPath(path)
    leaves = pure.is_absolute() or ".." in pure.parts
    return pure.as_posix() if path.isprintable() and not leaves else None
