"""The pipeline file for a project: what is installed, which command checks, and where the file stands."""

import os
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from policypack.cli.support.errors import InputError
from policypack.sources.program.outline import Outline

_TEMPLATES: Final = Path(__file__).parent / "templates"
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)")
_ORDINARY: Final = re.compile(r"[\w./@+ -]+")
"""Paths that mean the same to a shell, YAML and Groovy once a shell's quotes are around them."""
_OLDEST: Final = (3, 11)
_VERSION: Final = re.compile(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", re.M)
_TARGETS: Final = {
    "github": (".github/workflows/api-gateway-cost.yml", ".github/workflows/api-gateway-cost.yml"),
    "gitlab": (".gitlab-ci.yml", ".gitlab/api-gateway-cost.yml"),
    "jenkins": ("Jenkinsfile", "Jenkinsfile.apig-cost"),
}
"""Where a system looks, and where the file stands beside one that is there."""
_EXTRAS: Final = {"github": "comment", "gitlab": "comment", "jenkins": ""}


class Plan(Struct, frozen=True):
    """What a pipeline does.

    Attributes:
        root: The repository, which the pipeline runs in; absolute.
        programs: The programs that it checks; of those that are not in Python a preview is read.
        backends: Folders with state that it checks, where there are no programs.
        stack: The stack that it checks; ``None`` for all.
        settings: The settings file where it would not be found from ``root``.
        requirement: What pip is told to install.
        python: The version of Python; ``None`` for what the programs run with here.
        has_requirements: Whether programs without requirements are taken to have them.
    """

    root: Path
    programs: Sequence[Outline]
    backends: Sequence[Path] = ()
    stack: str | None = None
    settings: Path | None = None
    requirement: str = "apig-cost"
    python: str | None = None
    has_requirements: bool = False

    def sources(self) -> Iterator[str]:
        """What is checked, as the pipeline names it."""
        for program in self.programs:
            if program.language == "python":
                yield _path(program.directory, self.root)
            else:
                yield from (file for file, _ in _previews(program, self))
        yield from (_path(backend, self.root) for backend in self.backends)


def extra_of(system: str) -> str:
    """The extra that a system's pipeline needs."""
    return _EXTRAS[system]


def place_of(system: str, root: Path) -> tuple[Path, str]:
    """Where the file of a system stands, and what its owner has to do where another one is there."""
    usual, beside = _TARGETS[system]
    if usual == beside or not os.path.lexists(root / usual):
        return root / usual, ""
    if system == "gitlab":
        return root / beside, f"add `include: [{{local: {beside}}}]` to {usual}"
    return root / beside, f"make a job with the script path {beside}, or take its stage into {usual}"


def pipeline_text(system: str, plan: Plan, file: str) -> str:
    """The pipeline of a CI system for a project."""
    prefix = ".cost/bin/" if system == "jenkins" else ""
    values = {
        "python": plan.python or _python(plan.programs),
        "install": "\n".join(_install(plan, prefix)),
        "check": "\n".join((*_make_previews(plan), prefix + _check(plan))),
        "file": file,
    }
    lines: list[str] = []
    for line in (_TEMPLATES / _template(system)).read_text(encoding="utf-8").splitlines():
        indentation = line[: len(line) - len(line.lstrip())]
        filled = _PLACEHOLDER.sub(lambda found: values[found[1]], line.strip())
        lines += [f"{indentation}{one}".rstrip() for one in filled.split("\n")]
    return "\n".join(lines) + "\n"


def _template(system: str) -> str:
    return "Jenkinsfile" if system == "jenkins" else f"{system}.yml"


def _path(path: Path, root: Path) -> str:
    """A path as the pipeline's shell takes it.

    Raises:
        InputError: It has characters that one of the languages around it would take for its own.
    """
    relative = Path(os.path.relpath(path.absolute().resolve(), root)).as_posix()
    if not _ORDINARY.fullmatch(relative) or relative.startswith("-"):
        raise InputError(
            f"{relative!r}: a pipeline cannot name this; letters, digits, spaces and ./@+-_ were expected"
        )
    return shlex.quote(relative)


def _check(plan: Plan) -> str:
    sources = list(plan.sources())
    single = len(plan.programs) == 1 and plan.programs[0].language == "python"
    words = [f"apig-cost {'preview' if single else 'check'}", *sources]
    if plan.stack is not None:
        words.append(f"--stack {shlex.quote(plan.stack)}")
    elif plan.programs:
        words.append("--all-stacks")
    if plan.settings is not None:
        words.append(f"--config {_path(plan.settings, plan.root)}")
    return " ".join(words)


def _previews(program: Outline, plan: Plan) -> Iterator[tuple[str, str]]:
    """A preview of each stack of a program in another language: its file and the command."""
    stacks = program.stacks if plan.stack is None else (plan.stack,)
    for stack in stacks:
        file = shlex.quote(f"preview-{re.sub(r'[^A-Za-z0-9_.-]', '-', program.name)}-{stack}.json")
        folder = _path(program.directory, plan.root)
        yield file, f"pulumi preview --cwd {folder} --stack {shlex.quote(stack)} --json --show-sames > {file}"


def _make_previews(plan: Plan) -> Iterator[str]:
    commands = [
        command
        for program in plan.programs
        if program.language != "python"
        for _, command in _previews(program, plan)
    ]
    if commands:
        yield "# needs Pulumi and its credentials: add them as in the job that previews already"
    yield from commands


def _install(plan: Plan, prefix: str) -> Iterator[str]:
    """The tool, and for each program the environment that its project file names."""
    beside: list[str] = []
    own: list[str] = []
    tools: list[str] = []
    for program in plan.programs:
        if program.language != "python":
            continue
        folder = _path(program.directory, plan.root)
        wanted = _requirements(program, plan)
        if program.toolchain in {"uv", "poetry"}:
            tools.append(program.toolchain)
            command = (
                "uv sync"
                if program.toolchain == "uv"
                else ("POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-root")
            )
            own.append(f"(cd {folder} && {command})")
        elif program.virtualenv is not None:
            environment = _path(program.directory / program.virtualenv, plan.root)
            own.append(f"python -m venv {environment}")
            own += [f"{environment}/bin/pip install {wanted}"] if wanted else []
        elif wanted:
            beside.append(wanted)
    if prefix:
        yield "python -m venv .cost"
    yield " ".join((f"{prefix}pip install", shlex.quote(plan.requirement), *dict.fromkeys((*tools, *beside))))
    for line in own:
        yield f'PATH="$PWD/{prefix.rstrip("/")}:$PATH"; {line}' if prefix and line.startswith("(cd") else line


def without_requirements(plan: Plan) -> Iterator[Path]:
    """Programs of which a pipeline cannot tell what to install for them."""
    for program in plan.programs:
        named = program.toolchain in {"uv", "poetry"} or _requirements(program, plan)
        if program.language == "python" and not named:
            yield program.directory


def _requirements(program: Outline, plan: Plan) -> str:
    """What pip is told about a program's own packages; nothing where the program names none."""
    if plan.has_requirements or (program.directory / "requirements.txt").is_file():
        return f"-r {_path(program.directory / 'requirements.txt', plan.root)}"
    return ""


def _python(programs: Sequence[Outline]) -> str:
    """The version of Python that the programs run with here, as far as this tool runs with it, too."""
    for program in programs:
        configuration = program.directory / (program.virtualenv or ".venv") / "pyvenv.cfg"
        if program.language == "python" and (program.virtualenv or program.toolchain):
            try:
                found = _VERSION.search(configuration.read_text(encoding="utf-8", errors="replace"))
            except OSError:
                continue
            if found and (int(found[1]), int(found[2])) >= _OLDEST:
                return f"{found[1]}.{found[2]}"
    return f"{sys.version_info.major}.{sys.version_info.minor}"
