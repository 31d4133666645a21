"""An audit says the same wherever its stacks are examined, and whatever interrupted it."""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from policypack import __version__
from policypack.fleet.journal import Journal, JournalError
from policypack.fleet.program import PACKAGES, digest, program
from tests.e2e.standins.pulumi_service import PulumiService
from tests.policypack.fleet.company import eip, put, state, write

ROOT = Path(__file__).parents[3]
COMMAND = Path(sys.executable).with_name("apig-cost")


def start(work: Path, *arguments: object) -> subprocess.Popen[bytes]:
    """An audit; who does not read what it prints lets it write to a file."""
    command = [str(COMMAND), "audit", *map(str, arguments)]
    return subprocess.Popen(command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes], code: int = 0) -> bytes:
    out, err = process.communicate(timeout=110)
    assert process.returncode == code, err.decode()
    return out


@pytest.fixture
def states(work: Path) -> Path:
    return write(work / "states", 120)


@pytest.fixture
def plain(work: Path, states: Path) -> bytes:
    """The report of one process."""
    return finish(start(work, "states", "-f", "json", "--jobs", 1))


def test_a_journal_is_used_again_and_says_what_has_changed(run, work: Path) -> None:
    states = write(work / "states", 12)
    first = run("audit", "states", "-f", "json", "--journal", "kept")
    assert (first.code, first.report["changes"]) == (0, None)
    assert "0 results used again, 12 read" in first.err
    put(states, 3, size=40, touched=60)
    (states / "0004.json").unlink()
    put(states, 12)
    second = run("audit", "states", "-f", "json", "--journal", "kept")
    assert "10 results used again, 2 read" in second.err
    changes = second.report["changes"]
    assert (changes["sameBasis"], changes["unchanged"]) == (True, 10)
    kinds = {stack["project"]: stack["kind"] for stack in changes["stacks"]}
    assert kinds == {"team-0003": "changed", "team-0012": "new", "team-0004": "gone"}
    [changed] = [stack for stack in changes["stacks"] if stack["kind"] == "changed"]
    assert changed["before"] != changed["after"]
    [gone] = [stack for stack in changes["stacks"] if stack["kind"] == "gone"]
    assert (gone["after"], gone["newFindings"]) == ([], [])
    assert {finding["policy"] for finding in gone["goneFindings"]} == {"eip-idle"}
    third = run("audit", "states", "-f", "json", "--journal", "kept").report["changes"]
    assert (third["stacks"], third["unchanged"]) == ([], 12)


def test_what_was_in_no_report_is_told_by_the_next_one(run, work: Path) -> None:
    """A kill, or a file that cannot be written, comes between the end of the work and the report."""
    states = write(work / "states", 3)
    command = ("audit", "states", "-f", "json", "--journal", "kept")
    assert run(*command, "-o", "missing/report").code == 2
    assert run(*command).report["changes"] is None
    put(states, 2, size=40, touched=60)
    for failing in (("-o", "missing/report"), ("--tables", "kept/tables", "--tables-format", "csv")):
        assert run(*command, *failing).code == 2
    told, again = (run(*command).report["changes"] for _ in range(2))
    assert [stack["kind"] for stack in told["stacks"]] == ["changed"]
    assert again["stacks"] == []


