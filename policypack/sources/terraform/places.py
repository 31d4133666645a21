"""Where backends keep state files.

A local backend has ``terraform.tfstate`` and, for each other workspace,
``terraform.tfstate.d/<workspace>/terraform.tfstate``; stores have whatever key was configured, by
convention with the ending ``.tfstate``, and ``env:/<workspace>/<key>`` for other workspaces.
"""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

ENDING: Final = ".tfstate"
_WORKING_FOLDER: Final = ".terraform"
"""Holds a file of the same name that only says where the state is."""


def state_files(paths: Iterable[str]) -> list[str]:
    """Of some files those that are states, sorted; backups are none."""
    return sorted(
        path for path in paths if path.endswith(ENDING) and _WORKING_FOLDER not in PurePosixPath(path).parts
    )


def states_in(folder: Path) -> list[Path]:
    """The states of a local backend in a folder, of every workspace, also links that lead nowhere.

    Raises:
        OSError: The folder of the workspaces cannot be listed.
    """
    workspaces = folder / f"terraform{ENDING}.d"
    states_in = [folder / f"terraform{ENDING}"]
    if workspaces.is_dir():
        states_in += [path / f"terraform{ENDING}" for path in sorted(workspaces.iterdir())]
    return [path for path in states_in if path.is_symlink() or path.is_file()]
