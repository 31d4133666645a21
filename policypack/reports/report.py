"""What every format is made from: the stacks of one run with all that is said about them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack import __version__
from policypack.assessment import Assessment
from policypack.costs.budget import Budget
from policypack.costs.coverage import Uncovered
from policypack.costs.exchange import Converted, in_one_currency
from policypack.costs.line import Line, Total
from policypack.costs.portfolio import Share
from policypack.declared import Stack
from policypack.findings.enforcement import EnforcedFinding, Verdict, is_enabled, verdict
from policypack.network.verdict import GatewayJudgement
from policypack.reports.breakdown import breakdown
from policypack.reports.changes import Changes
from policypack.reports.met import Met, met_by, mismatched, repeated, unmet, unused
from policypack.reports.portfolio import PortfolioReport, portfolio_of
from policypack.reports.row import StackRow, Sum, label, sum_of, together, without_deciding
from policypack.reports.savings import Saving, savings_of
from policypack.settings.files import FILE, Search
from policypack.settings.model import BUDGET_POLICY, Exchange, Settings
from pricing import Books, Prices

SCHEMA: Final = "apig-cost/report/1"


class LayerReference(Struct, frozen=True):
    """One of the price books that a report was made with: what it is called, and the hash of its content."""

    identifier: str
    name: str
    as_of: date


class BookReference(Struct, frozen=True):
    """The prices that a report was made with.

    Attributes:
        identifier: Hash over all books.
        as_of: Date of the newest of them.
        layers: The books in the order in which they are asked.
        left_out: What is not used of them, a sentence each.
    """

    identifier: str
    as_of: date
    layers: tuple[LayerReference, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of several books; a single one needs no words."""
        if len(self.layers) < 2:
            return ()
        named = ", then ".join(f"{book.name} ({book.identifier} of {book.as_of})" for book in self.layers)
        return (f"Prices come from {named}.", *self.left_out)


def reference_to(prices: Prices) -> BookReference:
    """How reports name prices."""
    books = prices.given if isinstance(prices, Books) else (prices,)
    layers = tuple(LayerReference(book.identifier, book.name, book.as_of) for book in books)
    left_out = prices.left_out if isinstance(prices, Books) else ()
    return BookReference(prices.identifier, prices.as_of, layers, left_out)


class ReportError(Struct, frozen=True):
    """Something that could not be read or does not fit, and where.

    Attributes:
        path: The file.
        message: What is wrong, and what to do.
        of_settings: Whether a setting does not fit what was read, rather than that nothing was read.
    """

    path: str
    message: str
    of_settings: bool = False


class StackReport(Struct, frozen=True, dict=True):
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
        shares: What it adds to the limits over many stacks.
        savings: What following the advice on it would save.
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
    shares: tuple[Share, ...] = ()
    savings: tuple[Saving, ...] = ()

    @property
    def label(self) -> str:
        """``project/stack``, or what of it is known."""
        return label(self.stack.project, self.stack.name)

    @cached_property
    def row(self) -> StackRow:
        """What the whole of a run needs of it."""
        return StackRow(
            project=self.stack.project,
            name=self.stack.name,
            origin=self.stack.origin,
            cost=sum_of(self.lines, is_open=bool(self.stack.gaps)),
            converted=self.converted,
            budget=without_deciding(self.budget, self.stack.spelled),
            outside=sum_of(self.budget.outside),
            stops=tuple(
                replace(one, finding=replace(one.finding, evidence=())) for one in self.findings if one.stops
            ),
            findings=sum(one.waiver is None and not one.known for one in self.findings),
            not_covered=self.not_covered,
            gaps=len(self.stack.gaps),
            breakdown=breakdown(self.lines, self.findings),
            shares=self.shares,
            savings=self.savings,
        )


