"""Plug-ins: every Python file of such a folder is one, and its file is its name.

A new policy, output format, command or priced type is one new file. Nothing lists it a second time, and a
file that lacks what its folder asks for is an error that names it, never one that is not loaded.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

HOME = Path(__file__).parents[1]


class PluginError(Exception):
    """A plug-in that cannot be used: one line that names its file and what is missing."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.relative_to(HOME).as_posix()}: {problem}")


def plugin_names(folder: Path) -> tuple[str, ...]:
    """Names of all plug-ins in a folder, sorted; none is imported.

    Raises:
        PluginError: A file has a name that no module can have; or there are none, as in an archive: without
            policies everything would pass.
    """
    paths = [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    if not paths:
        raise PluginError(
            folder, "no plug-in is here; the package runs from files on disk, not from an archive"
        )
    for path in paths:
        if not path.stem.isidentifier() or path.stem != path.stem.lower():
            raise PluginError(path, "a plug-in is named with small letters, digits and underscores")
    return tuple(path.stem for path in paths)


def load_plugin(folder: Path, name: str, **needed: str) -> ModuleType:
    """Import one plug-in.

    Args:
        folder: Folder of the plug-ins, a package.
        name: Name of the plug-in.
        needed: Names that the module must define, and what each is, for the error.

    Raises:
        PluginError: It cannot be imported, or something that it needs is missing.
    """
    path = folder / f"{name}.py"
    try:
        module = import_module(".".join((*folder.relative_to(HOME).parts, name)))
    except Exception as error:
        raise PluginError(path, f"cannot be imported ({type(error).__name__}: {error})") from error
    for attribute, what in needed.items():
        if not hasattr(module, attribute):
            raise PluginError(path, f"{attribute} is missing: {what}")
    return module
