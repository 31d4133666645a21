"""What a shell, a pipeline or a terminal does to a run: streams, files, signals, empty names."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policypack.cli.support import output, process

COMMAND = [sys.executable, "-m", "policypack.cli"]
SYNC = ["prices", "sync", "--site", "intl", "--region", "ap-southeast-3"]


@pytest.fixture
def known(recordings: Path) -> Path:
    return recordings / "orders-internal" / "state.json"


def shell(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a shell script in which ``"$@"`` is the command line with arguments."""
    command = ["sh", "-c", script, "sh", *COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("closed", ['"$@" >&-', '"$@" 2>&- >/dev/null', '"$@" <&- >/dev/null'])
def test_a_closed_stream_changes_nothing(closed: str, known: Path, work: Path) -> None:
    done = shell(closed, "check", known)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["check", "known"], ["policies"], ["--help"]])
def test_a_full_disk_is_said_in_one_line(arguments: list[str], known: Path, work: Path) -> None:
    done = shell('"$@" > /dev/full', *(known if word == "known" else word for word in arguments))
    assert done.returncode == 2
    assert done.stderr == (
        "Error: standard output cannot be written (No space left on device); the answer is not complete\n"
    )


def test_a_reader_that_goes_away_makes_no_error_of_a_list(work: Path) -> None:
    """A closed pipe used to be exit code 1, which means over a limit."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*COMMAND, "settings", "schema"], stdout=write, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nobody_reads_the_errors(work: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*COMMAND, "check", "nope"], stdout=subprocess.DEVNULL, stderr=write, check=False
        )
    finally:
        os.close(write)
    assert done.returncode == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_cancelled_run_leaves_no_program_behind(
    number: signal.Signals, work: Path, as_from_a_terminal: list[str]
) -> None:
    (work / "Pulumi.yaml").write_text("name: slow\nruntime: python\n")
    (work / "__main__.py").write_text(
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(40)\n"
    )
    process = subprocess.Popen(
        [*as_from_a_terminal, *COMMAND, "preview", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    pid = _eventually(lambda: int((work / "pid").read_text()))
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == (130 if number is signal.SIGINT else 128 + number)
    assert (out, err.strip()) == (b"", b"")
    _eventually(lambda: _gone(pid))


def _gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    if state != "Z":
        raise ValueError("still there")
    return True


def _eventually(attempt):
    for _ in range(600):
        try:
            return attempt()
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "s.json", "-o", "s.json"), "--output: s.json is given as SOURCE..., too"),
        (("check", "s.json", "--report", "./s.json"), "--report: ./s.json is given as SOURCE..., too"),
        (("check", "s.json", "-o", "link.json"), "--output: link.json is given as SOURCE..., too"),
        (("check", "s.json", "--report", "new", "-o", "new"), "--report: new is given as --output, too"),
        (("check", "s.json", "--log", "new", "-o", "new"), "--output: new is given as --log, too"),
        (("check", "s.json", "-c", "c.toml", "-o", "c.toml"), "--output: c.toml is given as --config, too"),
        (("diff", "s.json", "s.json", "-o", "s.json"), "--output: s.json is given as BASE, too"),
        (("explain", "s.json", "-o", "s.json"), "--output: s.json is given as SOURCE, too"),
        (("baseline", "write", "s.json", "-o", "s.json"), "--output: s.json is given as SOURCE..., too"),
        (("prices", "learn", "s.json", "-o", "s.json"), "--output: s.json is given as BILL..., too"),
    ],
)
def test_what_a_command_reads_is_never_written_over(
    words: tuple[str, ...], told: str, known: Path, run, work: Path
) -> None:
    content = known.read_bytes()
    (work / "s.json").write_bytes(content)
    (work / "link.json").symlink_to("s.json")
    (work / "c.toml").write_text("")
    found = run(*words)
    assert (found.code, found.out) == (2, "")
    assert f"Error: {told}; name another file\n" in found.err
    assert ((work / "s.json").read_bytes(), (work / "c.toml").read_bytes()) == (content, b"")


def test_a_report_of_before_is_written_over(known: Path, run, work: Path) -> None:
    """Also where a word of the command is its name."""
    (work / "json").write_text("of before")
    assert run("check", known, "-f", "json", "-o", "json").code == 0
    assert (work / "json").read_text().startswith("{")


def test_what_is_named_twice_counts_once(known: Path, run, work: Path) -> None:
    (work / "s.json").write_bytes(known.read_bytes())
    (work / "link.json").symlink_to("s.json")
    once = run("check", "s.json", "-f", "json")
    twice = run("check", "s.json", "./s.json", "link.json", "-f", "json")
    assert (twice.code, twice.out) == (once.code, once.out)
    assert twice.err == "".join(
        f"{one}: this was named before and counts once.\n" for one in ("./s.json", "link.json")
    )


@pytest.mark.parametrize("name", ["CONFIG", "PRICES", "BASE_PRICES", "PROJECT", "STACK"])
def test_an_empty_variable_is_no_missing_one(
    name: str, known: Path, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipeline whose variable is not set would check with other settings than it means."""
    monkeypatch.setenv(f"APIG_COST_{name}", "")
    found = run("check", known)
    told = f"Error: APIG_COST_{name}: a value was expected, found an empty text; set it, or unset it\n"
    assert (found.code, found.out, found.err) == (2, "", told)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_that_a_log_ends_is_said(known: Path, run) -> None:
    found = run("check", known, "--log", "/dev/full")
    assert (found.code, bool(found.out)) == (0, True)
    assert found.err == "/dev/full: the log ends here, it cannot be written on (No space left on device)\n"