def test_a_full_disk_keeps_no_stack_from_being_read(run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Journal:
        raise JournalError("cannot be used (No space left on device)")

    def fuller(*_: object) -> Journal:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write(work / "states", 3)
    monkeypatch.setattr(Journal, "at", full)
    found = run("audit", "states", "-f", "json", "--journal", "kept")
    assert (found.code, len(found.report["stacks"])) == (2, 3)
    [error] = found.report["errors"]
    assert (error["path"], "No space left" in error["message"]) == ("kept", True)
    monkeypatch.setattr(Journal, "temporary", fuller)
    found = run("audit", "states", "-f", "json", "--journal", "kept")
    assert (found.code, found.out, found.err.count("\n"), "TMPDIR" in found.err) == (2, "", 1, True)


def test_changes_that_cancel_each_other_are_changes(run, work: Path) -> None:
    states = work / "states"
    states.mkdir()
    for sizes in ((2, 9), (9, 2)):
        resources = [eip("a", sizes[0], 1), eip("b", sizes[1], 2)]
        (states / "one.json").write_text(state("team", resources))
        (states / "two.json").write_text(state("other", [eip("c", 5, 3)]))
        changes = run("audit", "states", "-f", "json", "--journal", "kept").report["changes"]
    [stack] = changes["stacks"]
    assert (stack["project"], stack["kind"], changes["unchanged"]) == ("team", "changed", 1)
    assert stack["before"] == stack["after"]


def test_what_others_say_is_a_change_too(run, work: Path) -> None:
    states = write(work / "states", 2)
    run("audit", "states", "--journal", "kept")
    (states / "0001.json").unlink()
    changes = run("audit", "states", "-f", "json", "--journal", "kept").report["changes"]
    found = {stack["project"]: [one["policy"] for one in stack["newFindings"]] for stack in changes["stacks"]}
    assert found == {"team-0000": ["eip-idle"], "team-0001": []}


@pytest.mark.slow
def test_a_stack_of_pulumi_cloud_is_told_by_its_content(
    run, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("httpx")
    stacks = {
        ("acme", f"team-{size}", "dev"): json.loads(state(f"team-{size}", [eip("a", size)]))
        for size in (1, 2)
    }
    service = PulumiService({**stacks, ("acme", "team-3", "dev"): {"version": 3}})
    for name, value in service.variables.items():
        monkeypatch.setenv(name, value)
    try:
        first = run("audit", "pulumi://acme", "-f", "json", "--journal", "kept")
        service.stacks["acme", "team-2", "dev"] = json.loads(state("team-2", [eip("a", 9)]))
        second = run("audit", "pulumi://acme", "-f", "json", "--journal", "kept")
        plain = run("audit", "pulumi://acme", "-f", "json")
    finally:
        service.close()
    assert ("0 results used again, 3 read" in first.err, "2 results used again, 1 read" in second.err) == (
        True,
        True,
    )
    assert [stack["project"] for stack in second.report["changes"]["stacks"]] == ["team-2"]
    assert second.report | {"changes": None} == plain.report


def test_what_cannot_be_read_is_neither_new_nor_gone(run, work: Path) -> None:
    states = write(work / "states", 3)
    run("audit", "states", "--journal", "kept")
    (states / "0002.json").write_text("{")
    found = run("audit", "states", "-f", "json", "--journal", "kept")
    assert found.code == 2
    [stack] = found.report["changes"]["stacks"]
    assert (stack["project"], stack["kind"], stack["goneFindings"]) == ("team-0002", "unread", [])
    put(states, 2)
    again = run("audit", "states", "-f", "json", "--journal", "kept")
    assert (again.code, again.report["changes"]["stacks"]) == (0, [])


def test_other_settings_are_named_as_the_reason(run, work: Path, settings) -> None:
    write(work / "states", 3)
    run("audit", "states", "--journal", "kept")
    settings("hoursPerMonth = 365\n")
    changes = run("audit", "states", "-f", "json", "--journal", "kept").report["changes"]
    assert (changes["sameBasis"], changes["unchanged"]) == (False, 1)  # one costs nothing


def test_a_journal_of_another_version_is_left_as_it_is(run, work: Path) -> None:
    write(work / "states", 3)
    run("audit", "states", "--journal", "kept")
    from policypack.fleet.wire import sealed

    other = sealed(json.dumps({"journal": "apig-cost/journal/99"}).encode()) + b"line of another form\n"
    (work / "kept").write_bytes(other)
    found = run("audit", "states", "-f", "json", "--journal", "kept")
    assert (found.code, len(found.report["stacks"])) == (2, 3)
    [error] = found.report["errors"]
    assert (error["path"], "another version (99)" in error["message"]) == ("kept", True)
    assert (work / "kept").read_bytes() == other


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--journal", ""], "--journal: the name of a file was expected"),
        (["--journal", "."], "cannot be opened"),
        (["--journal", "states/0000.json"], "no journal of apig-cost"),
        (["--jobs", "2", "--dask", "tcp://127.0.0.1:1"], "one of them was expected"),
        (["--dask", ""], "the address of a scheduler"),
        (["--jobs", "0"], "0 is not in the range"),
    ],
)
def test_wrong_options_are_one_line(arguments: list[str], told: str, run, work: Path) -> None:
    states = write(work / "states", 1)
    before = (states / "0000.json").read_bytes()
    found = run("audit", "states", *arguments)
    assert (found.code, found.err.count("\n"), told in found.err) == (2, 1, True), found.err
    assert (states / "0000.json").read_bytes() == before


