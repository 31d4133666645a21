"""Every format on every recording, and every report against its schema."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from policypack.reports.formats.markdown import LIMIT
from policypack.reports.names import formats

RECORDINGS = Path(__file__).parents[2] / "recordings"
CASES = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
SCHEMA = json.loads((SCHEMAS / "report.schema.json").read_text(encoding="utf-8"))
DIFF_SCHEMA = json.loads((SCHEMAS / "diff.schema.json").read_text(encoding="utf-8"))
SETTINGS = """
[[apig-monthly-budget.limits]]
name = "all"
amount = 2000
currency = "CNY"

[[apig-monthly-budget.exchange]]
from = "USD"
to = "CNY"
rate = "7.1"
date = 2026-11-01
"""


def well_formed(form: str, text: str) -> None:
    if form == "json":
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    elif form == "jsonl":
        *stacks, last = [json.loads(line)["kind"] for line in text.splitlines()]
        assert (set(stacks), last) == ({"stack"}, "report")
    elif form in {"sarif", "gitlab"}:
        assert json.loads(text)
    elif form == "junit":
        assert ElementTree.fromstring(text).tag == "testsuites"
    elif form == "csv":
        assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1
    elif form == "github":
        assert all(line.startswith("::") for line in text.splitlines())
    elif form == "html":
        assert text.startswith("<!DOCTYPE html>")
        assert text.endswith("</html>\n")
    elif form == "markdown":
        assert len(text) <= LIMIT
    else:
        assert form == "table"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", formats())
def test_every_format_on_every_recording(case: str, form: str, run, settings) -> None:
    settings(SETTINGS)
    sources = [RECORDINGS / case / name for name in ("preview.json", "state.json")]
    found = run("check", *sources, "-f", form)
    assert found.code in {0, 1, 3}
    assert found.err == ""
    assert found.out.endswith("\n")
    well_formed(form, found.out)
    if form == "json":
        assert run("check", *sources, "-f", form).out == found.out


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["table", "json", "markdown", "sarif"])
def test_every_comparison_on_every_recording(case: str, form: str, run) -> None:
    found = run("diff", RECORDINGS / case / "state.json", RECORDINGS / case / "preview.json", "-f", form)
    assert found.code == 0
    assert found.err == ""
    if form == "json":
        jsonschema.Draft202012Validator(DIFF_SCHEMA).validate(found.report)
        jsonschema.Draft202012Validator(SCHEMA).validate(found.report["head"])


@pytest.mark.parametrize("case", CASES)
def test_every_recording_is_explained(case: str, run) -> None:
    found = run("explain", RECORDINGS / case / "state.json")
    assert found.code == 0
    assert found.out.startswith(f"{case}/dev\n")
