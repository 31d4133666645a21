"""Findings that a team has seen and set aside: a baseline, from which on only new ones count.

Only violations of policies can be set aside. What is undecided stays *cannot decide*, a limit is no finding,
a waiver ends on its day whatever was written down while it held, and a waiver that does not count is the
team's own to correct.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from policypack.findings.enforcement import EnforcedFinding, is_enabled, is_of_a_waiver
from policypack.reports.prose import counted
from policypack.reports.report import Report, StackReport
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

    Each entry sets one finding aside: of two stacks with one name, one stays new.

    Args:
        report: Of a run.
        baseline: What was found before.
        path: The file of the baseline, for what is said about it.
        settings: Of the run; nothing is gone because its policy is disabled.
    """
    left = Counter(known.fingerprint for known in baseline)
    stacks = tuple(replace(stack, findings=_marked(stack, left)) for stack in report.stacks)
    count = sum(one.known for stack in stacks for one in stack.findings)
    notes = list(report.notes)
    if count:
        notes.append(f"{path}: {counted(count, 'finding')} of this baseline {_be(count)} set aside.")
    read = {(stack.stack.project, stack.stack.name) for stack in stacks}
    elsewhere = {(known.project, known.stack) for known in baseline} - read
    if elsewhere:
        verb = "was" if len(elsewhere) == 1 else "were"
        notes.append(f"{path}: {counted(len(elsewhere), 'stack')} of this baseline {verb} not read.")
    gone = [known for known in _unmet(baseline, left) if _is_gone(known, stacks, settings)]
    warnings = list(report.warnings)
    if gone:
        warnings.append(
            f"{path}: {counted(len(gone), 'finding')} of this baseline {_be(len(gone))} gone "
            f"({_listed(gone)}); write it again, so that nothing of it can come back unseen."
        )
    return replace(report, stacks=stacks, notes=tuple(notes), warnings=tuple(warnings))


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


def _marked(stack: StackReport, left: Counter[str]) -> tuple[EnforcedFinding, ...]:
    """The findings of a stack, those that are known last, each entry used up by what it meets."""
    marked: list[EnforcedFinding] = []
    for one in stack.findings:
        if not _can_be_set_aside(one) or not left[one.fingerprint]:
            marked.append(one)
            continue
        left[one.fingerprint] -= 1
        marked.append(one if one.waiver is not None else replace(one, known=True))
    return tuple(sorted(marked, key=lambda one: one.known))


def _unmet(baseline: tuple[Known, ...], left: Mapping[str, int]) -> Iterator[Known]:
    unused = Counter(left)
    for known in baseline:
        if unused[known.fingerprint]:
            unused[known.fingerprint] -= 1
            yield known


def _is_gone(known: Known, stacks: tuple[StackReport, ...], settings: Settings) -> bool:
    """Whether it is sure: its stack was read as a whole, and its policy says nothing of the resource now."""
    same = [one for one in stacks if (one.stack.project, one.stack.name) == (known.project, known.stack)]
    return (
        bool(same)
        and is_enabled(known.policy, settings)
        and not any(stack.stack.gaps for stack in same)
        and not any(
            (one.finding.policy, one.finding.urn or "", one.finding.verdict)
            == (known.policy, known.urn, "undecided")
            for stack in same
            for one in stack.findings
        )
    )


def _listed(gone: list[Known]) -> str:
    shown = [f'{one.policy} on "{one.resource}"' for one in gone[:_NAMED]]
    return ", ".join([*shown, f"{len(gone) - _NAMED} more"] if len(gone) > _NAMED else shown)


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
