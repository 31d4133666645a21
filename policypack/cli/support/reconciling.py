"""What is declared, as a bill is held against it."""

from collections.abc import Iterable

from policypack.cli.support.errors import tell
from policypack.cli.support.progress import progress
from policypack.cli.support.run import Basis, Outcome
from policypack.costs.reconciliation import Declared
from policypack.declared import Stack
from policypack.huaweicloud.identity import identities_of
from policypack.printable import printable
from policypack.sources import SourceError


def declared(outcomes: Iterable[Outcome], given: Basis) -> tuple[list[Declared], tuple[str, ...]]:
    """Every line of every stack, and what could not be read, a sentence each, which is told.

    Args:
        outcomes: Stacks, and sources that could not be read.
        given: Settings, prices and day.
    """
    stacks: list[Stack] = []
    unread: list[str] = []
    with progress("Reading and estimating ..."):
        for outcome in outcomes:
            if isinstance(outcome, SourceError):
                unread.append(printable(str(outcome)))
                tell(f"Error: {unread[-1]}")
            else:
                stacks.append(outcome)
        landscapes = [given.survey(stack) for stack in stacks]
        assessments = [
            given.assess(landscape, elsewhere=elsewhere)
            for landscape, elsewhere in zip(landscapes, given.together(landscapes), strict=True)
        ]
    lines = [
        Declared(f"{one.stack.project}/{one.stack.name}", line, identities_of(line.resource))
        for one in assessments
        for line in one.estimate.lines
    ]
    return lines, tuple(unread)
