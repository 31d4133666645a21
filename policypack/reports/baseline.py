"""Findings that a team has seen and set aside: a baseline, from which on only new ones count.

Only violations of policies can be set aside. What is undecided stays *cannot decide*, a limit is no finding,
a waiver ends on its day whatever was written down while it held, and a waiver that does not count is the
team's own to correct.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, overload

from msgspec.structs import replace

from policypack.findings.enforcement import EnforcedFinding, is_enabled, is_of_a_waiver
from policypack.reports.document import stack_text
from policypack.reports.prose import counted
from policypack.reports.report import Report, StackReport
from policypack.reports.row import StackRow
from policypack.settings.model import BUDGET_POLICY, Settings

SCHEMA: Final = "apig-cost/baseline/1"
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One finding of a baseline.

    Attributes:
        project: Of its stack.
        stack: The name of its stack.
        policy: What found it.
        resource: Its name as a user knows it.
        urn: The resource; empty for the stack as a whole.
        key: Tells findings of one policy about one resource apart.
        fingerprint: By which it is found again.
    """

    project: str
    stack: str
    policy: str
    resource: str
    urn: str
    key: str
    fingerprint: str


def baseline_of(report: Report) -> tuple[Known, ...]:
    """What of a report can be set aside, in an order that depends on nothing else."""
    return tuple(
        sorted(
            _known(one, stack)
            for stack in report.stacks
            for one in stack.findings
            if _can_be_set_aside(one) and one.waiver is None
        )
    )


def set_aside(report: Report, baseline: tuple[Known, ...], path: str, settings: Settings) -> Report:
    """The report in which no finding of the baseline stops a pipeline, and in which is said what is gone.

    Each entry sets one finding aside: of two stacks with one name, one stays new. The stacks are gone
    through once; those of a fleet are marked again whenever a format looks at one.

    Args:
        report: Of a run.
        baseline: What was found before.
        path: The file of the baseline, for what is said about it.
        settings: Of the run; nothing is gone because its policy is disabled.
    """
    left = Counter(known.fingerprint for known in baseline)
    marks: list[frozenset[str]] = []
    rows: list[StackRow] = []
    unsure: set[tuple[str, str]] = set()
    undecided: set[tuple[str, str, str, str]] = set()
    count = 0
    for stack in report.stacks:
        met = _met(stack, left)
        marked = _marked(stack, met)
        marks.append(met)
        rows.append(marked.row)
        count += sum(one.known for one in marked.findings)
        identity = (stack.stack.project, stack.stack.name)
        if stack.stack.gaps:
            unsure.add(identity)
        undecided.update(
            (*identity, one.finding.policy, one.finding.urn or "")
            for one in stack.findings
            if one.finding.verdict == "undecided"
        )
    read = {(row.project, row.name) for row in rows}
    notes = list(report.notes)
    if count:
        notes.append(f"{path}: {counted(count, 'finding')} of this baseline {_be(count)} set aside.")
    elsewhere = {(known.project, known.stack) for known in baseline} - read
    if elsewhere:
        verb = "was" if len(elsewhere) == 1 else "were"
        notes.append(f"{path}: {counted(len(elsewhere), 'stack')} of this baseline {verb} not read.")
    gone = [
        known
        for known in _unmet(baseline, left)
        if (known.project, known.stack) in read - unsure
        and is_enabled(known.policy, settings)
        and (known.project, known.stack, known.policy, known.urn) not in undecided
    ]
    warnings = list(report.warnings)
    if gone:
        warnings.append(
            f"{path}: {counted(len(gone), 'finding')} of this baseline {_be(len(gone))} gone "
            f"({_listed(gone)}); write it again, so that nothing of it can come back unseen."
        )
    stacks = _MarkedStacks(report.stacks, tuple(marks))
    return replace(
        report,
        stacks=stacks,
        kept=tuple(rows),
        texts=None if report.texts is None else lambda: map(stack_text, stacks),
        notes=tuple(notes),
        warnings=tuple(warnings),
    )


@dataclass(frozen=True, slots=True)
class _MarkedStacks(Sequence[StackReport]):
    """Stacks of a run, each with the findings marked that were set aside in it."""

    stacks: Sequence[StackReport]
    marks: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.stacks)

    @overload
    def __getitem__(self, index: int) -> StackReport: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[StackReport]: ...
    def __getitem__(self, index: int | slice) -> StackReport | Sequence[StackReport]:
        if isinstance(index, slice):
            return _MarkedStacks(self.stacks[index], self.marks[index])
        return _marked(self.stacks[index], self.marks[index])

    def __iter__(self) -> Iterator[StackReport]:
        return map(_marked, self.stacks, self.marks)


def _can_be_set_aside(one: EnforcedFinding) -> bool:
    finding = one.finding
    return finding.verdict == "violation" and finding.policy != BUDGET_POLICY and not is_of_a_waiver(finding)


def _known(one: EnforcedFinding, stack: StackReport) -> Known:
    finding = one.finding
    return Known(
        project=stack.stack.project,
        stack=stack.stack.name,
        policy=finding.policy,
        resource=finding.resource,
        urn=finding.urn or "",
        key=finding.key,
        fingerprint=one.fingerprint,
    )


def _met(stack: StackReport, left: Counter[str]) -> frozenset[str]:
    """Fingerprints of a stack's findings that the baseline has; each entry is used up by what it meets."""
    met: set[str] = set()
    for one in stack.findings:
        if _can_be_set_aside(one) and left[one.fingerprint]:
            left[one.fingerprint] -= 1
            met.add(one.fingerprint)
    return frozenset(met)


def _marked(stack: StackReport, met: frozenset[str]) -> StackReport:
    """The stack whose findings are marked where they are known, and those last; a waiver stays a waiver."""
    if not met:
        return stack
    marked = (
        replace(one, known=True) if one.fingerprint in met and one.waiver is None else one
        for one in stack.findings
    )
    return replace(stack, findings=tuple(sorted(marked, key=lambda one: one.known)))


def _unmet(baseline: tuple[Known, ...], left: Mapping[str, int]) -> Iterator[Known]:
    unused = Counter(left)
    for known in baseline:
        if unused[known.fingerprint]:
            unused[known.fingerprint] -= 1
            yield known


def _listed(gone: list[Known]) -> str:
    shown = [f'{one.policy} on "{one.resource}"' for one in gone[:_NAMED]]
    return ", ".join([*shown, f"{len(gone) - _NAMED} more"] if len(gone) > _NAMED else shown)


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
