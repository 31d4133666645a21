"""What the commands do beyond their exit codes: output, settings, help, explanations."""

import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from policypack.findings.catalogue import policies
from policypack.reports.formats import table


@pytest.fixture
def state(recordings: Path) -> Path:
    return recordings / "orders-internal" / "state.json"


def test_version(run) -> None:
    assert run("--version").out.startswith("apig-cost ")


def test_help_lists_every_command(run) -> None:
    found = run("--help")
    assert found.code == 0
    commands = "audit baseline bill check diff estimate explain policies preview prices settings"
    for name in commands.split():
        assert f"\n  {name} " in found.out


@pytest.mark.parametrize(
    "name", ["audit", "baseline", "check", "diff", "estimate", "explain", "policies", "preview", "settings"]
)
def test_help_of_every_command(name: str, run) -> None:
    found = run(name, "--help")
    assert found.code == 0
    assert found.out.startswith(f"Usage: apig-cost {name}")


def test_a_misspelt_command_names_the_nearest(run) -> None:
    found = run("polices")
    assert found.code == 2
    assert "did you mean policies?" in found.err


def test_starting_imports_nothing_heavy(work: Path) -> None:
    code = (
        "import sys, policypack.cli; "
        "print([name for name in ('pydantic', 'rich', 'pulumi', 'grpc', 'pricing') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_check_without_settings_needs_neither_pydantic_nor_the_engine(state: Path, work: Path) -> None:
    code = (
        "import sys, policypack.cli\n"
        f"sys.argv = ['apig-cost', 'check', {str(state)!r}, '-f', 'json', '-o', 'report.json']\n"
        "try:\n    policypack.cli.main()\n"
        "except SystemExit as ended:\n    print(ended.code)\n"
        "print([name for name in ('pydantic', 'rich', 'pulumi', 'grpc') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n[]\n"


def test_output_replaces_a_file_whole(run, state, work) -> None:
    path = work / "report.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    found = run("check", state, "-f", "json", "-o", path)
    assert (found.code, found.out) == (0, "")
    assert json.loads(path.read_text(encoding="utf-8"))["verdict"] == "ok"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in work.iterdir()] == ["report.json"]


@pytest.mark.parametrize("target", ["missing/report.json", "."])
def test_a_report_that_cannot_be_written(target: str, run, state, work) -> None:
    found = run("check", state, "-o", target)
    assert found.code == 2
    assert found.err.startswith(f"Error: {target}: cannot be written (")
    assert list(work.iterdir()) == []


def test_the_environment_and_flags_come_before_the_file(run, state, settings, monkeypatch) -> None:
    settings("hoursPerMonth = 100\n")
    assert run("estimate", state, "-f", "json").report["hoursPerMonth"] == "100"
    monkeypatch.setenv("APIG_COST_HOURS_PER_MONTH", "200")
    monkeypatch.setenv("APIG_COST_FORMAT", "json")
    assert run("estimate", state).report["hoursPerMonth"] == "200"
    assert run("estimate", state, "-f", "markdown").out.startswith("### ")


def test_settings_of_the_pack_can_be_used_and_checked(run, state, work) -> None:
    path = work / "policy-config.json"
    path.write_text('{"apig-cost": {"hoursPerMonth": 100}}', encoding="utf-8")
    assert run("estimate", state, "-f", "json", "--config", path).report["hoursPerMonth"] == "100"
    assert run("settings", "check", path).out == f"{path}: all settings are right\n"
    path.write_text("", encoding="utf-8")
    assert run("settings", "check", path).code == 0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.toml", b"site = ", "x.toml: this is not TOML: Invalid value (at end of document)"),
        ("x.toml", b"\xff\xfe", "x.toml: text in UTF-8 was expected (byte 0)"),
        ("x.toml", b"site = 'us'", 'x.toml: site: expected cn, intl or eu, found "us"'),
        ("x.json", b"[]", "x.json: an object with the names of policies was expected"),
        ("x.json", b"{", "x.json: this is not JSON: Expecting property name enclosed in double quotes"),
        ("x.json", b"[" * 100_000, "x.json: nested too deeply"),
        ("x.json", b'{"eip-idle": {}, "eip-idle": "mandatory"}', "x.json: eip-idle: this key stands twice"),
        (
            "x.json",
            b'{"eip-idle": {"level": "advisory", "level": 1}}',
            "x.json: level: this key stands twice",
        ),
        ("x.json", b'{"hoursPerMonth": %s}' % (b"9" * 5000), "x.json: numbers of ordinary size were"),
        ("x.toml", b"hoursPerMonth = %s" % (b"9" * 5000), "x.toml: numbers of ordinary size were expected"),
        ("x.toml", b"priceBook = 'none.toml'", "none.toml: "),
        ("x.toml", b"terms = 'none.toml'", "none.toml: "),
        ("missing.toml", None, "missing.toml: the settings cannot be read (No such file or directory)"),
    ],
)
def test_settings_check_names_file_and_place(name: str, content: bytes | None, told: str, run, work) -> None:
    if content is not None:
        (work / name).write_bytes(content)
    found = run("settings", "check", name)
    assert found.code == 2
    assert told in found.err
    assert len(found.err.splitlines()) == 1


