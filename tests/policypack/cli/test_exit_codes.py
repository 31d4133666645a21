"""The four exit codes of check, estimate, audit and diff, and which comes first."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policypack import cli

LIMIT = '[[apig-monthly-budget.limits]]\nname = "all"\namount = {}\ncurrency = "CNY"\n'
WITHIN, OVER = LIMIT.format(999999), LIMIT.format(1)


@pytest.fixture(autouse=True)
def prices_of_the_regions(work: Path, exact_prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIG_COST_PRICE_BOOK", str(exact_prices))


@pytest.fixture
def known(recordings: Path) -> Path:
    return recordings / "orders-internal" / "state.json"


@pytest.fixture
def unknown(recordings: Path) -> Path:
    return recordings / "unknowns" / "preview.json"


@pytest.fixture
def broken(work: Path) -> Path:
    path = work / "broken.json"
    path.write_text('{"version": 3, "deployment"', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("toml", "names", "code", "verdict"),
    [
        ("", ["known"], 0, "ok"),
        ("", ["unknown"], 0, "ok"),
        (WITHIN, ["known"], 0, "ok"),
        (OVER, ["known"], 1, "violation"),
        (WITHIN, ["unknown"], 3, "undecided"),
        (WITHIN + '[apig-monthly-budget]\nwhenUndecided = "warn"\n', ["unknown"], 0, "ok"),
        ('[apig-monthly-budget]\nlevel = "advisory"\n' + OVER, ["known"], 0, "ok"),
        ('[apig-monthly-budget]\nlevel = "disabled"\n' + OVER, ["known"], 0, "ok"),
        ('[apig-price-unknown]\nlevel = "mandatory"\n', ["unknown"], 3, "undecided"),
        ('[apig-price-unknown]\nlevel = "mandatory"\n', ["known"], 0, "ok"),
        ('[apig-outbound-bandwidth-unneeded]\nlevel = "mandatory"\n', ["known"], 1, "violation"),
        ("", ["broken"], 2, "undecided"),
        (OVER, ["known", "unknown"], 1, "violation"),
        (OVER, ["known", "broken"], 2, "violation"),
        (WITHIN, ["unknown", "broken"], 2, "undecided"),
        (LIMIT.replace("CNY", "USD").format(9), ["known"], 2, "undecided"),
    ],
)
def test_check(toml: str, names: list[str], code: int, verdict: str, run, settings, request) -> None:
    if "[apig-monthly-budget]\nwhen" in toml:
        toml = '[apig-monthly-budget]\nwhenUndecided = "warn"\n' + WITHIN
    settings(toml)
    found = run("check", *(request.getfixturevalue(name) for name in names), "-f", "json")
    assert found.report["verdict"] == verdict
    assert found.code == code
    assert len(found.report["stacks"]) == len([name for name in names if name != "broken"])
    assert bool(found.report["errors"]) == (code == 2)


def test_a_source_that_cannot_be_read_does_not_hide_the_others(run, known, broken) -> None:
    found = run("check", broken, known, "-f", "json")
    assert found.code == 2
    assert found.report["stacks"][0]["project"] == "orders-internal"
    assert found.report["errors"][0]["path"] == str(broken)
    assert found.err.count("\n") == 1
    assert found.err.startswith(f"Error: {broken}: ")


@pytest.mark.parametrize(
    "arguments", [[], ["check"], ["chek"], ["check", "--formt", "x"], ["check", "x", "-f", "xml"]]
)
def test_wrong_usage(arguments: list[str], run) -> None:
    found = run(*arguments)
    assert found.code == 2 or arguments == []
    assert found.out == "" or arguments == []


def test_wrong_settings(run, settings, known) -> None:
    settings("sites = 1\n[eip-idel]\n")
    found = run("check", known)
    assert found.code == 2
    assert found.out == ""
    assert found.err.splitlines() == [
        "Error: apig-cost.toml: sites: unknown key; did you mean site?",
        "Error: apig-cost.toml: eip-idel: unknown key; did you mean eip-idle?",
    ]


def test_estimate_decides_nothing(run, settings, known, unknown, broken) -> None:
    settings(OVER)
    assert run("estimate", known).code == 0
    found = run("estimate", unknown, "-f", "json")
    assert found.code == 0
    assert found.report["stacks"][0]["findings"] == []
    assert found.report["stacks"][0]["budget"]["verdict"] == "none"
    assert run("estimate", known, broken).code == 2


GROWTH = '[[apig-monthly-budget.increases]]\nname = "growth"\n{}\n'


@pytest.mark.parametrize(
    ("toml", "base", "head", "code"),
    [
        ("", "known", "known", 0),
        (WITHIN, "unknown", "known", 0),
        (OVER, "known", "known", 1),
        (WITHIN, "known", "unknown", 3),
        (GROWTH.format("percent = 0"), "known", "known", 0),
        (GROWTH.format('amount = 0\ncurrency = "CNY"'), "known", "unknown", 3),
        (GROWTH.format('amount = 5\ncurrency = "CNY"'), "empty", "known", 1),
        (GROWTH.format('amount = 99999\ncurrency = "CNY"'), "empty", "known", 0),
        (GROWTH.format('amount = 5\ncurrency = "USD"'), "empty", "known", 2),
        (OVER, "broken", "known", 2),
        ("", "known", "broken", 2),
    ],
)
def test_diff(toml: str, base: str, head: str, code: int, run, settings, request) -> None:
    settings(toml)
    found = run("diff", request.getfixturevalue(base), request.getfixturevalue(head), "-f", "json")
    assert found.code == code
    assert found.report["schema"] == "apig-cost/diff/1"


@pytest.mark.parametrize("form", ["table", "markdown", "github", "html"])
def test_a_limit_on_growth_is_a_limit(form: str, run, settings, known, empty) -> None:
    settings(GROWTH.format('amount = 99999\ncurrency = "CNY"'))
    kept = run("diff", empty, known, "-f", form)
    assert "Within the limit on growth" in kept.out
    assert "No limit is set" not in kept.out
    settings('[apig-monthly-budget]\nlevel = "advisory"\n' + GROWTH.format("percent = 0"))
    told = run("diff", empty, known, "-f", form).out
    assert "A limit is not kept or cannot be decided" in told


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("table", 'Growth "growth" (5 CNY a month): OVER, '),
        ("markdown", 'Growth "growth" (5 CNY a month): OVER, '),
    ],
)
def test_growth_is_shown_with_its_limit(form: str, told: str, run, settings, known, empty) -> None:
    settings(GROWTH.format('amount = 5\ncurrency = "CNY"'))
    shown = run("diff", empty, known, "-f", form).out
    assert told in shown
    assert 'Over the limit on growth "growth" of 5 CNY a month: the change is +' in shown


def test_growth_that_cannot_be_compared_is_shown_with_the_reason(run, settings, known, empty) -> None:
    settings(GROWTH.format('amount = 5\ncurrency = "USD"'))
    told = " ".join(run("diff", empty, known).out.split())
    assert (
        'Growth "growth" (5 USD a month): CANNOT DECIDE (it is in USD but there are prices in CNY), ' in told
    )


@pytest.mark.parametrize(("cap", "code"), [("", 0), ("cap = 99999\n", 0), ("cap = 1\n", 1)])
def test_a_waiver_names_a_limit_on_growth(cap: str, code: int, run, settings, known, empty) -> None:
    waiver = (
        '[[waivers]]\npolicy = "apig-monthly-budget"\nresource = "growth"\nreason = "move"\n'
        f'owner = "team"\nexpires = 2999-01-01\n{cap}'
    )
    settings(waiver + GROWTH.format('amount = 5\ncurrency = "CNY"'))
    assert run("diff", empty, known).code == code


@pytest.fixture
def empty(work: Path) -> Path:
    path = work / "empty.json"
    path.write_text('{"version": 3, "deployment": {"manifest": {}, "resources": []}}', encoding="utf-8")
    return path


def test_limits_on_new_resources_are_decided_in_a_diff(run, settings, known, empty) -> None:
    toml = OVER + "scope = { newOnly = true }\n"
    settings(toml)
    assert run("check", known).code == 0
    assert run("diff", empty, known).code == 1
    assert run("diff", known, known).code == 0


def test_a_limit_about_another_stack_is_not_taken_for_none(run, settings, known) -> None:
    settings(OVER + 'scope = { stack = "prdo" }\n')
    found = run("check", known)
    assert found.code == 0
    assert "limits are set, and none is about this stack" in found.out.replace("\n", " ")
    assert "No limit is set" not in found.out


def test_a_preview_holds_both_sides(run, recordings, known) -> None:
    found = run("diff", recordings / "orders-internal" / "preview.json", "-f", "json")
    assert found.code == 0
    (stack,) = found.report["stacks"]
    assert {change["kind"] for change in stack["changes"]} == {"added"}
    wrong = run("diff", known)
    assert wrong.code == 2
    assert "this is no preview and no plan; give two sources" in wrong.err


@pytest.mark.parametrize("order", [1, -1])
def test_what_cannot_be_read_is_no_empty_side(order: int, run, known, work) -> None:
    (work / "broken.json").write_text("{", encoding="utf-8")
    sides = ["broken.json", known][::order]
    found = run("diff", *sides, "-f", "json")
    assert found.code == 2
    assert found.report["stacks"] == []
    assert len(found.report["head"]["stacks"]) == (1 if order == 1 else 0)
    table = run("diff", *sides).out
    assert "is not compared: the other side could not be read." in table
    assert "0.00 ->" not in table


def test_audit(run, settings, recordings, work) -> None:
    settings(WITHIN)
    for name in ("orders-internal", "unknowns"):
        (work / "place" / name).mkdir(parents=True)
        source = recordings / name / "preview.json"
        (work / "place" / name / "preview.json").write_bytes(source.read_bytes())
    found = run("audit", "place", "-f", "json")
    assert found.code == 3
    assert [stack["project"] for stack in found.report["stacks"]] == ["orders-internal", "unknowns"]
    assert run("audit", "place", "--exclude", "unknowns/*").code == 0
    (work / "place" / "other.json").write_text("[]", encoding="utf-8")
    assert run("audit", "place").code == 3
    (work / "place" / "cut-off.json").write_text("[", encoding="utf-8")
    assert run("audit", "place").code == 2
    assert run("audit", "nowhere").code == 2
    (work / "bare").mkdir()
    assert "no program, backend, export or state file" in run("audit", "bare").err


def test_preview_runs_a_program(run, settings, recordings: Path) -> None:
    settings(OVER)
    found = run("preview", recordings / "orders-internal", "-f", "json")
    assert found.code == 1
    assert found.report["stacks"][0]["source"]["kind"] == "program"


def test_preview_of_no_program(run, work) -> None:
    found = run("preview", work)
    assert found.code == 2
    assert "Pulumi.yaml" in found.err


def test_an_unexpected_exception_is_one_line(run, known, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken\ninside \x1b[31m")

    monkeypatch.setattr("policypack.assessment.Assessor.survey", fail)
    found = run("check", known)
    assert found.code == 2
    assert found.err.count("\n") == 1
    assert "internal error of apig-cost (RuntimeError: broken inside" in found.err
    assert "\x1b" not in found.err


def test_an_interrupted_run_is_quiet(run, monkeypatch) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.group, "main", interrupt)
    found = run("check", "x")
    assert (found.code, found.out, found.err) == (130, "", "")


def test_a_reader_that_goes_away_changes_no_verdict(recordings: Path, settings, work: Path) -> None:
    """As in ``apig-cost check ... | head -1``."""
    settings(WITHIN)
    states = [shutil.copy(recordings / "unknowns" / "state.json", work / f"{n}.json") for n in range(40)]
    command = [
        sys.executable,
        "-m",
        "policypack.cli",
        "check",
        *states,
    ]
    process = subprocess.Popen([*command, "-f", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout, process.stderr:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 3
        assert process.stderr.read() == b""
