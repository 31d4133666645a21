"""``apig-cost audit``: all stacks of a place in one report."""

import click

from policypack.cli.support.options import baseline_option, report_options


@click.command("audit")
@click.argument("place")
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out paths of a folder that match, for example 'archive/*'. Can be given several times.",
)
@baseline_option
@report_options
@click.pass_context
def command(
    ctx: click.Context,
    place: str,
    exclude: tuple[str, ...],
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    baseline: str | None,
) -> None:
    """Check all stacks of PLACE and make one report.

    PLACE is the folder or URL of a self-managed state backend, or a folder that holds stack exports,
    state files, previews, plans and program directories at any depth. Nothing is skipped silently: a
    file that looks like one of these and cannot be read is an error of the report.
    """
    from policypack.cli.support.baseline import without
    from policypack.cli.support.fleet import audited
    from policypack.cli.support.output import emit
    from policypack.cli.support.place import look
    from policypack.cli.support.run import basis, show_errors

    given = basis(config, prices, [place])
    aside = without(baseline, given.settings)
    with audited(look(place, exclude), given) as found:
        report = aside(found)
        show_errors(report)
        emit(report, form, output)
    ctx.exit(report.exit_code)
