"""``apig-cost reconcile``: what was estimated beside what was billed."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import basis_options, output_option, stack_options

if TYPE_CHECKING:
    from policypack.sources import Wanted


class _SeveralAfterWith(click.Command):
    """Takes every name after ``--with`` up to the next option as a source."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        sources = False
        for position, arg in enumerate(args):
            if arg == "--with":
                sources = True
                if position + 1 == len(args) or args[position + 1].startswith("--"):
                    spread.append(arg)
            elif sources and (not arg.startswith("-") or arg == "-"):
                spread += ["--with", arg]
            else:
                sources = False
                spread.append(arg)
        return super().parse_args(ctx, spread)


@click.command("reconcile", cls=_SeveralAfterWith)
@click.argument("bills", nargs=-1, required=True, metavar="BILL...")
@click.option(
    "--with",
    "sources",
    multiple=True,
    required=True,
    metavar="SOURCE...",
    help="What is declared: whatever `apig-cost check` accepts; states, since a bill names ids.",
)
@click.option("--month", metavar="YYYY-MM", help="The month of the bill, where it holds several.")
@stack_options
@basis_options
@click.option(
    "--format",
    "-f",
    "form",
    type=click.Choice(["table", "json", "markdown", "csv"]),
    default="table",
    show_default=True,
    help="Format of the comparison.",
)
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    bills: tuple[str, ...],
    sources: tuple[str, ...],
    month: str | None,
    wanted: "Wanted",
    config: str | None,
    prices: tuple[str, ...],
    form: str,
    output: str | None,
) -> None:
    """Hold the estimate against the bill, resource by resource.

    A BILL is what `apig-cost prices learn` accepts. The estimate is made for the hours, volumes and sizes
    that were billed, so what differs is a price, a size or an edition. Also named: what is billed and
    declared nowhere, and what is declared and not billed.
    """
    from msgspec.structs import replace

    from policypack.cli.support.bills import load_bill, month_of
    from policypack.cli.support.output import in_utf8, write
    from policypack.cli.support.reconciling import declared
    from policypack.cli.support.run import basis, read_all
    from policypack.costs.reconciliation import reconcile
    from policypack.reports.reconciliations.formats import FORMATS

    bill = load_bill(bills, month_of(month))
    given = basis(config, prices, sources)
    lines, unread = declared(read_all(sources, wanted), given)
    found = reconcile(bill, lines, given.book, given.settings.hours_per_month)
    if form != "table":
        in_utf8()
    write(FORMATS[form](replace(found, unread=unread)), output)
    ctx.exit(2 if unread else 0)
