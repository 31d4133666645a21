"""``apig-cost explain``: where every number and every verdict comes from."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import basis_options, output_option, stack_options

if TYPE_CHECKING:
    from policypack.sources import Wanted


@click.command("explain")
@click.argument("source")
@click.argument("resource", required=False)
@stack_options
@basis_options
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    resource: str | None,
    wanted: "Wanted",
    config: str | None,
    prices: tuple[str, ...],
    output: str | None,
) -> None:
    """Show price rows, arithmetic, sources and evidence of SOURCE, or of one RESOURCE.

    RESOURCE is a name or URN, or a pattern with * and ?. Shown are what it costs; why: the price row with
    its source and date, every step of the calculation, and what is not known; the evidence for each verdict
    on the public network; and the advice: what the policies find, and where another way of paying begins to
    cost less.
    """
    from policypack.cli.support.errors import InputError
    from policypack.cli.support.explanation import explanation
    from policypack.cli.support.output import write
    from policypack.cli.support.run import basis, read_all, report_on, show_errors

    if resource == "":
        raise InputError("RESOURCE: a name or URN was expected, found an empty text")
    given = basis(config, prices, [source])
    report = report_on(read_all([source], wanted), given)
    show_errors(report)
    if report.stacks:
        write(explanation(report, given.book, resource), output)
    ctx.exit(2 if report.errors else 0)
