"""Checks the monthly cost against the limits of the settings.

What it finds
    A limit of the settings whose scope costs more than its amount, and a limit that cannot be
    decided because something that decides the cost is not known: a property that only exists after
    the deployment, a secret, a price that the book does not have.

Why it costs
    A gateway is paid for by the hour whether anybody calls it or not, and so are its bandwidth and
    its elastic IPs. An unknown input is not free: an edition that is not known can be the most
    expensive one.

Example
    A limit of 2000 USD, and a gateway whose edition comes from a value that is known only after the
    deployment.

Instead
    State the edition, the bandwidth sizes and the region in the program or in the stack's
    configuration, state expected traffic under `usage`, and fetch missing prices with
    `apig-cost prices sync`.

Before you follow this advice
    A smaller edition handles fewer requests a second, and an edition cannot be lowered in place: a
    gateway that is replaced exists twice for a while and gets a new address.

References
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0003.html
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0007.html
"""

from collections.abc import Iterator
from typing import Final

from policypack.costs.budget import Contribution, LimitResult
from policypack.costs.wording import bounds, number
from policypack.findings.finding import Fact, Finding, Saving
from policypack.findings.subject import Subject
from pricing.money import plain

LEVEL: Final = "mandatory"
_FACTS: Final = 10
"""Most lines that a finding lists; the report holds all of them."""
_NAMED: Final = 3
"""Most resources that the message itself names."""


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each limit that is not kept or not decided."""
    stack = subject.landscape.stack
    for limit in subject.budget.limits:
        if limit.verdict == "within":
            continue
        yield Finding(
            urn=None,
            resource=stack.name or stack.project,
            verdict="violation" if limit.verdict == "over" else "undecided",
            confidence="high",
            message=_message(limit, subject),
            hint=_hint(limit),
            evidence=tuple(_evidence(limit)),
            key=limit.name,
            cost=Saving(limit.cost, limit.currency),
        )


def _message(limit: LimitResult, subject: Subject) -> str:
    against = f'"{limit.name}" of {number(limit.amount)} {limit.currency} a month'
    cost = bounds(limit.cost, limit.currency)
    if number(limit.cost.low) == number(limit.amount) and limit.verdict == "over":
        cost = f"{plain(limit.cost.low)} {limit.currency}"  # two decimals would hide the difference
    notes = "".join(f"; {note}" for note in limit.notes)
    if limit.verdict == "over":
        text = f"Over the limit {against}: the cost is {cost}{notes}."
    else:
        text = f"Cannot decide the limit {against}: the cost is {cost}{notes}."
        if limit.deciding:
            text += f" It depends on {_deciding(limit.deciding)}."
    missing = sum(count for _, count in subject.landscape.not_covered)
    if missing:
        who = "resource is" if missing == 1 else "resources are"
        text += f" {missing} other billed {who} not part of it."
    return text


def _deciding(parts: tuple[Contribution, ...]) -> str:
    """The open lines, each resource once with all that decides it."""
    inputs: dict[tuple[str | None, str], dict[str, None]] = {}
    for part in parts:
        of_resource = inputs.setdefault((part.urn, part.resource), {})
        of_resource.update(dict.fromkeys(part.unknowns or (part.meter,)))
    named = [_named(urn, name, tuple(deciding)) for (urn, name), deciding in inputs.items()]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _named(urn: str | None, name: str, deciding: tuple[str, ...]) -> str:
    return "what the declaration hides" if urn is None else f'"{name}" ({", ".join(deciding)})'


def _hint(limit: LimitResult) -> str:
    if limit.verdict == "over":
        return "Reduce the most expensive lines, or raise the limit."
    if any(part.urn is None for part in limit.deciding):
        return "Remove what hides resources from the declaration."
    if any(part.unknowns for part in limit.deciding):
        return "State the named properties in the program or in the stack's configuration."
    return "Follow the reasons of the named lines, which `apig-cost explain` shows."


def _evidence(limit: LimitResult) -> Iterator[Fact]:
    for part in limit.deciding[:_FACTS]:
        if part.urn is None:
            yield Fact(part.reason)
        else:
            cost = bounds(part.monthly, limit.currency)
            reason = f"; {part.reason}" if part.reason != "priced" else ""
            yield Fact(f'"{part.resource}", {part.meter}: {cost}{reason}', part.urn)
    if len(limit.deciding) > _FACTS:
        yield Fact(f"and {len(limit.deciding) - _FACTS} more lines")
