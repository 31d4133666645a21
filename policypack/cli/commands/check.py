"""``apig-cost check``: estimate, run policies and budgets, answer with an exit code."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import baseline_option, report_options, stack_options

if TYPE_CHECKING:
    from policypack.sources import Wanted


@click.command("check")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@stack_options
@baseline_option
@report_options
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    wanted: "Wanted",
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    baseline: str | None,
) -> None:
    """Estimate, run policies and budgets.

    A SOURCE is a stack export, a state file or folder of a self-managed backend, the output of
    `pulumi preview --json --show-sames`, or a program directory; - is standard input.
    """
    from policypack.cli.support.baseline import without
    from policypack.cli.support.output import emit
    from policypack.cli.support.run import basis, read_all, report_on, show_errors

    given = basis(config, prices, sources)
    aside = without(baseline, given.settings)
    report = aside(report_on(read_all(sources, wanted), given))
    show_errors(report)
    emit(report, form, output)
    ctx.exit(report.exit_code)