def test_lines_of_json_are_the_stacks_and_then_the_report(run, work: Path) -> None:
    write(work / "states", 3)
    whole = run("audit", "states", "-f", "json").report
    lines = [json.loads(line) for line in run("audit", "states", "-f", "jsonl").out.splitlines()]
    assert [line.pop("kind") for line in lines] == ["stack", "stack", "stack", "report"]
    assert lines[:3] == whole.pop("stacks")
    assert lines[3] == whole


def test_a_stack_of_one_name_in_two_places_is_kept_twice(run, work: Path) -> None:
    for folder in ("one", "two"):
        write(work / folder, 1)
    found = run("audit", "one", "two", "-f", "json")
    assert [stack["source"]["path"] for stack in found.report["stacks"]] == ["one/0000.json", "two/0000.json"]
    assert "was read 2 times (one/0000.json, two/0000.json)" in found.report["warnings"][0]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_more_processes_say_the_same(work: Path, states: Path, plain: bytes) -> None:
    assert finish(start(work, "states", "-f", "json", "--jobs", 3)) == plain
    with_journal = start(work, "states", "-f", "json", "--jobs", 3, "--journal", "kept")
    assert finish(with_journal) == plain


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("jobs", [1, 2])
def test_after_a_kill_the_same_command_goes_on(
    jobs: int, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed again and again, each time when it has done some more, until it comes to its end."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    write(work / "states", 480)  # enough to be killed in between
    plain = finish(start(work, "states", "-f", "json", "--jobs", 1))
    kept = work / "kept"
    killed = 0
    sizes: set[int] = set()
    command = ("states", "-f", "json", "--jobs", jobs, "--journal", kept, "-o", "report.json")
    for _ in range(50):
        process = start(work, *command)
        goal = (kept.stat().st_size if kept.exists() else 0) + 200_000
        while process.poll() is None and (not kept.exists() or kept.stat().st_size < goal):
            time.sleep(0.002)
        if process.poll() is not None:
            finish(process)
            break
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        killed += 1
        sizes.add(kept.stat().st_size)
    assert killed >= 2
    assert len(sizes) >= 2
    assert (work / "report.json").read_bytes() == plain
    until = time.monotonic() + 20
    while list(temporary.glob("apig-cost-results-*")) and time.monotonic() < until:
        time.sleep(0.05)  # processes whose parent was killed end when they notice
    assert not list(temporary.glob("apig-cost-results-*"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_process_that_is_killed_loses_nothing(work: Path, plain: bytes) -> None:
    process = start(work, "states", "-f", "json", "--jobs", 2, "--journal", "kept")
    kept = work / "kept"
    while not kept.exists() or kept.stat().st_size < 5000:
        time.sleep(0.002)
        assert process.poll() is None
    [victim, *_] = workers_of(process.pid)
    os.kill(victim, signal.SIGKILL)
    assert finish(process) == plain


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_an_interrupt_while_processes_start_is_no_traceback(seconds: float, work: Path) -> None:
    """A terminal sends it to all of them."""
    write(work / "states", 2000)  # enough to be interrupted before the end
    command = [str(COMMAND), "audit", "states", "--jobs", "2", "-o", "report"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=work, stdout=pipe, stderr=pipe, start_new_session=True)
    while len(workers_of(process.pid)) < 2:
        time.sleep(0.002)
        assert process.poll() is None
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=100)
    assert (process.returncode, out, err.strip()) == (130, b"", b""), err.decode()


def workers_of(parent: int) -> list[int]:
    """Processes that examine for another one."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status = (path / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) == parent and b"spawn_main" in (path / "cmdline").read_bytes():
                found.append(int(path.name))
        except OSError:
            continue
    return found


def worker(work: Path, address: str, number: int, python: str, modules: str = "") -> subprocess.Popen[bytes]:
    """One more worker of a cluster, with one thread."""
    command = [python, "-m", "dask", "worker", address, "--no-dashboard", "--nthreads", "1"]
    command += ["--no-nanny", "--name", f"worker-{number}", "--host", "127.0.0.1"]
    environment = os.environ | ({"PYTHONPATH": modules} if modules else {})
    return subprocess.Popen(
        command, cwd=work, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextmanager
def cluster(work: Path, *workers: list[str]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers as processes of their own, in this order, and the address."""
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    base = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"cwd": work, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen([*base, "--no-dashboard"], **quiet)]
    try:
        for number, options in enumerate(workers):
            started.append(worker(work, address, number, *options))
        yield address, started
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_cluster_says_the_same_also_when_a_worker_is_killed(work: Path, states: Path, plain: bytes) -> None:
    elsewhere = work / "elsewhere"
    elsewhere.mkdir()
    with cluster(elsewhere, [sys.executable], [sys.executable]) as (address, (_, *workers)):
        assert finish(start(work, "states", "-f", "json", "--dask", address)) == plain
        process = start(work, "states", "-f", "json", "--dask", address, "--journal", "kept")
        kept = work / "kept"
        while not kept.exists() or kept.stat().st_size < 5000:
            time.sleep(0.002)
            assert process.poll() is None
        workers[0].kill()
        assert finish(process) == plain
        heads = [line.split(b"\t")[1] for line in kept.read_bytes().splitlines()[1:-2]]
        alone = [head["entry"] for head in map(json.loads, heads) if not head["told"]]
        assert len(alone) == len(set(alone)) == 120  # nothing twice


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_only_one_worker_held_is_sent_again(work: Path, states: Path, plain: bytes) -> None:
    """The second worker comes when the first one has everything, and the first one is killed then."""
    elsewhere = work / "elsewhere"
    elsewhere.mkdir()
    with cluster(elsewhere, [sys.executable]) as (address, (_, *workers)):
        wait_for_workers(address, 1)
        process = start(work, "states", "-f", "json", "--dask", address, "--journal", "kept")
        kept = work / "kept"
        while not kept.exists() or kept.stat().st_size < 5000:
            time.sleep(0.002)
            assert process.poll() is None
        workers[0].send_signal(signal.SIGSTOP)
        second = worker(elsewhere, address, 1, sys.executable)
        try:
            wait_for_workers(address, 2)
            workers[0].kill()
            assert finish(process) == plain
        finally:
            second.kill()
            second.wait()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("lost", "told"), [(0, "the scheduler does not answer"), (1, "no worker left")])
