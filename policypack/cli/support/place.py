"""What a folder holds that can be read: programs, backends and files."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from policypack.cli.support.errors import InputError
from policypack.cli.support.left_out import LeftOut
from policypack.settings.files import FILE
from policypack.sources.folders import walk
from policypack.sources.terraform.places import states_in

_JSON: Final = (".json", ".json.gz", ".json.zst")
_STATE: Final = (".tfstate", ".tfstate.gz", ".tfstate.zst")
_CONFIGURATIONS: Final = (".tf.json", ".tofu.json", ".tfvars.json")
"""JSON that OpenTofu and Terraform read, and no state or plan."""
_PROJECTS: Final = frozenset({"Pulumi.yaml", "Pulumi.yml"})
_BACKEND: Final = ".pulumi"
_NEVER: Final = frozenset({"node_modules", "__pycache__", "venv"})


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be read in a place.

    Attributes:
        addresses: Programs, backends, files and folders that cannot be listed, sorted as they were met.
        files: Those of them that were found as files of a folder, which may be of any kind.
        configurations: Files of OpenTofu and Terraform that are known by their names to be no state.
        settings: Settings files that were met; a run uses one.
        notes: What was left out, a sentence each.
    """

    addresses: tuple[str, ...]
    files: frozenset[str] = frozenset()
    configurations: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def look(place: str, exclude: Sequence[str]) -> Place:
    """Find everything to read in a place.

    A URL, a file and the folder of a backend stand for themselves. In any other folder, programs and
    backends are found at any depth, also beside and below each other, and state is looked for in files
    whose names end like JSON, except for those of a program: it may read any JSON of its own. Links are
    followed once. Hidden folders and installed packages are left out, and a note counts what looks like
    state in them; a folder that cannot be listed is read like a source, so that it ends as an error of
    the report.

    Raises:
        InputError: There is no such place, nothing in it, or something that never ends.
    """
    if not place:
        raise InputError("PLACE: a folder or the URL of a backend was expected, found an empty text")
    root = Path(place)
    if "://" in place or place == "-" or root.is_file() or root.absolute().name == _BACKEND:
        return Place((place,))
    if not root.is_dir():
        raise InputError(
            f"{place}: no such folder; a folder, a state file or the URL of a backend was expected"
        )
    search = _Search(root, exclude)
    paths = list(search.found())
    for path in paths:
        if path.is_fifo() or path.is_socket():  # reading it would wait for somebody to write
            raise InputError(f"{path}: a file was expected, found a pipe; leave it out with --exclude")
    if not paths:
        told = " ".join(("", *search.notes())).rstrip(".")
        raise InputError(
            f"{place}: no program, backend, export or state file was found in this folder.{told}"
        )
    return Place(
        tuple(map(str, paths)),
        frozenset(map(str, search.files)),
        tuple(map(str, search.configurations)),
        tuple(map(str, search.settings)),
        search.notes(),
    )


@dataclass(slots=True)
class _Search:
    root: Path
    exclude: Sequence[str]
    files: list[Path] = field(default_factory=list)
    configurations: list[Path] = field(default_factory=list)
    settings: list[Path] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)

    def found(self) -> Iterator[Path]:
        """Each source once, whatever links lead to it; its own path comes before that of a link."""
        wanted = [(path, real) for path, real in self._all() if not self._excluded(path)]
        direct = {real for path, real in wanted if not path.is_symlink()}
        seen: set[str] = set()
        for path, real in wanted:
            if real not in seen and not (path.is_symlink() and real in direct):
                seen.add(real)
                yield path

    def notes(self) -> tuple[str, ...]:
        return self.left_out.notes()

    def _all(self) -> Iterator[tuple[Path, str]]:
        """Everything with what identifies it."""
        programs: set[Path] = set()
        unreadable: list[OSError] = []
        for here, folders, files in walk(self.root, unreadable):
            backend = here / _BACKEND
            of_backend: set[Path] = set()
            if not _PROJECTS.isdisjoint(files):
                programs.add(here)
                yield here, os.path.realpath(here)
                if _BACKEND in folders:  # what the program declares is read, not what it was at last
                    self.left_out.add(backend, self.root)
            elif _BACKEND in folders:
                of_backend = set(states_in(here))
                yield here, os.path.realpath(backend)
            self._leave_out(here, folders)
            in_program = not programs.isdisjoint((here, *here.parents))
            for path in (here / name for name in sorted(files)):
                name = path.name.lower()  # file systems that ignore case have files of both spellings
                if name.endswith(_CONFIGURATIONS):
                    self.configurations.append(path)
                elif path.name == FILE:
                    self.settings.append(path)
                elif path not in of_backend and (
                    name.endswith(_STATE) or (name.endswith(_JSON) and not in_program)
                ):
                    self.files.append(path)
                    yield path, os.path.realpath(path)
                elif path.is_symlink() and not path.exists():
                    self.left_out.dangling(path, self.root)
                elif in_program and name.endswith(_JSON) and not self._excluded(path):
                    self.left_out.add_file(path, self.root)
                elif path not in of_backend and not in_program and not self._excluded(path):
                    self.left_out.add_misnamed(path, self.root)
        for error in unreadable:
            yield Path(error.filename), error.filename

    def _leave_out(self, here: Path, folders: list[str]) -> None:
        out = {name for name in folders if name.startswith(".") or name in _NEVER}
        for name in sorted(out - {_BACKEND}):
            if not self._excluded(here / name):
                self.left_out.add(here / name, self.root)
        folders[:] = sorted(set(folders) - out)

    def _excluded(self, path: Path) -> bool:
        relative = path.relative_to(self.root).as_posix()
        return any(fnmatchcase(relative, pattern) for pattern in self.exclude)
