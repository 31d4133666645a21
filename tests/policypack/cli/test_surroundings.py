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
        (["preview", ".", "--time-limit", "nan"], "Error: --time-limit: a number of seconds"),
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
