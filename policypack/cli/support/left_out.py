"""What a look at a folder leaves out: counted, so that no state is left out in silence."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from policypack.sources.likeness import looks_like_state
from policypack.sources.terraform.places import ENDING, state_files

_HEAD: Final = 4096
"""Bytes in which a state has its first key; installed packages hold very many files."""
_NAMED: Final = 3
_COMPRESSED: Final = (".json.gz", ".json.zst", ".tfstate.gz", ".tfstate.zst")
_BACKUPS: Final = (".bak", ".backup")
"""What Pulumi and OpenTofu call the state before the last one."""


class LeftOut(Struct):
    """Folders that are not looked into, files with names that no state has, and links that lead nowhere."""

    states: dict[str, int] = field(default_factory=dict)
    misnamed: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def add(self, folder: Path, root: Path, is_excluded: Callable[[Path], bool]) -> None:
        """Count the states in a folder below a root."""
        count = sum(1 for path in _files(folder) if not is_excluded(path) and _may_be_state(path))
        if count:
            self.states[folder.relative_to(root).as_posix()] = count

    def add_file(self, path: Path, root: Path) -> None:
        """Count one file below a program, which may be any JSON of its own."""
        if _may_be_state(path):
            folder = path.parent.relative_to(root).as_posix()
            self.states[folder] = self.states.get(folder, 0) + 1

    def add_misnamed(self, path: Path, root: Path) -> None:
        """Remember a file that is not read for its name alone (``prod``, ``prod.json.bz2``)."""
        name = path.name.lower()
        of_state = ".json" in name or ENDING in name
        if name.endswith(_BACKUPS) or not (of_state or "." not in name):
            return
        if path.is_file() and (_begins_like_state(path) or (of_state and _is_binary(path))):
            self.misnamed.append(path.relative_to(root).as_posix())

    def dangling(self, link: Path, root: Path) -> None:
        """Remember a link that leads nowhere: a folder of states may have been there."""
        self.links.append(link.relative_to(root).as_posix())

    @property
    def count(self) -> int:
        """How many there are, each of which may hold a stack."""
        return sum(self.states.values()) + len(self.misnamed) + len(self.links)

    def notes(self) -> tuple[str, ...]:
        """A sentence for each kind of what was left out."""
        notes: list[str] = []
        if self.states:
            count = sum(self.states.values())
            told = (
                "1 file that looks like state is" if count == 1 else f"{count} files that look like state are"
            )
            notes.append(
                f"{told} in folders that are left out ({named(list(self.states))}); audit such a folder by "
                "its name to read them."
            )
        if self.misnamed:
            count = len(self.misnamed)
            told = "1 file looks" if count == 1 else f"{count} files look"
            notes.append(
                f"{told} like state and {'has' if count == 1 else 'have'} another ending "
                f"({named(self.misnamed)}); name such a file to read it."
            )
        if self.links:
            told = "1 link leads" if len(self.links) == 1 else f"{len(self.links)} links lead"
            notes.append(f"{told} nowhere ({named(self.links)}).")
        return tuple(notes)


def named(paths: list[str]) -> str:
    """The first of some paths, and that there are more."""
    return ", ".join(paths[:_NAMED]) + (", ..." if len(paths) > _NAMED else "")


def _files(folder: Path) -> list[Path]:
    return [Path(here) / name for here, _, names in os.walk(folder) for name in names]


def _may_be_state(path: Path) -> bool:
    name = path.name.lower()
    if name.endswith(ENDING):
        return bool(state_files([str(path)]))
    if not path.is_file():
        return False
    if name.endswith(_COMPRESSED):
        return True  # who compresses JSON compresses states
    return name.endswith(".json") and _begins_like_state(path)


def _begins_like_state(path: Path) -> bool:
    head = _head(path)
    return head is None or looks_like_state(head.decode("latin-1"))


def _is_binary(path: Path) -> bool:
    head = _head(path)
    return head is None or b"\0" in head or not head.isascii()


def _head(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return None
