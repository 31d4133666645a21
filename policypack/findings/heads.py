"""The heads of the policies, read from their files: the engine waits for them before any rule is imported."""

import ast
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from policypack.plugins import PluginError, plugin_names

RULES: Final = Path(__file__).parents[1] / "rules"
"""The folder of the policies."""
LEVELS: Final = ("advisory", "mandatory", "disabled")
_TAKEN: Final = frozenset({"all", "apig-cost"})
"""Names that mean something else in the pack's configuration."""
_LEVEL: Final = "\nLEVEL"


class Head(NamedTuple):
    """What a policy says of itself before anything else; no Struct, whose package is imported later.

    Attributes:
        name: Permanent identifier, kebab-case: the name of its file.
        summary: What it finds, in one sentence: the first line of its file.
        level: Default enforcement level.
    """

    name: str
    summary: str
    level: str


@cache
def heads() -> tuple[Head, ...]:
    """Every policy, ordered by name.

    Raises:
        PluginError: A file does not begin as a policy does.
    """
    return tuple(sorted(map(_head, plugin_names(RULES)), key=lambda head: head.name))


def _head(file: str) -> Head:
    """Read a file as far as its ``LEVEL``, the first thing that it defines."""
    path = RULES / f"{file}.py"
    name = file.replace("_", "-")
    if name in _TAKEN:
        raise PluginError(path, f'no policy can be called "{name}"')
    source = path.read_text(encoding="utf-8")
    start = source.find(_LEVEL)
    end = source.find("\n", start + 1) if start >= 0 else -1
    try:
        tree = ast.parse(source if end < 0 else source[:end])
    except SyntaxError as error:
        raise PluginError(path, f"line {error.lineno}: {error.msg}") from None
    summary = (ast.get_docstring(tree) or "").partition("\n")[0].strip()
    if not summary.endswith("."):
        raise PluginError(path, "a first line that says in one sentence what it finds is missing")
    return Head(name, summary, _level(path, tree))


def _level(path: Path, tree: ast.Module) -> str:
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name("LEVEL")], value=ast.Constant(str() as level))
                | ast.AnnAssign(target=ast.Name("LEVEL"), value=ast.Constant(str() as level))
            ) if level in LEVELS:
                return level
    raise PluginError(path, f'LEVEL is missing: LEVEL: Final = "advisory", or another of {LEVELS}')