def test_settings_check_without_a_file(run) -> None:
    found = run("settings", "check")
    assert found.code == 2
    assert found.err == "Error: settings: none (apig-cost.toml was looked for in .); name the file to check\n"


def test_a_variable_that_is_no_setting(run, state, monkeypatch) -> None:
    monkeypatch.setenv("APIG_COST_SITES", "cn")
    found = run("check", state)
    assert found.code == 2
    assert found.err == "Error: APIG_COST_SITES: unknown variable; did you mean APIG_COST_SITE?\n"


def test_a_price_book_that_is_none(run, state, work) -> None:
    (work / "book.toml").write_text("x = 1\n", encoding="utf-8")
    found = run("check", state, "--prices", "book.toml")
    assert found.code == 2
    assert "book.toml" in found.err
    assert run("diff", state, state, "--base-prices", "none.toml").code == 2


def test_policies(run) -> None:
    listed = run("policies").out.splitlines()
    assert [line.split()[0] for line in listed] == [policy.name for policy in policies()]
    told = run("policies", "eip-idle").out
    assert told.startswith("eip-idle (advisory)\n")
    assert "What it finds" in told
    wrong = run("policies", "eip-idel")
    told = "Error: eip-idel: there is no such policy; did you mean eip-idle?\n"
    assert (wrong.code, wrong.err) == (2, told)


def test_explain_shows_row_steps_source_and_evidence(run, state) -> None:
    told = run("explain", state, "orders-gateway").out
    assert "price row gateway-cn-professional" in told
    assert "source https://" in told
    assert "x 730 h = 9402.4 CNY" in told
    assert "break-even:" in told
    assert "public outbound bandwidth: declared on, unneeded" in told


def test_explain_says_amount_why_evidence_and_advice_in_this_order(run, recordings: Path) -> None:
    told = run("explain", recordings / "orders-internal" / "state.json", "orders-gateway").out.splitlines()
    assert told[2] == "orders-gateway costs at least 9448.39 CNY a month, no upper bound."
    order = [told.index(f"  {title}") for title in ("Amount", "Why", "Evidence", "Advice")]
    assert order == sorted(order)
    assert told[order[0] + 1].startswith("    9402.40 CNY  ")
    assert sum(line.startswith("      -> ") for line in told[order[3] :]) == 3
    facts = [line for line in told if 'API "list-orders" forwards to servers' in line]
    assert len(facts) == 1


def test_explain_names_what_is_not_known_as_the_source_does(run, recordings: Path) -> None:
    told = run("explain", recordings / "unknowns" / "preview.json", "hub-gateway").out
    assert "hub-gateway costs an amount that is not known." in told
    assert "bandwidth_size is not known" in told
    assert "bandwidthSize" not in told
    shown = run("check", recordings / "unknowns" / "preview.json", "--format", "markdown").out
    assert "not known: bandwidth&#95;size" in shown


def test_explain_shows_from_which_size_on_traffic_is_cheaper(run, work, settings) -> None:
    settings('usage = [{ match = "*", trafficGB = 500 }]\n')
    inputs = {
        "region": "sa-brazil-1",
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "name": "web", "size": 5, "chargeMode": "traffic"},
    }
    urn = "urn:pulumi:dev::shop::huaweicloud:Vpc/eip:Eip::web"
    eip = {"urn": urn, "type": "huaweicloud:Vpc/eip:Eip", "custom": True, "inputs": inputs}
    state = work / "traffic.json"
    state.write_text(json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [eip]}}))
    assert "break-even: paying by bandwidth costs less up to 3.29 Mbit/s" in run("explain", state).out


