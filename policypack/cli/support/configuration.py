"""Settings for one run: flag before environment before file."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policypack.cli.support.errors import InputError
from policypack.settings.model import Settings

if TYPE_CHECKING:
    from policypack.settings.files import Search

PREFIX: Final = "APIG_COST_"
_FLAGS: Final = frozenset(
    {
        *("BASELINE", "BASE_PRICES", "CONFIG", "DEBUG", "FAIL_ON", "FORMAT", "LOG", "OUTPUT", "PRICES"),
        *("PROJECT", "STACK", "STRICT"),
    }
)
"""Variables that stand for options of the command line rather than for settings."""
_NEVER_EMPTY: Final = tuple(PREFIX + name for name in ("CONFIG", "PRICES", "BASE_PRICES", "PROJECT", "STACK"))
"""Those of which an empty one is a mistake that could pass: it says what is checked, and with what."""


def settings_file(config: str | None, sources: Sequence[str] = ()) -> "Search":
    """The settings file of a run: the one that the user named, else ``apig-cost.toml``.

    That is looked for from the folder that the run is about, where it is about a single one, and then
    from the current folder: what a program may cost stands beside the program or above it.

    Raises:
        InputError: The name is empty, or a folder on the way cannot be read.
    """
    from policypack.settings.files import Search, find
    from policypack.settings.loading import SettingsError

    if config == "":  # a shell variable that is not set; without the limits that it means, all would pass
        raise InputError("--config: the name of a settings file was expected, found an empty text")
    if config is not None:
        return Search(Path(config), ())
    current = Path.cwd()
    try:
        if len(sources) == 1 and sources[0] and Path(sources[0]).is_dir():
            beside = find(Path(sources[0]), current)
            if beside.path is not None:
                return beside
            here = find(Path(), current)
            return here if here.path is not None else beside
        return find(Path(), current)
    except SettingsError as error:
        raise InputError(str(error)) from None


def load_settings(path: Path | None) -> Settings:
    """The settings of a run: those of its file, and what the environment sets above them.

    Raises:
        InputError: The file or a variable is not as it should be; every problem is a line.
    """
    empty = [variable for variable in _NEVER_EMPTY if os.environ.get(variable) == ""]
    if empty:  # click takes it for none: without the settings that it means, all would pass
        told = "a value was expected, found an empty text; set it, or unset it"
        raise InputError("\n".join(f"{variable}: {told}" for variable in empty))
    settings = read_settings(path) if path else Settings()
    variables = {
        variable.removeprefix(PREFIX): value
        for variable, value in os.environ.items()
        if variable.startswith(PREFIX) and variable.removeprefix(PREFIX) not in _FLAGS
    }
    return _with_environment(settings, variables) if variables else settings


def read_settings(path: Path) -> Settings:
    """Read one settings file, with what it extends.

    Raises:
        InputError: It cannot be read or is not as it should be.
    """
    from policypack.findings.catalogue import policies
    from policypack.settings.files import read
    from policypack.settings.loading import SettingsError

    try:
        return read(path, [policy.name for policy in policies()])
    except SettingsError as error:
        raise InputError(str(error)) from None


def _with_environment(settings: Settings, variables: Mapping[str, str]) -> Settings:
    from policypack.settings.loading import SettingsError, with_variables

    try:
        return with_variables(settings, variables, PREFIX, _FLAGS)
    except SettingsError as error:
        raise InputError(str(error)) from None
