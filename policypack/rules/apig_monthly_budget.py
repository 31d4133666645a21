"""Checks the monthly cost against the limits of the settings.

What it finds
    A limit of the settings whose scope costs more than its amount, a stack that no limit is about
    where one is required (`required = true`), and a limit that cannot be decided because something
    that decides the cost is not known: a property that only exists after the deployment, a secret, a
    price that the book does not have.

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
    `apig-cost prices sync` or write them down with `apig-cost prices init`.

Before you follow this advice
    A smaller edition handles fewer requests a second, and an edition cannot be lowered in place: a
    gateway that is replaced exists twice for a while and gets a new address.

References
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0003.html
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0007.html
"""

from collections.abc import Iterator
from typing import Final

from policypack.costs.budget import LimitResult
from policypack.costs.counted import Contribution
from policypack.costs.difference import IncreaseResult
from policypack.costs.wording import bounds, limit_cost, number, shift_bounds
from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding, Saving
from policypack.findings.phrasing import sentence, sentences
from policypack.findings.subject import Subject
from pricing.advice import WRITE_DOWN, advice, fetch
from pricing.money import Range

LEVEL: Final = "mandatory"
_FACTS: Final = 10
"""Most lines that a finding lists; the report holds all of them."""
_NAMED: Final = 3
"""Most resources that the message itself names."""


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each limit that is not kept or not decided; limits on growth after all others."""
    for limit in subject.budget.limits:
        if limit.verdict == "over":
            yield _over(subject, limit)
        elif limit.verdict == "undecided":
            yield _undecided(subject, limit)
    if subject.budget.missing:
        yield _missing(subject)
    for increase in subject.increases:
        if increase.verdict == "over":
            yield _grows(subject, increase)
        elif increase.verdict == "undecided":
            yield _growth_undecided(subject, increase)


def _over(subject: Subject, limit: LimitResult) -> Finding:
    return about(subject.landscape.stack).violation(
        sentences(f"Over the limit {_limit(limit)}: the cost is {_cost(limit)}.", _beside(subject)),
        "Reduce the most expensive lines, or raise the limit.",
        evidence=_evidence(limit),
        cost=Saving(limit.cost, limit.currency),
        key=limit.name,
    )


def _undecided(subject: Subject, limit: LimitResult) -> Finding:
    return about(subject.landscape.stack).undecided(
        sentences(
            f"Cannot decide the limit {_limit(limit)}: the cost is {_cost(limit)}.",
            f"It depends on {_deciding(subject, limit.deciding)}." if limit.deciding else "",
            _beside(subject),
        ),
        _how_to_decide(limit),
        evidence=_evidence(limit),
        confidence="high",
        cost=Saving(limit.cost, limit.currency),
        key=limit.name,
    )


def _missing(subject: Subject) -> Finding:
    stack = subject.landscape.stack
    totals = subject.estimate.totals
    cost = " and ".join(bounds(one.monthly, one.currency) for one in totals) or "not known"
    return about(stack).undecided(
        sentences(
            f"Cannot decide: a limit is required, and none is about {stack.project}/{stack.name}.",
            f"The cost is {cost} a month.",
        ),
        "Set a limit whose scope means this stack.",
        confidence="high",
    )


def _limit(limit: LimitResult) -> str:
    return f'"{limit.name}" of {number(limit.amount)} {limit.currency} a month'


def _cost(limit: LimitResult) -> str:
    return "; ".join((limit_cost(limit), *limit.notes))


def _beside(subject: Subject) -> str:
    """What no limit counts: *within* must not be taken for the whole bill."""
    missing = sum(one.count for one in subject.estimate.not_covered if one.certainty == "billed")
    if not missing:
        return ""
    return f"{missing} other billed {'resource is' if missing == 1 else 'resources are'} not part of it."


def _deciding(subject: Subject, parts: tuple[Contribution, ...]) -> str:
    """The open lines, each resource once with all that decides it."""
    inputs: dict[tuple[str | None, str], dict[str, None]] = {}
    for part in parts:
        of_resource = inputs.setdefault((part.urn, part.resource), {})
        of_resource.update(dict.fromkeys(map(subject.spelled, part.unknowns or (part.meter,))))
    names = [_named(urn, name, tuple(deciding)) for (urn, name), deciding in inputs.items()]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _named(urn: str | None, name: str, deciding: tuple[str, ...]) -> str:
    return "what the declaration hides" if urn is None else f'"{name}" ({", ".join(deciding)})'


def _how_to_decide(limit: LimitResult) -> str:
    if any(part.urn is None for part in limit.deciding):
        return "Remove what hides resources from the declaration."
    if limit.elsewhere:
        currencies = " and ".join(currency for currency, _ in limit.elsewhere)
        return (
            f"State a rate from {currencies} to {limit.currency} under exchange, or a limit in each currency."
        )
    properties = any(part.unknowns for part in limit.deciding)
    advice = sentences(
        "State the named properties in the program or in the stack's configuration." if properties else "",
        _prices(limit),
    )
    return advice or "Follow the reasons of the named lines, which `apig-cost explain` shows."


def _prices(limit: LimitResult) -> str:
    """The commands that fetch the prices that are missing, or write them down."""
    places: dict[str, dict[str, None]] = {}
    for part in limit.deciding:
        if part.wants_price_of is not None and None not in part.wants_price_of:
            site, region = part.wants_price_of
            places.setdefault(str(site), {})[str(region)] = None
    if not places:
        return ""
    accept = any(part.by_reference for part in limit.deciding)
    otherwise = (
        ', or set `referencePrices = "accept"` to decide on prices of no certain region' if accept else ""
    )
    commands = [command for site, regions in places.items() if (command := fetch(site, regions)) is not None]
    fetched = f"Fetch prices with {' and '.join(commands)}, or write" if commands else "Write"
    return f"{fetched} them down with {WRITE_DOWN}{otherwise}."


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


def _grows(subject: Subject, increase: IncreaseResult) -> Finding:
    return about(subject.landscape.stack).violation(
        f"Over the limit on growth {_growth(increase)}.",
        "See the lines that change; reduce them, or raise the limit.",
        cost=_added(increase),
        key=increase.name,
    )


def _added(increase: IncreaseResult) -> Saving | None:
    """What the change adds, where it certainly adds something."""
    if increase.shift.low is None or increase.currency is None:
        return None
    return Saving(Range(increase.shift.low, increase.shift.high), increase.currency)


def _growth_undecided(subject: Subject, increase: IncreaseResult) -> Finding:
    hint = "State what is not known in the lines that change."
    if increase.doubt:
        site, region = increase.doubted
        hint = f"{advice(site, [region] if region else [])} Or say in the settings that this one will do."
    return about(subject.landscape.stack).undecided(
        sentence(f"Cannot decide the limit on growth {_growth(increase)}", increase.doubt)
        if increase.doubt
        else f"Cannot decide the limit on growth {_growth(increase)}.",
        hint,
        confidence="high",
        key=increase.name,
    )


def _growth(increase: IncreaseResult) -> str:
    why = f" ({increase.problem})" if increase.problem else ""
    change = shift_bounds(increase.shift.low, increase.shift.high, increase.currency)
    return f'"{increase.name}" of {increase.limit} a month{why}: the change is {change}'
