"""Writing the tables: a file each, all of them whole or none of them touched."""

import csv
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol

from policypack.printable import without_credentials
from policypack.reports.report import Report
from policypack.reports.safe import cell
from policypack.reports.tables.rows import TABLES, Row, Table, columns, rows

FORMATS: Final = ("parquet", "csv")
_ROWS: Final = 20_000
"""Rows that are held before they are written."""
_DIGITS: Final = 12
"""Digits of an amount behind the point."""
_LARGEST: Final = 26
"""Digits before it."""


class Writer(Protocol):
    """Takes the rows of one table."""

    def write(self, row: Row) -> None:
        """Take a row."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


def write_tables(report: Report, folder: Path, form: str) -> None:
    """Write ``stacks``, ``lines`` and ``findings`` of a report into a folder, which is made if need be.

    Args:
        report: The report.
        folder: Where the files go; those of an earlier report are replaced.
        form: ``parquet``, which needs pyarrow, or ``csv``.

    Raises:
        ImportError: A package is missing.
        OSError: A file cannot be written; those of an earlier report still stand.
    """
    writer = _Parquet if form == "parquet" else _Csv
    folder.mkdir(parents=True, exist_ok=True)
    temporary: dict[Table, Path] = {}
    try:
        with ExitStack() as closing:
            writers: dict[Table, Writer] = {}
            for table in TABLES:
                handle, created = tempfile.mkstemp(dir=folder, prefix=f".{table}.", suffix=".part")
                os.close(handle)
                temporary[table] = Path(created)
                writers[table] = writer(table, temporary[table])
                closing.callback(writers[table].close)
            for table, row in rows(report):
                writers[table].write(row)
        mask = os.umask(0)
        os.umask(mask)
        for table, path in temporary.items():
            path.chmod(0o666 & ~mask)
            path.replace(folder / f"{table}.{form}")
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


class _Csv:
    def __init__(self, table: Table, path: Path) -> None:
        self._columns = tuple(columns(table))
        self._file = path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(self._columns)

    def write(self, row: Row) -> None:
        self._writer.writerow([cell(without_credentials(row.get(column, ""))) for column in self._columns])

    def close(self) -> None:
        self._file.close()


class _Parquet:
    def __init__(self, table: Table, path: Path) -> None:
        pa: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
        types = {
            "text": pa.string(),
            "amount": pa.decimal128(_LARGEST + _DIGITS, _DIGITS),
            "count": pa.int64(),
            "flag": pa.bool_(),
            "day": pa.date32(),
        }
        self._kinds = columns(table)
        self._schema = pa.schema([(name, types[kind]) for name, kind in self._kinds.items()])
        self._make = pa.Table.from_pylist
        self._rows: list[dict[str, object]] = []
        self._file = parquet.ParquetWriter(str(path), self._schema)

    def write(self, row: Row) -> None:
        self._rows.append(
            {name: _VALUES[kind](row[name]) for name, kind in self._kinds.items() if row.get(name)}
        )
        if len(self._rows) >= _ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(self._make(self._rows, schema=self._schema))
            self._rows.clear()


def _text(text: str) -> str:
    """Text without credentials; half characters, which UTF-8 cannot hold, are escapes."""
    return without_credentials(text).encode("utf-8", "backslashreplace").decode("utf-8")


def _amount(text: str) -> Decimal | None:
    """The amount; none where it is too large for a column, as for what has no bound."""
    with localcontext(prec=_LARGEST + _DIGITS):
        try:
            return Decimal(text).quantize(Decimal(1).scaleb(-_DIGITS))
        except InvalidOperation:
            return None


_VALUES: Final[Mapping[str, Callable[[str], Any]]] = {
    "text": _text,
    "amount": _amount,
    "count": int,
    "flag": lambda text: text == "true",
    "day": date.fromisoformat,
}
