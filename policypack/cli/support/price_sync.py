"""Fetching prices: what is asked for, what is told of it, and the book that is written."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click
from msgspec import Struct

import pricing
from policypack.cli.support.errors import InputError, tell, unwritable
from policypack.cli.support.progress import progress
from policypack.extras import installing
from pricing.book.regions import Regions
from pricing.sync.catalogue import RegionAnswer
from pricing.sync.changes import Changes, changes

_SHOWN = 20
"""Most rows of each kind of change that are named."""


class Request(Struct, frozen=True):
    """What to fetch.

    Attributes:
        site: ``cn``, ``intl``, ``eu``.
        regions: Region ids.
        origin: ``calculator`` or ``bss``.
        endpoint: Another server than the site's own.
        discounted: The customer's own prices.
        deadline: Seconds after which the run ends.
    """

    site: str
    regions: tuple[str, ...]
    origin: str
    endpoint: str | None
    discounted: bool
    deadline: float


def run(request: Request, old: pricing.Book | None, path: Path, today: date) -> None:
    """Fetch, merge, write and tell.

    Raises:
        InputError: Something could not be fetched; what could is written.
    """
    from pricing.book.proof import BookError
    from pricing.document import DocumentError
    from pricing.sync import lock
    from pricing.sync.errors import SyncError

    if not os.access(path.parent, os.W_OK):  # said before minutes of fetching, not after them
        reason = "no rights to write" if path.parent.is_dir() else "there is no such folder"
        raise InputError(f"{path}: cannot be written ({reason}); name a file that you may write")
    try:
        with progress(_now(request, [])) as say:
            answers = _answers(request, old, today, say)
    except ImportError as error:
        raise InputError(f"{error.name} is missing; install it: {installing('sync')}") from error
    except SyncError as error:
        raise InputError(f"{error} Nothing was written.") from error
    failures = [f"{answer.region}: {failure}" for answer in answers for failure in answer.failures]
    catalogues = [catalogue for answer in answers for catalogue in answer.catalogues]
    _tell_what_is_missing(answers)
    if not any(catalogue.covered for catalogue in catalogues):
        if failures:
            raise InputError("\n".join([*failures, "Nothing was written."]))
        click.echo(f"No prices of {', '.join(request.regions)} were found. Nothing was written.")
        return
    try:
        book = lock.merged(old, answers, request.site, today)
        lock.write(book, path)
    except (SyncError, BookError, DocumentError) as error:
        raise InputError(f"{error} Nothing was written.") from error
    except OSError as error:
        raise unwritable(path, error) from error
    fetched = [answer.region for answer in answers if any(one.rows for one in answer.catalogues)]
    count = sum(len(catalogue.rows) for catalogue in catalogues)
    click.echo(
        f"{path}: {count} prices of {', '.join(fetched) or 'no region'} fetched; book {book.identifier}."
    )
    for line in summary(changes(old, book)):
        click.echo(line)
    if failures:
        kept = "What failed keeps its old rows; the rest was written."
        raise InputError("\n".join([*failures, kept]))


def _now(request: Request, answers: Sequence[RegionAnswer]) -> str:
    """Which region is being asked for, and how the others went."""
    done = len(answers)
    failed = sum(bool(answer.failures) for answer in answers)
    errors = f", {failed} failed" if failed else ""
    region = request.regions[min(done, len(request.regions) - 1)]
    return f"Fetching prices of {region} ({done + 1} of {len(request.regions)}{errors}) ..."


def _answers(
    request: Request, old: pricing.Book | None, today: date, say: Callable[[str], None]
) -> list[RegionAnswer]:
    from pricing.sync.deadline import Deadline, DeadlineError

    answers: list[RegionAnswer] = []
    deadline = Deadline(request.deadline)
    try:
        for answer in deadline.before(_fetch(request, today, deadline.sleep)):
            answers.append(_listed(answer, request.site, (old or pricing.load()).regions))
            if len(answers) < len(request.regions):
                say(_now(request, answers))
    except DeadlineError as error:
        answered = {answer.region for answer in answers}
        answers.extend(
            RegionAnswer(region, failures=(f"{error}.",))
            for region in request.regions
            if region not in answered
        )
    return answers


def _fetch(request: Request, today: date, sleep: Callable[[float], None]) -> Iterator[RegionAnswer]:
    from pricing.sync import bss, calculator

    site, regions, endpoint = request.site, request.regions, request.endpoint
    if request.origin == "bss":
        return bss.fetch(site, regions, today, endpoint=endpoint, discounted=request.discounted, sleep=sleep)
    return calculator.fetch(site, regions, today, endpoint=endpoint, sleep=sleep)


def _listed(answer: RegionAnswer, site: str, known: Regions) -> RegionAnswer:
    """The answer; a failure where nobody lists the region and nothing is sold there."""
    if known.get(answer.region) or answer.failures or any(one.rows for one in answer.catalogues):
        return answer
    near = known.nearest(answer.region)
    advice = f" Did you mean {near}?" if near else ""
    return RegionAnswer(
        answer.region, failures=(f"no table lists this region, and site {site} sells nothing there.{advice}",)
    )


def _tell_what_is_missing(answers: Iterable[RegionAnswer]) -> None:
    for answer in answers:
        for catalogue in answer.catalogues:
            for skipped in catalogue.skipped:
                tell(f"Skipped in {answer.region}: {skipped}")
            for stated in catalogue.no_prices:
                tell(f"No price for {stated.meter} {stated.spec} in {stated.region}: {stated.reason}")
            for note in catalogue.notes:
                tell(f"Note on {answer.region}: {note}")


def summary(value: Changes) -> Iterator[str]:
    """What a new book changes, a line each."""
    added = "1 row" if len(value.added) == 1 else f"{len(value.added)} rows"
    yield f"{added} added, {len(value.changed)} changed, {len(value.gone)} gone."
    for word, rows in (("Changed", value.changed), ("Gone", value.gone)):
        for row in rows[:_SHOWN]:
            yield f"{word}: {row}"
        if len(rows) > _SHOWN:
            yield f"{word}: {len(rows) - _SHOWN} more."
