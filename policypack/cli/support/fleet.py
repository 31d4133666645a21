"""``audit``: from places to a report over all of its stacks."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from policypack.assessment import Assessor
from policypack.cli.support.errors import InputError, tell
from policypack.cli.support.left_out import named
from policypack.cli.support.place import Place
from policypack.cli.support.progress import counting
from policypack.cli.support.run import Basis
from policypack.cli.support.telling import LOG
from policypack.fleet.audit import Fleet, audit
from policypack.fleet.changes import changes_since, places_of, scope_of
from policypack.fleet.engines import Engine, EngineError
from policypack.fleet.engines.processes import available_cores, in_processes
from policypack.fleet.journal import Journal, JournalError, Run
from policypack.fleet.program import program
from policypack.fleet.reduction import report_on
from policypack.fleet.task import Work
from policypack.printable import without_credentials
from policypack.reports.changes import Changes
from policypack.reports.prose import counted
from policypack.reports.report import Report, ReportError
from policypack.settings.files import Search
from policypack.sources import Entry, SourceError, Wanted
from policypack.sources.listing import list_source


def engine_of(jobs: int | None, dask: str | None) -> Engine:
    """Where the work is done.

    Raises:
        InputError: Two ways are asked for, or an empty address.
    """
    if dask is None:
        return in_processes(jobs or available_cores())
    if jobs is not None:
        raise InputError("--jobs and --dask: one of them was expected, found both")
    if not dask:
        raise InputError("--dask: the address of a scheduler was expected, found an empty text")
    from policypack.fleet.engines.dask import on_cluster

    return on_cluster(dask)


class Audited(Struct, frozen=True):
    """An audit that came to its end.

    Attributes:
        report: On all stacks.
        given: To be called when the report was given to the user: the next audit with the same journal
            tells what has changed since.
    """

    report: Report
    given: Callable[[], None]


@contextmanager
def audited(
    place: Place, given: Basis, engine: Engine, path: str | None = None, places: Sequence[str] = ()
) -> Iterator[Audited]:
    """The report on all stacks of some places, as long as its journal is open.

    Args:
        place: What was found there.
        given: What everything is assessed with.
        engine: Where the work is done.
        path: The journal; one that is gone afterwards where it is not given.
        places: As the user named them: what has changed is told since the last audit of the same.

    Raises:
        InputError: The journal cannot be used, or the engine.
    """
    work = Work(Assessor(given.settings, given.book, given.terms, given.today))
    LOG.info("digest of the program: %s", program())
    journal, unusable = _opened(path)
    with closing(journal):
        with counting("Looking for stacks ...") as done:
            try:
                fleet = audit(_entries(place), work, journal, engine, done)
            except EngineError as error:
                raise InputError(str(error)) from None
        if path is not None:
            _tell_reuse(fleet, journal, path)
        changes, unfinished = _ended(fleet, work, journal, path, places)
        for kept in fleet.kept:
            for stack in kept.head.stacks:
                LOG.info("%s from %s (%s)", stack.row.label, stack.row.origin.path, stack.row.origin.kind)
        LOG.info("%s read, %s of the journal", counted(fleet.read, "state"), counted(fleet.reused, "result"))
        left_alone = [kept.head.left_alone for kept in fleet.kept if kept.head.left_alone]
        others = [*place.configurations, *left_alone]
        unread = [*unusable, *unfinished, *(ReportError(*error) for error in place.errors)]
        unread += _empty(place, frozenset(left_alone))
        report = report_on(
            fleet,
            work,
            journal,
            errors=unread,
            left_out=place.left_out,
            notes=(*_left_alone(others), *_notes_on(place, given.search)),
            search=given.search,
            changes=changes,
        )
        yield Audited(report, partial(_given, journal, scope_of(places), None if unfinished else path))


def _given(journal: Journal, scope: str, path: str | None) -> None:
    if path is None:
        return
    try:
        journal.report_given(scope)
    except OSError as error:
        tell(f"{path}: that this report was given cannot be kept ({error.strerror}); the next one repeats it")


def _opened(path: str | None) -> tuple[Journal, list[ReportError]]:
    """The journal of a file; of another version it is left as it is, and the audit goes on without it.

    Raises:
        InputError: The file is something else, or in use, or there is no room for what is found.
    """
    if path is None:
        return _temporary(), []
    if not path:
        raise InputError("--journal: the name of a file was expected, found an empty text")
    try:
        return Journal.at(Path(path)), []
    except JournalError as error:
        told = f"this file {error}; name another file with --journal"
        if error.is_other:
            raise InputError(f"{path}: {told}") from None
        return _temporary(), [ReportError(path, told)]


def _temporary() -> Journal:
    try:
        return Journal.temporary()
    except OSError as error:
        told = f"what is found cannot be kept in a temporary file ({error.strerror})"
        raise InputError(f"{told}; make room, or name a folder with room in TMPDIR") from None


def _tell_reuse(fleet: Fleet, journal: Journal, path: str) -> None:
    damaged = f"; {counted(journal.damaged, 'damaged line')} not used" if journal.damaged else ""
    torn = "; its last line was torn and is made again" if journal.torn else ""
    tell(f"{path}: {counted(fleet.reused, 'result')} used again, {fleet.read} read{damaged}{torn}")


def _ended(
    fleet: Fleet, work: Work, journal: Journal, path: str | None, places: Sequence[str]
) -> tuple[Changes | None, list[ReportError]]:
    """What has changed since the last run, and the end of this one in the journal."""
    if path is None:
        return None, []
    scope = scope_of(places)
    last = journal.last_run(scope)
    changes = None if last is None else changes_since(last, fleet, journal, work.fingerprint)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        journal.end_run(Run(scope, at, work.fingerprint, places_of(fleet, last, journal)))
    except OSError as error:
        return changes, [ReportError(path, f"the end of this audit cannot be kept ({error.strerror})")]
    return changes, []


def _empty(place: Place, left_alone: frozenset[str]) -> Iterator[ReportError]:
    """Folders in which there was nothing to check, which must not look like *within*."""
    for folder, addresses in place.folders:
        if left_alone.issuperset(addresses):
            told = f"nothing here is read ({counted(len(addresses), 'file')} of another kind)"
            yield ReportError(folder, f"{told}; name the folder of a program, a backend or a state")


def _entries(place: Place) -> Iterator[Entry | SourceError]:
    """What is to be read, in the order of the place."""
    alike = Counter(address.partition("?")[0] for address in place.addresses)
    for address in place.addresses:
        base, _, query = address.partition("?")
        told_apart = f"?{query}" if alike[base] > 1 and query else ""
        empty = True
        for found in list_source(address, Wanted(every=True)):
            empty = False
            if isinstance(found, SourceError):
                yield found
                continue
            shown = without_credentials(found.shown + told_apart)  # buckets of one name on two servers
            yield replace(found, shown=shown, may_be_other=address in place.files)
        if empty:  # nothing was checked there, which must not look like *within*
            yield SourceError(address, "", "this backend holds no stack", "check the address")


def _notes_on(place: Place, search: Search) -> Iterator[str]:
    yield from place.notes
    used = None if search.path is None else search.path.resolve()
    others = [path for path in place.settings if Path(path).resolve() != used]
    if others:
        told = "1 settings file is" if len(others) == 1 else f"{len(others)} settings files are"
        yield f"{told} not used ({named(others)}); one file counts for a whole run."


def _left_alone(paths: list[str]) -> Iterator[str]:
    if paths:
        told = "1 JSON file is" if len(paths) == 1 else f"{len(paths)} JSON files are"
        yield f"{told} no state, preview or plan and left alone ({named(sorted(paths))})."
