"""Settings files: where they are looked for, and what one that extends another says."""

import json
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from policypack.printable import printable
from policypack.settings.loading import SettingsError, from_pack, from_toml
from policypack.settings.model import EXTEND, Settings
from pricing import BUNDLED

FILE: Final = "apig-cost.toml"
_LARGEST: Final = 4 * 1024 * 1024
_PATHS: Final = ("priceBook", "terms")
"""Keys whose values are paths, or lists of paths, that start at the folder of the file."""
_LAYERS: Final = ("priceBook",)
"""Keys whose value may be a list whose order counts: the extending file states it as a whole."""
_NAMED: Final = {"limits": ("name",), "increases": ("name",), "exchange": ("from", "to")}
"""Lists whose entries have an identity: of two that share it, the one of the extending file counts."""


class Search(Struct, frozen=True):
    """A look for the settings file of a run.

    Attributes:
        path: The file, relative to the current folder; ``None`` where there is none.
        folders: Where it was looked for, in order.
    """

    path: Path | None
    folders: tuple[Path, ...]

    @property
    def told(self) -> str:
        """What a report says of it."""
        if self.path is not None:
            return str(self.path)
        if not self.folders:
            return "none"
        first, last = self.folders[0], self.folders[-1]
        where = f"in {first}" if first == last else f"from {first} up to {last}"
        return f"none ({FILE} was looked for {where})"


