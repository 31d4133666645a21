"""What ends with an exit code, what is mandatory, and what a run tells beside its report."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

LIMIT = '[[apig-monthly-budget.limits]]\nname = "all"\namount = {}\ncurrency = "CNY"\n'
WARNS = '[apig-monthly-budget]\nwhenUndecided = "warn"\n'


@pytest.fixture
def state(recordings: Path) -> Path:
    return recordings / "orders-internal" / "state.json"


@pytest.fixture
def exact(exact_prices: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIG_COST_PRICE_BOOK", str(exact_prices))


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(
    ("amount", "source", "code", "passes"),
    [
        (1, "orders-internal/state.json", 1, {"never"}),
        (1_000_000, "unknowns/preview.json", 3, {"violation", "never"}),
        (1_000_000, "orders-internal/state.json", 0, {"violation", "undecided", "never"}),
    ],
)
@pytest.mark.parametrize("fail_on", ["violation", "undecided", "never"])
def test_what_ends_with_an_exit_code(
    amount: int, source: str, code: int, passes: set[str], fail_on: str, run, settings, recordings: Path
) -> None:
    settings(LIMIT.format(amount))
    plain = run("check", recordings / source, "--format", "json")
    found = run("check", recordings / source, "--fail-on", fail_on, "--format", "json")
    assert plain.code == code
    assert found.code == (0 if fail_on in passes else code)
    assert found.out == plain.out
    told = f"The verdict is {found.report['verdict']}; --fail-on {fail_on} makes that exit code 0.\n"
    assert found.err == (told if found.code != code else "")


@pytest.mark.parametrize("fail_on", ["violation", "undecided", "never"])
def test_what_cannot_be_used_always_ends_with_2(fail_on: str, run, state: Path, work: Path) -> None:
    (work / "broken.json").write_text("{", encoding="utf-8")
    assert run("check", state, work / "broken.json", "--fail-on", fail_on).code == 2
    assert run("check", state, "--config", work / "absent.toml", "--fail-on", fail_on).code == 2


def test_it_fails_on_nothing_else(run, state: Path) -> None:
    found = run("check", state, "--fail-on", "sometimes")
    assert (found.code, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1


@pytest.mark.usefixtures("exact")
def test_strict_makes_every_policy_mandatory(run, settings, state: Path) -> None:
    found = run("check", state, "--strict", "--format", "json")
    levels = {one["level"] for one in found.report["stacks"][0]["findings"]}
    assert (found.code, levels) == (1, {"mandatory"})
    settings(
        '[apig-price-unknown]\nlevel = "disabled"\n[apig-outbound-bandwidth-unneeded]\nlevel = "advisory"\n'
    )
    policies = {
        one["policy"]: one["level"]
        for one in run("check", state, "--strict", "--format", "json").report["stacks"][0]["findings"]
    }
    assert "apig-price-unknown" not in policies
    assert policies["apig-outbound-bandwidth-unneeded"] == "mandatory"


def test_strict_leaves_no_limit_that_only_warns(run, settings, recordings: Path) -> None:
    settings(WARNS + LIMIT.format(1_000_000))
    unknown = recordings / "unknowns" / "preview.json"
    assert run("check", unknown).code == 0
    assert run("check", unknown, "--strict").code in (1, 3)


@pytest.mark.slow  # an audit imports the object stores
def test_every_command_that_checks_takes_the_flags(run, state: Path) -> None:
    for words in (("check", state), ("audit", state.parent), ("diff", state, state)):
        assert run(*words).code == 0, words
        assert run(*words, "--strict").code == 1, words
        assert run(*words, "--strict", "--fail-on", "never", "-q").code == 0, words
    for command in ("check", "audit", "diff", "preview"):
        shown = run(command, "--help").out
        for option in ("--fail-on", "--strict", "--baseline", "--quiet", "--verbose", "--log"):
            assert option in shown, (command, option)


def test_quiet_is_one_sentence_and_the_file_is_whole(run, state: Path, work: Path) -> None:
    found = run("check", state, "-q")
    assert found.out.startswith("No limit is set: a month costs at least ")
    assert (len(found.out.splitlines()), found.err) == (1, "")
    assert run("estimate", state, "-q").out.startswith("A month costs at least ")
    unlisted = work / "unlisted.json"
    unlisted.write_text(
        state.read_text(encoding="utf-8").replace("cn-north-4", "nowhere-1"), encoding="utf-8"
    )
    assert run("estimate", unlisted, "-q").out == "What a month costs is not known.\n"
    told = "No limit is set: what a month costs is not known; nothing stops a pipeline.\n"
    assert run("check", unlisted, "-q").out == told
    assert run("check", state, "-q", "--output", "table.txt").out == ""
    assert len((work / "table.txt").read_text(encoding="utf-8").splitlines()) > 10
    assert run("check", state, "-q", "--format", "json").report["schema"]


def test_verbose_says_what_was_read_with_what(run, settings, state: Path) -> None:
    settings("hoursPerMonth = 700\n")
    plain = run("check", state)
    found = run("check", state, "-v")
    assert found.out == plain.out
    assert plain.err == ""
    for told in (
        "settings: apig-cost.toml",
        "price book 1: bundled (sha256:",
        f"read orders-internal/dev from {state} (export) in ",
        "judged 1 stack in ",
        "verdict ok, exit code 0",
    ):
        assert told in found.err


@pytest.mark.slow
def test_verbose_names_the_python_that_runs_a_program(run, work: Path) -> None:
    (work / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    (work / "Pulumi.prod.yaml").write_text("config: {}\n", encoding="utf-8")
    (work / "__main__.py").write_text("", encoding="utf-8")
    told = f".: stack prod runs in {sys.executable} (the interpreter of apig-cost)"
    assert told in run("preview", ".", "-v").err
    assert told not in run("preview", ".").err
    (work / "__main__.py").write_text("raise SystemExit(1)", encoding="utf-8")
    assert told in run("preview", ".", "-v").err  # also where nothing comes of it


def test_quiet_and_verbose_are_not_both(run, state: Path) -> None:
    found = run("check", state, "-q", "-v")
    assert (found.code, len(found.err.splitlines())) == (2, 1)


def test_the_log_has_what_happened_with_its_time(run, state: Path, work: Path) -> None:
    (work / "broken.json").write_text("{", encoding="utf-8")
    run("check", state, "--log", "run.log")
    found = run("check", work / "broken.json", "--log", "run.log")
    lines = (work / "run.log").read_text(encoding="utf-8").splitlines()
    assert sum("debug exit code" in line for line in lines) == 2
    assert lines[-1].endswith("debug exit code 2")
    assert any(" info read orders-internal/dev from " in line for line in lines)
    assert any(" error Error: " in line and "broken.json" in line for line in lines)
    assert all(line[:2] == "20" and line[19] == "." for line in lines)
    assert "read orders" not in found.err
    assert stat.S_IMODE((work / "run.log").stat().st_mode) == 0o600


@pytest.fixture
def logged(run, work: Path) -> Callable[..., str]:
    def log(*words: object) -> str:
        run(*words, "--log", work / "run.log", "-v")
        return (work / "run.log").read_text(encoding="utf-8")

    return log


@pytest.mark.parametrize(
    "address",
    [
        "ftp://key:hunter22@bucket?region=eu&token=hunter22",
        "https://user:hunter22@example.com/state.json",
        "https://example.com/state.json?X-Amz-Signature=hunter22",
        "hunter22/state.json",
        "hunter22\n::error::hunter22",
    ],
)
def test_a_log_holds_no_secret(address: str, logged, monkeypatch: pytest.MonkeyPatch) -> None:
    if "://" not in address:  # only the environment tells that it is secret
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "hunter22")
    text = logged("check", address)
    assert "hunter22" not in text
    assert len(text.splitlines()) == text.count("+00:00 ")


def test_a_log_holds_no_property(logged, recordings: Path) -> None:
    text = logged("check", recordings / "unknowns" / "preview.json")
    for word in ("4dabf18193072939515e22adb298388d", "ciphertext", "PROFESSIONAL"):
        assert word not in text


@pytest.mark.parametrize("name", [".", "absent/run.log", ""])
def test_a_log_that_cannot_be_written_is_one_line(name: str, run, state: Path) -> None:
    found = run("check", state, "--log", name)
    assert (found.code, found.out) == (2, "")
    assert len(found.err.splitlines()) == 1


def test_the_environment_may_say_it(run, state: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIG_COST_STRICT", "1")
    assert run("check", state).code == 1
    monkeypatch.setenv("APIG_COST_FAIL_ON", "never")
    monkeypatch.setenv("APIG_COST_LOG", "run.log")
    assert run("check", state).code == 0
    assert (work / "run.log").exists()


def test_an_option_that_is_missing_is_one_line(run) -> None:
    found = run("prices", "sync")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("Error: Missing option '--site'. Choose from: cn, intl, eu; see ")
    assert len(found.err.splitlines()) == 1
