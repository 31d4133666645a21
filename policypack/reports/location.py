"""Where in a repository something stands, for formats that attach findings to files."""

from functools import lru_cache
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from policypack.declared import Origin, Position, Stack

_PROGRAMS: Final = frozenset({"engine", "program"})
_NO_FILE: Final = frozenset({"", "-", "standard input"})


class Place(Struct, frozen=True):
    """A line of a file.

    Attributes:
        uri: Relative to the repository where the file is in one, else absolute.
        line: Counted from 1.
    """

    uri: str
    line: int = 1


def place_of(stack: Stack, urn: str | None) -> Place:
    """Where a resource is declared: the line of the program where that is known, else what was read."""
    resource = stack.by_urn.get(urn) if urn is not None else None
    position = resource.position if resource is not None else None
    if position is not None:
        folder = _folder(stack.origin, position)
        if folder is not None:
            return Place(_uri(folder / position.path), position.line)
    return Place(location(stack.origin))


def location(origin: Origin) -> str:
    """A relative or absolute URI. A program is its project file, as is what the engine sent."""
    if "://" in origin.path:
        return quote(origin.path, safe=":/?#@%&=+~.-_")
    if origin.kind in _PROGRAMS:
        return _uri(_program(origin) / "Pulumi.yaml")
    return "stdin" if origin.path in _NO_FILE else _uri(PurePath(origin.path))


def _program(origin: Origin) -> PurePath:
    return PurePath(origin.path) if origin.path else PurePath()


def _folder(origin: Origin, position: Position) -> PurePath | None:
    """The folder of the program, where it can be told.

    A preview or a state does not name it. It is taken to be that of the file, or the current one, where
    the program's file is there.
    """
    if origin.kind in _PROGRAMS:
        return _program(origin)
    if "://" in origin.path:
        return None
    beside = [PurePath()] if origin.path in _NO_FILE else [PurePath(origin.path).parent, PurePath()]
    return next((folder for folder in beside if Path(folder, position.path).is_file()), None)


def _uri(path: PurePath) -> str:
    repository = _repository()
    absolute = Path.cwd() / path
    if repository is not None and ".." not in path.parts and absolute.is_relative_to(repository):
        path = absolute.relative_to(repository)
    written = quote(path.as_posix().encode("utf-8", "surrogateescape"), safe="/~.-_")
    return f"file://{written}" if path.is_absolute() else written


def _repository() -> Path | None:
    return _above(Path.cwd())


@lru_cache(maxsize=8)
def _above(folder: Path) -> Path | None:
    """The nearest folder upwards that holds ``.git``: consumers count paths from there."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)
