"""Tables of an audit: every stack, line and finding, with the types of their columns."""

import csv
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace

from policypack.reports.report import Report, ReportError
from policypack.reports.tables.files import FORMATS, write_tables
from policypack.reports.tables.rows import TABLES, columns, rows


def table(folder: Path, name: str, form: str = "csv") -> list[dict[str, object]]:
    if form == "csv":
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    parquet = pytest.importorskip("pyarrow.parquet")
    found: list[dict[str, object]] = parquet.read_table(folder / f"{name}.parquet").to_pylist()
    return found


def test_columns_have_the_names_of_focus_or_start_as_it_asks() -> None:
    file = files("policypack.reports").joinpath("focus.toml")
    focus = set(tomllib.loads(file.read_text(encoding="utf-8"))["focus"])
    for name in TABLES:
        assert {column for column in columns(name) if not column.startswith("x_")} <= focus
        assert set(columns(name).values()) <= {"text", "amount", "count", "flag", "day"}


def test_every_cell_has_a_column(report: Report) -> None:
    for name, row in rows(report):
        assert row.keys() <= columns(name).keys(), name


@pytest.mark.parametrize("form", FORMATS)
def test_everything_is_there_once(report: Report, tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    unread = ReportError("s3://bucket/.pulumi/stacks/a.json", "the file is empty")
    wrong = ReportError("apig-cost.toml", "a limit meets no stack", of_settings=True)
    write_tables(replace(report, errors=(unread, wrong)), tmp_path / "new" / "tables", form)
    folder = tmp_path / "new" / "tables"
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{name}.{form}" for name in TABLES)
    stacks = table(folder, "stacks", form)
    assert [(one["x_Path"], one["x_Error"]) for one in stacks if one["x_Status"] == "unread"] == [
        ("s3://bucket/.pulumi/stacks/a.json", "the file is empty")
    ]
    assert (
        len({(one["x_Project"], one["x_Stack"], one["x_Path"]) for one in stacks}) == len(report.stacks) + 1
    )
    assert len(table(folder, "lines", form)) == sum(len(stack.lines) for stack in report.stacks)
    assert len(table(folder, "findings", form)) == sum(len(stack.findings) for stack in report.stacks)


def test_parquet_has_types_and_no_value_for_what_is_not_known(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    write_tables(report, tmp_path, "parquet")
    expected = [(line, stack) for stack in report.stacks for line in stack.lines]
    for row, (line, _) in zip(table(tmp_path, "lines", "parquet"), expected, strict=True):
        known = line.monthly is not None and not line.monthly.says_nothing
        assert row["x_MonthlyCostLow"] == (line.monthly.low if known else None)
        assert row["x_MonthlyCostHigh"] == (line.monthly.high if known else None)
        assert row["RegionId"] == line.region
        if line.price is not None:
            assert isinstance(row["x_PriceAsOf"], date)
            assert row["x_PriceIsReference"] is line.price.reference
    assert any(isinstance(row["ListCost"], Decimal) for row in table(tmp_path, "lines", "parquet"))


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_report_gives_the_same_bytes(report: Report, tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    for place in ("a", "b"):
        write_tables(report, tmp_path / place, form)
    for name in TABLES:
        written = [(tmp_path / place / f"{name}.{form}").read_bytes() for place in ("a", "b")]
        assert written[0] == written[1]


@pytest.mark.parametrize("form", FORMATS)
def test_names_that_are_hostile(
    hostile: str, poisoned: Callable[[str], Report], tmp_path: Path, form: str
) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    report = poisoned(hostile)
    write_tables(report, tmp_path, form)
    found = table(tmp_path, "lines", form)
    assert len(found) == sum(len(stack.lines) for stack in report.stacks)
    if form == "csv":
        assert not any(
            str(cell).lstrip().startswith(("=", "+", "@")) for row in found for cell in row.values()
        )


def test_an_amount_that_no_column_holds_is_not_known() -> None:
    from policypack.reports.tables.files import _amount

    assert _amount("1.5") == Decimal("1.5")
    assert _amount("1" + "0" * 25) == Decimal(10) ** 25
    assert _amount("1" + "0" * 30) is None


def test_what_cannot_be_written_leaves_the_tables_of_before(
    report: Report, tmp_path: Path, monkeypatch
) -> None:
    write_tables(report, tmp_path, "csv")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(self: object, row: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("policypack.reports.tables.files._Csv.write", full)
    with pytest.raises(OSError, match="No space left"):
        write_tables(report, tmp_path, "csv")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
