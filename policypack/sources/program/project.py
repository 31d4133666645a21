"""The files of a Pulumi project: which program, which interpreter, which configuration."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from msgspec import Struct

from policypack.declared import SECRET, Raw
from policypack.declared.value import ABSENT
from policypack.declared.wire import UNKNOWN_STRING, classify
from policypack.sources.error import SourceError
from policypack.sources.program.interpreter import Interpreter, chosen
from policypack.sources.program.stack_files import chosen_stack, configured_stacks

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")
_LARGEST_FILE: Final = 1024 * 1024
_PREVIEW: Final = "run 'pulumi preview --json --show-sames' and read its output"


class Project(Struct, frozen=True):
    """A Python program of Pulumi and how to run it.

    Attributes:
        name: Project name.
        stack: Stack name.
        organization: Its organization, where it was named; nothing on disk tells it.
        root: The directory of the project file, absolute.
        file: Name of the project file.
        program: What is run: a file, or a directory with a ``__main__.py``.
        directory: The working directory of the program.
        interpreter: The Python that runs it.
        config: Configuration, by full key. Encrypted values are Pulumi's mark for unknowns.
        secret_keys: Keys whose values are encrypted, whole or in part.
        notes: What a user should know.
        gaps: Why the program may declare something else than in a real preview.
    """

    name: str
    stack: str
    organization: str | None
    root: Path
    file: str
    program: Path
    directory: Path
    interpreter: Interpreter
    config: Mapping[str, str]
    secret_keys: tuple[str, ...]
    notes: tuple[str, ...]
    gaps: tuple[str, ...]

    def setting(self, key: str) -> Raw:
        """One value of the configuration."""
        if key in self.secret_keys:
            return SECRET
        return classify(self.config[key]) if key in self.config else ABSENT


def read_project(directory: Path, stack: str | None) -> Project:
    """Read Pulumi.yaml and the configuration of a stack.

    Raises:
        SourceError: A file is missing or damaged, or the program is not in Python.
    """
    file = project_file(directory)
    described = load_yaml(file)
    root = directory.absolute()
    name = described.get("name")
    if not isinstance(name, str) or not name:
        raise SourceError(str(file), "name", "the name of the project was expected")
    options = _python_options(described, file)
    program, working = _program(described, root, file)
    interpreter = chosen(options, root, os.environ)
    notes = [] if interpreter.note is None else [interpreter.note]
    configs = config_directory(described, root, file)
    present = configured_stacks(configs, file.suffix)
    name_of_stack = chosen_stack(present, stack, str(directory), file.suffix, notes)
    config: dict[str, str] = {}
    secret_keys: set[str] = set()
    gaps: list[str] = []
    _project_defaults(described, name, file, config, secret_keys)
    stack_file = configs / f"Pulumi.{name_of_stack}{file.suffix}"
    if name_of_stack in present:
        settings = load_yaml(stack_file)
        _stack_values(settings, name, stack_file, config, secret_keys)
        if settings.get("environment"):
            gaps.append(
                f"{stack_file.name} takes configuration from an ESC environment, which is not known offline."
            )
    return Project(
        name=name,
        stack=name_of_stack,
        organization=stack.partition("/")[0] if stack is not None and "/" in stack else None,
        root=root,
        file=file.name,
        program=program,
        directory=working,
        interpreter=interpreter,
        config=config,
        secret_keys=tuple(sorted(secret_keys)),
        notes=tuple(notes),
        gaps=tuple(gaps),
    )


def stacks_of(directory: Path) -> list[str]:
    """Names of the stacks that a project has configuration for, sorted.

    Raises:
        SourceError: The project file is missing or damaged, or the stacks cannot be listed.
    """
    file = project_file(directory)
    configs = config_directory(load_yaml(file), directory.absolute(), file)
    return configured_stacks(configs, file.suffix)


def project_file(directory: Path) -> Path:
    """The file that makes a directory a project.

    Raises:
        SourceError: There is none.
    """
    for name in PROJECT_FILES:
        if (directory / name).is_file():
            return directory / name
    raise SourceError(
        str(directory), "", "no Pulumi.yaml in this directory", "name the directory of a project"
    )


class _Loader(yaml.SafeLoader):
    """YAML as Pulumi's own parser reads it: no dates, no numbers to the base of 60."""


_INTEGER: Final = re.compile(r"^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)$")
_FRACTION: Final = re.compile(
    r"^[-+]?([0-9][0-9_]*)?\.[0-9_]+([eE][-+]?[0-9]+)?$|^[-+]?[0-9][0-9_]*\.([eE][-+]?[0-9]+)?$"
)
_REPLACED: Final = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _REPLACED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FRACTION, list("-+0123456789."))


