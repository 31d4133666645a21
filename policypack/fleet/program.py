"""Which program this is, told by its own files: two commits may have one version number."""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

PACKAGES: Final = ("policypack", "pricing")


@cache
def program() -> str:
    """The digest of all that is installed of this program, in hexadecimal digits.

    It takes some 10 ms, so that only an audit asks for it.
    """
    return digest(files(package) for package in PACKAGES)


def digest(packages: Iterable[Traversable]) -> str:
    """Of the files of some packages, wherever they are and whenever they were written.

    Args:
        packages: Folders, or what stands for them in an archive.
    """
    whole = sha256()
    for package in packages:
        for path, file in _files(package, package.name):
            content = file.read_bytes()
            whole.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            whole.update(content)
    return whole.hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    """Every file, in the order of names. What Python keeps of its own, and hidden files, decide nothing."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.name == "__pycache__" or one.name.startswith("."):
            continue
        if one.is_dir():
            yield from _files(one, f"{path}/{one.name}")
        else:
            yield f"{path}/{one.name}", one
