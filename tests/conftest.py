"""What holds before any test runs, and what tests of several rooms need."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from policypack.cli.support.plugins import prove_plugins
from policypack.plugins import PluginError

HEEDING = """
import os, signal, sys
for number in (signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def pytest_configure(config: pytest.Config) -> None:
    """A plug-in that lacks something would not be loaded, or break tests that are not about it."""
    if hasattr(config, "workerinput"):  # the process that started this one has looked
        return
    try:
        prove_plugins()
    except PluginError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture
def as_from_a_terminal() -> list[str]:
    """Put before a command: it heeds signals, though the tests may ignore them, as under ``nohup``."""
    return [sys.executable, "-I", "-S", "-c", HEEDING]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each room's tests took, added over all processes: where to look when the suite gets slow."""
    took: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                took[Path(report.nodeid.partition("::")[0]).parent.as_posix()] += report.duration
    if sum(took.values()) >= 10:
        terminalreporter.section("what each room took")
        for room, seconds in took.most_common(12):
            terminalreporter.write_line(f"{seconds:6.1f} s  {room}")
