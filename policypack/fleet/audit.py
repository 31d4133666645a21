"""All entries of some places: examined or used again, then joined, and the joined ones examined again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from msgspec import Struct, field

from policypack.fleet.engines import Engine
from policypack.fleet.journal import Journal, Kept
from policypack.fleet.key import identity, key
from policypack.fleet.task import Task, Work, report_error
from policypack.network.across import Elsewhere, joined
from policypack.reports.report import ReportError
from policypack.sources import Entry, SourceError

_FULL: Final = "what was found cannot be kept in the journal"


class Fleet(Struct):
    """What came of an audit, in the order of its places.

    Attributes:
        entries: Which entry each item is about; empty for a place that could not be listed.
        items: A result, or why there is none.
        reused: How many results were in the journal already.
        read: How many states were read.
    """

    entries: list[str] = field(default_factory=list)
    items: list[Kept | ReportError] = field(default_factory=list)
    reused: int = 0
    read: int = 0

    @property
    def failures(self) -> Iterator[ReportError]:
        """Why there is no result, or not all of one."""
        for item in self.items:
            yield from [item] if isinstance(item, ReportError) else item.head.errors

    @property
    def kept(self) -> Iterator[Kept]:
        """The results alone."""
        return (item for item in self.items if isinstance(item, Kept))


def audit(
    entries: Iterable[Entry | SourceError],
    work: Work,
    journal: Journal,
    engine: Engine,
    done: Callable[[int, int, int], None] = lambda *_: None,
) -> Fleet:
    """Examine everything, and use what the journal holds where it is still true.

    Args:
        entries: What the listing of the places found, in its order.
        work: What everything is examined with.
        journal: Takes the results.
        engine: Where the work is done.
        done: Told how many are done, of how many, and how many could not be read.
    """
    fleet = Fleet()
    tasks: dict[int, Task] = {}
    found: list[Entry | None] = []
    for position, entry in enumerate(entries):
        if isinstance(entry, SourceError):
            fleet.items.append(report_error(entry))
            fleet.entries.append("")
            found.append(None)
            continue
        found.append(entry)
        fleet.entries.append(identity(entry))
        held = journal.held(fleet.entries[-1])
        if held is not None and held.head.key and held.head.key == _key_of(entry, work):
            fleet.items.append(held)
            fleet.reused += 1
            continue
        fleet.items.append(ReportError(entry.shown, "was not read"))
        known = held.head.key if held is not None and entry.version is None else ""
        tasks[position] = Task(entry, known)
    _run(tasks, fleet, work, journal, engine, _beside(found.count(None), done))
    _join(found, fleet, work, journal, engine, done)
    return fleet


def _key_of(entry: Entry, work: Work) -> str:
    """The key that a result of this entry would have; empty where its content has to be read to tell."""
    return "" if entry.version is None else key(entry, "", work.fingerprint)


def _run(
    tasks: dict[int, Task],
    fleet: Fleet,
    work: Work,
    journal: Journal,
    engine: Engine,
    done: Callable[[int, int, int], None],
) -> None:
    """Do the tasks, each for its position among the items."""
    positions = {id(task): position for position, task in tasks.items()}
    failed = 0
    for ended, (task, line) in enumerate(engine(list(tasks.values()), work), 1):
        position = positions[id(task)]
        fleet.items[position] = _kept(task, line, fleet, journal)
        item = fleet.items[position]
        failed += isinstance(item, ReportError) or bool(item.head.errors)
        done(ended, len(tasks), failed)


def _beside(failures: int, done: Callable[[int, int, int], None]) -> Callable[[int, int, int], None]:
    """Tell of the errors of a part of the work together with those before it."""
    return lambda ended, total, failed: done(ended, total, failures + failed)


def _kept(task: Task, line: bytes, fleet: Fleet, journal: Journal) -> Kept | ReportError:
    if not line:
        held = journal.held(identity(task.entry), task.told)
        assert held is not None
        fleet.reused += 1
        return held
    fleet.read += 1
    try:
        return journal.append(line)
    except OSError as error:
        return ReportError(task.entry.shown, f"{_FULL} ({error.strerror or type(error).__name__})")


def _join(
    found: Sequence[Entry | None],
    fleet: Fleet,
    work: Work,
    journal: Journal,
    engine: Engine,
    done: Callable[[int, int, int], None],
) -> None:
    """Examine those again that others say something of."""
    owners = [
        (position, stack.summary)
        for position, item in enumerate(fleet.items)
        if isinstance(item, Kept)
        for stack in item.head.stacks
    ]
    if len(owners) < 2:
        return
    said: dict[int, list[Elsewhere]] = {}
    for (position, _), elsewhere in zip(owners, joined([summary for _, summary in owners]), strict=True):
        said.setdefault(position, []).append(elsewhere)
    tasks: dict[int, Task] = {}
    for position, told in said.items():
        if all(elsewhere.says_nothing for elsewhere in told):
            continue
        entry, item = found[position], fleet.items[position]
        assert entry is not None
        assert isinstance(item, Kept)
        digest = _digest(told)
        held = journal.held(item.head.entry, digest)
        if held is not None and held.head.key and held.head.key == item.head.key:
            fleet.items[position] = held
        else:
            tasks[position] = Task(entry, "", tuple(told), digest)
    if tasks:
        read = fleet.read
        _run(tasks, fleet, work, journal, engine, _beside(sum(1 for _ in fleet.failures), done))
        fleet.read = read  # the same states once more


def _digest(told: Sequence[Elsewhere]) -> str:
    return sha256(repr(tuple(told)).encode("utf-8", "backslashreplace")).hexdigest()
