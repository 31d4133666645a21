"""What a user should correct although it changes no verdict."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

TODAY = datetime.now(UTC).date()
ORDER = """
schema = "apig-cost/terms/1"
[[order]]
name = "2026-17"
match = "{match}"
months = 12
price = "90000"
currency = "CNY"
end = {end}
"""


@pytest.fixture
def state(recordings: Path) -> Path:
    return recordings / "orders-internal" / "state.json"


def terms(work: Path, match: str, end: date) -> str:
    (work / "terms.toml").write_text(ORDER.format(match=match, end=end), encoding="utf-8")
    return 'terms = "terms.toml"\n'


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('[[usage]]\nmatch = "nobody"\nhoursPerMonth = 1\n', 'usage: "nobody" matches nothing'),
        (
            '[[statements]]\nmatch = "nobody"\ncallers = "private"\n',
            'statements: "nobody" matches no gateway',
        ),
        ('[[usage]]\nmatch = "orders*"\nhoursPerMonth = 1\n', None),
        ('[[statements]]\nmatch = "*::orders-gateway"\ncallers = "private"\n', None),
    ],
)
def test_what_matches_nothing(toml: str, told: str | None, run, settings, state) -> None:
    settings(toml)
    found = run("check", state, "-f", "json")
    assert found.code == 0
    if told is None:
        assert found.report["warnings"] == []
    else:
        (warning,) = found.report["warnings"]
        assert told in warning


def test_one_stack_of_several_is_enough(run, settings, state, recordings) -> None:
    settings('[[statements]]\nmatch = "hub-*"\ncallers = "private"\n')
    other = recordings / "unknowns" / "state.json"
    assert run("check", state, other, "-f", "json").report["warnings"] == []
    assert len(run("check", state, "-f", "json").report["warnings"]) == 1


@pytest.mark.parametrize(
    ("match", "days", "told"),
    [
        ("nobody", 400, 'order "2026-17" matches no gateway'),
        ("orders-*", 400, None),
        ("orders-*", 20, f"Order 2026-17 ends on {TODAY + timedelta(days=20)}"),
        ("orders-*", -3, f"Order 2026-17 ended on {TODAY - timedelta(days=3)}"),
    ],
)
def test_orders_of_the_customer(
    match: str, days: int, told: str | None, run, settings, work: Path, state
) -> None:
    settings(terms(work, match, TODAY + timedelta(days=days)))
    shown = run("check", state)
    assert shown.code == 0
    if told is None:
        assert "WARNING" not in shown.out
    else:
        assert told in shown.out.replace("\n", " ")


def test_a_stack_that_is_read_twice_counts_twice_and_is_named(run, state: Path, work: Path) -> None:
    copy = work / "copy.json"
    copy.write_bytes(state.read_bytes())
    told = " ".join(run("check", state, copy).out.split())
    assert "WARNING orders-internal/dev was read 2 times" in told
    assert "the sum counts each of them." in told
    assert "was read" not in run("check", state).out