def find(start: Path, current: Path) -> Search:
    """Look for ``apig-cost.toml`` in a folder and above it, up to the folder that holds ``.git``.

    Without such a folder nobody knows where the project ends: the look ends at the current folder where
    that is above, else where it began.

    Args:
        start: The folder to begin with.
        current: The current folder, which paths are shown relative to.

    Raises:
        SettingsError: Whether the file is in one of the folders cannot be told.
    """
    here = Path(os.path.normpath(current / start))
    folders = _up_to_the_repository(here)
    if not folders:
        above = here.is_relative_to(current)
        folders = [one for one in (here, *here.parents) if above and one.is_relative_to(current)] or [here]
    shown = tuple(Path(os.path.relpath(folder, current)) for folder in folders)
    for folder in shown:
        path = folder / FILE
        try:
            os.lstat(current / path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise SettingsError((f"{path}: the settings cannot be read ({error.strerror})",)) from None
        _refuse_pipes(current / path, str(path))
        return Search(path, shown)
    return Search(None, shown)


def _up_to_the_repository(here: Path) -> list[Path]:
    """A folder and those above it, up to the one that holds ``.git``; none where there is none."""
    folders: list[Path] = []
    for folder in (here, *here.parents):
        folders.append(folder)
        if os.path.lexists(folder / ".git"):
            return folders
    return []


def read(path: Path, policies: Iterable[str]) -> Settings:
    """Read a settings file: TOML with what it extends, or the pack's JSON when its name ends in ``.json``.

    Paths in a file are taken from the folder that it stands in. Of a file and the one that it extends,
    both are checked by themselves. The extending file's values count; tables are joined key by key and
    lists have its entries first, but of price books it states them all.

    Raises:
        SettingsError: A file cannot be read or is not as it should be; every problem has its path.
    """
    names = tuple(policies)
    if path.suffix == ".json":
        settings = _checked(path, parse_json(_text(path), path), names, is_json=True)
        return _from_folder(settings, path.parent)
    documents = _chain(path)
    for place, document in documents:
        _checked(place, document, names)
    merged: Mapping[str, object] = {}
    for place, document in reversed(documents):
        merged = _joined(_with_paths(document, place.parent), merged)
    return _checked(path, merged, names)


def _checked(
    path: Path, document: Mapping[str, object], names: tuple[str, ...], is_json: bool = False
) -> Settings:
    try:
        return from_pack(document, names) if is_json else from_toml(document, names)
    except SettingsError as error:
        raise SettingsError(f"{path}: {problem}" for problem in error.problems) from None


def _chain(path: Path) -> list[tuple[Path, dict[str, object]]]:
    """A file, the one that it extends, and so on, each without that key."""
    chain: list[tuple[Path, dict[str, object]]] = []
    seen: list[str] = []
    while True:
        real = os.path.realpath(path)
        if real in seen:
            told = " -> ".join(str(place) for place, _ in chain)
            raise SettingsError((f"{chain[0][0]}: {EXTEND}: files extend each other ({told} -> {path})",))
        seen.append(real)
        document = dict(parse_toml(_text(path, chain[-1][0] if chain else None), path))
        base = document.pop(EXTEND, None)
        chain.append((path, document))
        if base is None:
            return chain
        if not isinstance(base, str) or not base:
            raise SettingsError((f"{path}: {EXTEND}: the path of a settings file was expected",))
        path = Path(os.path.normpath(path.parent / base))


def _with_paths(document: Mapping[str, object], folder: Path) -> Mapping[str, object]:
    paths = {key: _paths(key, document[key], folder) for key in _PATHS if key in document}
    return {**document, **paths}


def _paths(key: str, value: object, folder: Path) -> object:
    if key not in _LAYERS:
        return str(folder / value) if isinstance(value, str) else value
    several = [value] if isinstance(value, str) else value
    return [_of_book(str(one), folder) for one in several] if isinstance(several, list) else several


def _of_book(path: str, folder: Path) -> str:
    return path if path == BUNDLED else os.path.normpath(folder / path)


def _from_folder(settings: Settings, folder: Path) -> Settings:
    return replace(
        settings,
        price_book=tuple(_of_book(path, folder) for path in settings.price_book),
        terms=None if settings.terms is None else str(folder / settings.terms),
    )


def _joined(own: Mapping[str, object], base: Mapping[str, object]) -> Mapping[str, object]:
    """What a document says, and where it says nothing the one that it extends."""
    result = {**base, **own}
    for key in own.keys() & base.keys():
        mine, theirs = own[key], base[key]
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            result[key] = _joined(mine, theirs)
        elif isinstance(mine, list) and isinstance(theirs, list) and key not in _LAYERS:
            identity = _NAMED.get(key, ())
            taken = [_identity(entry, identity) for entry in mine] if identity else []
            result[key] = [*mine, *(one for one in theirs if _identity(one, identity) not in taken)]
    return result


def _identity(entry: object, keys: Sequence[str]) -> tuple[object, ...]:
    return tuple(entry.get(key) for key in keys) if isinstance(entry, Mapping) else ()


def _refuse_pipes(path: Path, place: str) -> None:
    """Only a file that is named for this run may be a pipe: into any other nobody may be writing."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise SettingsError((f"{place}: a pipe or a device stands where a file was expected",))


def _text(path: Path, extending: Path | None = None) -> str:
    place = path if extending is None else f"{extending}: {EXTEND}: {path}"
    if extending is not None:
        _refuse_pipes(path, str(place))
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise SettingsError((f"{place}: the settings cannot be read ({error.strerror})",)) from None
    if len(content) > _LARGEST:
        raise SettingsError((f"{place}: settings of at most 4 MiB were expected",))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError((f"{place}: text in UTF-8 was expected (byte {error.start})",)) from None


def parse_toml(text: str, path: Path) -> Mapping[str, object]:
    """A TOML document, with exact numbers.

    Raises:
        SettingsError: It is none.
    """
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        raise SettingsError((f"{path}: nested too deeply",)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError((f"{path}: this is not TOML: {error}",)) from None
    except ValueError:  # of more digits than Python reads
        raise SettingsError((f"{path}: numbers of ordinary size were expected",)) from None


def _each_once(path: Path, pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; of two values of one key nobody knows which is meant, and TOML has none of this."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise SettingsError((f"{path}: {printable(twice)}: this key stands twice in one object",))
    return found


def parse_json(text: str, path: Path) -> Mapping[str, object]:
    """The pack's JSON, with exact numbers.

    Raises:
        SettingsError: It is no object of JSON.
    """
    if not text.strip():
        return {}  # the engine takes an empty file for no configuration
    try:
        document = json.loads(text, parse_float=Decimal, object_pairs_hook=partial(_each_once, path))
    except SettingsError:
        raise
    except RecursionError:
        raise SettingsError((f"{path}: nested too deeply",)) from None
    except json.JSONDecodeError as error:
        raise SettingsError((f"{path}: this is not JSON: {error}",)) from None
    except ValueError:  # of more digits than Python reads
        raise SettingsError((f"{path}: numbers of ordinary size were expected",)) from None
    if not isinstance(document, dict):
        raise SettingsError((f"{path}: an object with the names of policies was expected",))
    return document
