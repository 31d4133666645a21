"""A limit for each stack, from what it costs at present, where that can be decided."""

import dataclasses
from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, Decimal

from msgspec import Struct
from msgspec.structs import replace

from policypack.cli.support.run import Basis
from policypack.costs.counted import Contribution
from policypack.costs.estimate import totals_of
from policypack.declared import Stack
from policypack.reports.prose import total_line
from policypack.settings.model import Limit, Scope

_DIGITS = 2
"""Of a proposed limit that are not 0: nobody remembers 6372.69."""


class Proposal(Struct, frozen=True):
    """A limit for one stack.

    Attributes:
        project: Name of the project.
        stack: Name of the stack.
        estimate: What the stack costs a month at present, in words.
        limit: The limit; ``None`` where the estimate has no upper end to make one from.
        decided: Whether the gate can decide the limit, and finds the stack within it.
        open: Why it cannot be decided yet, a sentence each.
        wanting: Sites and regions whose prices are missing.
    """

    project: str
    stack: str
    estimate: str = ""
    limit: Limit | None = None
    decided: bool = False
    open: tuple[str, ...] = ()
    wanting: tuple[tuple[str | None, str | None], ...] = ()

    @property
    def label(self) -> str:
        """How reports name the stack."""
        return f"{self.project}/{self.stack}"


def propose(stacks: Iterable[Stack], given: Basis, margin: Decimal) -> Iterator[Proposal]:
    """Propose a limit for each stack that is so much above its estimate.

    A limit is proposed only where the very rules of the gate find the stack within it.

    Args:
        stacks: What was read.
        given: Prices and settings of the run.
        margin: Percent above the estimate.
    """
    landscapes = [given.survey(stack) for stack in stacks]
    for landscape, elsewhere in zip(landscapes, given.together(landscapes), strict=True):
        stack = landscape.stack
        estimate = given.assess(landscape, elsewhere=elsewhere).estimate
        told = total_line(estimate.totals)
        if not estimate.lines and not stack.gaps:
            nothing = "It declares nothing that is priced here, so there is no amount to start from."
            yield Proposal(stack.project, stack.name, told, open=(nothing,))
            continue
        read = totals_of(list(estimate.lines))  # gaps leave a limit undecided, and still let one be proposed
        totals = [total for total in read if total.currency is not None]
        high = totals[0].monthly.high if len(totals) == len(read) == 1 else None
        currency = totals[0].currency if totals else None
        amount = _rounded(high * (1 + margin / 100)) if high is not None else Decimal(0)
        limit = Limit(
            name=f"{stack.project}/{stack.name}",
            amount=amount,
            currency=currency or "USD",
            scope=Scope(project=stack.project, stack=stack.name),
        )
        trial = replace(given, settings=dataclasses.replace(given.settings, limits=(limit,), required=True))
        result = trial.assess(landscape, elsewhere=elsewhere).budget.limits[0]
        if result.verdict == "within":
            yield Proposal(stack.project, stack.name, told, limit, decided=True)
            continue
        reasons = [_told(one, stack) for one in result.deciding]
        wanting = dict.fromkeys(one.wants_price_of for one in result.deciding if one.wants_price_of)
        yield Proposal(
            stack.project,
            stack.name,
            told,
            None if high is None else limit,
            open=tuple(dict.fromkeys(reasons)) or ("Its parts are priced in several currencies.",),
            wanting=tuple(wanting),
        )


def _told(part: Contribution, stack: Stack) -> str:
    if not part.meter:
        return part.reason
    if part.unknowns:
        named = ", ".join(map(stack.spelled, part.unknowns))
        return f"{part.resource}: {part.meter} depends on {named}, which is not known."
    return f"{part.resource}: the price of {part.meter} is missing, or is not good enough to decide a limit."


def _rounded(amount: Decimal) -> Decimal:
    """The next number above with few digits that are not 0."""
    if amount <= 0:
        return Decimal(0)
    step = Decimal(1).scaleb(max(amount.adjusted() - (_DIGITS - 1), 0))
    return (amount / step).to_integral_value(ROUND_CEILING) * step
