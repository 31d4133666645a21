"""What a journal holds is used as long as it is true, and a damaged one costs no more than its damage."""

import os
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

import pricing
from policypack.assessment import Assessor
from policypack.fleet.audit import Fleet, audit
from policypack.fleet.engines import in_this_process
from policypack.fleet.journal import Journal, JournalError, Run
from policypack.fleet.task import Work
from policypack.settings.model import Settings, Waiver
from policypack.sources import Entry, SourceError
from policypack.sources.listing import list_source
from pricing.terms import Discount
from tests.policypack.fleet.company import put, write

DAY = date(2026, 11, 23)
WORK = Work(Assessor(Settings(), pricing.load(), pricing.Terms(), DAY))
COUNT = 12
TERMS = pricing.Terms(
    (Discount("ours", None, "*", "*", "*", percent=Decimal(5), rate=None, first=None, last=DAY),)
)


@pytest.fixture
def states(tmp_path: Path) -> Path:
    return write(tmp_path / "states", COUNT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def entries(states: Path) -> list[Entry]:
    return [entry for path in sorted(states.iterdir()) for entry in list_source(str(path))]


def audited(states: Path, journal: Journal, work: Work = WORK) -> Fleet:
    return audit(entries(states), work, journal, in_this_process)


def reused(states: Path, path: Path, work: Work = WORK) -> int:
    with closing(Journal.at(path)) as journal:
        return audited(states, journal, work).reused


def texts(fleet: Fleet, journal: Journal) -> list[bytes]:
    return [text for kept in fleet.kept for text in journal.texts(kept.place)]


def test_what_is_unchanged_is_used_again(states: Path, path: Path) -> None:
    assert reused(states, path) == 0
    assert reused(states, path) == COUNT
    put(states, 3, size=9, touched=60)
    assert reused(states, path) == COUNT - 1
    assert reused(states, path) == COUNT


def test_size_and_times_tell_a_change(states: Path, path: Path) -> None:
    """Files of an archive have one time for all of them."""
    reused(states, path)
    put(states, 3, size=5, touched=60)
    assert reused(states, path) == COUNT - 1
    put(states, 4, size=5, touched=0)
    assert entries(states)[4].version is not None
    assert reused(states, path) == COUNT - 1


def test_a_file_that_was_just_written_is_told_by_its_content(states: Path, path: Path) -> None:
    for one in states.iterdir():
        os.utime(one)
    assert {entry.version for entry in entries(states)} == {None}
    with closing(Journal.at(path)) as journal:
        assert audited(states, journal).reused == 0
    with closing(Journal.at(path)) as journal:
        fleet = audited(states, journal)
        assert (fleet.reused, fleet.read) == (COUNT, 0)
    put(states, 3, size=9)
    os.utime(states / "0003.json")
    assert reused(states, path) == COUNT - 1


@pytest.mark.parametrize(
    "other",
    [
        replace(WORK.assessor, settings=Settings(default_region="eu-west-101")),
        replace(WORK.assessor, terms=TERMS),
    ],
)
def test_settings_and_terms_are_part_of_what_is_true(other: Assessor, states: Path, path: Path) -> None:
    reused(states, path)
    assert reused(states, path, Work(other)) == 0
    assert reused(states, path, Work(other)) == COUNT


def test_the_day_counts_where_a_setting_looks_at_it(states: Path, path: Path) -> None:
    tomorrow = replace(WORK.assessor, today=date(2026, 11, 24))
    assert Work(tomorrow).fingerprint == WORK.fingerprint
    waiver = Waiver(policy="eip-idle", resource="*", reason="r", owner="o", expires=DAY)
    for looking in (
        {"settings": Settings(waivers=(waiver,))},
        {"settings": Settings(max_price_age_days=90)},
        {"terms": TERMS},
    ):
        both = [replace(one, **looking) for one in (WORK.assessor, tomorrow)]
        assert Work(both[0]).fingerprint != Work(both[1]).fingerprint


def test_another_commit_of_the_program_reads_again(
    states: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reused(states, path)
    monkeypatch.setattr("policypack.fleet.key.program", lambda: "another one of the same version")
    assert reused(states, path, Work(WORK.assessor)) == 0


def test_who_counts_is_told_of_every_error_so_far(states: Path, path: Path) -> None:
    """Of places that cannot be listed, of the first reading, and of those that are read once more."""
    (states / "0003.json").write_text("{")
    found = [SourceError("s3://missing", "", "no such bucket"), *entries(states)]
    counts: list[tuple[int, int, int]] = []
    with closing(Journal.at(path)) as journal:
        audit(found, WORK, journal, in_this_process, lambda *count: counts.append(count))
    assert (counts[0], counts[COUNT - 1]) == ((1, COUNT, 1), (COUNT, COUNT, 2))
    assert counts[-1] == (2, 2, 2)


@pytest.mark.parametrize("cut", [1, 9, 40, 4000])
def test_a_torn_last_line_is_cut_off_and_made_again(cut: int, states: Path, path: Path) -> None:
    with closing(Journal.at(path)) as journal:
        whole = texts(audited(states, journal), journal)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - cut)
    with closing(Journal.at(path)) as journal:
        assert journal.torn
        fleet = audited(states, journal)
        assert 0 < fleet.reused < COUNT or fleet.reused == COUNT  # the last lines are of joined stacks
        assert texts(fleet, journal) == whole
    with closing(Journal.at(path)) as journal:
        assert not journal.torn
        assert not journal.damaged


def test_every_cut_is_survived(states: Path, path: Path, tmp_path: Path) -> None:
    """A kill may come at any byte."""
    with closing(Journal.at(path)) as journal:
        whole = texts(audited(states, journal), journal)
    content = path.read_bytes()
    for end in (*range(60), *range(60, len(content), 1777)):
        cut = tmp_path / "cut"
        cut.write_bytes(content[:end])
        if 0 < end < content.index(b"\n") + 1:
            with pytest.raises(JournalError):
                Journal.at(cut)
            continue
        with closing(Journal.at(cut)) as journal:
            assert texts(audited(states, journal), journal) == whole


def test_a_damaged_line_is_not_used(states: Path, path: Path) -> None:
    with closing(Journal.at(path)) as journal:
        whole = texts(audited(states, journal), journal)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"team-", b"TEAM-", 1)
    lines[5] = b"no line of a journal\n"
    path.write_bytes(b"".join(lines))
    with closing(Journal.at(path)) as journal:
        assert journal.damaged == 2
        fleet = audited(states, journal)
        assert fleet.reused == COUNT - 2
        assert texts(fleet, journal) == whole


