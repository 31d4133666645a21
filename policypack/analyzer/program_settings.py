"""The settings file beside the program, for a pack that was given no configuration."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from policypack.findings.catalogue import policies
from policypack.settings.files import Search, find
from policypack.settings.model import SHARED_POLICY

_PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")
_NAME: Final = re.compile(r"""^name:[ \t]*["']?([^"'#\s]+)""", re.MULTILINE)
_LARGEST: Final = 1024 * 1024


def is_configured(document: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether a configuration says anything: the engine fills in the default levels of all policies."""
    levels = {SHARED_POLICY: "mandatory", **{policy.name: policy.level for policy in policies()}}
    return any(
        key != "enforcementLevel" or value != levels.get(name)
        for name, content in document.items()
        for key, value in content.items()
    )


def beside_the_program(project: str) -> Search | None:
    """Look for the settings file from the program's folder; ``None`` where that folder is not known.

    The engine starts an executable pack in the folder of the program (seen with CLI 3.259). A directory
    pack runs in its own folder, and only the shell's ``PWD`` may tell where the program is: it is
    believed where a project of the very name is there.

    Args:
        project: Name of the project that the engine runs.

    Raises:
        SettingsError: A folder on the way cannot be read.
    """
    current = Path.cwd()
    for folder, certain in ((current, True), (Path(os.environ.get("PWD") or "."), False)):
        for file in _project_files(folder):
            if certain or _name(file) == project:
                return find(file.parent, current)
    return None


def _project_files(folder: Path) -> Iterator[Path]:
    """The project file of a folder, or the nearest one above: a program may stand below its project."""
    for place in (folder, *folder.parents):
        for name in _PROJECT_FILES:
            if (place / name).is_file():
                yield place / name
                return


def _name(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            match = _NAME.search(stream.read(_LARGEST).decode("utf-8", "replace"))
    except OSError:
        return None
    return match[1] if match else None