def test_a_cluster_that_is_lost_is_one_line(lost: int, told: str, work: Path, plain: bytes) -> None:
    """What was found before stands in the journal."""
    elsewhere = work / "elsewhere"
    elsewhere.mkdir()
    with cluster(elsewhere, [sys.executable]) as (address, processes):
        process = start(work, "states", "-f", "json", "--dask", address, "--journal", "kept")
        kept = work / "kept"
        while not kept.exists() or kept.stat().st_size < 5000:
            time.sleep(0.002)
            assert process.poll() is None
        processes[lost].kill()
        out, err = process.communicate(timeout=100)
    assert (process.returncode, out, err.count(b"\n")) == (2, b"", 1), err.decode()
    assert told in err.decode()
    assert finish(start(work, "states", "-f", "json", "--journal", "kept")) == plain


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_worker_of_another_version_is_refused_by_name(work: Path, states: Path) -> None:
    other = work / "other" / "policypack"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text('__version__ = "0.0.9"\n')
    with cluster(work, [sys.executable], [sys.executable, str(other.parent)]) as (address, _):
        wait_for_workers(address, 2)
        process = start(work, "states", "-f", "json", "--dask", address)
        _, err = process.communicate(timeout=100)
    assert process.returncode == 2
    assert "worker worker-1 (tcp://127.0.0.1:" in err.decode()
    assert "has apig-cost 0.0.9 (digest not known); " in err.decode()
    assert f"; apig-cost {__version__} (digest {program()[:12]}) was expected" in err.decode()
    assert "worker-0" not in err.decode()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_worker_with_other_files_of_this_version_is_refused_by_name(work: Path, states: Path) -> None:
    other = work / "other"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, other / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "policypack" / "costs" / "price.py").open("a") as file:
        file.write("# of another commit\n")
    same = f"apig-cost {__version__} (digest "
    with cluster(work, [sys.executable], [sys.executable, str(other)]) as (address, _):
        wait_for_workers(address, 2)
        process = start(work, "states", "-f", "json", "--dask", address)
        _, err = process.communicate(timeout=100)
    assert process.returncode == 2
    assert f"has {same}{digest(other / one for one in PACKAGES)[:12]}); " in err.decode()
    assert f"; {same}{program()[:12]}) was expected" in err.decode()
    assert "worker-0" not in err.decode()


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_scheduler_that_does_not_answer_is_one_line(work: Path) -> None:
    write(work / "states", 1)
    process = start(work, "states", "--dask", "tcp://127.0.0.1:9")
    _, err = process.communicate(timeout=100)
    assert (process.returncode, err.count(b"\n")) == (2, 1), err.decode()
    assert b"no scheduler answers" in err
