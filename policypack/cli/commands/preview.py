"""``apig-cost preview``: run a program without engine, account or network, and check it."""

from typing import TYPE_CHECKING

import click

from policypack.cli.support.options import (
    FiniteRange,
    gate_options,
    program_stack_options,
    report_options,
    telling_options,
)

if TYPE_CHECKING:
    from policypack.cli.support.gate import Gate
    from policypack.sources import Wanted


@click.command("preview")
@click.argument("directory", metavar="DIR")
@program_stack_options
@click.option(
    "--time-limit",
    type=FiniteRange(min=1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the program may run.",
)
@gate_options
@report_options
@telling_options
def command(
    directory: str,
    wanted: "Wanted",
    time_limit: float,
    config: str | None,
    form: str,
    output: str | None,
    prices: tuple[str, ...],
    gate: "Gate",
) -> None:
    """Run the Pulumi program in DIR offline and check it.

    The program runs in its own interpreter (the virtual environment that its Pulumi.yaml names). No
    engine is started, no account is used and no cloud is asked; what a data source would have
    returned is not known.
    """
    from pathlib import Path

    from policypack.cli.support.errors import InputError
    from policypack.sources.program import begun_each

    if not directory:
        raise InputError("DIR: the directory of a Pulumi program was expected, found an empty text")
    if Path(directory).is_file():
        raise InputError(f"{directory}: this is a file; `apig-cost check {directory}` reads it")
    if not Path(directory).exists():
        raise InputError(f"{directory}: no such directory; name the directory of a Pulumi program")
    with begun_each(Path(directory), wanted) as outcomes:
        # imported while the program's interpreter imports the SDK, which takes longer
        from policypack.cli.support.gate import answer
        from policypack.cli.support.run import basis, report_on

        given = gate.applied(basis(config, prices, [directory]))
        aside = gate.aside(given)
        answer(aside(report_on(outcomes(time_limit), given)), form, output, gate)
