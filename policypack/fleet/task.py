"""The map: read one entry, judge it, and keep what a report needs of it."""

from functools import cached_property
from typing import Final

from msgspec import Struct, field

from policypack import __version__
from policypack.assessment import Assessor
from policypack.fleet import wire
from policypack.fleet.key import digest_of, fingerprint, identity, key
from policypack.fleet.result import Head, Result, StackResult
from policypack.fleet.slim import slim
from policypack.network.across import NOTHING, Elsewhere
from policypack.printable import printable
from policypack.reports.document import stack_text
from policypack.reports.met import met_by
from policypack.reports.report import ReportError, stack_report
from policypack.sources import Entry, SourceError, UnrelatedError
from policypack.sources.listing import content_of, read_entry
from policypack.sources.terraform.places import ENDING

_LONGEST: Final = 300


class Work(Struct, frozen=True, dict=True):
    """What every entry of a run is examined with. Sent to each process once."""

    assessor: Assessor

    @cached_property
    def fingerprint(self) -> str:
        """Part of the key of every result."""
        return fingerprint(self.assessor)


class Task(Struct, frozen=True):
    """One entry that has to be examined.

    Attributes:
        entry: What is read.
        known: The key of what the journal holds of it; what still has this key is not examined.
        elsewhere: For each stack of it what the others say, where it is examined again.
        told: A digest of that.
    """

    entry: Entry
    known: str = ""
    elsewhere: tuple[Elsewhere, ...] = field(default=())
    told: str = ""


def examine(task: Task, work: Work) -> bytes:
    """The result of a task as a line of the journal; empty where what the journal holds is still true.

    Never raises: whatever goes wrong is an error of this entry, and the audit goes on.
    """
    try:
        return _examined(task, work)
    except (Exception, RecursionError, MemoryError) as error:
        told = printable(" ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST])
        message = f"internal error of apig-cost ({told}); please report it"
        return wire.to_line(Result(_head(task, "", "", errors=(ReportError(task.entry.shown, message),))))


def _examined(task: Task, work: Work) -> bytes:
    entry = task.entry
    content: bytes | None = None
    digest = ""
    try:
        if entry.is_state and entry.version is None:
            content = content_of(entry)
            digest = digest_of(content)
    except SourceError as error:
        return wire.to_line(Result(_head(task, "", "", errors=(report_error(error),))))
    own = key(entry, digest, work.fingerprint)
    if own and own == task.known:
        return b""
    stacks: list[StackResult] = []
    errors: list[ReportError] = []
    texts: list[str] = []
    details: list[bytes] = []
    left_alone = ""
    for outcome in read_entry(entry, content):
        if isinstance(outcome, UnrelatedError) and entry.may_be_other and not entry.shown.endswith(ENDING):
            left_alone = entry.shown
        elif isinstance(outcome, SourceError):
            errors.append(report_error(outcome))
        else:
            position = len(stacks)
            elsewhere = task.elsewhere[position] if position < len(task.elsewhere) else NOTHING
            assessor = work.assessor
            landscape = assessor.survey(outcome)
            assessment = assessor.assess(landscape, elsewhere=elsewhere)
            report = stack_report(assessment, assessor.settings)
            met = met_by(assessment, assessor.settings)
            stacks.append(StackResult(report.row, met, assessor.summary(landscape)))
            texts.append(stack_text(report))
            details.append(wire.details_of(slim(report)))
    head = _head(task, own, digest, tuple(stacks), tuple(errors), left_alone)
    return wire.to_line(Result(head, tuple(texts), tuple(details)))


def _head(
    task: Task,
    own: str,
    digest: str,
    stacks: tuple[StackResult, ...] = (),
    errors: tuple[ReportError, ...] = (),
    left_alone: str = "",
) -> Head:
    # what could not be read is read again: it may have been the store, not the state
    kept = "" if errors else own
    return Head(identity(task.entry), kept, task.told, digest, __version__, stacks, errors, left_alone)


def report_error(error: SourceError) -> ReportError:
    """A source that could not be read, as the report lists it."""
    message = f"{error.place}: {error.problem}" if error.place else error.problem
    return ReportError(error.path or "input", f"{message}; {error.hint}" if error.hint else message)