def load_yaml(file: Path) -> dict[str, Any]:
    """The mapping that a project file or the configuration of a stack holds.

    Raises:
        SourceError: The file cannot be read, or holds something else.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise SourceError(str(file), "", "more than 1 MiB, a project file was expected")
        if b"&" in content and b"*" in content:
            _refuse_aliases(file, content)
        load = yaml.load(content, Loader=_Loader)  # noqa: S506 - derived from SafeLoader
    except OSError as error:
        raise SourceError(str(file), "", f"cannot be read ({error.strerror})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise SourceError(str(file), place, f"no valid YAML ({problem})") from None
    except (RecursionError, ValueError):
        raise SourceError(
            str(file), "", "no valid YAML (nested too deeply, or a value out of range)"
        ) from None
    if load is None:
        load = {}
    if not isinstance(load, dict) or not all(isinstance(key, str) for key in load):
        raise SourceError(
            str(file), "", "a mapping was expected", "see Pulumi's documentation of project files"
        )
    return load


def _refuse_aliases(file: Path, content: bytes) -> None:
    """A few nested aliases can expand to more than any memory, and no project file needs them."""
    for event in yaml.parse(content, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            place = f"line {event.start_mark.line + 1}" if event.start_mark else ""
            raise SourceError(str(file), place, "YAML aliases are not read here", "write the value out")


def _python_options(described: Mapping[str, Any], file: Path) -> Mapping[str, Any]:
    runtime = described.get("runtime")
    if runtime is None:
        raise SourceError(
            str(file), "runtime", "the language of the program was expected", "add 'runtime: python'"
        )
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if not isinstance(name, str) or not name:
        raise SourceError(str(file), "runtime", "a language, or an object with its name, was expected")
    if name != "python":
        raise SourceError(
            str(file), "runtime", f"only Python programs are run here, this is {name}", _PREVIEW
        )
    options = runtime.get("options") if isinstance(runtime, dict) else None
    if options is not None and not isinstance(options, dict):
        raise SourceError(str(file), "runtime.options", "an object was expected")
    return options or {}


def _program(described: Mapping[str, Any], root: Path, file: Path) -> tuple[Path, Path]:
    main = described.get("main")
    if main is not None and not isinstance(main, str):
        raise SourceError(str(file), "main", "a path was expected")
    program = root / main if main else root
    if program.is_file():
        return program, program.parent
    if (program / "__main__.py").is_file():
        return program, program
    raise SourceError(
        str(file),
        "main" if main else "",
        f"there is no program: no __main__.py in {os.path.normpath(program)}",
        "write one, or name the program with 'main'",
    )


def config_directory(described: Mapping[str, Any], root: Path, file: Path) -> Path:
    """Where the configuration of the stacks stands.

    Raises:
        SourceError: The project file does not name it as a path.
    """
    named = described.get("stackConfigDir")
    if named is None:
        return root
    if not isinstance(named, str):
        raise SourceError(str(file), "stackConfigDir", "a path was expected")
    return root / named


def _project_defaults(
    described: Mapping[str, Any], project: str, file: Path, config: dict[str, str], secret_keys: set[str]
) -> None:
    """``config`` of Pulumi.yaml: values, or declarations with a ``default`` or a ``value``."""
    for key, declared in _config_of(described, file).items():
        default = declared
        if isinstance(declared, dict):
            default = declared.get("value", declared.get("default"))
            if default is None:
                continue
        _set(_full_key(key, project), default, config, secret_keys)


def _stack_values(
    settings: Mapping[str, Any], project: str, file: Path, config: dict[str, str], secret_keys: set[str]
) -> None:
    for key, one in _config_of(settings, file).items():
        _set(_full_key(key, project), one, config, secret_keys)


def _config_of(described: Mapping[str, Any], file: Path) -> Mapping[str, Any]:
    config = described.get("config")
    if config is None or isinstance(config, str):  # in Pulumi.yaml a text was the configuration's folder
        return {}
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        raise SourceError(str(file), "config", "a mapping was expected")
    return config


def _full_key(key: str, project: str) -> str:
    parts = key.split(":")
    if len(parts) == 1:
        return f"{project}:{key}"
    if len(parts) == 3 and parts[1] == "config":  # the form of very old stacks
        return f"{parts[0]}:{parts[2]}"
    return key


def _set(key: str, value: Any, config: dict[str, str], secret_keys: set[str]) -> None:
    opened, secret = _without_secrets(value)
    secret_keys.discard(key)
    if secret:
        secret_keys.add(key)
    config[key] = _text(opened)


def _without_secrets(given: Any) -> tuple[Any, bool]:
    """The value with the mark for unknowns in place of whatever is encrypted."""
    if isinstance(given, dict):
        if set(given) == {"secure"}:
            return UNKNOWN_STRING, True
        opened = {str(key): _without_secrets(value) for key, value in given.items()}
        return {key: value for key, (value, _) in opened.items()}, any(
            secret for _, secret in opened.values()
        )
    if isinstance(given, list):
        parts = [_without_secrets(value) for value in given]
        return [value for value, _ in parts], any(secret for _, secret in parts)
    return given, False


def _text(value: Any) -> str:
    """A value as Pulumi hands it to a program."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case dict() | list():
            return json.dumps(value, separators=(",", ":"), default=str)
        case _:
            return str(value)


def environment_of(project: Project) -> dict[str, str]:
    """Environment variables for the program: the user's own, with what a Pulumi run sets."""
    variables = dict(os.environ)
    # The configuration goes another way: it may be larger than a variable can be.
    for name in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"):
        variables.pop(name, None)
    variables["PULUMI_PROJECT"] = project.name
    variables["PULUMI_STACK"] = project.stack
    variables["PULUMI_ORGANIZATION"] = project.organization or UNKNOWN_STRING
    variables["PULUMI_DRY_RUN"] = UNKNOWN_STRING  # what counts is what a deployment declares
    variables["PYTHONUNBUFFERED"] = "1"
    # The program talks to us over gRPC, which would send even loopback calls through a proxy.
    excepted = variables.get("no_grpc_proxy") or variables.get("no_proxy") or variables.get("NO_PROXY")
    variables["no_grpc_proxy"] = ",".join(filter(None, (excepted, "127.0.0.1", "localhost")))
    if project.interpreter.environment is not None:
        variables["VIRTUAL_ENV"] = str(project.interpreter.environment)
        folder = str(project.interpreter.path.parent)
        variables["PATH"] = os.pathsep.join(filter(None, (folder, variables.get("PATH"))))
        variables.pop("PYTHONHOME", None)
    return variables
