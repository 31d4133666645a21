"""What a shell completes beside commands, options and choices: policies, stacks, and files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem

_PLACES: Final = ("FILE", "DIR", "SOURCE", "PLACE", "BASE", "HEAD", "REPORT", "BILL", "TIMELINE")
"""How arguments and options call what is a file or a folder."""
_NAMED_BY: Final = ("directory", "sources", "source", "base", "head", "place", "places")
"""Parameters that name a program."""


if TYPE_CHECKING:
    TextType = click.ParamType[str]
else:
    TextType = click.ParamType  # no generic in click 8.1


class _Place(TextType):
    """A file, a folder or an address; it is taken as it is."""

    name = "text"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Let the shell complete files and folders."""
        del ctx, param
        return [CompletionItem(incomplete, type="file")]


def complete_places(command: click.Command) -> None:
    """Let the parameters of a command, and of those below it, that name files complete them."""
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        complete_places(below)
    for parameter in command.params:
        shown = (parameter.metavar or (parameter.name or "").upper()).lstrip("[")
        if isinstance(parameter.type, click.types.StringParamType) and shown.startswith(_PLACES):
            parameter.type = _Place()


def policy_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The policies, each with what it finds."""
    del ctx, param
    from policypack.findings.catalogue import policies

    return [
        CompletionItem(policy.name, help=policy.summary)
        for policy in policies()
        if policy.name.startswith(incomplete)
    ]


def stack_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The stacks of the programs that the line names so far, else of the current folder."""
    del param
    named = list(_programs(ctx)) or [Path()]
    return sorted({stack for folder in named for stack in _stacks(folder) if stack.startswith(incomplete)})


def _programs(ctx: click.Context) -> Iterator[Path]:
    """Folders among the arguments; those before an option without a value are still among the rest."""
    for value in (*map(ctx.params.get, _NAMED_BY), ctx.args):
        for one in (value,) if isinstance(value, str) else value or ():
            if isinstance(one, str) and one and Path(one).is_dir():
                yield Path(one)


def _stacks(folder: Path) -> tuple[str, ...]:
    from policypack.sources import SourceError
    from policypack.sources.program.outline import outline

    try:
        return outline(folder).stacks
    except (SourceError, OSError, ValueError):  # nothing is said while somebody types
        return ()
