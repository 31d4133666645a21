"""Writing a report: to standard output, or to a file that is whole or untouched."""

import os
import sys
import tempfile
from pathlib import Path

from policypack.cli.errors import InputError
from policypack.reports.report import Report


def emit(report: Report, form: str, output: str | None, *, costs_only: bool = False) -> None:
    """Render a report and write it.

    Raises:
        InputError: The file cannot be written.
    """
    write(rendered(report, form, to_file=output is not None, costs_only=costs_only), output)


def rendered(report: Report, form: str, *, to_file: bool, costs_only: bool = False) -> str:
    """A report as text; a table fits the terminal that it is shown on."""
    from policypack.reports.catalogue import renderer

    if form != "table":
        return renderer(form)(report)
    from policypack.reports import table

    if to_file or not sys.stdout.isatty():
        return table.render(report, costs_only=costs_only)
    width = os.get_terminal_size(sys.stdout.fileno()).columns
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return table.render(report, width=max(width, 60), colour=colour, costs_only=costs_only)


def write(text: str, output: str | None) -> None:
    """Write text to standard output or, atomically, to a file.

    Raises:
        InputError: The file cannot be written; what stood there before still stands.
    """
    if output is None or output == "-":
        sys.stdout.write(text)
        return
    path = Path(output)
    temporary: Path | None = None
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe: there is nothing to replace
            path.write_text(text, encoding="utf-8")
            return
        handle, created = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        temporary = Path(created)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        temporary.chmod(_mode(path))
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise InputError(f"{output}: the report cannot be written ({error.strerror})") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Permissions of the file that is replaced, else those that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