@pytest.mark.parametrize("content", [b"x", b"{}\n", b'{"schema": "apig-cost/report/1"}\n', b"\x00" * 100])
def test_another_file_is_left_as_it_is(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(JournalError, match="no journal"):
        Journal.at(path)
    assert path.read_bytes() == content


def test_a_journal_in_use_is_refused(path: Path) -> None:
    with closing(Journal.at(path)), pytest.raises(JournalError, match="in use"):
        Journal.at(path)
    Journal.at(path).close()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JournalError):
        Journal.at(tmp_path)


def test_a_pipe_is_refused(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(JournalError, match="no regular file") as refused:
        Journal.at(path)
    assert refused.value.is_other


def test_a_full_disk_leaves_no_half_of_the_first_line(path: Path) -> None:
    with full_at(20), pytest.raises(JournalError, match="cannot be used") as refused:
        Journal.at(path)
    assert not refused.value.is_other
    assert path.read_bytes() == b""
    Journal.at(path).close()


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """No file of this process may be larger: what a full disk does, at a byte that a test chooses."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_what_does_not_fit_is_an_error_of_its_stack_and_the_audit_goes_on(states: Path, path: Path) -> None:
    with closing(Journal.at(path)) as journal:
        whole = texts(audited(states, journal), journal)
    size = path.stat().st_size
    path.unlink()
    with closing(Journal.at(path)) as journal:
        with full_at(size // 2):
            fleet = audited(states, journal)
        failures = list(fleet.failures)
        assert 0 < len(failures) < COUNT
        assert all("cannot be kept" in failure.message for failure in failures)
        assert len(texts(fleet, journal)) == COUNT - len(failures)
    with closing(Journal.at(path)) as journal:
        assert not journal.torn
        fleet = audited(states, journal)
        assert 0 < fleet.read <= len(failures)  # of some only what others said of them was lost
        assert texts(fleet, journal) == whole


def test_the_last_run_of_the_same_places_is_remembered(states: Path, path: Path) -> None:
    with closing(Journal.at(path)) as journal:
        fleet = audited(states, journal)
        places = tuple(kept.place for kept in fleet.kept)
        journal.end_run(Run("here", "2026-11-23T00:00:00+00:00", "g", places))
        journal.end_run(Run("there", "2026-11-24T00:00:00+00:00", "g", places[:1]))
        for scope in ("here", "there"):
            assert journal.last_run(scope) is None
            journal.report_given(scope)
        journal.end_run(Run("here", "2026-11-25T00:00:00+00:00", "g", places[1:]))  # and killed
    with closing(Journal.at(path)) as journal:
        assert journal.last_run("here") == Run("here", "2026-11-23T00:00:00+00:00", "g", places)
        assert journal.last_run("there").places == places[:1]
        assert journal.last_run("elsewhere") is None
