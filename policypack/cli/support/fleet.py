"""``audit``: from places to a report over all of its stacks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from policypack.cli.support.left_out import named
from policypack.cli.support.place import Place
from policypack.cli.support.progress import counting
from policypack.cli.support.run import Basis
from policypack.cli.support.telling import LOG
from policypack.fleet.audit import audit
from policypack.fleet.engine import in_this_process
from policypack.fleet.journal import Journal
from policypack.fleet.reduction import report_on
from policypack.fleet.task import Work
from policypack.printable import without_credentials
from policypack.reports.prose import counted
from policypack.reports.report import Report, ReportError
from policypack.settings.files import Search
from policypack.sources import Entry, SourceError, Wanted
from policypack.sources.listing import list_source


@contextmanager
def audited(place: Place, given: Basis) -> Iterator[Report]:
    """The report on all stacks of some places, as long as its journal is open."""
    work = Work(given)
    with closing(Journal.temporary()) as journal:
        with counting("Looking for stacks ...") as done:
            fleet = audit(_entries(place), work, journal, in_this_process, done)
        for kept in fleet.kept:
            for stack in kept.head.stacks:
                LOG.info("%s from %s (%s)", stack.row.label, stack.row.origin.path, stack.row.origin.kind)
        LOG.info("%s read, %s of the journal", counted(fleet.read, "state"), counted(fleet.reused, "result"))
        left_alone = [kept.head.left_alone for kept in fleet.kept if kept.head.left_alone]
        others = [*place.configurations, *left_alone]
        unread = [ReportError(path, told) for path, told in place.errors]
        if len(left_alone) == len(fleet.items) and not unread:
            unread.append(_nothing(others, place))
        yield report_on(
            fleet,
            work,
            journal,
            errors=unread,
            notes=(*_left_alone(others), *_notes_on(place, given.search)),
            search=given.search,
        )


def _nothing(others: list[str], place: Place) -> ReportError:
    told = f"nothing here is read: {len(others)} files are of another kind" + " ".join(("", *place.notes))
    return ReportError("PLACE", f"{told}; name the folder of a program, a backend or a state")


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
