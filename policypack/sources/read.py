"""Reading any source by its address."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from policypack.declared import Stack
from policypack.sources.compression import LARGEST
from policypack.sources.error import SourceError
from policypack.sources.recognise import ACCEPTED, read_bytes
from policypack.sources.stores import BACKEND_FOLDER, Folder, is_address, read_backend, read_store
from policypack.sources.terraform.places import states_in
from policypack.sources.wanted import ANY, Wanted, meant

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")


def read(address: str, *, stdin: BinaryIO | None = None, wanted: Wanted = ANY) -> list[Stack]:
    """Read every stack that a source holds.

    Args:
        address: A file, ``-`` for standard input, a program directory, a folder or URL of a
            self-managed backend, or the URL of a state file.
        stdin: What ``-`` reads; standard input when not given.
        wanted: Which stacks are meant: a program is run with their configuration, files that hold no
            names get these, and a source that holds other stacks only is refused.

    Raises:
        SourceError: Any part of the source cannot be read. ``read_each`` goes on instead.
    """
    stacks: list[Stack] = []
    for outcome in read_each(address, stdin=stdin, wanted=wanted):
        if isinstance(outcome, SourceError):
            raise outcome
        stacks.append(outcome)
    return stacks


def read_each(
    address: str, *, stdin: BinaryIO | None = None, wanted: Wanted = ANY
) -> Iterator[Stack | SourceError]:
    """Read every stack that a source holds; what cannot be read comes as an error among them.

    Arguments are those of ``read``. Never ends without having given anything, except for a backend
    that has no stacks.
    """
    try:
        if not address:  # a shell variable that is not set; it is not meant to be the current directory
            yield SourceError("", "", "an empty name", f"{ACCEPTED} was expected")
        else:
            yield from meant(_all_of(address, stdin, wanted), address, wanted)
    except SourceError as error:
        yield error
    except OSError as error:
        yield SourceError(address, "", f"cannot be read ({error.strerror or type(error).__name__})")


def _all_of(address: str, stdin: BinaryIO | None, wanted: Wanted) -> Iterator[Stack | SourceError]:
    if address == "-":
        data = (stdin or sys.stdin.buffer).read(LARGEST + 1)
        yield read_bytes(data, "standard input", project=wanted.project, stack=wanted.name)
    elif is_address(address):
        yield from read_store(address, wanted)
    else:
        yield from _read_path(address, wanted)


def _read_path(address: str, wanted: Wanted) -> Iterator[Stack | SourceError]:
    path = Path(address)
    if path.is_dir():
        if any((path / name).is_file() for name in PROJECT_FILES):
            from policypack.sources import program

            yield from program.run_each(path, wanted)
        elif path.absolute().name == BACKEND_FOLDER:
            root = path.absolute().parent if path.name != BACKEND_FOLDER else path.parent
            yield from read_backend(Folder(root), str(root), wanted)
        elif (path / BACKEND_FOLDER).is_dir() or states_in(path):
            yield from read_backend(Folder(path), address, wanted)
        else:
            yield SourceError(
                address,
                "",
                "this directory has neither a Pulumi.yaml nor a folder .pulumi nor a terraform.tfstate",
                f"{ACCEPTED} was expected",
            )
        return
    if not path.exists():
        yield SourceError(address, "", "no such file or directory", f"{ACCEPTED} was expected")
        return
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    yield read_bytes(data, address, project=wanted.project, stack=wanted.name)
