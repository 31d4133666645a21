"""Writing a report: to standard output, or to a file that is whole or untouched."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar

import click
from msgspec.structs import replace

from policypack.cli.support.errors import InputError, discard, unwritable
from policypack.cli.support.options import QUIET, REPORT, asked
from policypack.reports.whole_file import is_device, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from policypack.reports.differences.report import DifferenceReport
    from policypack.reports.report import Report

T = TypeVar("T")
_FILES: Final = ("FILE", "SOURCE...")
"""How the help calls what an option reads or writes."""
_NARROWEST: Final = 60
"""Columns; a table in fewer could not be read."""


def emit(report: "Report", form: str, output: str | None, *, costs_only: bool = False) -> None:
    """Render a report and write it.

    The format ``github`` also appends the Markdown report to the job's summary, where GitHub names a
    file for it.

    Raises:
        InputError: The file cannot be written.
    """
    from policypack.reports.catalogue import renderer

    _write_report(renderer("json"), report)
    _emit(report, form, output, costs_only=costs_only)


def _emit(report: "Report", form: str, output: str | None, *, costs_only: bool = False) -> None:
    from policypack.reports.catalogue import renderer, writer

    if form == "table" and output in (None, "-") and asked(QUIET):
        write(_sentence(report, costs_only), output)
        return
    if form == "table":
        from policypack.reports.formats import table

        write(table.render(report, **_terminal(output), costs_only=costs_only), output)
        return
    in_utf8()
    write_parts(writer(form)(replace(report, costs_only=costs_only)), output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and summary:
        _append(renderer("markdown")(report), summary)


def _write_report(render: "Callable[[T], str]", report: "T") -> None:
    """Write what ``--report`` asks for."""
    context = click.get_current_context(silent=True)
    path = None if context is None else context.meta.get(REPORT)
    if path is None:
        return
    if not path:
        raise InputError("--report: the name of a file was expected, found an empty text")
    refuse_given(path, "--report")
    write(render(report), path)


def _sentence(report: "Report", costs_only: bool) -> str:
    from policypack.reports.headline import headline, month_cost

    if not costs_only:
        return f"{headline(report)}\n"
    told = month_cost(report)
    return f"{told[0].upper()}{told[1:]}.\n"


def _append(text: str, path: str) -> None:
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"{path}: the job summary cannot be written ({error.strerror})") from None


def write(text: str, output: str | None) -> None:
    """Write text to standard output or, atomically, to a file.

    Raises:
        InputError: The file cannot be written; what stood there before still stands.
    """
    write_parts((text,), output)


def write_parts(parts: Iterable[str], output: str | None) -> None:
    """Likewise piece by piece.

    Raises:
        InputError: As above.
    """
    if output is None or output == "-":
        try:
            sys.stdout.writelines(parts)
            sys.stdout.flush()
        except BrokenPipeError:
            discard(sys.stdout)  # the reader has seen enough, as in "| head"; the verdict stays what it is
        return
    if not output:
        raise InputError("--output: the name of a file was expected, found an empty text")
    refuse_given(output, "--output")
    try:
        write_whole(Path(output), parts)
    except OSError as error:
        raise unwritable(output, error) from None


def refuse_given(path: str, option: str) -> None:
    """Refuse to write over a file that the command reads, or writes something else to.

    Args:
        path: What is to be written.
        option: Which option names it.

    Raises:
        InputError: Another option or an argument names the same file.
    """
    context = click.get_current_context(silent=True)
    if context is None or is_device(Path(path)):
        return
    real = os.path.realpath(path)
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        named = value if isinstance(value, tuple) else (value,)
        if isinstance(parameter, click.Option):
            what, is_file = parameter.opts[0], parameter.metavar in _FILES
        else:
            what, is_file = parameter.human_readable_name, parameter.name != "resource"
        if is_file and what != option and real in (os.path.realpath(one) for one in named if one):
            raise InputError(f"{option}: {path} is given as {what}, too; name another file")


def emit_difference(report: "DifferenceReport", form: str, output: str | None) -> None:
    """Render a comparison and write it; formats that only know findings show the head.

    Raises:
        InputError: The file cannot be written.
    """
    from policypack.reports.catalogue import difference_renderer
    from policypack.reports.names import difference_formats

    _write_report(difference_renderer("json"), report)
    if form == "table" and output in (None, "-") and asked(QUIET):
        write(_sentence(report.head, costs_only=False), output)
    elif form == "table":
        from policypack.reports.differences.formats import table

        write(table.render(report, **_terminal(output)), output)
    elif form in difference_formats():
        in_utf8()
        write(difference_renderer(form)(report), output)
    else:
        _emit(report.head, form, output)


def in_utf8() -> None:
    """Write what follows to a pipe or a file as it is written to a file that we name.

    A table takes the encoding of who reads it. A format states its own: no parser reads XML that says UTF-8
    and is Latin-1, as the surroundings ask.
    """
    if not sys.stdout.isatty():
        getattr(sys.stdout, "reconfigure", lambda **_: None)(encoding="utf-8")


class _Terminal(TypedDict, total=False):
    width: int
    colour: bool
    errors: bool


def _terminal(output: str | None) -> _Terminal:
    """How wide and colourful a table may be, and whether it lists what could not be used.

    Standard error has those lines already, and a terminal or the log of a job shows both streams.
    """
    if output not in (None, "-"):
        return {}
    if not sys.stdout.isatty():
        return {"errors": False}
    width = os.get_terminal_size(sys.stdout.fileno()).columns
    colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return {"width": max(width, _NARROWEST), "colour": colour, "errors": False}