class Report(Struct, frozen=True, dict=True):
    """One run, of one stack or of very many.

    What is said about the whole is made from ``rows`` alone. ``stacks`` may read each stack from where it is
    kept, so that formats go through it once and hold as few of them as they can.

    Attributes:
        version: Of this tool.
        book: The price book.
        hours_per_month: Hours of the month that was estimated.
        stacks: In the order of the sources; of a fleet each is read when it is looked at.
        errors: What could not be read, and settings that do not fit.
        warnings: What a user should correct although it changes no verdict.
        notes: What was left out, and other things that need no correction.
        search: Which settings file was used; ``None`` where the settings came another way.
        exchange: Rates for a total in one currency.
        wanted: Currencies that such a total is wanted in, those of the limits.
        portfolio: What an audit says of all stacks together; ``None`` where they are not all.
        changes: What an audit says of what has changed since the one before; ``None`` where there is none.
        kept: The rows of a fleet; ``None`` where they are made from the stacks.
        texts: The stacks of a fleet as JSON, one text each without line breaks, as they are kept.
        costs_only: Whether nothing was asked of policies and limits, so that there is no verdict to show.
        other_limits: What limits are set that another command decides, a sentence each; notes have them, too.
    """

    version: str
    book: BookReference
    hours_per_month: Decimal
    stacks: Sequence[StackReport]
    errors: tuple[ReportError, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    search: Search | None = None
    exchange: tuple[Exchange, ...] = ()
    wanted: tuple[str, ...] = ()
    portfolio: PortfolioReport | None = None
    changes: Changes | None = None
    kept: tuple[StackRow, ...] | None = None
    texts: Callable[[], Iterator[str]] | None = None
    costs_only: bool = False
    other_limits: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> tuple[StackRow, ...]:
        """What the whole of the run needs of each stack, in the order of the stacks."""
        return self.kept if self.kept is not None else tuple(stack.row for stack in self.stacks)

    @property
    def settings_file(self) -> str | None:
        """The settings file, where there is one."""
        return None if self.search is None or self.search.path is None else str(self.search.path)

    @property
    def converted(self) -> Converted | None:
        """All stacks together as one amount, where the settings have the rates."""
        return in_one_currency(self.totals, self.exchange, self.wanted)

    @cached_property
    def totals(self) -> tuple[Total, ...]:
        """All stacks together, one for each currency. What could not be read may cost anything."""
        unread = [Sum(0, (), elsewhere=True)] if self.is_partly_read else []
        return together([*(row.cost for row in self.rows), *unread]).totals

    @property
    def is_partly_read(self) -> bool:
        """Whether something could not be read, so that more may be there."""
        return any(not error.of_settings for error in self.errors)

    @property
    def verdict(self) -> Verdict:
        """What a pipeline needs to know. Input that could not be read leaves it undecided."""
        of_stacks = verdict((one for row in self.rows for one in row.stops), unread=bool(self.errors))
        found = {of_stacks, "ok" if self.portfolio is None else self.portfolio.verdict}
        return "violation" if "violation" in found else "undecided" if "undecided" in found else "ok"

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
        book: The prices.
        today: For waivers.
        errors: What could not be read.
        search: Where the settings stand; in the pack they come from the engine.
        notes: What was left out.
        whole: Whether these are all stacks that there are, so that a limit has to meet one of them.
    """
    stacks = tuple(stack_report(assessment, settings) for assessment in assessments)
    report = begun(stacks, settings, book, search=search, notes=notes)
    met = [met_by(assessment, settings) for assessment in assessments]
    compared = any(assessment.difference is not None for assessment in assessments)
    return with_settings_met(report, met, settings, today, errors=errors, whole=whole, compared=compared)


def begun(
    stacks: Sequence[StackReport],
    settings: Settings,
    book: BookReference,
    *,
    search: Search | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """The stacks of a run before anything is said about the whole."""
    return Report(
        version=__version__,
        book=book,
        hours_per_month=settings.hours_per_month,
        stacks=stacks,
        notes=(*notes, *book.notes),
        search=search,
        exchange=settings.exchange,
        wanted=wanted_currencies(settings),
    )


def stack_report(assessment: Assessment, settings: Settings) -> StackReport:
    """What reports say about one stack."""
    totals, lines = assessment.estimate.totals, tuple(assessment.estimate.lines)
    return StackReport(
        stack=assessment.stack,
        lines=lines,
        gateways=assessment.network.gateways,
        findings=assessment.enforcement.findings,
        budget=assessment.budget,
        totals=totals,
        not_covered=assessment.estimate.not_covered,
        remarks=assessment.budget.skipped,
        converted=in_one_currency(totals, settings.exchange, wanted_currencies(settings)),
        shares=assessment.shares,
        savings=tuple(savings_of(assessment.enforcement.findings, lines, settings.portfolio.owner)),
    )


def wanted_currencies(settings: Settings) -> tuple[str, ...]:
    """Currencies that a total over several is wanted in: those of the limits."""
    limits = [limit.currency for limit in settings.limits]
    return (*limits, *(limit.currency for limit in settings.portfolio.limits))


def with_settings_met(
    report: Report,
    met: Sequence[Met],
    settings: Settings,
    today: date,
    *,
    errors: Sequence[ReportError] = (),
    left_out: int = 0,
    whole: bool = False,
    compared: bool = False,
) -> Report:
    """The report with what is wrong with the settings.

    Args:
        report: All stacks of the run.
        met: What each of them says of the settings.
        settings: What the team asked for.
        today: For waivers.
        errors: What could not be read; these come first.
        left_out: How many things were not read that may hold a stack; notes tell of them.
        whole: Whether these are all stacks that there are, so that a limit has to meet one of them.
        compared: Whether they are compared with a base, so that limits on growth are decided.
    """
    rows = report.rows
    misfits: list[str] = []
    if is_enabled(BUDGET_POLICY, settings):
        misfits.extend(problem for one in met for problem in one.problems)
        misfits.extend(mismatched(rows, met))
        misfits.extend(unmet(rows, settings) if whole and rows else ())
    portfolio = portfolio_of(rows, settings, len(errors), left_out) if whole else None
    misfits.extend(portfolio.problems if portfolio is not None else ())
    path = "settings" if report.search is None else str(report.search.path or FILE)
    others = tuple(_other_limits(settings, whole=whole, compared=compared))
    return replace(
        report,
        portfolio=portfolio,
        other_limits=others,
        notes=(*report.notes, *others),
        errors=(*errors, *(ReportError(path, told, of_settings=True) for told in misfits)),
        warnings=(*repeated(rows), *unused(rows, met, settings, today)),
    )


def _other_limits(settings: Settings, *, whole: bool, compared: bool) -> Iterator[str]:
    """A sentence for each kind of limits that this run leaves to another command."""
    if not is_enabled(BUDGET_POLICY, settings):
        return
    for limits, is_decided, what, command in (
        (settings.portfolio.limits, whole, "over all stacks", "audit"),
        (settings.increases, compared, "on growth", "diff"),
    ):
        if limits and not is_decided:
            told = f"1 limit {what} is" if len(limits) == 1 else f"{len(limits)} limits {what} are"
            yield f"{told} set, and not decided here: `apig-cost {command}` does that."
