"""A book with the rows that some declarations need and no book has, ready to fill in."""

from collections.abc import Sequence
from pathlib import Path

import click

from policypack.cli.support.errors import InputError, tell, unwritable
from policypack.cli.support.run import Basis, read_all
from policypack.costs.estimate import declaration_of
from policypack.costs.needed import Needed, needed
from policypack.costs.price import Rates
from policypack.declared import Stack
from policypack.fleet.task import report_error
from policypack.printable import printable
from policypack.reports.safe import name as shown
from policypack.reports.whole_file import write_whole
from policypack.sources import SourceError, Wanted
from pricing.book.form import form
from pricing.needs import Need


def run(sources: Sequence[str], wanted: Wanted, given: Basis, output: Path) -> None:
    """Read, find what is missing, write and tell.

    Raises:
        InputError: Something cannot be read, or the file exists; nothing is written then.
    """
    if output.exists():
        raise InputError(f"{output}: exists already; name another file with --output. Nothing was written.")
    stacks = _stacks(sources, wanted)
    rows: dict[Need, dict[str, None]] = {}
    others: list[Needed] = []
    landscapes = [given.survey(stack) for stack in stacks]
    for landscape, elsewhere in zip(landscapes, given.together(landscapes), strict=True):
        assessment = given.assess(landscape, elsewhere=elsewhere)
        declaration = declaration_of(assessment.landscape, assessment.network, given.settings)
        for one in needed(declaration, Rates(given.book, given.settings, given.terms, given.today)):
            for row in one.rows:
                rows.setdefault(row, {})[shown(one.line.resource.name)] = None
            others += [] if one.rows else [one]
    for stack in stacks:
        for gap in stack.gaps:
            tell(f"Note: {shown(stack.name)} may need more: {printable(gap)}")
    for one in others:
        why = printable(one.line.reasons[-1]) if one.line.reasons else "something is not known"
        tell(f"Note: no price settles {one.line.meter} of {shown(one.line.resource.name)}: {why}")
    if not rows:
        told = "No row would tell what is missing" if others else "No price is missing"
        click.echo(f"{told}. Nothing was written.")
        return
    named = {row: tuple(names) for row, names in rows.items()}
    try:
        write_whole(output, form(named, given.book.definitions, given.today, output.name))
    except OSError as error:
        raise unwritable(output, error) from error
    options = " ".join(f"--prices {name}" for name in (output, *(layer.name for layer in given.book.layers)))
    count = "1 rate" if len(rows) == 1 else f"{len(rows)} rates"
    click.echo(f"{output}: {count} to fill in. Then: {options}, or priceBook in the settings.")


def _stacks(sources: Sequence[str], wanted: Wanted) -> list[Stack]:
    stacks: list[Stack] = []
    errors: list[str] = []
    for outcome in read_all(sources, wanted):
        if isinstance(outcome, SourceError):
            error = report_error(outcome)
            errors.append(f"{error.path}: {printable(error.message)}")
        else:
            stacks.append(outcome)
    if errors:
        raise InputError("\n".join([*errors, "Nothing was written."]))
    return stacks
