"""``apig-cost estimate``: the cost only."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import report_options, stack_options, telling_options

if TYPE_CHECKING:
    from policypack.sources import Wanted


@click.command("estimate")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@stack_options
@report_options
@telling_options
def command(
    sources: tuple[str, ...],
    wanted: "Wanted",
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
) -> None:
    """Show the cost only, without policies and budgets.

    SOURCE is what `apig-cost check` accepts.
    """
    from policypack.cli.support.gate import answer
    from policypack.cli.support.run import basis, read_all, report_on

    given = basis(config, prices, sources)
    report = report_on(read_all(sources, wanted), given, costs_only=True)
    answer(report, form, output, costs_only=True)