def test_a_link_stays_a_link(known: Path, run, work: Path) -> None:
    (work / "link.json").symlink_to("real.json")
    assert run("check", known, "-f", "json", "-o", "link.json").code == 0
    assert (work / "link.json").is_symlink()
    assert (work / "real.json").read_text().startswith("{")


def test_a_device_is_written_and_never_replaced(tmp_path: Path) -> None:
    """``-o /dev/stdout > report.txt`` in a container as root took ``/dev/stdout`` away."""
    file = tmp_path / "report.txt"
    with file.open("w") as opened:
        before = file.stat().st_ino
        output.write("a report\n", f"/proc/self/fd/{opened.fileno()}")
    assert file.read_text() == "a report\n"
    assert file.stat().st_ino == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", ""], "Error: input: an empty name; a stack export"),
        (["audit", ""], "Error: PLACE: a folder"),
        (["preview", ""], "Error: DIR: the directory"),
        (["check", "known", "-o", ""], "Error: --output: the name of a file was expected"),
        (["check", "known", "-c", ""], "Error: --config: the name of a settings file was expected"),
        (["check", "known", "--prices", ""], "Error: --prices: the name of a price book was expected"),
        (["check", "known", "--prices", "no.toml"], "Error: no.toml: the price book cannot be read (No"),
        (["preview", ".", "--time-limit", "nan"], "Error: Invalid value for '--time-limit': 'nan' is not"),
        (["init", ".", "--margin", "nan", "--yes"], "Error: Invalid value for '--margin': 'nan' is not"),
        ([*SYNC, "--deadline", "nan"], "Error: Invalid value for '--deadline': 'nan' is not a number"),
        ([*SYNC, "--endpoint", "prices"], "Error: Invalid value for '--endpoint': an address as in https"),
        ([*SYNC, "--endpoint", "http://["], "Error: Invalid value for '--endpoint': an address as in https"),
        (["explain", "known", ""], "Error: RESOURCE: a name or URN was expected, found an empty text"),
        (["policies", ""], "Error: NAME: the name of a policy was expected, found an empty text"),
        (["check"], "Error: Missing argument 'SOURCE...'; see `apig-cost check --help`"),
        (["chek"], "Error: No such command 'chek'; did you mean check? See `apig-cost --help`"),
        (["prices", "sink"], "Error: No such command 'sink'"),
        (["check", "x", "-f", "xml"], "Error: Invalid value for '--format' / '-f': 'xml' is not one of"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], told: str, known: Path, run, work: Path) -> None:
    """An empty name is a shell variable that is not set, never the current directory."""
    (work / "Pulumi.yaml").write_text("name: here\nruntime: python\n")
    (work / "__main__.py").write_text("")
    found = run(*(known if word == "known" else word for word in arguments))
    assert found.code == 2
    assert found.err.startswith(told)
    assert found.err.count("\n") == 1


def test_an_audit_does_not_wait_for_a_pipe(known: Path, run, work: Path) -> None:
    (work / "place").mkdir()
    (work / "place" / "state.json").write_bytes(known.read_bytes())
    os.mkfifo(work / "place" / "pipe.json")
    found = run("audit", "place")
    assert found.code == 2
    assert found.err == (
        "Error: place/pipe.json: a file was expected, found a pipe; leave it out with --exclude\n"
    )
    assert run("audit", "place", "--exclude", "pipe.json").code == 0


class Losing:
    """Loses what a signal raises, as Python does between two imports."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        signal.raise_signal(self.number)


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, process.Ended)]
)
def test_a_signal_that_python_loses_comes_again(number: int, raised: type[BaseException]) -> None:
    def lose_and_wait() -> None:
        with process.ended_by_signals():
            Losing(number)
            time.sleep(10)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(raised):
            lose_and_wait()
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_errors_that_python_loses_are_told_as_ever() -> None:
    told: list[object] = []
    before, sys.unraisablehook = sys.unraisablehook, told.append
    try:
        with process.ended_by_signals():
            type("Failing", (), {"__del__": lambda _: 1 / 0})()
    finally:
        sys.unraisablehook = before
    assert len(told) == 1
