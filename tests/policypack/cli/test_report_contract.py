"""The JSON report, key by key, as other programs rely on it.

Written out by hand: the published schema could change together with the code.
"""

import re
from pathlib import Path
from typing import Any

import pytest

RECORDINGS = Path(__file__).parents[2] / "recordings"
CASES = sorted(path.name for path in RECORDINGS.iterdir() if path.is_dir())
SETTINGS = """
[[waivers]]
policy = "apig-outbound-bandwidth-unneeded"
resource = "*"
reason = "agreed"
owner = "ops"
expires = 2999-01-01

[[apig-monthly-budget.limits]]
name = "team"
amount = 9000
currency = "CNY"

[[apig-monthly-budget.exchange]]
from = "USD"
to = "CNY"
rate = "7.1"
date = 2026-11-01
"""
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
AMOUNT = {"low", "high"}
KEYS = {
    "report": "schema tool book settings hoursPerMonth verdict stacks totals errors warnings notes",
    "stack": "project stack source lines network findings budget totals notCovered",
    "line": "urn resource type meter spec region site mode quantity unit status currency hourly monthly "
    "price reasons unknowns",
    "price": "row confidence asOf source reference",
    "network": "gateway resource outbound entrance",
    "finding": "policy urn resource level verdict confidence message hint evidence saving fingerprint waiver",
    "limit": "name limit currency low high verdict",
    "total": "currency hourly monthly",
}


def has(found: dict[str, Any], kind: str) -> None:
    missing = set(KEYS[kind].split()) - set(found)
    assert not missing, f"{kind} lacks {sorted(missing)}"


def decimal(value: object) -> None:
    assert value is None or (isinstance(value, str) and DECIMAL.fullmatch(value)), value


def bounds(found: dict[str, Any], *more: str) -> None:
    assert set(found) == AMOUNT | set(more)
    decimal(found["low"])
    decimal(found["high"])
    assert found["low"] is not None or found["high"] is None, "not known has neither bound"


def totals(found: list[dict[str, Any]]) -> None:
    for total in found:
        has(total, "total")
        bounds(total["hourly"])
        bounds(total["monthly"])


@pytest.fixture(params=CASES)
def report(request: pytest.FixtureRequest, run, settings) -> dict[str, Any]:
    settings(SETTINGS)
    case = RECORDINGS / request.param
    found = run("check", case / "preview.json", case / "state.json", case / "no.json", "-f", "json")
    assert found.code == 2
    return found.report


def test_every_key_of_the_report(report: dict[str, Any]) -> None:
    has(report, "report")
    assert report["schema"] == "apig-cost/report/1"
    assert {"name", "version"} <= set(report["tool"])
    assert {"id", "asOf"} <= set(report["book"])
    assert report["hoursPerMonth"] == "730"
    assert report["verdict"] in {"ok", "violation", "undecided"}
    totals(report["totals"])
    (error,) = report["errors"]
    assert {"path", "message"} <= set(error)
    assert len(report["stacks"]) == 2
    for stack in report["stacks"]:
        has(stack, "stack")
        assert set(stack["source"]) >= {"kind", "path"}
        totals(stack["totals"])
        for other in stack["notCovered"]:
            assert set(other) >= {"type", "count"}
            assert isinstance(other["count"], int)


def test_every_key_of_a_line(report: dict[str, Any]) -> None:
    for line in (line for stack in report["stacks"] for line in stack["lines"]):
        has(line, "line")
        for key in ("quantity", "hourly", "monthly"):
            bounds(line[key])
        assert line["type"] in {"apig_instance", "vpc_eip", "vpc_bandwidth"}
        assert line["status"] in {"priced", "free", "unpriced", "undecided"}
        if line["status"] == "unpriced":
            assert line["monthly"] == {"low": None, "high": None}
            assert line["reasons"]
        if line["status"] == "undecided":
            assert line["reasons"]
        if line["price"] is not None:
            has(line["price"], "price")
            assert isinstance(line["price"]["reference"], bool)


def test_every_key_of_a_judgement_and_a_finding(report: dict[str, Any]) -> None:
    for stack in report["stacks"]:
        for judged in stack["network"]:
            has(judged, "network")
            for path in (judged["outbound"], judged["entrance"]):
                assert path["declared"] in {"on", "off", "unknown"}
                assert path["verdict"] in {"needed", "unneeded", "undecided"}
        for finding in stack["findings"]:
            has(finding, "finding")
            assert finding["verdict"] in {"violation", "undecided"}
            assert finding["level"] in {"advisory", "mandatory"}
            assert all({"fact", "urn"} <= set(evidence) for evidence in finding["evidence"])
            assert finding["message"]
            if finding["saving"] is not None:
                bounds(finding["saving"], "currency")
            if finding["policy"] == "apig-outbound-bandwidth-unneeded" and finding["waiver"] is not None:
                assert finding["waiver"] == {"reason": "agreed", "owner": "ops", "expires": "2999-01-01"}
        budget = stack["budget"]
        assert budget["verdict"] in {"within", "over", "undecided", "none"}
        (limit,) = budget["limits"]
        has(limit, "limit")
        assert (limit["name"], limit["limit"], limit["currency"]) == ("team", "9000", "CNY")
        assert limit["verdict"] in {"within", "over", "undecided"}
        decimal(limit["low"])
        decimal(limit["high"])
