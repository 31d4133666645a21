"""``--tables``: a report as tables beside its output."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from policypack.cli.support.errors import InputError
from policypack.extras import installing
from policypack.reports.report import Report


def table_writer(folder: str | None, form: str) -> Callable[[Report], None]:
    """What writes the tables of a report; nothing without a folder.

    Whether it can is told before any work.

    Raises:
        InputError: The folder has no name or is a file, or a package is missing. Later: it cannot be written.
    """
    if folder is None:
        return lambda _: None
    if not folder:
        raise InputError("--tables: the name of a folder was expected, found an empty text")
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise InputError(f"--tables: {folder}: a folder was expected, found a file")
    if form == "parquet" and find_spec("pyarrow") is None:
        told = f"Parquet needs another package; {installing('tables')}, or use --tables-format csv"
        raise InputError(f"--tables: {told}")
    return lambda report: _write(report, path, form)


def _write(report: Report, folder: Path, form: str) -> None:
    from policypack.reports.tables.files import write_tables

    try:
        write_tables(report, folder, form)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"--tables: {folder}: the tables cannot be written ({reason})") from None
