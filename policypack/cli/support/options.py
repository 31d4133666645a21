"""Options that several commands share, so that they are spelled and explained once."""

from collections.abc import Callable
from functools import wraps
from math import isnan
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import click

from policypack.cli.support.completion import stack_names

if TYPE_CHECKING:
    from policypack.cli.support.gate import FailOn
    from policypack.sources import Wanted

    Choice = click.Choice[str]
else:
    Choice = click.Choice  # no generic in click 8.1

QUIET: Final = "apig-cost.quiet"
VERBOSE: Final = "apig-cost.verbose"
"""Where the context of a command keeps what was asked for."""


class FiniteRange(click.FloatRange):
    """A number within bounds. That *not a number* is within all of them is what comparing gives."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


Function = TypeVar("Function", bound=Callable[..., Any])


def asked(what: str) -> bool:
    """Whether the user of the running command asked for something of these."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(what))


class _Format(Choice):
    """The formats, listed only when a value is looked at."""

    def __init__(self) -> None:
        from policypack.reports.names import formats

        super().__init__(formats())


def prices_option(function: Function) -> Function:
    """``--prices``, once or several times."""
    option = click.option(
        "--prices",
        metavar="FILE",
        multiple=True,
        type=click.Path(),  # several in a variable are separated as in PATH
        envvar="APIG_COST_PRICES",
        help="Price book instead of the bundled one; several are asked in their order, `bundled` is ours.",
    )
    return option(function)


def basis_options(function: Function) -> Function:
    """``--config`` and ``--prices``: what everything is assessed with."""
    option = click.option(
        "--config",
        "-c",
        metavar="FILE",
        envvar="APIG_COST_CONFIG",
        help="Settings, by default apig-cost.toml beside or above the program, or the current directory.",
    )
    return option(prices_option(function))


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


REPORT: Final = "policypack.report"
"""Where a run keeps the file of ``--report``: it is about no command, only about what is written."""


def _keep_report(ctx: click.Context, option: click.Parameter, path: str | None) -> None:
    del option
    ctx.meta[REPORT] = path


def report_options(function: Function) -> Function:
    """``--config``, ``--prices``, ``--format``, ``--output`` and ``--report``."""
    also = click.option(
        "--report",
        metavar="FILE",
        expose_value=False,
        callback=_keep_report,
        help="Write the report as JSON to a file, too, as `comment` reads it.",
    )
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
    return basis_options(option(output_option(also(function))))


def telling_options(function: Function) -> Function:
    """``--quiet``, ``--verbose`` and ``--log``: what is told beside a report; no command gets them."""

    @wraps(function)
    def told(*args: Any, quiet: bool, verbose: bool, log: str | None, **others: Any) -> Any:
        if quiet and verbose:
            from policypack.cli.support.errors import InputError

            raise InputError("--quiet and --verbose: one of them was expected, found both")
        context = click.get_current_context()
        context.meta[QUIET], context.meta[VERBOSE] = quiet, verbose
        if verbose or log is not None:
            from policypack.cli.support.telling import begin

            begin(verbose=verbose, log=log, command=context.info_name or "")
        return function(*args, **others)

    for option in (
        click.option(
            "--log",
            metavar="FILE",
            envvar="APIG_COST_LOG",
            help="Add what --verbose tells, and all errors, to a FILE.",
        ),
        click.option(
            "--verbose",
            "-v",
            is_flag=True,
            help="Tell what is read, from where and how long it takes, which settings and which books.",
        ),
        click.option(
            "--quiet", "-q", is_flag=True, help="Show the answer instead of a table, and no progress."
        ),
    ):
        told = option(told)
    return cast("Function", told)


def gate_options(function: Function) -> Function:
    """``--baseline``, ``--fail-on`` and ``--strict``; the command gets them as one ``gate``."""

    @wraps(function)
    def with_gate(*args: Any, baseline: str | None, fail_on: "FailOn", strict: bool, **others: Any) -> Any:
        from policypack.cli.support.gate import Gate

        return function(*args, gate=Gate(baseline, fail_on, strict), **others)

    for option in (
        click.option(
            "--strict",
            is_flag=True,
            envvar="APIG_COST_STRICT",
            help="Make every policy mandatory that the settings do not disable.",
        ),
        click.option(
            "--fail-on",
            type=Choice(("violation", "undecided", "never")),
            default="undecided",
            envvar="APIG_COST_FAIL_ON",
            show_default=True,
            help="What ends with an exit code: a violation only, also what cannot be decided, or neither. "
            "Wrong usage or unreadable input is always 2; the report stays the same.",
        ),
        click.option(
            "--baseline",
            metavar="FILE",
            envvar="APIG_COST_BASELINE",
            help="Findings that exist already, from `apig-cost baseline write`; only new ones count.",
        ),
    ):
        with_gate = option(with_gate)
    return cast("Function", with_gate)


def stack_options(function: Function) -> Function:
    """``--stack``, ``--project`` and ``--all-stacks``; the command gets them as one ``wanted``."""
    option = click.option(
        "--project",
        metavar="NAME",
        envvar="APIG_COST_PROJECT",
        help="Project that is meant, and the name of a plan or state of OpenTofu or Terraform.",
    )
    return program_stack_options(option(function))


def program_stack_options(function: Function) -> Function:
    """``--stack`` and ``--all-stacks``; the command gets them as one ``wanted``."""

    @wraps(function)
    def with_wanted(
        *args: Any, stack: str | None, all_stacks: bool, project: str | None = None, **others: Any
    ) -> Any:
        return function(*args, wanted=_wanted(stack, project, all_stacks), **others)

    for option in (
        click.option(
            "--all-stacks",
            is_flag=True,
            help="All stacks that a program directory has a Pulumi.<stack>.yaml for.",
        ),
        click.option(
            "--stack",
            metavar="NAME",
            envvar="APIG_COST_STACK",
            shell_complete=stack_names,
            help="Stack that is meant where a source has several; names a plan or state of OpenTofu or "
            "Terraform.",
        ),
    ):
        with_wanted = option(with_wanted)
    return cast("Function", with_wanted)


def _wanted(stack: str | None, project: str | None, every: bool) -> "Wanted":
    from policypack.cli.support.errors import InputError
    from policypack.sources import Wanted

    for option, name in (("--stack", stack), ("--project", project)):
        if name == "":  # a shell variable that is not set; all stacks would not be what is meant
            raise InputError(f"{option}: a name was expected, found an empty text")
    if every and stack is not None:
        given = click.get_current_context().get_parameter_source("stack")
        if given is not None and given.name == "COMMANDLINE":
            raise InputError("--stack and --all-stacks: one of them was expected, found both")
        stack = None  # of the environment: a flag comes before a variable
    organization, of_project, name = _parts(stack)
    if project is not None and of_project not in (None, project):
        raise InputError(f"--stack {stack}: a stack of project {project} was expected, as --project says")
    return Wanted(f"{organization}/{name}" if organization else name, of_project or project, every)


def _parts(stack: str | None) -> tuple[str | None, str | None, str | None]:
    """Organization, project and name of a stack, as the command line of Pulumi takes them."""
    from policypack.cli.support.errors import InputError

    match (stack or "").split("/"):
        case [_]:
            return None, None, stack
        case [organization, name] if organization and name:
            return organization, None, name
        case [organization, project, name] if organization and project and name:
            return organization, project, name
    raise InputError(f"--stack {stack}: NAME, ORGANIZATION/NAME or ORGANIZATION/PROJECT/NAME was expected")
