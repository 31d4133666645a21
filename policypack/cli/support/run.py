"""From addresses to a report: read, assess, enforce, emit."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from msgspec.structs import replace

import pricing
from policypack.assessment import Assessor
from policypack.cli.support.books import load_books
from policypack.cli.support.configuration import load_settings, settings_file
from policypack.cli.support.errors import InputError, tell
from policypack.cli.support.progress import progress
from policypack.cli.support.telling import Reading, tell_basis
from policypack.costs.exchange import unknown_currencies
from policypack.costs.scope import unknown_regions
from policypack.declared import Stack
from policypack.findings.catalogue import policies
from policypack.fleet.task import report_error
from policypack.huaweicloud import Landscape
from policypack.printable import printable
from policypack.reports.report import BookReference, Report, ReportError, make_report, reference_to
from policypack.settings.files import FILE, Search
from policypack.settings.model import Level, Settings
from policypack.sources import ANY, SourceError, Wanted, read_each

Outcome = Stack | SourceError
T = TypeVar("T")
_MOST_ERRORS: Final = 100


class Basis(Assessor, frozen=True):
    """What every stack of a run is assessed with, and where its settings stand."""

    search: Search

    @property
    def settings_path(self) -> str:
        """Where settings stand that do not fit."""
        return str(self.search.path or FILE)

    @property
    def reference(self) -> BookReference:
        """How reports name the price books."""
        return reference_to(self.book)


def basis(config: str | None, prices: Sequence[str], sources: Sequence[str] = ()) -> Basis:
    """Load settings, price book and terms for a run over some sources.

    Raises:
        InputError: One of them is not as it should be.
    """
    search = settings_file(config, sources)
    settings = load_settings(search.path)
    if prices:
        settings = dataclasses.replace(settings, price_book=tuple(prices))
    book = load_books(settings.price_book)
    check_limits(settings, book, search.path)
    given = Basis(
        settings=settings,
        book=book,
        terms=load_terms(settings.terms),
        today=datetime.now(UTC).date(),
        search=search,
    )
    tell_basis(given)
    return given


def check_limits(settings: Settings, book: pricing.Prices, path: Path | None) -> None:
    """Refuse limits that no price could ever be compared with, or that are about no region.

    Raises:
        InputError: There are some; each is a line.
    """
    found = (*unknown_currencies(settings, book), *unknown_regions(settings, book))
    if found:
        raise InputError("\n".join(f"{path or FILE}: {problem}" for problem in found))


def load_terms(path: str | None) -> pricing.Terms:
    """What the customer has agreed with the vendor.

    Raises:
        InputError: The file cannot be read or says what cannot be.
    """
    return pricing.Terms() if path is None else _load(path, "customer terms", pricing.load_terms)


def _load(path: str, what: str, load: Callable[[str], T]) -> T:
    try:
        return load(path)
    except OSError as error:
        raise InputError(f"{path}: the {what} cannot be read ({error.strerror})") from None
    except ValueError as error:
        told = str(error)
        raise InputError(told if path in told else f"{path}: {told}") from None


def read_all(addresses: Iterable[str], wanted: Wanted = ANY) -> Iterator[Outcome]:
    """Every stack of every source, in order; what cannot be read comes as an error among them.

    So does a backend without a stack: nothing was checked there, which must not look like *within*. What is
    named twice is read once, as in an audit: it is billed once.
    """
    seen: set[str] = set()
    for address in addresses:
        place = address if "://" in address or not address else os.path.realpath(address)
        if place in seen:
            tell(f"{address}: this was named before and counts once.")
            continue
        seen.add(place)
        empty = True
        for outcome in read_each(address, wanted=wanted):
            empty = False
            yield outcome
        if empty:
            yield SourceError(address, "", "this backend holds no stack", "check the address")


def report_on(
    outcomes: Iterable[Outcome],
    given: Basis,
    *,
    costs_only: bool = False,
) -> Report:
    """Assess what was read and put it into one report.

    Args:
        outcomes: Stacks, and sources that could not be read; these are still reported.
        given: Settings, prices and day.
        costs_only: Leave out policies and limits.
    """
    if costs_only:
        silent: dict[str, Level] = dict.fromkeys((policy.name for policy in policies()), "disabled")
        settings = dataclasses.replace(given.settings, limits=(), waivers=(), levels=silent)
        given = replace(given, settings=settings)
    landscapes: list[Landscape] = []
    errors: list[ReportError] = []
    reading = Reading()
    with progress("Reading and estimating ..."):
        for outcome in outcomes:
            reading.met(outcome)
            if isinstance(outcome, SourceError):
                errors.append(report_error(outcome))
            else:
                landscapes.append(given.survey(outcome))
        told = given.together(landscapes)
        assessments = [
            given.assess(landscape, elsewhere=elsewhere)
            for landscape, elsewhere in zip(landscapes, told, strict=True)
        ]
    reading.judged()
    return make_report(
        assessments,
        given.settings,
        given.reference,
        given.today,
        errors=errors,
        search=given.search,
    )


def show_errors(report: Report) -> None:
    """Write what could not be used to stderr, for formats that go to a file or a machine."""
    for error in report.errors[:_MOST_ERRORS]:
        tell(f"Error: {error.path}: {printable(error.message)}")
    more = len(report.errors) - _MOST_ERRORS
    if more > 0:  # a key that is denied is one for each of very many stacks
        tell(f"Error: {more} more, listed by --format json")
