"""What is shown of the progress of an audit."""

import time

import pytest

from policypack.cli.support import progress as module
from policypack.cli.support.progress import counting, told


@pytest.mark.parametrize(
    ("counts", "seconds", "expected"),
    [
        ((0, 10, 0), 0.0, "0 of 10 stacks, 0 errors"),
        ((1, 10_000, 1), 1.0, "1 of 10000 stacks, 1 a second, 2 h 46 min left, 1 error"),
        ((500, 10_000, 3), 2.0, "500 of 10000 stacks, 250 a second, 38 s left, 3 errors"),
        ((1, 11, 0), 20.0, "1 of 11 stacks, 3 a minute, 3 min 20 s left, 0 errors"),
        ((10, 10, 0), 5.0, "10 of 10 stacks, 2 a second, 0 errors"),
    ],
)
def test_done_rate_remaining_and_errors(counts: tuple[int, int, int], seconds: float, expected: str) -> None:
    assert told(*counts, seconds) == expected


def test_plain_lines_where_nobody_is_watching(capsys: pytest.CaptureFixture[str]) -> None:
    def next_line() -> str:
        capsys.readouterr()
        for _ in range(500):
            if told := capsys.readouterr().err:
                return told.splitlines()[-1]
            time.sleep(0.01)
        return ""

    with counting("Looking for stacks ...", every=0.02) as done:
        assert next_line() == "Looking for stacks ..."
        done(1, 3, 0)
        done(2, 3, 1)
        time.sleep(0.01)  # a line that was being said
        line = next_line()
    assert line.startswith("2 of 3 stacks, ")
    assert line.endswith("1 error")
    capsys.readouterr()
    with counting("...") as done:
        done(1, 1, 0)
    assert capsys.readouterr().err == "", "short work says nothing"


def test_a_failure_ends_it_too() -> None:
    with pytest.raises(ValueError, match="x"), counting("...", every=0.01):
        raise ValueError("x")


def test_what_is_being_done_now_is_said_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Status:
        def stop(self) -> None:
            shown.append("stopped")

    def started(text: str) -> Status:
        shown.append(text)
        return Status()

    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    monkeypatch.setattr(module, "_started", started)
    monkeypatch.setattr(module, "_update", lambda status, text: shown.append(text))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with module.progress("first") as say:
        for _ in range(500):
            if shown:
                break
            time.sleep(0.01)
        say("second")
    assert shown == ["first", "second", "stopped"]


def test_nothing_is_said_where_nobody_watches(capfd: pytest.CaptureFixture[str]) -> None:
    with module.progress("first") as say:
        say("second")
    assert capfd.readouterr() == ("", "")
