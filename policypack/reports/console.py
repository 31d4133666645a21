"""A rich console that writes into a buffer, the same everywhere."""

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(buffer: StringIO, width: int, colour: bool) -> "Console":
    """A console on which nothing in a text is markup, a link or an emoji."""
    from rich.console import Console

    return Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
