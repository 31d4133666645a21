"""State on object stores and in the folders of self-managed backends.

Layout (``pkg/backend/diy`` of pulumi/pulumi)::

    .pulumi/stacks/<project>/<stack>.json[.gz|.zst]    current layout
    .pulumi/stacks/<stack>.json[.gz|.zst]              legacy layout
    .pulumi/locks/organization/<project>/<stack>/*.json

Everything else below ``.pulumi`` (``.bak``, ``.pulumi-tags``, retained checkpoints, history,
backups) is not the current state of a stack and is left out.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec.structs import replace

from policypack.declared import Stack
from policypack.extras import installing
from policypack.printable import without_credentials
from policypack.sources.compression import LARGEST, TOO_LARGE
from policypack.sources.entry import Entry
from policypack.sources.error import Malformed, SourceError
from policypack.sources.folders import walk
from policypack.sources.pulumi_cloud import read as pulumi_cloud
from policypack.sources.recognise import read_bytes
from policypack.sources.store_options import options_of
from policypack.sources.terraform.places import state_files, states_in
from policypack.sources.wanted import ANY, Wanted

BACKEND_FOLDER: Final = ".pulumi"
_PIECE: Final = 64 * 1024
"""Bytes that are read at once where nothing tells how many there are."""
_STATE_ENDINGS: Final = (".json", ".json.gz", ".json.zst")
_STORES: Final = {"azblob": "abfs"}
"""Pulumi's scheme where fsspec calls it differently."""
_EXTRAS: Final = ("gs", "azblob")
"""Schemes whose packages are an extra of that name."""


class Store(Protocol):
    """A place that holds files, addressed by paths relative to its root."""

    def files(self, folder: str) -> Mapping[str, str | None]:
        """Every file below a folder, sorted, with its version; empty when there is no such folder.

        The version is an etag or a checksum, or size and times; ``None`` where the store tells none.
        """
        ...

    def others(self) -> Mapping[str, str | None]:
        """Likewise every file that is not in the folder of a backend of Pulumi, which may be very large."""
        ...

    def unreadable(self) -> list[str]:
        """Folders that could not be listed so far, with the reason."""
        ...

    def is_file(self, path: str) -> bool:
        """Whether the path is a file."""
        ...

    def version(self, path: str) -> str | None:
        """What changes with the content of a file; ``None`` where the store tells nothing."""
        ...

    def content(self, path: str) -> bytes:
        """The file's bytes, at most one more than is read of any state."""
        ...


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._refused: list[OSError] = []

    def files(self, folder: str) -> Mapping[str, str | None]:
        below = self._root / folder
        if not below.is_dir():
            return {}
        paths = (here / name for here, _, names in walk(below, self._refused) for name in names)
        return self._versions(paths)

    def others(self) -> Mapping[str, str | None]:
        return self._versions(states_in(self._root))

    def _versions(self, paths: Iterable[Path]) -> Mapping[str, str | None]:
        start = len(self._root.as_posix().rstrip("/")) + 1 if self._root != Path() else 0
        return {name[start:]: version_of_file(name) for name in sorted(path.as_posix() for path in paths)}

    def unreadable(self) -> list[str]:
        return list(dict.fromkeys(f"{error.filename}: {error.strerror}" for error in self._refused))

    def is_file(self, path: str) -> bool:
        return (self._root / path).is_file()

    def version(self, path: str) -> str | None:
        return version_of_file(self._root / path)

    def content(self, path: str) -> bytes:
        place = f"{self._root}/{path}" if path else str(self._root)
        # without a buffer and a Path: they take longer than to read a state
        with open(place, "rb", buffering=0) as file:  # noqa: PTH123
            size = os.fstat(file.fileno()).st_size
            _refuse_size(size)
            data = file.read(size + 1)
            while len(data) <= LARGEST and (more := file.read(_PIECE)):  # it grows, or is a pipe
                data += more
            return data


