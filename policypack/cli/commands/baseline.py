"""``apig-cost baseline``: write down the findings that exist, so that only new ones count."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import basis_options, stack_options

if TYPE_CHECKING:
    from policypack.sources import Wanted


@click.group("baseline")
def command() -> None:
    """Set aside the findings that exist already."""


@command.command("write")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--output", "-o", metavar="FILE", required=True, help="The baseline, for --baseline.")
@stack_options
@basis_options
def write(
    sources: tuple[str, ...], output: str, wanted: "Wanted", config: str | None, prices: tuple[str, ...]
) -> None:
    """Write the violations that policies find in SOURCE... now to a FILE.

    `check`, `preview`, `diff` and `audit` set them aside with --baseline FILE. A limit, what cannot be
    decided and what a waiver covers are never part of it. Nothing is written when a SOURCE cannot be read.
    """
    from policypack.cli.support.baseline import text_of
    from policypack.cli.support.errors import InputError, tell
    from policypack.cli.support.output import write as write_text
    from policypack.cli.support.run import basis, read_all, report_on, show_errors
    from policypack.reports.baseline import baseline_of
    from policypack.reports.prose import counted

    report = report_on(read_all(sources, wanted), basis(config, prices, sources))
    show_errors(report)
    if report.errors:
        raise InputError(f"{output}: not written, since not everything could be used")
    baseline = baseline_of(report)
    write_text(text_of(baseline), output)
    count = sum(len(stack.findings) for stack in report.stacks) - len(baseline)
    rest = f"; {counted(count, 'other finding')} cannot be set aside" if count else ""
    tell(f"{output}: {counted(len(baseline), 'finding')}{rest}")
