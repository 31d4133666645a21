"""Which Python runs a program: the one that its project names, else the activated one, else ours."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from policypack.sources.error import SourceError

_PYTHONS: Final = ("bin/python", "Scripts/python.exe", "python.exe")
_OPTION: Final = "runtime.options.virtualenv"
_REQUIREMENTS: Final = "requirements.txt"


class Interpreter(Struct, frozen=True):
    """A Python and why it was taken.

    Attributes:
        path: The Python.
        environment: The virtual environment that it belongs to; ``None`` for the one that runs us.
        missing: The virtual environment that Pulumi.yaml names, where that does not exist.
        owner: Whose Python it is, in words.
    """

    path: Path
    environment: Path | None
    missing: str | None
    owner: str

    @property
    def note(self) -> str | None:
        """What a user must know before anything else; ``None`` where all is as the project says."""
        if self.missing is None:
            return None
        return (
            f"The virtual environment {self.missing} of Pulumi.yaml does not exist, so the program ran in "
            f"{self.owner}."
        )


def chosen(options: Mapping[str, Any], root: Path, variables: Mapping[str, str]) -> Interpreter:
    """The Python that runs a program.

    Pulumi takes the environment that the project names, else the first ``python3`` of the path, which is
    that of an activated environment.

    Args:
        options: Those of the project's runtime.
        root: The project's directory, absolute.
        variables: Those of the process, where an activated environment leaves its name.
    """
    named = options.get("virtualenv")
    if not isinstance(named, str) or not named:
        named = ".venv" if options.get("toolchain") in {"uv", "poetry"} else None
    if named is not None:
        python = _python_of(root / named)
        if python is not None:
            return Interpreter(python, root / named, None, f"the virtual environment {named}")
    activated = _activated(variables)
    if activated is None:
        return Interpreter(Path(sys.executable), None, named, "the interpreter of apig-cost")
    python, environment = activated
    return Interpreter(python, environment, named, f"the activated environment {environment}")


def _activated(variables: Mapping[str, str]) -> tuple[Path, Path] | None:
    """The environment that somebody activated, unless it is the one that runs us."""
    environment = variables.get("VIRTUAL_ENV")
    # Conda's base is active in every shell of many machines; nobody chose it for this program.
    if not environment and variables.get("CONDA_DEFAULT_ENV") != "base":
        environment = variables.get("CONDA_PREFIX")
    if not environment:
        return None
    folder = Path(environment).absolute()
    python = _python_of(folder)
    if python is None or os.path.realpath(folder) == os.path.realpath(sys.prefix):
        return None
    return python, folder


def _python_of(environment: Path) -> Path | None:
    return next((environment / name for name in _PYTHONS if (environment / name).is_file()), None)


def nothing_to_import(
    path: str, module: str, interpreter: Interpreter, root: Path, named_by: str
) -> SourceError:
    """The error for a program that imports what its interpreter does not have.

    Args:
        path: The program as the user wrote it.
        module: What is not found, in words.
        interpreter: Where it is not found.
        root: The project's directory.
        named_by: Name of the project file.
    """
    python = interpreter.path
    requirements = f"-r {root / _REQUIREMENTS}" if (root / _REQUIREMENTS).is_file() else "..."
    install = f"install what the program needs there (`{python} -m pip install {requirements}`)"
    activate = "activate the environment that has it"
    if interpreter.missing is None:
        problem = f"{module} is not found in {python} ({interpreter.owner})"
        hint = f"{install}, {activate}, or name that one in {named_by} ({_OPTION})"
    else:
        problem = (
            f"the virtual environment {interpreter.missing} of {named_by} does not exist, and {module} is "
            f"not found in {python} ({interpreter.owner}), which ran the program instead"
        )
        hint = f"make the one that is named (`pulumi install`), {install}, or {activate}"
    return SourceError(path, "", problem, hint)
