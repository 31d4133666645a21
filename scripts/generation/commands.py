"""Every command with its arguments and options, as a page, from what click knows of them."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from policypack.cli import group

_HEAD = """\
# Commands and options

Made from the command line itself, which says the same with `--help`. What the commands are for, and what
their exit codes mean, is in [command-line.md](command-line.md).
"""


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """The one page."""
    with click.Context(group, info_name="apig-cost") as context:
        parts = [_HEAD, *_sections(group, context)]
    yield root / "docs" / "commands.md", "\n".join(parts)


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            with click.Context(inner, parent=context, info_name=name) as below:
                yield from _sections(inner, below)
        return
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "[OPTION...]")
    yield f"## {context.command_path}\n\n```text\n{context.command_path} {usage}\n```\n"
    yield f"{_prose(command.help)}\n"
    options = [found for one in command.get_params(context) if (found := one.get_help_record(context))]
    rows = [f"| `{_cell(names)}` | {_cell(told)} |" for names, told in options]
    yield "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n"


def _prose(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("\b\n", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
