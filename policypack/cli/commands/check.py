"""``apig-cost check``: estimate, run policies and budgets, answer with an exit code."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import gate_options, report_options, stack_options, telling_options

if TYPE_CHECKING:
    from policypack.cli.support.gate import Gate
    from policypack.sources import Wanted


@click.command("check")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@stack_options
@gate_options
@report_options
@telling_options
def command(
    sources: tuple[str, ...],
    wanted: "Wanted",
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    gate: "Gate",
) -> None:
    """Estimate, run policies and budgets.

    A SOURCE is a stack export, a state file or folder of a self-managed backend, the output of
    `pulumi preview --json --show-sames`, a plan or state of `tofu show -json` or `terraform show -json`, or a
    program directory; - is standard input.
    """
    from policypack.cli.support.gate import answer
    from policypack.cli.support.run import basis, read_all, report_on

    given = gate.applied(basis(config, prices, sources))
    aside = gate.aside(given)
    answer(aside(report_on(read_all(sources, wanted), given)), form, output, gate)
