"""What has changed since an audit that came to its end."""

from typing import Literal

from msgspec import Struct

from policypack.costs.line import Total

ChangeKind = Literal["new", "gone", "changed", "unread"]


class ChangedFinding(Struct, frozen=True):
    """A finding that is there now and was not then, or the other way round."""

    policy: str
    resource: str
    level: str
    verdict: str
    message: str
    fingerprint: str


class ChangedStack(Struct, frozen=True):
    """One stack that is not as it was.

    Attributes:
        project: Its project; likewise ``stack``.
        path: Where it was read.
        kind: ``unread`` where it could not be read this time, so that nothing is said of it.
        before: What it cost, one for each currency; empty where it is new.
        after: What it costs; empty where it is gone.
        new: Findings that are new.
        gone: Findings that are gone.
    """

    project: str
    stack: str
    path: str
    kind: ChangeKind
    before: tuple[Total, ...] = ()
    after: tuple[Total, ...] = ()
    new: tuple[ChangedFinding, ...] = ()
    gone: tuple[ChangedFinding, ...] = ()


class Changes(Struct, frozen=True):
    """What has changed since the last audit of the same places.

    Attributes:
        since: When that one ended, in ISO 8601.
        same_basis: Whether settings, prices and program were the same, so that all of it is change of state.
        unchanged: Stacks that are as they were.
        stacks: The others, in the order of the report, then what is gone.
        before: What all stacks cost, one for each currency.
    """

    since: str
    same_basis: bool
    unchanged: int
    stacks: tuple[ChangedStack, ...]
    before: tuple[Total, ...] = ()
