"""``apig-cost init``: settings and a pipeline for the project at hand."""

import click

from policypack.cli.support.completion import stack_names
from policypack.cli.support.options import Choice, FiniteRange, prices_option


@click.command("init")
@click.argument("directory", default=".", metavar="[DIR]")
@click.option(
    "--ci",
    type=Choice(["github", "gitlab", "jenkins", "none"]),
    help="Write the pipeline of this CI system, by default of the one that the repository shows.",
)
@click.option(
    "--stack",
    metavar="NAME",
    shell_complete=stack_names,
    help="The stack that the pipeline checks, by default every one.",
)
@click.option(
    "--margin",
    type=FiniteRange(min=0, max=1000),
    metavar="PERCENT",
    help="How much a limit is above the present estimate, by default 10 percent.",
)
@prices_option
@click.option(
    "--install",
    metavar="REQUIREMENT",
    help="What the pipeline's pip installs, by default what this was installed from, or the repository.",
)
@click.option("--without-estimate", is_flag=True, help="Run no program; every limit stays a comment.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing.")
def command(
    directory: str,
    ci: str | None,
    stack: str | None,
    margin: float | None,
    prices: tuple[str, ...],
    install: str | None,
    without_estimate: bool,
    yes: bool,
) -> None:
    """Write apig-cost.toml and a pipeline for the Pulumi project in DIR.

    Looks for programs, stacks and state in DIR and for the CI system of its repository, estimates each
    stack as `preview` does, and asks what it cannot tell where a person answers. Nothing that exists is
    overwritten.
    """
    from policypack.cli.initial.start import Wishes, start

    start(
        directory,
        Wishes(
            system=ci,
            stack=stack,
            margin=margin,
            prices=prices,
            requirement=install,
            estimate=not without_estimate,
            may_ask=not yes,
        ),
    )
