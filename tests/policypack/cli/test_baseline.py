"""Findings that exist already: what a baseline sets aside, and what never hides behind one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

POLICY = "apig-outbound-bandwidth-unneeded"
MANDATORY = f'[{POLICY}]\nlevel = "mandatory"\n'
LIMIT = '[[apig-monthly-budget.limits]]\nname = "all"\namount = {}\ncurrency = "CNY"\n'
WAIVER = (
    f'[[waivers]]\npolicy = "{POLICY}"\nresource = "*"\nreason = "agreed"\nowner = "ops"\nexpires = {{}}\n'
)
WITH_AMOUNT = (
    '{"schema": "apig-cost/baseline/1", "findings": [{"project": "", "stack": "", "policy": "",'
    ' "resource": "", "urn": "", "key": "", "fingerprint": "", "accepted": {%s}}]}'
)


@pytest.fixture(autouse=True)
def prices_of_the_regions(work: Path, exact_prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIG_COST_PRICE_BOOK", str(exact_prices))


@pytest.fixture
def state(recordings: Path) -> Path:
    return recordings / "orders-internal" / "state.json"


@pytest.fixture
def written(run, state: Path, work: Path) -> Callable[..., Path]:
    """Write a baseline of some sources."""

    def write(*sources: Path) -> Path:
        path = work / "baseline.json"
        done = run("baseline", "write", *(sources or (state,)), "--output", path)
        assert (done.code, done.out) == (0, "")
        return path

    return write


def changed(state: Path, target: Path, old: str, new: str) -> Path:
    text = state.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new), encoding="utf-8")
    return target


def entries(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["findings"]


def findings(found, policy: str = POLICY) -> list[dict]:
    return [one for stack in found.report["stacks"] for one in stack["findings"] if one["policy"] == policy]


def test_what_exists_is_set_aside_and_shown(run, settings, state: Path, written) -> None:
    settings(MANDATORY)
    assert run("check", state).code == 1
    path = written()
    found = run("check", state, "--baseline", path, "--format", "json")
    assert (found.code, found.report["verdict"]) == (0, "ok")
    assert [one["baseline"] for one in findings(found)] == [True]
    assert any("set aside" in note for note in found.report["notes"])
    assert not found.report["warnings"]


@pytest.mark.slow  # an audit imports the object stores
def test_every_command_that_checks_takes_it(run, settings, state: Path, written) -> None:
    settings(MANDATORY)
    path = written()
    for words in (("check", state), ("audit", state.parent), ("diff", state, state)):
        assert run(*words).code == 1, words
        assert run(*words, "--baseline", path).code == 0, words
    assert "--baseline" in run("preview", "--help").out


def test_what_is_new_counts(run, settings, state: Path, written, work: Path) -> None:
    settings(MANDATORY)
    path = written()
    renamed = changed(state, work / "other.json", "::orders-gateway", "::new-gateway")
    found = run("check", renamed, "--baseline", path, "--format", "json")
    assert (found.code, found.report["verdict"]) == (1, "violation")
    assert [one["baseline"] for one in findings(found)] == [False]


@pytest.mark.parametrize(("size", "code"), [("4", 0), ("5", 0), ("6", 1), ("50", 1)])
def test_what_is_about_more_than_was_set_aside_counts_again(
    size: str, code: int, run, settings, state: Path, written, work: Path
) -> None:
    settings(MANDATORY)
    path = written()
    other = changed(state, work / "other.json", '"bandwidthSize": 5', f'"bandwidthSize": {size}')
    found = run("check", other, "--baseline", path, "--format", "json")
    (one,) = findings(found)
    assert (found.code, one["baseline"]) == (code, not code)
    assert ("When its baseline was written, this was about " in one["message"]) is bool(code)
    told = f"1 finding of this baseline counts again ({POLICY} on "
    assert any(told in note for note in found.report["notes"]) is bool(code)
    assert not found.report["warnings"]


def test_a_baseline_of_an_older_version_sets_aside_whatever_it_is_about(
    run, settings, state: Path, written, work: Path
) -> None:
    settings(MANDATORY)
    path = written()
    document = json.loads(path.read_text(encoding="utf-8"))
    for entry in document["findings"]:
        del entry["accepted"]
    path.write_text(json.dumps(document), encoding="utf-8")
    larger = changed(state, work / "larger.json", '"bandwidthSize": 5', '"bandwidthSize": 50')
    found = run("check", larger, "--baseline", path, "--format", "json")
    assert (found.code, [one["baseline"] for one in findings(found)]) == (0, [True])


def test_what_can_no_longer_be_decided_counts_and_is_not_gone(
    run, settings, state: Path, written, work: Path
) -> None:
    settings(MANDATORY)
    path = written()
    secret = '"bandwidthSize": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}'
    hidden = changed(state, work / "hidden.json", '"bandwidthSize": 5', secret)
    found = run("check", hidden, "--baseline", path, "--format", "json")
    assert (found.code, found.report["verdict"]) == (3, "undecided")
    assert [(one["verdict"], one["baseline"]) for one in findings(found)] == [("undecided", False)]
    assert not [told for told in found.report["warnings"] if POLICY in told]


def test_of_two_stacks_with_one_name_one_counts(run, settings, state: Path, written, work: Path) -> None:
    settings(MANDATORY)
    other = shutil.copy(state, work / "other.json")
    found = run("check", state, other, "--baseline", written(), "--format", "json")
    assert found.code == 1
    assert [one["baseline"] for one in findings(found)] == [True, False]


def test_what_is_gone_is_said(run, settings, state: Path, written, work: Path) -> None:
    path = written()
    assert entries(path)
    mended = json.loads(state.read_text(encoding="utf-8"))
    resources = mended["deployment"]["resources"]
    mended["deployment"]["resources"] = [one for one in resources if "apig" not in one["type"].lower()]
    (work / "mended.json").write_text(json.dumps(mended), encoding="utf-8")
    found = run("check", work / "mended.json", "--baseline", path, "--format", "json")
    assert found.code == 0
    (warning,) = [told for told in found.report["warnings"] if "baseline" in told]
    assert "gone" in warning
    assert POLICY in warning


def test_nothing_is_gone_because_its_policy_is_disabled(run, settings, state: Path, written) -> None:
    path = written()
    settings("".join(f'[{one["policy"]}]\nlevel = "disabled"\n' for one in entries(path)))
    found = run("check", state, "--baseline", path, "--format", "json")
    assert not found.report["warnings"]


def test_a_stack_that_was_not_read_is_not_gone(run, state: Path, written, recordings: Path) -> None:
    path = written(state, recordings / "unknowns" / "preview.json")
    found = run("check", recordings / "functions-only" / "state.json", "--baseline", path, "--format", "json")
    assert not any("gone" in told for told in found.report["warnings"])
    assert any("not read" in note for note in found.report["notes"])


def test_undecided_never_hides(run, settings, written, recordings: Path) -> None:
    settings('[apig-price-unknown]\nlevel = "mandatory"\n')
    unknown = recordings / "unknowns" / "preview.json"
    before = run("check", unknown, "--format", "json")
    assert before.code == 3
    path = written(unknown)
    undecided = [one for one in before.report["stacks"][0]["findings"] if one["verdict"] == "undecided"]
    assert undecided
    assert not {one["fingerprint"] for one in undecided} & {one["fingerprint"] for one in entries(path)}
    # nor where somebody writes it down by hand
    forged = [
        {
            "project": "",
            "stack": "",
            "policy": one["policy"],
            "resource": one["resource"],
            "urn": one["urn"] or "",
            "key": "",
            "fingerprint": one["fingerprint"],
        }
        for one in before.report["stacks"][0]["findings"]
    ]
    path.write_text(json.dumps({"schema": "apig-cost/baseline/1", "findings": forged}), encoding="utf-8")
    found = run("check", unknown, "--baseline", path, "--format", "json")
    assert (found.code, found.report["verdict"]) == (3, "undecided")
    for one in found.report["stacks"][0]["findings"]:
        assert not (one["baseline"] and one["verdict"] == "undecided")


def test_a_limit_is_no_finding(run, settings, state: Path, written) -> None:
    settings(LIMIT.format(1))
    before = run("check", state, "--format", "json")
    path = written()
    assert "apig-monthly-budget" not in {one["policy"] for one in entries(path)}
    (over,) = findings(before, "apig-monthly-budget")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["findings"].append({**document["findings"][0], "fingerprint": over["fingerprint"]})
    path.write_text(json.dumps(document), encoding="utf-8")
    assert run("check", state, "--baseline", path).code == before.code == 1


def test_a_waiver_ends_on_its_day(run, settings, state: Path, written) -> None:
    settings(MANDATORY + WAIVER.format("2999-01-01"))
    path = written()
    assert POLICY not in {one["policy"] for one in entries(path)}
    settings(MANDATORY + WAIVER.format("2001-01-01"))
    assert run("check", state, "--baseline", path).code == 1


def test_that_a_waiver_has_expired_cannot_be_set_aside(run, settings, state: Path, written) -> None:
    settings(WAIVER.format("2001-01-01"))
    path = written()
    assert not [one for one in entries(path) if one["key"].startswith("waiver")]
    assert "has expired on 2001-01-01" in run("check", state, "--baseline", path).out


def test_the_same_findings_give_the_same_bytes(state: Path, written) -> None:
    first = written().read_bytes()
    assert written().read_bytes() == first


@pytest.mark.parametrize("form", ["table", "markdown", "html", "github", "gitlab", "junit", "sarif", "csv"])
def test_no_format_calls_it_a_failure(form: str, run, settings, state: Path, written) -> None:
    settings(MANDATORY)
    path = written()
    before = run("check", state, "--format", form)
    found = run("check", state, "--baseline", path, "--format", form)
    assert (before.code, found.code) == (1, 0)
    if form in ("table", "markdown", "html"):
        assert "set aside" in found.out
    elif form == "github":
        assert "::error" in before.out
        assert "::error" not in found.out
    elif form == "gitlab":
        assert {one["severity"] for one in json.loads(found.out)} <= {"info", "minor"}
    elif form == "junit":
        root = ElementTree.fromstring(found.out)
        assert root.get("failures") == "0"
        assert int(root.get("skipped", "0")) >= 1
    elif form == "sarif":
        results = json.loads(found.out)["runs"][0]["results"]
        assert {one["level"] for one in results if one["ruleId"] == POLICY} == {"note"}
        assert all(one["suppressions"] for one in results if one["ruleId"] == POLICY)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"schema": "apig-cost/baseline/2", "findings": []}', "found apig-cost/baseline/2"),
        ('{"schema": "apig-cost/report/1", "stacks": []}', "found other JSON"),
        ('{"schema": 1}', "found other JSON"),
        ("[]", "found other JSON"),
        ("", "found no JSON"),
        ("[" * 100_000, "found no JSON"),
        ('{"schema": "apig-cost/baseline/1"}', "findings: "),
        ('{"schema": "apig-cost/baseline/1", "findings": [{"policy": 1}]}', "findings[0]."),
        *(
            (WITH_AMOUNT % amount, "findings[0].accepted")
            for amount in (
                '"low": "NaN", "high": null, "currency": "USD"',
                '"low": "1e99999999", "high": null, "currency": "USD"',
                '"low": "-1", "high": null, "currency": "USD"',
                '"low": "2", "high": "1", "currency": "USD"',
                '"low": "1", "high": "1", "currency": "\\u001b[31m"',
                '"low": "1", "currency": "USD"',
            )
        ),
        ('{"schema": "apig-cost/baseline/1\\u001b[31m"}', "found apig-cost/baseline/1 [31m"),
    ],
)
def test_a_file_that_is_no_baseline_of_this_version_is_one_line(
    content: str, told: str, run, state: Path, work: Path
) -> None:
    path = work / "old.json"
    path.write_text(content, encoding="utf-8")
    found = run("check", state, "--baseline", path)
    assert (found.code, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1
    assert told in found.err
    assert "write it again with `apig-cost baseline write`" in found.err


@pytest.mark.parametrize(
    ("name", "told"), [("absent.json", "No such file"), ("", "--baseline"), (".", "directory")]
)
def test_a_baseline_that_cannot_be_read_is_one_line(name: str, told: str, run, state: Path) -> None:
    found = run("check", state, "--baseline", name)
    assert (found.code, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1
    assert told in found.err


def test_what_cannot_be_read_leaves_the_old_baseline(run, state: Path, written, work: Path) -> None:
    path = written()
    old = path.read_bytes()
    (work / "broken.json").write_text("{", encoding="utf-8")
    done = run("baseline", "write", state, work / "broken.json", "--output", path)
    assert done.code == 2
    assert "not written" in done.err
    assert path.read_bytes() == old


def test_a_folder_that_cannot_be_written_is_one_line(run, state: Path, work: Path) -> None:
    done = run("baseline", "write", state, "--output", work / "absent" / "baseline.json")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