def test_explain_nothing(run, state) -> None:
    wrong = run("explain", state, "orders-gatewy")
    assert wrong.code == 2
    assert wrong.err == (
        "Error: orders-gatewy: no API gateway, elastic IP or shared bandwidth has this name; "
        "did you mean orders-gateway?\n"
    )


def test_github_appends_to_the_job_summary(run, state, work, monkeypatch) -> None:
    summary = work / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run("check", state, "-f", "github").out.startswith("::")
    assert summary.read_text(encoding="utf-8").startswith("before\n### API gateway cost")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(work))
    assert "the job summary cannot be written" in run("check", state, "-f", "github").err


def test_standard_input(recordings: Path, work: Path) -> None:
    state = (recordings / "orders-internal" / "state.json").read_bytes()
    command = [sys.executable, "-m", "policypack.cli", "check", "-", "-f", "json"]
    done = subprocess.run(command, input=state, capture_output=True, check=True)
    assert json.loads(done.stdout)["stacks"][0]["project"] == "orders-internal"
    nothing = subprocess.run(command, input=b"", capture_output=True, check=False)
    assert nothing.returncode == 2


def on_a_terminal(command: list[str], **environment: str) -> bytes:
    """What a terminal receives."""
    main, side = pty.openpty()
    with subprocess.Popen(
        command,
        stdout=side,
        stderr=side,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    ) as process:
        os.close(side)
        shown = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        process.wait()
    os.close(main)
    return shown


def test_colour_only_on_a_terminal_that_wants_it(recordings: Path, work: Path) -> None:
    state = recordings / "orders-internal" / "state.json"
    command = [sys.executable, "-m", "policypack.cli", "check", str(state)]
    assert b"\x1b[" in on_a_terminal(command)
    assert b"\x1b[" not in on_a_terminal(command, NO_COLOR="1")
    assert b"\x1b[" not in subprocess.run(command, capture_output=True, check=True).stdout


def test_a_terminal_without_the_characters_of_a_name(recordings: Path, work: Path) -> None:
    command = [sys.executable, "-m", "policypack.cli", "check", str(recordings / "unknowns" / "state.json")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert b"\\u2500" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("check", "-f", "junit"),
        *(
            pytest.param(words, marks=pytest.mark.slow)
            for words in (("check", "-f", "html"), ("check", "-f", "csv"), ("diff", "-f", "markdown"))
        ),
    ],
    ids=" ".join,
)
def test_a_format_is_in_utf8_whatever_the_surroundings_are(
    words: tuple[str, ...], run, state: Path, work: Path
) -> None:
    """XML says that it is, and CSV of another encoding is read as something else."""
    (work / "s.json").write_text(
        state.read_text(encoding="utf-8").replace("orders-gateway", "größe"), "utf-8"
    )
    given = [words[0], *["s.json"] * (1 + (words[0] == "diff")), *words[1:]]
    environment = {**os.environ, "PYTHONIOENCODING": "latin1"}
    command = [sys.executable, "-m", "policypack.cli", *given]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    run(*given, "-o", "written")
    assert done.stdout == (work / "written").read_bytes()
    assert "größe" in done.stdout.decode("utf-8")


def test_tables_are_plain_in_a_pipe(run, state) -> None:
    assert run("check", state).out == run("check", state, "-f", "table").out
    assert "\x1b" not in run("check", state).out
    assert table.WIDTH == 120


def test_what_cannot_be_read_is_told_once(run, state, work) -> None:
    shown = run("check", state, "nothing.json")
    assert shown.code == 2
    assert (shown.out + shown.err).count("nothing.json") == 1
    assert "1 input could not be used; a month costs at least" in shown.out
    run("check", state, "nothing.json", "--output", "report.txt")
    assert (work / "report.txt").read_text().count("nothing.json") == 1


def test_a_site_that_the_book_has_not(run) -> None:
    shown = run("prices", "list", "--site", "us")
    assert shown.code == 2
    assert shown.err == "Error: --site us: the book has no such site; there are: cn, eu, intl\n"
