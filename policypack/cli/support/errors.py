"""What goes wrong through the user's input, as one line and an exit code."""

import os
import sys
from errno import ENOSPC
from typing import IO, Any, TextIO

import click

from policypack.printable import printable, without_credentials


class InputError(click.ClickException):
    """Wrong usage, wrong settings or input that cannot be read: exit code 2, one line on stderr."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message; it may be several problems, one a line."""
        del file
        for line in self.format_message().splitlines():
            tell(f"Error: {line}")


def unwritable(path: object, error: OSError, what: str = "") -> InputError:
    """The error for a file that was asked for and cannot be written.

    Args:
        path: The file, as the user named it.
        error: Why not.
        what: What it is, with its article, where its name does not tell.
    """
    told = f"{what} cannot be written" if what else "cannot be written"
    where = "make room or name another file" if error.errno == ENOSPC else "name a file that you may write"
    return InputError(f"{path}: {told} ({error.strerror or error}); {where}")


def tell(line: str) -> None:
    """Write a line to stderr, without credentials and without what moves a cursor.

    That nobody reads it any more changes no exit code.
    """
    from policypack.cli.support.telling import heard

    heard(line)
    try:
        click.echo(printable(without_credentials(line)), err=True)
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Send what a stream still holds nowhere: writing it again when the interpreter ends would fail, too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
