"""Settings for one run: flag before environment before file."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from policypack.cli.support.errors import InputError
from policypack.settings.model import Settings

FILE: Final = "apig-cost.toml"
PREFIX: Final = "APIG_COST_"
_FLAGS: Final = frozenset(
    {"BASE_PRICES", "CONFIG", "DEBUG", "FORMAT", "OUTPUT", "PRICES", "PROJECT", "STACK"}
)
"""Variables that stand for options of the command line rather than for settings."""
_LARGEST: Final = 4 * 1024 * 1024


def settings_file(config: str | None, sources: Sequence[str] = ()) -> Path | None:
    """The settings file of a run: the one that the user named, else ``apig-cost.toml``.

    That is looked for in the program directory, where the run is about a single one, and then in the
    current directory: what a program may cost stands beside the program.

    Raises:
        InputError: The name is empty.
    """
    if config == "":  # a shell variable that is not set; without the limits that it means, all would pass
        raise InputError("--config: the name of a settings file was expected, found an empty text")
    if config is not None:
        return Path(config)
    beside = [Path(sources[0]) / FILE] if len(sources) == 1 else []
    return next((path for path in (*beside, Path(FILE)) if path.is_file()), None)


def load_settings(path: Path | None) -> Settings:
    """The settings of a run: those of its file, and what the environment sets above them.

    Raises:
        InputError: The file or a variable is not as it should be; every problem is a line.
    """
    settings = read_settings(path) if path else Settings()
    variables = {
        variable.removeprefix(PREFIX): value
        for variable, value in os.environ.items()
        if variable.startswith(PREFIX) and variable.removeprefix(PREFIX) not in _FLAGS
    }
    return _with_environment(settings, variables) if variables else settings


def read_settings(path: Path) -> Settings:
    """Read one settings file: TOML, or the pack's JSON when its name ends in ``.json``.

    Paths in it are taken from the folder that it stands in.

    Raises:
        InputError: It cannot be read or is not as it should be.
    """
    from policypack.findings.catalogue import policies
    from policypack.settings.loading import SettingsError, from_pack, from_toml

    is_json = path.suffix == ".json"
    document = _parse(path, is_json)
    names = [policy.name for policy in policies()]
    try:
        settings = from_pack(document, names) if is_json else from_toml(document, names)
    except SettingsError as error:
        raise InputError("\n".join(f"{path}: {problem}" for problem in error.problems)) from None
    folder = path.parent
    return replace(
        settings,
        price_book=_beside(folder, settings.price_book),
        terms=_beside(folder, settings.terms),
    )


def _beside(folder: Path, path: str | None) -> str | None:
    return None if path is None else str(folder / path)


def _parse(path: Path, is_json: bool) -> Mapping[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: the settings cannot be read ({error.strerror})") from None
    if len(content) > _LARGEST:
        raise InputError(f"{path}: settings of at most 4 MiB were expected")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: text in UTF-8 was expected (byte {error.start})") from None
    try:
        return _parse_json(text) if is_json else _parse_toml(text)
    except RecursionError:
        raise InputError(f"{path}: nested too deeply") from None
    except ValueError as error:  # of both parsers; their messages name line and column
        raise InputError(f"{path}: {error}") from None


def _parse_toml(text: str) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"this is not TOML: {error}") from None


def _parse_json(text: str) -> Mapping[str, object]:
    import json

    if not text.strip():
        return {}  # the engine takes an empty file for no configuration
    try:
        document = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError("an object with the names of policies was expected")
    return document


def _with_environment(settings: Settings, variables: Mapping[str, str]) -> Settings:
    from policypack.settings.loading import SettingsError, with_variables

    try:
        return with_variables(settings, variables, PREFIX, _FLAGS)
    except SettingsError as error:
        raise InputError(str(error)) from None
