"""Reports against the schemas that are published for them."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from policypack.reports.catalogue import renderer
from policypack.reports.report import Report

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "report.schema.json"


def test_json_is_what_the_schema_says(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(renderer("json")(report)))


def test_json_is_what_the_schema_says_for_any_name(hostile: str, poisoned: Callable[[str], Report]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(renderer("json")(poisoned(hostile))))


def test_sarif_is_what_the_standard_says(report: Report, poisoned: Callable[[str], Report]) -> None:
    """The models of pydantic-sarif are generated from the official schema and forbid everything else."""
    model = pytest.importorskip("pydantic_sarif.model", reason="pip install pydantic-sarif")
    sarif = model.StaticAnalysisResultsFormatSarifVersion210JsonSchema
    for one in (report, poisoned("\u202e[x](y)")):
        sarif.model_validate(json.loads(renderer("sarif")(one)))


def test_sarif_fingerprints_and_suppressions(report: Report) -> None:
    (run,) = json.loads(renderer("sarif")(report))["runs"]
    assert [result["partialFingerprints"]["apigCost/v1"][0] for result in run["results"]] == list("abcd")
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    assert [len(result.get("suppressions", [])) for result in run["results"]] == [0, 0, 0, 1]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    for result in run["results"]:
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]] == result["ruleId"]


def test_sarif_brackets_are_no_links(poisoned: Callable[[str], Report]) -> None:
    (run,) = json.loads(renderer("sarif")(poisoned("[x](javascript:1)")))["runs"]
    assert run["results"][0]["message"]["text"].startswith("\\[x\\](javascript:1)")
