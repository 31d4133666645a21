"""What goes wrong through the user's input, as one line and an exit code."""

from typing import IO, Any

import click


class InputError(click.ClickException):
    """Wrong usage, wrong settings or input that cannot be read: exit code 2, one line on stderr."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message; it may be several problems, one a line."""
        for line in self.format_message().splitlines():
            click.echo(f"Error: {line}", file=file, err=file is None)
