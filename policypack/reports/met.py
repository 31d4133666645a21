"""Which settings a run has met, and what is said of those that met nothing."""

from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from policypack.assessment import Assessment
from policypack.costs.budget import Mismatch
from policypack.costs.scope import applies
from policypack.findings.enforcement import unused_waivers
from policypack.metering.usage import matches
from policypack.reports.row import StackRow
from policypack.settings.model import BUDGET_POLICY, Settings

_NAMED: Final = 5


class Met(Struct, frozen=True):
    """What one stack says of the settings.

    Attributes:
        unmatched_usage: Usage entries that matched nothing of it; likewise ``unmatched_orders``.
        order_notices: Orders whose term ends soon or has ended; sentences.
        statements: Patterns of statements that mean a gateway of it.
        waivers: Positions of the waivers that met a finding of it.
        problems: Limits that mean nothing in it, a line each.
        mismatches: Limits in another currency than its prices.
    """

    unmatched_usage: tuple[str, ...] = ()
    unmatched_orders: tuple[str, ...] = ()
    order_notices: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    waivers: tuple[int, ...] = ()
    problems: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()


def met_by(assessment: Assessment, settings: Settings) -> Met:
    """What a stack says of the settings."""
    estimate, budget = assessment.estimate, assessment.budget
    gateways = [judged.gateway.resource for judged in assessment.network.gateways]
    return Met(
        unmatched_usage=estimate.unmatched_usage,
        unmatched_orders=estimate.unmatched_orders,
        order_notices=estimate.order_notices,
        statements=tuple(
            stated.match
            for stated in settings.statements
            if any(matches(stated.match, gateway) for gateway in gateways)
        ),
        waivers=tuple(sorted(assessment.enforcement.used)),
        problems=budget.problems,
        mismatches=budget.mismatches,
    )


def mismatched(rows: Sequence[StackRow], met: Sequence[Met]) -> Iterator[str]:
    """A line for each limit and currency, whatever the number of stacks."""
    places: dict[Mismatch, list[str]] = {}
    for row, one in zip(rows, met, strict=True):
        for mismatch in one.mismatches:
            places.setdefault(mismatch, []).append(f"{row.project}/{row.name}")
    for mismatch, names in places.items():
        where = names[0] if len(names) == 1 else f"{len(names)} stacks ({names[0]}, ...)"
        verb = "is" if len(names) == 1 else "are"
        yield (
            f'{BUDGET_POLICY}: limit "{mismatch.limit}" is in {mismatch.currency} but {where} {verb} priced '
            f"in {mismatch.priced}; give a limit in {mismatch.priced}, or a rate in exchange from "
            f"{mismatch.priced} to {mismatch.currency}"
        )


def unmet(rows: Sequence[StackRow], settings: Settings) -> Iterator[str]:
    """Limits on stacks that do not exist: a misspelt name must not look like *within*."""
    for limit in settings.limits:
        if any(applies(limit.scope, row) for row in rows):
            continue
        wanted = {"project": limit.scope.project, "stack": limit.scope.stack}
        named = " and ".join(f'{key} "{value}"' for key, value in wanted.items() if value is not None)
        there = {"project": {row.project for row in rows}, "stack": {row.name for row in rows}}
        near = [
            match
            for key, value in wanted.items()
            if value is not None
            for match in get_close_matches(value, sorted(there[key] - {value}), n=1)
        ]
        held = sorted(f"{row.project}/{row.name}" for row in rows)
        listed = ", ".join(held[:_NAMED]) + (", ..." if len(held) > _NAMED else "")
        hint = f"did you mean {near[0]}?" if near else f"there is {listed}"
        yield f'{BUDGET_POLICY}: limit "{limit.name}": scope {named} meets no stack; {hint}'


def repeated(rows: Sequence[StackRow]) -> Iterator[str]:
    """Stacks of one name. They may be of two organizations, or an export beside the state that it is of."""
    places: dict[str, list[str]] = {}
    for row in rows:
        if row.cost.lines:
            places.setdefault(f"{row.project}/{row.name}", []).append(row.origin.path)
    for name, paths in sorted(places.items()):
        if len(paths) > 1:
            yield f"{name} was read {len(paths)} times ({', '.join(paths)}); the sum counts each of them."


def unused(rows: Sequence[StackRow], met: Sequence[Met], settings: Settings, today: date) -> tuple[str, ...]:
    """Settings that no stack of the run has anything for; no stack of ours, nothing to say."""
    if not any(row.cost.lines for row in rows):
        return ()
    patterns = sorted(set.intersection(*(set(one.unmatched_usage) for one in met)))
    orders = sorted(set.intersection(*(set(one.unmatched_orders) for one in met)))
    notices = dict.fromkeys(notice for one in met for notice in one.order_notices)
    stated = {pattern for one in met for pattern in one.statements}
    statements = dict.fromkeys(one.match for one in settings.statements if one.match not in stated)
    used = {position for one in met for position in one.waivers}
    return (
        *(f"usage: {pattern} matches nothing; correct or remove it." for pattern in patterns),
        *(f'statements: "{pattern}" matches no gateway; correct or remove it.' for pattern in statements),
        *(f'terms: order "{name}" matches no gateway; correct or remove it.' for name in orders),
        *(f"terms: {notice}" for notice in notices),
        *unused_waivers(settings, used, today),
    )
