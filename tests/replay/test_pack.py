"""The pack, started as the engine starts it and sent what a real engine has sent."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2

from policypack.findings.catalogue import policies

ADVISORY, MANDATORY = analyzer_pb2.ADVISORY, analyzer_pb2.MANDATORY
SECRET = "HC-2024-0815"
"""What the program of ``unknowns`` marks as a secret; the engine sends it in clear."""


def limit(amount: float, **more: Any) -> dict[str, Any]:
    return {
        "apig-monthly-budget": {"limits": [{"name": "team", "amount": amount, "currency": "CNY"}], **more}
    }


def test_it_introduces_itself(started: Any) -> None:
    info = started.stub.GetAnalyzerInfo(Empty())
    assert info.name == "apig-cost"
    assert info.supportsConfig
    names = {policy.name: policy for policy in info.policies}
    assert set(names) == {"apig-cost", *(policy.name for policy in policies())}
    assert all(policy.description and policy.policy_type == 2 for policy in info.policies)
    assert names["apig-monthly-budget"].enforcementLevel == MANDATORY
    assert "limits" in names["apig-monthly-budget"].configSchema.properties
    assert "hoursPerMonth" in names["apig-cost"].configSchema.properties
    assert started.stub.GetPluginInfo(Empty()).version == info.version


def test_a_recorded_preview_ends_with_a_report(
    served: Any,
    case: str,
    recording: list[tuple[str, Any]],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "report.json"
    diagnostics = served.replay(recording, {"apig-cost": {"report": {"path": str(path)}}})
    report = json.loads(path.read_text())
    (stack,) = report["stacks"]
    assert stack["project"] == case
    assert stack["stack"] == "dev"
    assert stack["source"]["kind"] == "engine"
    assert stack["lines"]
    stops = {"violation": True, "undecided": True, "ok": False}[report["verdict"]]
    assert any(found.enforcementLevel == MANDATORY for found in diagnostics) == stops
    assert sorted(found.policyName for found in diagnostics) == sorted(
        finding["policy"] for finding in stack["findings"]
    )
    stdout, stderr = capfd.readouterr()
    assert stdout == ""
    assert stderr.startswith("API gateway cost")
    said = stderr + path.read_text() + "".join(found.message for found in diagnostics)
    assert SECRET not in said
    assert "Traceback" not in said
    assert "secretKey" not in said


def test_a_budget_that_is_exceeded_stops(served: Any, recorded: Callable[[str], Any]) -> None:
    diagnostics = served.replay(recorded("orders-internal"), limit(100))
    (over,) = [found for found in diagnostics if found.policyName == "apig-monthly-budget"]
    assert over.enforcementLevel == MANDATORY
    assert '"team"' in over.message


def test_a_budget_that_cannot_be_decided_stops(served: Any, recorded: Callable[[str], Any]) -> None:
    diagnostics = served.replay(recorded("unknowns"), limit(1_000_000))
    (open_,) = [found for found in diagnostics if found.policyName == "apig-monthly-budget"]
    assert open_.enforcementLevel == MANDATORY
    assert "edition" in open_.message


def test_a_budget_may_only_warn_when_it_cannot_be_decided(
    served: Any, recorded: Callable[[str], Any]
) -> None:
    diagnostics = served.replay(recorded("unknowns"), limit(1_000_000, whenUndecided="warn"))
    (open_,) = [found for found in diagnostics if found.policyName == "apig-monthly-budget"]
    assert open_.enforcementLevel == ADVISORY


def test_a_budget_that_is_kept_says_nothing(
    served: Any, recorded: Callable[[str], Any], exact_prices: Path
) -> None:
    settings = limit(1_000_000) | {"apig-cost": {"priceBook": str(exact_prices)}}
    diagnostics = served.replay(recorded("orders-internal"), settings)
    assert "apig-monthly-budget" not in {found.policyName for found in diagnostics}


def test_levels_are_as_configured(served: Any, recorded: Callable[[str], Any]) -> None:
    levels = {"apig-price-unknown": {"enforcementLevel": "remediate"}}
    diagnostics = served.replay(recorded("unknowns"), levels)
    found = {one.enforcementLevel for one in diagnostics if one.policyName == "apig-price-unknown"}
    assert found == {MANDATORY}


def test_a_disabled_policy_says_nothing(
    served: Any, recorded: Callable[[str], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    disabled = {policy.name: {"enforcementLevel": "disabled"} for policy in policies()}
    assert served.replay(recorded("unknowns"), {**disabled, **limit(1, enforcementLevel="disabled")}) == []
    assert capfd.readouterr() == ("", "")


def test_disabling_all_that_are_named_does_not_silence_the_others(
    served: Any, recorded: Callable[[str], Any]
) -> None:
    diagnostics = served.replay(recorded("unknowns"), {"eip-idle": {"enforcementLevel": "disabled"}})
    assert "apig-price-unknown" in {found.policyName for found in diagnostics}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"apig-cost": {"hoursPerMonth": -1}}, "apig-cost.hoursPerMonth"),
        ({"apig-cost": {"hoursPerMnth": 730}}, "hoursPerMonth"),
        ({"eip-idel": {"enforcementLevel": "mandatory"}}, "eip-idel"),
        ({"apig-monthly-budget": {"limits": [{"name": "team", "amount": "x"}]}}, "limits[0].amount"),
        ({"apig-cost": {"priceBook": "/no/such/book.toml"}}, "priceBook"),
        ({"apig-cost": {"terms": "/no/such/terms.toml"}}, "terms"),
    ],
)
def test_a_wrong_setting_stops_and_is_named(
    served: Any, recorded: Callable[[str], Any], settings: Any, named: str, capfd: pytest.CaptureFixture[str]
) -> None:
    diagnostics = served.replay(recorded("orders-internal"), settings)
    assert diagnostics
    assert all(found.enforcementLevel == MANDATORY for found in diagnostics)
    assert any(named in found.message for found in diagnostics)
    assert not any(found.message.rstrip().endswith(("?.", "..")) for found in diagnostics)
    assert capfd.readouterr() == ("", "")


def test_a_report_that_cannot_be_written_stops(
    served: Any, recorded: Callable[[str], Any], tmp_path: Path
) -> None:
    place = str(tmp_path / "no" / "such" / "report.json")
    diagnostics = served.replay(recorded("orders-internal"), {"apig-cost": {"report": {"path": place}}})
    (problem,) = [found for found in diagnostics if found.policyName == "apig-cost"]
    assert problem.enforcementLevel == MANDATORY
    assert place in problem.message


def test_a_wrong_setting_replaces_the_report_of_an_earlier_run(
    served: Any, recorded: Callable[[str], Any], tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    path.write_text('{"verdict": "ok"}')
    served.replay(recorded("orders-internal"), {"apig-cost": {"report": {"path": str(path)}, "site": "moon"}})
    report = json.loads(path.read_text())
    assert report["verdict"] == "undecided"
    assert "apig-cost.site" in report["errors"][0]["message"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_silently_when_it_is_told_to(
    run: Callable[..., AbstractContextManager[Any]],
    commands: dict[str, list[str]],
    form: str,
    number: signal.Signals,
    as_from_a_terminal: list[str],
) -> None:
    with run([*as_from_a_terminal, *commands[form]]) as pack:
        pack.process.send_signal(number)
        stdout, stderr = pack.process.communicate(timeout=30)
        assert (pack.process.returncode, stdout, stderr) == (0, "", "")


def test_it_ends_when_the_engine_is_gone(started: Any) -> None:
    started.process.stdout.close()
    assert started.process.wait(timeout=30) == 0


def test_without_configuration_nothing_stops(
    run: Callable[..., AbstractContextManager[Any]],
    commands: dict[str, list[str]],
    recorded: Callable[[str], Any],
) -> None:
    """``Configure`` is not called when there is nothing to configure."""
    with run(commands["executable"]) as pack:
        for method, request in recorded("orders-internal"):
            if method != "ConfigureStack":
                answer = getattr(pack.stub, method)(request)
        assert all(found.enforcementLevel == ADVISORY for found in answer.diagnostics)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_the_executable_does_not_wait_for_an_engine_when_a_person_starts_it(arguments):
    executable = Path(sys.executable).with_name("apig-cost-pack")
    done = subprocess.run(
        [str(executable), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: this is the policy pack, which Pulumi starts")
    assert done.stderr.count("\n") == 1


def test_several_price_books_are_asked_in_their_order(
    served: Any, recorded: Callable[[str], Any], exact_prices: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = "apig-cost/book/1"\nas_of = 2026-11-02\n[[row]]\nmeter = "apig.gateway"\n'
        'spec = "PROFESSIONAL"\nregion = "cn-north-4"\nrate = "1"\ncurrency = "CNY"\n',
        encoding="utf-8",
    )
    report = tmp_path / "report.json"
    books = [str(own), str(exact_prices), "bundled"]
    served.replay(
        recorded("orders-internal"), {"apig-cost": {"priceBook": books, "report": {"path": str(report)}}}
    )
    found = json.loads(report.read_text(encoding="utf-8"))
    assert [book["name"] for book in found["books"]] == books
    answered = {line["price"]["book"] for line in found["stacks"][0]["lines"] if line["price"]}
    assert answered == {str(own), str(exact_prices)}


def test_a_book_among_several_that_cannot_be_read_stops_and_is_named(
    served: Any, recorded: Callable[[str], Any], exact_prices: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    books = {"apig-cost": {"priceBook": [str(exact_prices), "/no/such/book.toml"]}}
    diagnostics = served.replay(recorded("orders-internal"), books)
    assert {found.enforcementLevel for found in diagnostics} == {MANDATORY}
    assert "apig-cost.priceBook: /no/such/book.toml: the price book cannot be read" in diagnostics[0].message
