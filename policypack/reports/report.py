"""What every format is made from: the stacks of one run with all that is said about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from policypack import __version__
from policypack.assessment import Assessment
from policypack.costs.budget import Budget, Mismatch
from policypack.costs.coverage import Uncovered
from policypack.costs.estimate import totals_of
from policypack.costs.exchange import Converted, in_one_currency
from policypack.costs.line import Line, Total
from policypack.costs.scope import applies
from policypack.declared import Stack
from policypack.findings.enforcement import EnforcedFinding, Verdict, is_enabled, unused_waivers, verdict
from policypack.metering.usage import matches
from policypack.network.verdict import GatewayJudgement
from policypack.settings.files import FILE, Search
from policypack.settings.model import BUDGET_POLICY, Exchange, Settings

_NAMED: Final = 5
SCHEMA: Final = "apig-cost/report/1"


@dataclass(frozen=True, slots=True)
class BookReference:
    """The price book that a report was made with."""

    identifier: str
    as_of: date


@dataclass(frozen=True, slots=True)
class ReportError:
    """Something that could not be read or does not fit, and where.

    Attributes:
        path: The file.
        message: What is wrong, and what to do.
        of_settings: Whether a setting does not fit what was read, rather than that nothing was read.
    """

    path: str
    message: str
    of_settings: bool = False


@dataclass(frozen=True)
class StackReport:
    """All that is said about one stack.

    Attributes:
        stack: What was read; formats take names, origin, gaps and notes from it.
        lines: Every cost line, by URN and meter.
        gateways: Who needs the public network, by URN.
        findings: With level, fingerprint and waiver; what stops a pipeline first.
        budget: The limits.
        totals: One for each currency.
        not_covered: Resources that are or may be billed and have no meter here, by Terraform name.
        remarks: What the settings say about things that this stack does not have, a sentence each.
        converted: The totals as one, where there are several and the settings have the rates.
    """

    stack: Stack
    lines: tuple[Line, ...]
    gateways: tuple[GatewayJudgement, ...]
    findings: tuple[EnforcedFinding, ...]
    budget: Budget
    totals: tuple[Total, ...]
    not_covered: tuple[Uncovered, ...]
    remarks: tuple[str, ...] = ()
    converted: Converted | None = None

    @property
    def label(self) -> str:
        """``project/stack``, or what of it is known."""
        return "/".join(part for part in (self.stack.project, self.stack.name) if part) or "stack"


@dataclass(frozen=True)
class Report:
    """One run.

    Attributes:
        version: Of this tool.
        book: The price book.
        hours_per_month: Hours of the month that was estimated.
        stacks: In the order of the sources.
        errors: What could not be read, and settings that do not fit.
        warnings: What a user should correct although it changes no verdict.
        notes: What was left out, and other things that need no correction.
        search: Which settings file was used; ``None`` where the settings came another way.
        exchange: Rates for a total in one currency.
        wanted: Currencies that such a total is wanted in, those of the limits.
    """

    version: str
    book: BookReference
    hours_per_month: Decimal
    stacks: tuple[StackReport, ...]
    errors: tuple[ReportError, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    search: Search | None = None
    exchange: tuple[Exchange, ...] = ()
    wanted: tuple[str, ...] = ()

    @property
    def settings_file(self) -> str | None:
        """The settings file, where there is one."""
        return None if self.search is None or self.search.path is None else str(self.search.path)

    @property
    def converted(self) -> Converted | None:
        """All stacks together as one amount, where the settings have the rates."""
        return in_one_currency(self.totals, self.exchange, self.wanted)

    @property
    def totals(self) -> tuple[Total, ...]:
        """All stacks together, one for each currency."""
        return totals_of([line for stack in self.stacks for line in stack.lines])

    @property
    def verdict(self) -> Verdict:
        """What a pipeline needs to know. Input that could not be read leaves it undecided."""
        return verdict((one for stack in self.stacks for one in stack.findings), unread=bool(self.errors))

    @property
    def exit_code(self) -> int:
        """0 all well, 1 violation, 2 unreadable input or settings, 3 cannot decide (2 before 1 before 3)."""
        if self.errors:
            return 2
        return {"ok": 0, "violation": 1, "undecided": 3}[self.verdict]


def make_report(
    assessments: Sequence[Assessment],
    settings: Settings,
    book: BookReference,
    today: date,
    *,
    errors: Sequence[ReportError] = (),
    search: Search | None = None,
    notes: Sequence[str] = (),
    whole: bool = False,
) -> Report:
    """Put a run together, and say which settings met nothing at all.

    Args:
        assessments: What was said about each stack.
        settings: What the team asked for.
        book: The price book.
        today: For waivers.
        errors: What could not be read.
        search: Where the settings stand; in the pack they come from the engine.
        notes: What was left out.
        whole: Whether these are all stacks that there are, so that a limit has to meet one of them.
    """
    settings_path = "settings" if search is None else str(search.path or FILE)
    stacks: list[StackReport] = []
    used: set[int] = set()
    misfits: list[ReportError] = []
    for assessment in assessments:
        used |= assessment.enforcement.used
        if is_enabled(BUDGET_POLICY, settings):
            misfits.extend(
                ReportError(settings_path, problem, of_settings=True)
                for problem in assessment.budget.problems
            )
        stacks.append(
            StackReport(
                stack=assessment.stack,
                lines=tuple(assessment.estimate.lines),
                gateways=assessment.network.gateways,
                findings=assessment.enforcement.findings,
                budget=assessment.budget,
                totals=assessment.estimate.totals,
                not_covered=assessment.estimate.not_covered,
                remarks=assessment.budget.skipped,
            )
        )
    if is_enabled(BUDGET_POLICY, settings):
        misfits.extend(
            ReportError(settings_path, told, of_settings=True)
            for told in (*_mismatches(assessments), *(_unmet(assessments, settings) if whole else ()))
        )
    wanted = [limit.currency for limit in settings.limits]
    stacks = [
        replace(stack, converted=in_one_currency(stack.totals, settings.exchange, wanted)) for stack in stacks
    ]
    return Report(
        version=__version__,
        book=book,
        hours_per_month=settings.hours_per_month,
        stacks=tuple(stacks),
        errors=(*errors, *misfits),
        warnings=(*_repeated(assessments), *_unused(assessments, settings, used, today)),
        notes=tuple(notes),
        search=search,
        exchange=settings.exchange,
        wanted=tuple(wanted),
    )


def _mismatches(assessments: Sequence[Assessment]) -> Iterator[str]:
    """A line for each limit and currency, whatever the number of stacks."""
    places: dict[Mismatch, list[str]] = {}
    for one in assessments:
        for mismatch in one.budget.mismatches:
            places.setdefault(mismatch, []).append(f"{one.stack.project}/{one.stack.name}")
    for mismatch, names in places.items():
        where = names[0] if len(names) == 1 else f"{len(names)} stacks ({names[0]}, ...)"
        verb = "is" if len(names) == 1 else "are"
        yield (
            f'{BUDGET_POLICY}: limit "{mismatch.limit}" is in {mismatch.currency} but {where} {verb} priced '
            f"in {mismatch.priced}; give a limit in {mismatch.priced}, or a rate in exchange from "
            f"{mismatch.priced} to {mismatch.currency}"
        )


def _unmet(assessments: Sequence[Assessment], settings: Settings) -> Iterator[str]:
    """Limits on stacks that do not exist: a misspelt name must not look like *within*."""
    for limit in settings.limits:
        if any(applies(limit.scope, one.stack) for one in assessments):
            continue
        wanted = {"project": limit.scope.project, "stack": limit.scope.stack}
        named = " and ".join(f'{key} "{value}"' for key, value in wanted.items() if value is not None)
        there = {
            "project": {one.stack.project for one in assessments},
            "stack": {one.stack.name for one in assessments},
        }
        near = [
            match
            for key, value in wanted.items()
            if value is not None
            for match in get_close_matches(value, sorted(there[key] - {value}), n=1)
        ]
        held = sorted(f"{one.stack.project}/{one.stack.name}" for one in assessments)
        listed = ", ".join(held[:_NAMED]) + (", ..." if len(held) > _NAMED else "")
        hint = f"did you mean {near[0]}?" if near else f"there is {listed}"
        yield f'{BUDGET_POLICY}: limit "{limit.name}": scope {named} meets no stack; {hint}'


def _repeated(assessments: Sequence[Assessment]) -> Iterator[str]:
    """Stacks of one name. They may be of two organizations, or an export beside the state that it is of."""
    places: dict[str, list[str]] = {}
    for one in assessments:
        if one.estimate.lines:
            places.setdefault(f"{one.stack.project}/{one.stack.name}", []).append(one.stack.origin.path)
    for name, paths in sorted(places.items()):
        if len(paths) > 1:
            yield f"{name} was read {len(paths)} times ({', '.join(paths)}); the sum counts each of them."


def _unused(
    assessments: Sequence[Assessment], settings: Settings, used: set[int], today: date
) -> tuple[str, ...]:
    """Settings that no stack of the run has anything for; no stack of ours, nothing to say."""
    if not any(assessment.estimate.lines for assessment in assessments):
        return ()
    estimates = [assessment.estimate for assessment in assessments]
    patterns = sorted(set.intersection(*(set(one.unmatched_usage) for one in estimates)))
    orders = sorted(set.intersection(*(set(one.unmatched_orders) for one in estimates)))
    notices = dict.fromkeys(notice for one in estimates for notice in one.order_notices)
    gateways = [judged.gateway.resource for one in assessments for judged in one.network.gateways]
    statements = dict.fromkeys(
        stated.match
        for stated in settings.statements
        if not any(matches(stated.match, gateway) for gateway in gateways)
    )
    return (
        *(f"usage: {pattern} matches nothing; correct or remove it." for pattern in patterns),
        *(f'statements: "{pattern}" matches no gateway; correct or remove it.' for pattern in statements),
        *(f'terms: order "{name}" matches no gateway; correct or remove it.' for name in orders),
        *(f"terms: {notice}" for notice in notices),
        *unused_waivers(settings, used, today),
    )