class ObjectStore:
    """Anything that fsspec opens: S3-compatible stores, OBS among them, and many others."""

    def __init__(self, address: str) -> None:
        try:
            import fsspec
        except ImportError:
            told = "reading from a store needs further packages"
            raise SourceError(address, "", told, installing("stores")) from None
        parts = urlsplit(address)
        protocol = _STORES.get(parts.scheme, parts.scheme)
        try:
            options = options_of(protocol, parse_qs(parts.query))
        except Malformed as malformed:
            raise malformed.at(address) from None
        except ImportError as error:
            raise _lacking(parts.scheme, address, error) from None
        location = f"{protocol}://{parts.netloc}{parts.path}"
        try:
            opened: Any = fsspec.core.url_to_fs(  # type: ignore[no-untyped-call]
                location, use_listings_cache=False, **options
            )
        except ValueError:
            raise SourceError(
                address,
                "",
                f"no store of the kind {parts.scheme}:// is known",
                "use file://, s3://, gs://, azblob:// or pulumi://, or export the stack",
            ) from None
        except ImportError as error:
            raise _lacking(parts.scheme, address, error) from None
        self._system, root = opened
        self._root = str(root).rstrip("/")

    def files(self, folder: str) -> Mapping[str, str | None]:
        try:
            entries = self._system.find(self._below(folder), detail=True)
        except FileNotFoundError:
            return {}
        return {self._relative(path): _version_of_entry(entries[path]) for path in sorted(entries)}

    def others(self) -> Mapping[str, str | None]:
        try:
            entries = self._system.ls(self._root, detail=True)
        except FileNotFoundError:
            return {}
        others: dict[str, str | None] = {}
        for entry in entries:
            name = self._relative(entry["name"])
            if entry["type"] == "directory" and name != BACKEND_FOLDER:
                others |= self.files(name)
            elif entry["type"] != "directory":
                others[name] = _version_of_entry(entry)
        return dict(sorted(others.items()))

    def unreadable(self) -> list[str]:
        return []  # its libraries raise

    def is_file(self, path: str) -> bool:
        return bool(self._system.isfile(self._below(path)))

    def version(self, path: str) -> str | None:
        return _version_of_entry(self._system.info(self._below(path)))

    def content(self, path: str) -> bytes:
        with self._system.open(self._below(path), "rb") as file:
            _refuse_size(getattr(file, "size", None))
            data: bytes = file.read(LARGEST + 1)
            return data

    def _relative(self, path: object) -> str:
        return str(path).removeprefix(self._root).strip("/")

    def _below(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")


def _refuse_size(size: int | None) -> None:
    """Read nothing of a file that is larger than any state.

    Raises:
        OSError: It is.
    """
    if size is not None and size > LARGEST:
        raise OSError(TOO_LARGE)


def _lacking(scheme: str, address: str, error: ImportError) -> SourceError:
    hint = installing(scheme) if scheme in _EXTRAS else ""
    return SourceError(address, "", f"this kind of store needs another package ({error})", hint)


_CHECKSUMS: Final = ("ETag", "etag", "md5Hash", "content_md5")
_TIMES: Final = ("LastModified", "last_modified", "updated", "mtime", "modified")
_CLOCKS_DIFFER: Final = timedelta(minutes=5)


def version_of_file(path: str | Path) -> str | None:
    """Size and times of a file of this machine; ``None`` where they tell nothing.

    A file that was written a moment ago may be written again within the same tick of its clock. The time of
    its last change (``st_ctime``) counts, too: archives and copies set the other one to whatever they like.
    """
    try:
        found = os.stat(path)  # noqa: PTH116 - ten thousand of them; a Path of each costs as much again
    except OSError:
        return None
    if time.time_ns() - found.st_mtime_ns < _TICK:
        return None
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


_TICK: Final = 2_000_000_000
"""Nanoseconds; the coarsest clock of a file system in use (FAT) counts in two seconds."""


def _version_of_entry(entry: Mapping[str, object]) -> str | None:
    """What an object store says of the content of a file, as fsspec's file systems name it."""
    for key in _CHECKSUMS:
        if entry.get(key):
            return f"{entry.get('size')}-{entry[key]!s}"
    for key in _TIMES:
        if _is_settled(entry.get(key)):
            return f"{entry.get('size')}-{entry[key]!s}"
    return None


def _is_settled(when: object) -> bool:
    """Whether a time of a store is so long ago that nothing is written at it any more, by any clock."""
    return isinstance(when, datetime) and datetime.now(UTC) - when.astimezone(UTC) > _CLOCKS_DIFFER


def is_address(address: str) -> bool:
    """Whether the address names a store by its scheme."""
    return "://" in address


def read_store(address: str, wanted: Wanted = ANY) -> Iterator[Stack | SourceError]:
    """Read a state file or every stack of a backend, named by a URL.

    Args:
        address: The URL.
        wanted: Names for a file that holds none.
    """
    store: Store
    parts = urlsplit(address)
    try:
        if parts.scheme == pulumi_cloud.SCHEME:
            yield from pulumi_cloud.read_cloud(address, wanted)
            return
        if parts.scheme == "file":
            path = Path(unquote(parts.netloc + parts.path))
            if path.is_file():
                yield from read_in(Folder(path.parent), Entry(address, path.name, address, wanted=wanted))
                return
            store = Folder(path)
        else:
            store = ObjectStore(address)
            if store.is_file(""):
                yield from read_in(store, Entry(address, "", without_credentials(address), wanted=wanted))
                return
        yield from read_backend(store, address, wanted)
    except SourceError as error:
        yield error
    except Exception as error:  # the libraries of stores raise whatever their vendor raises
        yield unreadable_store(address, error)


def unreadable_store(address: str, error: Exception) -> SourceError:
    """What a library said of a store, as an error of ours."""
    told = f"the store cannot be read ({_one_line(error)})"
    return SourceError(address, "", told, "check the address and the credentials")


def read_backend(store: Store, address: str, wanted: Wanted = ANY) -> Iterator[Stack | SourceError]:
    """Read every stack of a self-managed backend, as ``list_backend`` finds them."""
    for found in list_backend(store, address, wanted):
        if isinstance(found, SourceError):
            yield found
        else:
            yield from read_in(store, found)


def list_backend(store: Store, address: str, wanted: Wanted = ANY) -> Iterator[Entry | SourceError]:
    """Find every stack of a self-managed backend by its path, then the states of OpenTofu and Terraform.

    These hold no names, so they get the project that is wanted. The stack is their workspace, and only
    where there is but one state the name that is wanted: it would not tell several apart.
    """
    states = store.files(f"{BACKEND_FOLDER}/stacks")
    loose = store.others()
    others = state_files(loose)
    for told in store.unreadable():
        yield SourceError(address, "", f"a folder of the backend cannot be listed ({told})")
    if not states and not others:
        present = store.is_file(f"{BACKEND_FOLDER}/meta.yaml") or store.files(BACKEND_FOLDER)
        if not present and not store.unreadable():
            told = "there is no such file, and no backend (a folder .pulumi) and no *.tfstate below"
            yield SourceError(address, "", told, "check the address")
        return
    shown = without_credentials(address.partition("?")[0]).rstrip("/")
    locked = _locked(store) if states else frozenset()
    for stack_path, files in sorted(_states(states).items()):
        if len(files) > 1:
            yield SourceError(
                address, ", ".join(files), "two state files of one stack", "delete the older of the two"
            )
            continue
        [path] = files
        yield Entry(address, path, f"{shown}/{path}", version=states[path], locked=stack_path in locked)
    names = wanted if len(others) == 1 and not states else replace(wanted, stack=None)
    for path in others:
        yield Entry(address, path, f"{shown}/{path}", version=loose[path], wanted=names)


def read_in(store: Store, entry: Entry) -> Iterator[Stack | SourceError]:
    """Read a state that was found in a store."""
    try:
        content = store.content(entry.path)
    except SourceError as error:
        yield error
        return
    except OSError as error:
        yield SourceError(entry.shown, "", f"the file cannot be read ({_one_line(error)})")
        return
    yield from read_content(content, entry)


def read_content(content: bytes, entry: Entry) -> Iterator[Stack | SourceError]:
    """Read the content of a state."""
    names = entry.wanted
    try:
        stack = read_bytes(content, entry.shown, project=names.project, stack=names.name)
    except SourceError as error:
        yield error
    else:
        yield replace(stack, notes=(*stack.notes, _LOCKED)) if entry.locked else stack


_LOCKED: Final = (
    "the stack is locked: an update is running or was interrupted, so its state may be out of date"
)


def _states(files: Iterable[str]) -> Mapping[str, list[str]]:
    """State files by the stack they hold: ``project/stack``, or ``stack`` in the legacy layout."""
    states: dict[str, list[str]] = {}
    for path in files:
        within = path.removeprefix(f"{BACKEND_FOLDER}/stacks/")
        for ending in _STATE_ENDINGS:
            if within.endswith(ending) and within.count("/") <= 1:
                states.setdefault(within.removesuffix(ending), []).append(path)
    return states


def _locked(store: Store) -> frozenset[str]:
    """Stacks that hold a lock file, named as in ``_states``."""
    prefix = f"{BACKEND_FOLDER}/locks/"
    return frozenset(
        path.removeprefix(prefix).removeprefix("organization/").rpartition("/")[0]
        for path in store.files(prefix.rstrip("/"))
        if path.endswith(".json")
    )


def _one_line(error: Exception) -> str:
    told = str(error).strip().splitlines()
    return (told[0] if told else type(error).__name__)[:200]
