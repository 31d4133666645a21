"""``apig-cost audit``: all stacks of some places in one report."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import Choice, gate_options, report_options, telling_options

if TYPE_CHECKING:
    from policypack.cli.support.gate import Gate
    from policypack.reports.report import Report


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
@click.option(
    "--journal",
    metavar="FILE",
    help="Keep what was found, use again what is unchanged, go on after an interruption, and report what has "
    "changed since the last time.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read and judge; as many as there are cores when not given.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Scheduler of a Dask cluster that reads and judges instead, for example tcp://scheduler:8786.",
)
@gate_options
@report_options
@telling_options
def command(
    places: tuple[str, ...],
    listed: str | None,
    exclude: tuple[str, ...],
    tables: str | None,
    tables_format: str,
    journal: str | None,
    jobs: int | None,
    dask: str | None,
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    gate: "Gate",
) -> None:
    """Check all stacks of each PLACE and make one report.

    PLACE is the folder or URL of a self-managed state backend (file, s3, gs, azblob), an organization of
    Pulumi Cloud (pulumi://ORGANIZATION[/PROJECT]), or a folder that holds stack exports, state files,
    previews, plans and program directories at any depth. Nothing is skipped silently: a file that looks
    like one of these and cannot be read is an error of the report.
    """
    from policypack.cli.support.fleet import audited, engine_of
    from policypack.cli.support.gate import answer
    from policypack.cli.support.place import look_at, named_places
    from policypack.cli.support.run import basis
    from policypack.cli.support.tables import table_writer

    everywhere = named_places(places, listed)
    given = gate.applied(basis(config, prices, everywhere))
    aside = gate.aside(given)
    write_tables = table_writer(tables, tables_format)
    engine = engine_of(jobs, dask)
    with audited(look_at(everywhere, exclude), given, engine, journal, everywhere) as found:

        def then(report: "Report") -> None:
            write_tables(report)
            found.given()

        answer(aside(found.report), form, output, gate, then=then)
