"""Writing a report: whole or not at all, and nothing else is taken away."""

import os
from pathlib import Path

import pytest

from policypack.analyzer.report_file import write
from policypack.reports.whole_file import is_device, write_whole


def test_a_link_stays_and_leads_to_the_new_content(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("target.json")
    assert write(str(link), "new") is None
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to("target.json")
    assert write(str(link), "new") is None
    assert link.is_symlink()
    assert (tmp_path / "target.json").read_text() == "new"


def test_a_pipe_is_refused_and_nobody_waits(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert write(str(pipe), "new") == "it is a pipe or a device, and a file was expected"
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/2"])
def test_a_device_is_refused_also_behind_a_link(name: str, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(name)
    for path in (Path(name), link):
        assert is_device(path)
        assert write(str(path), "new") is not None
    assert link.is_symlink()


def test_files_in_memory_are_files() -> None:
    assert not is_device(Path("/dev/shm/report.json"))


@pytest.mark.parametrize("path", ["no/such/folder/report.json", "a\0b", ".", "x" * 300])
def test_what_cannot_be_written_is_said(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write(path, "new")
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("link")
    assert write(str(link), "new") is not None
    assert link.is_symlink()


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert [found.name for found in tmp_path.iterdir()] == ["report.json"]
    assert path.read_text() == "old"
