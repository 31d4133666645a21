"""What has changed since the last audit, where a journal knows it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from policypack.costs.line import Total
from policypack.reports.changes import ChangedFinding, ChangedStack, ChangeKind, Changes
from policypack.reports.prose import counted, total_line
from policypack.reports.row import label

_MOST: Final = 2000
_WORDS: Final[dict[ChangeKind, str]] = {
    "new": "new",
    "gone": "gone",
    "changed": "changed",
    "unread": "not read this time",
}


class ChangedCells(Struct, frozen=True):
    """A stack that is not as it was, as a row.

    Attributes:
        label: Its name.
        project: Its project.
        kind: What happened to it, in words.
        before: What it cost; likewise ``after``.
        new: Findings that are new, a few of them in words; likewise ``gone``.
    """

    label: str
    project: str
    kind: str
    before: str
    after: str
    new: str
    gone: str


class Since(Struct, frozen=True):
    """What has changed, in short and stack by stack.

    Attributes:
        since: When the audit ended that this one is compared with.
        told: What has changed, a phrase each.
        before: What all stacks cost then.
        same_basis: Whether settings, prices and program were the same.
        rows: The stacks; ``left`` more are not shown.
    """

    since: str
    told: tuple[str, ...]
    before: str
    same_basis: bool
    rows: tuple[ChangedCells, ...]
    left: int


def since(changes: Changes) -> Since:
    """What the page says of the changes."""
    kinds = Counter(stack.kind for stack in changes.stacks)
    told = [f"{counted(kinds[kind], 'stack')} {word}" for kind, word in _WORDS.items() if kinds[kind]]
    for word, count in (
        ("new", sum(len(stack.new) for stack in changes.stacks)),
        ("gone", sum(len(stack.gone) for stack in changes.stacks)),
    ):
        if count:
            told.append(f"{counted(count, 'finding')} {word}")
    return Since(
        since=changes.since,
        told=(*told, f"{counted(changes.unchanged, 'stack')} as before"),
        before=total_line(changes.before),
        same_basis=changes.same_basis,
        rows=tuple(map(_cells, changes.stacks[:_MOST])),
        left=max(0, len(changes.stacks) - _MOST),
    )


def _cells(stack: ChangedStack) -> ChangedCells:
    return ChangedCells(
        label=label(stack.project, stack.stack),
        project=stack.project,
        kind=_WORDS[stack.kind],
        before=_cost(stack.before),
        after=_cost(stack.after),
        new=_findings(stack.new),
        gone=_findings(stack.gone),
    )


def _cost(totals: Sequence[Total]) -> str:
    return total_line(totals) if totals else ""


def _findings(findings: Sequence[ChangedFinding]) -> str:
    """Policies with the number of findings."""
    counts = Counter(one.policy for one in findings)
    return ", ".join(f"{policy} ({count})" if count > 1 else policy for policy, count in counts.items())
