"""What holds before any test runs, and what tests of several rooms need."""

import os
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import hypothesis
import pytest
from msgspec.structs import replace

import pricing
from policypack.cli.support.plugins import prove_plugins
from policypack.plugins import PluginError
from pricing.book.model import Book, Row, ordered
from pricing.sync import lock

HEEDING = """
import os, signal, sys
for number in (signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is activated, no law fails by the clock, and every plug-in is whole.

    Programs would run in an activated environment; a plug-in that lacks something would not be loaded, or
    break tests that are not about it.
    """
    hypothesis.settings.register_profile(
        "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("patient")
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"):
        os.environ.pop(variable, None)
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


_REGIONS = {
    "cn": ("cn-north-1", "cn-north-4", "cn-east-3"),
    "intl": ("ap-southeast-3",),
    "eu": ("eu-west-101",),
}


@pytest.fixture(scope="session")
def exact_prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with prices of the recordings' regions, as a team has fetched them: the amounts of the
    reference prices, made exact. Tests of limits are about limits, not about what the bundled book lacks.
    """
    path = tmp_path_factory.mktemp("prices") / "exact.toml"
    lock.write(_made_exact(pricing.load()), path)
    return path


def _made_exact(book: Book) -> Book:
    rows = [
        _of_region(row, region) for row in book.rows if row.region == "*" for region in _REGIONS[row.site]
    ]
    known = [row for row in book.rows if row.region != "*"]
    return replace(book, rows=ordered([*known, *rows]))


def _of_region(row: Row, region: str) -> Row:
    sizes = {"least": Decimal(0), "most": None, "growing": False, "inferred": False} if row.inferred else {}
    return replace(row, id=f"{row.id}-{region}", region=region, **sizes)
