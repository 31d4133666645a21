"""Findings that a team has seen and set aside: a baseline, from which on only new ones count.

Only violations of policies can be set aside, and only up to the amount that they were about. What is
undecided stays *cannot decide*, a limit is no finding, a waiver ends on its day whatever was written down
while it held, and a waiver that does not count is the team's own to correct.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from typing import Final, TypeAlias, overload

from msgspec.structs import replace

from policypack.costs.wording import NOT_KNOWN, bounds
from policypack.findings.enforcement import EnforcedFinding, is_enabled, is_of_a_waiver
from policypack.findings.finding import Finding, Saving
from policypack.reports.document import stack_text
from policypack.reports.prose import counted
from policypack.reports.report import Report, StackReport
from policypack.reports.row import StackRow
from policypack.settings.model import BUDGET_POLICY, Currency, NotNegative, Settings
from pricing.money import Range

SCHEMA: Final = "apig-cost/baseline/1"
_NAMED: Final = 3
_DECIMALS: Final = 6
_NOBODY_PAYS: Final = Decimal(10) ** 20
"""An amount from which on it does not matter how much more it gets, and of which no text gets too long."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a finding was about in a month when it was written down, rounded up.

    Attributes:
        low: The least.
        high: The most; ``None`` where nothing bounded it.
        currency: ISO 4217 code.
    """

    low: NotNegative
    high: NotNegative | None
    currency: Currency

    def __post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise ValueError("low has to be at most high")

    @property
    def order(self) -> tuple[bool, bool, Decimal]:
        """What accepts less comes first."""
        return False, self.high is None, self.low if self.high is None else self.high


@dataclass(frozen=True, slots=True)
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
        accepted: What it may be about; above that it counts again. ``None`` where it was about no amount,
            and in baselines of older versions: then it is set aside whatever it is about.
    """

    project: str
    stack: str
    policy: str
    resource: str
    urn: str
    key: str
    fingerprint: str
    accepted: Accepted | None = None


_Left: TypeAlias = dict[str, list[Known]]
"""Entries that have met nothing yet by their fingerprints, those that accept least first."""
_Marks: TypeAlias = Mapping[str, str]
"""Findings of a stack that the baseline has, by their fingerprints: empty, or why one counts all the same."""


def baseline_of(report: Report) -> tuple[Known, ...]:
    """What of a report can be set aside, in an order that depends on nothing else."""
    found = [
        _known(one, stack)
        for stack in report.stacks
        for one in stack.findings
        if _can_be_set_aside(one) and one.waiver is None
    ]
    return tuple(sorted(found, key=repr))


def set_aside(report: Report, baseline: tuple[Known, ...], path: str, settings: Settings) -> Report:
    """The report in which no finding of the baseline stops a pipeline, and in which is said what is gone.

    Each entry sets one finding aside: of two stacks with one name, one stays new. What is about more than was
    accepted counts, and says so. The stacks are gone through once; those of a fleet are marked again whenever
    a format looks at one.

    Args:
        report: Of a run.
        baseline: What was found before.
        path: The file of the baseline, for what is said about it.
        settings: Of the run; nothing is gone because its policy is disabled.
    """
    left = _by_fingerprint(baseline)
    marks: list[_Marks] = []
    rows: list[StackRow] = []
    unsure: set[tuple[str, str]] = set()
    undecided: set[tuple[str, str, str, str]] = set()
    count, grown = 0, list[EnforcedFinding]()
    for stack in report.stacks:
        met = _met(stack, left)
        marked = _marked(stack, met)
        marks.append(met)
        rows.append(marked.row)
        count += sum(one.known for one in marked.findings)
        grown += [one for one in marked.findings if met.get(one.fingerprint) and one.waiver is None]
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
    if grown:
        verb = "counts" if len(grown) == 1 else "count"
        notes.append(
            f"{path}: {counted(len(grown), 'finding')} of this baseline {verb} again "
            f"({_listed([one.finding for one in grown])}), for more than was set aside."
        )
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
    marks: tuple[_Marks, ...]

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
        accepted=_accepted(finding),
    )


def _about(finding: Finding) -> Saving | None:
    """What a finding is about in a month, where it says so."""
    return finding.cost or finding.saving


def _accepted(finding: Finding) -> Accepted | None:
    about = _about(finding)
    if about is None:
        return None
    low, high = about.amount.low, about.amount.high
    if max(low, high or low) >= _NOBODY_PAYS:
        return None
    return Accepted(_rounded_up(low), None if high is None else _rounded_up(high), about.currency)


def _rounded_up(amount: Decimal) -> Decimal:
    """So that a review need not read the digits of a division, and nothing grows by being read again."""
    return amount.quantize(Decimal(1).scaleb(-_DECIMALS), ROUND_CEILING, Context(prec=50))


def _by_fingerprint(baseline: tuple[Known, ...]) -> _Left:
    left = defaultdict[str, list[Known]](list)
    for known in baseline:
        left[known.fingerprint].append(known)
    for alike in left.values():
        alike.sort(key=lambda one: one.accepted.order if one.accepted else (True, True, Decimal(0)))
    return dict(left)


def _met(stack: StackReport, left: _Left) -> _Marks:
    """What of a stack's findings the baseline has; each entry is used up by what it meets.

    Of several, the one that accepts least of those that accept enough.
    """
    met: dict[str, str] = {}
    for one in stack.findings:
        alike = left.get(one.fingerprint)
        if not alike or not _can_be_set_aside(one):
            continue
        told = [_growth(one.finding, known.accepted) for known in alike]
        position = next((position for position, words in enumerate(told) if not words), 0)
        met[one.fingerprint] = told[position]
        del alike[position]
    return met


def _growth(finding: Finding, accepted: Accepted | None) -> str:
    """Why a finding counts although it was accepted, as a sentence; empty where it is about no more."""
    if accepted is None:
        return ""
    about = _about(finding)
    if about is not None and about.currency == accepted.currency:
        low, high = about.amount.low, about.amount.high
        is_more = low > accepted.low if accepted.high is None else high is None or high > accepted.high
        if not is_more:
            return ""
    before = bounds(Range(accepted.low, accepted.high), accepted.currency)
    now = NOT_KNOWN if about is None else bounds(about.amount, about.currency)
    return f"When its baseline was written, this was about {before} a month; now it is {now}."


def _marked(stack: StackReport, met: _Marks) -> StackReport:
    """The stack whose findings are marked where they are known, and those last; a waiver stays a waiver."""
    if not met:
        return stack
    marked = (_with_mark(one, met.get(one.fingerprint)) for one in stack.findings)
    return replace(stack, findings=tuple(sorted(marked, key=lambda one: one.known)))


def _with_mark(one: EnforcedFinding, growth: str | None) -> EnforcedFinding:
    if growth is None or one.waiver is not None:
        return one
    if not growth:
        return replace(one, known=True)
    return replace(one, finding=replace(one.finding, message=f"{one.finding.message} {growth}"))


def _unmet(baseline: tuple[Known, ...], left: _Left) -> Iterator[Known]:
    unused = {id(known) for alike in left.values() for known in alike}
    return (known for known in baseline if id(known) in unused)


def _listed(gone: Sequence[Known | Finding]) -> str:
    shown = [f'{one.policy} on "{one.resource}"' for one in gone[:_NAMED]]
    return ", ".join([*shown, f"{len(gone) - _NAMED} more"] if len(gone) > _NAMED else shown)


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
