"""``apig-cost audit``: all stacks of some places in one report."""

import click

from policypack.cli.support.options import Choice, baseline_option, report_options


@click.command("audit")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option(
    "--places",
    "listed",
    metavar="FILE",
    help="A list of further places, one a line; - for standard input.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out paths of a folder that match, for example 'archive/*'. Can be given several times.",
)
@click.option(
    "--tables",
    metavar="DIR",
    help="Also write all stacks, lines and findings as tables into a folder.",
)
@click.option(
    "--tables-format",
    type=Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Format of the tables.",
)
@baseline_option
@report_options
@click.pass_context
def command(
    ctx: click.Context,
    places: tuple[str, ...],
    listed: str | None,
    exclude: tuple[str, ...],
    tables: str | None,
    tables_format: str,
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    baseline: str | None,
) -> None:
    """Check all stacks of each PLACE and make one report.

    PLACE is the folder or URL of a self-managed state backend (file, s3, gs, azblob), an organization of
    Pulumi Cloud (pulumi://ORGANIZATION[/PROJECT]), or a folder that holds stack exports, state files,
    previews, plans and program directories at any depth. Nothing is skipped silently: a file that looks
    like one of these and cannot be read is an error of the report.
    """
    from policypack.cli.support.baseline import without
    from policypack.cli.support.fleet import audited
    from policypack.cli.support.output import emit
    from policypack.cli.support.place import look_at, named_places
    from policypack.cli.support.run import basis, show_errors
    from policypack.cli.support.tables import table_writer

    everywhere = named_places(places, listed)
    given = basis(config, prices, everywhere)
    aside = without(baseline, given.settings)
    write_tables = table_writer(tables, tables_format)
    with audited(look_at(everywhere, exclude), given) as found:
        report = aside(found)
        show_errors(report)
        emit(report, form, output)
        write_tables(report)
    ctx.exit(report.exit_code)
