"""The reduction: a report of what the journal holds."""

from collections.abc import Iterator, Sequence
from typing import overload

from msgspec.structs import replace

from policypack.fleet.audit import Fleet
from policypack.fleet.journal import Journal, Place
from policypack.fleet.task import Work
from policypack.reports.changes import Changes
from policypack.reports.report import (
    Report,
    ReportError,
    StackReport,
    begun,
    reference_to,
    with_settings_met,
)
from policypack.settings.files import Search


class KeptStacks(Sequence[StackReport]):
    """Stacks that are read from a journal when they are looked at, and forgotten after that."""

    def __init__(self, journal: Journal, places: Sequence[tuple[Place, int]]) -> None:
        self._journal = journal
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> StackReport: ...

    @overload
    def __getitem__(self, index: slice) -> "KeptStacks": ...

    def __getitem__(self, index: int | slice) -> "StackReport | KeptStacks":
        if isinstance(index, slice):
            return KeptStacks(self._journal, self._places[index])
        place, position = self._places[index]
        return self._journal.stack(place, position)

    def texts(self) -> Iterator[str]:
        """Each as one line of JSON."""
        for place, position in self._places:
            yield self._journal.texts(place)[position].decode("ascii")


def report_on(
    fleet: Fleet,
    work: Work,
    journal: Journal,
    *,
    errors: Sequence[ReportError] = (),
    left_out: int = 0,
    notes: Sequence[str] = (),
    search: Search | None = None,
    changes: Changes | None = None,
) -> Report:
    """One report over all stacks of an audit.

    Args:
        fleet: What came of it.
        work: What it was assessed with.
        journal: Holds the results for as long as the report is used.
        errors: What went wrong beside the reading.
        left_out: How many things were not read that may hold a stack.
        notes: What was left out.
        search: Where the settings stand.
        changes: What has changed since the audit before.
    """
    settings, book = work.assessor.settings, reference_to(work.assessor.book)
    stacks = [
        (kept.place, position, stack)
        for kept in fleet.kept
        for position, stack in enumerate(kept.head.stacks)
    ]
    kept_stacks = KeptStacks(journal, [(place, position) for place, position, _ in stacks])
    report = replace(
        begun(kept_stacks, settings, book, search=search, notes=notes),
        kept=tuple(stack.row for _, _, stack in stacks),
        texts=kept_stacks.texts,
        changes=changes,
    )
    met = [stack.met for _, _, stack in stacks]
    return with_settings_met(
        report,
        met,
        settings,
        work.assessor.today,
        errors=(*errors, *fleet.failures),
        left_out=left_out,
        whole=True,
    )
