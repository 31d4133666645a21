"""What a folder holds that can be read: programs, backends and files."""

import os
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from msgspec import Struct, field

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
_LONGEST_LIST: Final = 64 * 1024 * 1024
_NEVER: Final = frozenset({"node_modules", "__pycache__", "venv"})


class Place(Struct, frozen=True):
    """What is to be read in a place.

    Attributes:
        addresses: Programs, backends, files and folders that cannot be listed, sorted as they were met.
        files: Those of them that were found as files of a folder, which may be of any kind.
        folders: Each folder that was looked through, with those of the addresses that it led to.
        configurations: Files of OpenTofu and Terraform that are known by their names to be no state.
        settings: Settings files that were met; a run uses one.
        notes: What was left out, a sentence each.
        left_out: How many of these may hold a stack.
        errors: Places in which nothing can be looked for, each with the reason; of one place that is raised.
    """

    addresses: tuple[str, ...]
    files: frozenset[str] = frozenset()
    configurations: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: int = 0
    errors: tuple[tuple[str, str], ...] = ()
    folders: tuple[tuple[str, tuple[str, ...]], ...] = ()


def look_at(places: Sequence[str], exclude: Sequence[str]) -> Place:
    """Find everything to read in some places; what several of them lead to is read once.

    Of several places, one in which nothing can be looked for does not keep the others from being read.

    Raises:
        InputError: There is one place, and nothing can be looked for in it.
    """
    if len(places) == 1:
        return look(places[0], exclude)
    found: list[Place] = []
    errors: list[tuple[str, str]] = []
    for place in dict.fromkeys(places):
        try:
            found.append(look(place, exclude))
        except InputError as error:
            told = str(error)
            errors.append((place or "PLACE", told.removeprefix(f"{place}: ").removeprefix("PLACE: ")))
    addresses: dict[str, str] = {}
    for one in found:
        for address in one.addresses:
            addresses.setdefault(_identity(address), address)
    return Place(
        tuple(addresses.values()),
        frozenset[str]().union(*(one.files for one in found)),
        tuple(dict.fromkeys(path for one in found for path in one.configurations)),
        tuple(dict.fromkeys(path for one in found for path in one.settings)),
        tuple(dict.fromkeys(note for one in found for note in one.notes)),
        sum(one.left_out for one in found),
        tuple(errors),
        tuple(
            (folder, tuple(addresses[_identity(path)] for path in paths))
            for one in found
            for folder, paths in one.folders
        ),
    )


def _identity(address: str) -> str:
    """What two spellings of one file or folder share; a folder of a backend is told by what it holds."""
    if "://" in address or address == "-":
        return address.rstrip("/")
    path = Path(os.path.realpath(address))
    return str(path.parent if path.name == _BACKEND else path)


def named_places(places: Sequence[str], listed: str | None) -> list[str]:
    """The places of a command line, and those of a list.

    Raises:
        InputError: There are none, or standard input is meant by both.
    """
    if listed is None and not places:
        raise InputError("PLACE: a folder or the URL of a backend was expected, found none; or use --places")
    if listed == "":
        raise InputError("--places: the name of a file was expected, found an empty text")
    found = [*places, *(listed_in(listed) if listed is not None else ())]
    if listed == "-" and "-" in found:
        raise InputError("--places: standard input holds the list, so that it cannot be a place too")
    return found


def listed_in(file: str) -> list[str]:
    """The addresses of a list of places: one a line, without empty lines and those that begin with ``#``.

    Args:
        file: Where the list stands, ``-`` for standard input.

    Raises:
        InputError: It cannot be read, is no text or is empty.
    """
    shown = "standard input" if file == "-" else file
    try:
        content = sys.stdin.buffer.read(_LONGEST_LIST + 1) if file == "-" else _start_of(file)
    except OSError as error:
        raise InputError(f"--places: {shown}: the list cannot be read ({error.strerror})") from None
    if len(content) > _LONGEST_LIST:
        raise InputError(
            f"--places: {shown}: a list of at most {_LONGEST_LIST // 1024 // 1024} MiB was expected"
        )
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"--places: {shown}: text in UTF-8 was expected (byte {error.start})") from None
    addresses = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not addresses:
        raise InputError(f"--places: {shown}: one address a line was expected, found none")
    return addresses


def _start_of(file: str) -> bytes:
    with Path(file).open("rb") as opened:
        return opened.read(_LONGEST_LIST + 1)


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
        search.left_out.count,
        folders=((place, tuple(map(str, paths))),),
    )


class _Search(Struct):
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
                # what the program declares is read, not what it was at last
                if _BACKEND in folders and not self._excluded(backend):
                    self.left_out.add(backend, self.root, self._excluded)
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
                    if not self._excluded(path):
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
                self.left_out.add(here / name, self.root, self._excluded)
        folders[:] = sorted(set(folders) - out)

    def _excluded(self, path: Path) -> bool:
        relative = path.relative_to(self.root).as_posix()
        return any(fnmatchcase(relative, pattern) for pattern in self.exclude)
