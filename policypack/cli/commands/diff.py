"""``apig-cost diff``: what changes between two sources, by code and by prices."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import gate_options, report_options, stack_options, telling_options

if TYPE_CHECKING:
    from policypack.cli.support.gate import Gate
    from policypack.sources import Wanted


@click.command("diff")
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", required=False)
@click.option(
    "--base-prices",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    envvar="APIG_COST_BASE_PRICES",
    help="Price book of BASE where it is not that of HEAD; may be repeated as --prices.",
)
@stack_options
@gate_options
@report_options
@telling_options
def command(
    base: str,
    head: str | None,
    base_prices: tuple[str, ...],
    wanted: "Wanted",
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    gate: "Gate",
) -> None:
    """Show what HEAD changes against BASE, and check HEAD.

    Both are what `apig-cost check` accepts. The output of `pulumi preview --json --show-sames` holds both
    sides, so it can stand alone. Limits on new resources and on growth are decided here.
    Formats other than table, json, markdown and html show HEAD alone.
    """
    from msgspec.structs import replace

    from policypack.cli.support.comparison import compare
    from policypack.cli.support.gate import answer
    from policypack.cli.support.run import basis

    given = gate.applied(basis(config, prices, [head or base]))
    aside = gate.aside(given)
    report = compare(base, head, given, base_prices, wanted)
    answer(replace(report, head=aside(report.head)), form, output, gate)
