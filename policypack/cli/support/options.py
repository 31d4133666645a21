"""Options that several commands share, so that they are spelled and explained once."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


class _Format(click.Choice[str]):
    """The formats, listed only when a value is looked at."""

    def __init__(self) -> None:
        from policypack.reports.names import formats

        super().__init__(formats())


def basis_options(function: Function) -> Function:
    """``--config`` and ``--prices``: what everything is assessed with."""
    for option in (
        click.option(
            "--prices",
            metavar="FILE",
            envvar="APIG_COST_PRICES",
            help="Price book to use instead of the bundled one.",
        ),
        click.option(
            "--config",
            "-c",
            metavar="FILE",
            envvar="APIG_COST_CONFIG",
            help="Settings, by default apig-cost.toml beside the program or in the current directory.",
        ),
    ):
        function = option(function)
    return function


def output_option(function: Function) -> Function:
    """``--output``."""
    option = click.option(
        "--output",
        "-o",
        metavar="FILE",
        envvar="APIG_COST_OUTPUT",
        help="Write to a file instead of standard output.",
    )
    return option(function)


def report_options(function: Function) -> Function:
    """``--config``, ``--prices``, ``--format`` and ``--output``."""
    option = click.option(
        "--format",
        "-f",
        "form",
        type=_Format(),
        default="table",
        envvar="APIG_COST_FORMAT",
        show_default=True,
        help="Format of the report.",
    )
    return basis_options(option(output_option(function)))


def stack_option(function: Function) -> Function:
    """``--stack``, for program directories."""
    option = click.option(
        "--stack",
        metavar="NAME",
        envvar="APIG_COST_STACK",
        help="Stack whose configuration a program directory is run with.",
    )
    return option(function)
