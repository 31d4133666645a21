"""What a project says of itself, without running anything: its language, stacks and environment."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from policypack.sources.program.project import config_directory, load_yaml, project_file
from policypack.sources.program.stack_files import configured_stacks

_BACKEND: Final = ".pulumi"
_STATES: Final = (".json", ".json.gz", ".json.zst")


class Outline(Struct, frozen=True):
    """A project of any language.

    Attributes:
        directory: Where the project file stands, as the user wrote it.
        name: Of the project.
        language: What Pulumi calls it: ``python``, ``nodejs``, ``yaml``, ...
        stacks: Those that it has configuration for, else those of a backend in its folder; sorted.
        configured: Whether there is configuration for them.
        virtualenv: The virtual environment that it names.
        toolchain: ``pip``, ``uv`` or ``poetry``, where it names one.
    """

    directory: Path
    name: str
    language: str
    stacks: tuple[str, ...]
    configured: bool
    virtualenv: str | None
    toolchain: str | None


def outline(directory: Path) -> Outline:
    """Read the project file of a directory and the names of its stacks.

    Raises:
        SourceError: A file is missing or damaged, or the stacks cannot be listed.
    """
    file = project_file(directory)
    described = load_yaml(file)
    runtime = described.get("runtime")
    options: Mapping[str, Any] = {}
    if isinstance(runtime, dict):
        given = runtime.get("options")
        options = given if isinstance(given, dict) else {}
        runtime = runtime.get("name")
    name = _text(described.get("name")) or directory.absolute().name
    configured = configured_stacks(config_directory(described, directory.absolute(), file), file.suffix)
    return Outline(
        directory,
        name,
        _text(runtime) or "",
        tuple(configured) or tuple(sorted(set(_deployed(directory, name)))),
        bool(configured),
        _text(options.get("virtualenv")),
        _text(options.get("toolchain")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _deployed(directory: Path, project: str) -> Iterator[str]:
    """Stacks whose state is in a backend in the folder of the project."""
    folder = directory / _BACKEND / "stacks" / project
    if "/" in project or not folder.is_dir():
        return
    for path in folder.iterdir():
        ending = next((ending for ending in _STATES if path.name.endswith(ending)), None)
        if ending is not None:
            yield path.name.removesuffix(ending)
