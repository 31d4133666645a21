"""State on object stores and in the folders of self-managed backends.

Layout (``pkg/backend/diy`` of pulumi/pulumi)::

    .pulumi/stacks/<project>/<stack>.json[.gz|.zst]    current layout
    .pulumi/stacks/<stack>.json[.gz|.zst]              legacy layout
    .pulumi/locks/organization/<project>/<stack>/*.json

Everything else below ``.pulumi`` (``.bak``, ``.pulumi-tags``, retained checkpoints, history,
backups) is not the current state of a stack and is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from policypack.declared import Stack
from policypack.printable import without_credentials
from policypack.sources.compression import LARGEST
from policypack.sources.error import Malformed, SourceError
from policypack.sources.folders import walk
from policypack.sources.pulumi_cloud import read as pulumi_cloud
from policypack.sources.recognise import read_bytes
from policypack.sources.store_options import options_of
from policypack.sources.terraform.places import state_files, states_in
from policypack.sources.wanted import ANY, Wanted

BACKEND_FOLDER: Final = ".pulumi"
_STATE_ENDINGS: Final = (".json", ".json.gz", ".json.zst")
_STORES: Final = {"azblob": "abfs"}
"""Pulumi's scheme where fsspec calls it differently."""
_EXTRAS: Final = ("gs", "azblob")
"""Schemes whose packages are an extra of that name."""


class Store(Protocol):
    """A place that holds files, addressed by paths relative to its root."""

    def files(self, folder: str) -> list[str]:
        """Every file below a folder; empty when there is no such folder."""
        ...

    def others(self) -> list[str]:
        """Every file that is not in the folder of a backend of Pulumi, which may be very large."""
        ...

    def unreadable(self) -> list[str]:
        """Folders that could not be listed so far, with the reason."""
        ...

    def is_file(self, path: str) -> bool:
        """Whether the path is a file."""
        ...

    def content(self, path: str) -> bytes:
        """The file's bytes, at most one more than is read of any state."""
        ...


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._refused: list[OSError] = []

    def files(self, folder: str) -> list[str]:
        below = self._root / folder
        if not below.is_dir():
            return []
        return sorted(
            (here / name).relative_to(self._root).as_posix()
            for here, _, names in walk(below, self._refused)
            for name in names
        )

    def others(self) -> list[str]:
        return [path.relative_to(self._root).as_posix() for path in states_in(self._root)]

    def unreadable(self) -> list[str]:
        return list(dict.fromkeys(f"{error.filename}: {error.strerror}" for error in self._refused))

    def is_file(self, path: str) -> bool:
        return (self._root / path).is_file()

    def content(self, path: str) -> bytes:
        with (self._root / path).open("rb") as file:
            return file.read(LARGEST + 1)


class ObjectStore:
    """Anything that fsspec opens: S3-compatible stores, OBS among them, and many others."""

    def __init__(self, address: str) -> None:
        try:
            import fsspec
        except ImportError:
            raise SourceError(
                address, "", "reading from a store needs further packages", "pip install 'apig-cost[stores]'"
            ) from None
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

    def files(self, folder: str) -> list[str]:
        try:
            paths = self._system.find(self._below(folder))
        except FileNotFoundError:
            return []
        return sorted(self._relative(path) for path in paths)

    def others(self) -> list[str]:
        try:
            entries = self._system.ls(self._root, detail=True)
        except FileNotFoundError:
            return []
        others: list[str] = []
        for entry in entries:
            name = self._relative(entry["name"])
            if entry["type"] == "directory" and name != BACKEND_FOLDER:
                others += self.files(name)
            elif entry["type"] != "directory":
                others.append(name)
        return sorted(others)

    def unreadable(self) -> list[str]:
        return []  # its libraries raise

    def is_file(self, path: str) -> bool:
        return bool(self._system.isfile(self._below(path)))

    def content(self, path: str) -> bytes:
        with self._system.open(self._below(path), "rb") as file:
            data: bytes = file.read(LARGEST + 1)
            return data

    def _relative(self, path: object) -> str:
        return str(path).removeprefix(self._root).strip("/")

    def _below(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")


def _lacking(scheme: str, address: str, error: ImportError) -> SourceError:
    hint = f"pip install 'apig-cost[{scheme}]'" if scheme in _EXTRAS else ""
    return SourceError(address, "", f"this kind of store needs another package ({error})", hint)


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
                yield from _read_one(Folder(path.parent), path.name, address, wanted)
                return
            store = Folder(path)
        else:
            store = ObjectStore(address)
            if store.is_file(""):
                yield from _read_one(store, "", without_credentials(address), wanted)
                return
        yield from read_backend(store, address, wanted)
    except SourceError as error:
        yield error
    except Exception as error:  # the libraries of stores raise whatever their vendor raises
        yield SourceError(
            address,
            "",
            f"the store cannot be read ({_one_line(error)})",
            "check the address and the credentials",
        )


def read_backend(store: Store, address: str, wanted: Wanted = ANY) -> Iterator[Stack | SourceError]:
    """Read every stack of a self-managed backend by its path, then the states of OpenTofu and Terraform.

    These hold no names, so they get the project that is wanted. The stack is their workspace, and only
    where there is but one state the name that is wanted: it would not tell several apart.
    """
    states = store.files(f"{BACKEND_FOLDER}/stacks")
    others = state_files(store.others())
    for told in store.unreadable():
        yield SourceError(address, "", f"a folder of the backend cannot be listed ({told})")
    if not states and not others:
        present = store.is_file(f"{BACKEND_FOLDER}/meta.yaml") or store.files(BACKEND_FOLDER)
        if not present and not store.unreadable():
            told = "there is no such file, and no backend (a folder .pulumi) and no *.tfstate below"
            yield SourceError(address, "", told, "check the address")
        return
    root = without_credentials(address.partition("?")[0]).rstrip("/")
    yield from _read_stacks(store, states, root, address)
    names = wanted if len(others) == 1 and not states else replace(wanted, stack=None)
    for path in others:
        yield from _read_one(store, path, f"{root}/{path}", names)


def _read_stacks(store: Store, value: list[str], root: str, address: str) -> Iterator[Stack | SourceError]:
    locked = _locked(store) if value else frozenset()
    for stack_path, files in sorted(_states(value).items()):
        if len(files) > 1:
            yield SourceError(
                address, ", ".join(files), "two state files of one stack", "delete the older of the two"
            )
            continue
        for outcome in _read_one(store, files[0], f"{root}/{files[0]}"):
            if isinstance(outcome, Stack) and (stack_path in locked):
                yield replace(outcome, notes=(*outcome.notes, _LOCKED))
            else:
                yield outcome


_LOCKED: Final = (
    "the stack is locked: an update is running or was interrupted, so its state may be out of date"
)


def _read_one(store: Store, path: str, shown: str, names: Wanted = ANY) -> Iterator[Stack | SourceError]:
    try:
        yield read_bytes(store.content(path), shown, project=names.project, stack=names.name)
    except SourceError as error:
        yield error
    except OSError as error:
        yield SourceError(shown, "", f"the file cannot be read ({_one_line(error)})")


def _states(files: list[str]) -> Mapping[str, list[str]]:
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
