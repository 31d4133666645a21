"""Reading in two steps, for audits: first find the states of a place, then read each, perhaps elsewhere.

A new kind of place has one line in ``_listed``, which yields an ``Entry`` for each state, and one in
``content_of``, which reads it. Both run in other processes and on other machines, which open the place
themselves.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from policypack.declared import Stack
from policypack.printable import without_credentials
from policypack.sources.entry import Entry
from policypack.sources.error import SourceError
from policypack.sources.pulumi_cloud import read as pulumi_cloud
from policypack.sources.read import PROJECT_FILES, read_each
from policypack.sources.stores import (
    BACKEND_FOLDER,
    Folder,
    ObjectStore,
    Store,
    is_address,
    list_backend,
    read_content,
    unreadable_store,
    version_of_file,
)
from policypack.sources.terraform.places import states_in
from policypack.sources.wanted import ANY, Wanted


def list_source(address: str, wanted: Wanted = ANY) -> Iterator[Entry | SourceError]:
    """Find what a source holds, without reading it; what cannot be listed comes as an error.

    Args:
        address: What ``read`` takes.
        wanted: Names for files that hold none, and which stacks of a program are meant.
    """
    try:
        yield from _listed(address, wanted)
    except SourceError as error:
        yield error
    except Exception as error:  # the libraries of stores raise whatever their vendor raises
        yield unreadable_store(address, error)


def _listed(address: str, wanted: Wanted) -> Iterator[Entry | SourceError]:
    if _is_of_pulumi_cloud(address):
        for one in pulumi_cloud.addresses(address):
            if isinstance(one, SourceError):
                yield one
            else:
                yield Entry(one, "", one, wanted=wanted)
        return
    if is_address(address):
        store = _opened(address)
        if store.is_file(""):
            yield Entry(address, "", without_credentials(address), store.version(""), wanted)
        else:
            yield from list_backend(store, address, wanted)
        return
    path = Path(address)
    if path.is_dir() and not any((path / name).is_file() for name in PROJECT_FILES):
        root = path
        if path.absolute().name == BACKEND_FOLDER:
            root = path.absolute().parent if path.name != BACKEND_FOLDER else path.parent
        if root is not path or (path / BACKEND_FOLDER).is_dir() or states_in(path):
            for found in list_backend(Folder(root), str(root), wanted):
                yield replace(found, root=str(root.absolute())) if isinstance(found, Entry) else found
            return
    there = str(path.absolute()) if address not in {"", "-"} else address
    if address != "-" and path.is_file():
        yield Entry(there, "", address, version_of_file(path), wanted)
    else:  # a program; else reading it says why not
        yield Entry(there, "", address, wanted=wanted, is_state=False)


def content_of(entry: Entry) -> bytes:
    """The bytes of a state.

    Raises:
        SourceError: It cannot be read.
    """
    try:
        if _is_of_pulumi_cloud(entry.root):
            return pulumi_cloud.content_of(entry.root)
        return _opened(entry.root).content(entry.path)
    except SourceError:
        raise
    except OSError as error:
        told = error.strerror or str(error).splitlines()[0][:200] or type(error).__name__
        raise SourceError(entry.shown, "", f"the file cannot be read ({told})") from None
    except Exception as error:  # as above
        raise unreadable_store(entry.shown, error) from None


def read_entry(entry: Entry, content: bytes | None = None) -> Iterator[Stack | SourceError]:
    """Read what an entry names; what cannot be read comes as an error.

    Args:
        entry: What a listing found.
        content: The bytes of a state, where they were read already.
    """
    if not entry.is_state:
        for outcome in read_each(entry.root, wanted=entry.wanted):
            yield _as_shown(outcome, entry)
        return
    try:
        content = content_of(entry) if content is None else content
        if _is_of_pulumi_cloud(entry.root):
            yield pulumi_cloud.read_content(content, entry.root)
            return
        yield from read_content(content, entry)
    except SourceError as error:
        yield error


def _as_shown(outcome: Stack | SourceError, entry: Entry) -> Stack | SourceError:
    """A workplace may have another current folder, so the path is absolute there; reports show the user's."""
    if isinstance(outcome, Stack):
        path = outcome.origin.path.replace(entry.root, entry.shown, 1)
        return replace(outcome, origin=replace(outcome.origin, path=path))
    outcome.path = outcome.path.replace(entry.root, entry.shown, 1)
    return outcome


def _is_of_pulumi_cloud(address: str) -> bool:
    return urlsplit(address).scheme == pulumi_cloud.SCHEME


@lru_cache(maxsize=8)
def _opened(address: str) -> Store:
    """A place that was opened before is used again: connecting takes longer than reading a state."""
    if not is_address(address):
        return Folder(Path(address))
    parts = urlsplit(address)
    if parts.scheme == "file":
        return Folder(Path(unquote(parts.netloc + parts.path)))
    return ObjectStore(address)
