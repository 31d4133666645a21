"""What a pipeline makes of a report: what is set aside, what is mandatory, and which exit code follows.

Every command has a gate before it begins, so nothing that reads or judges is imported with it.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, NoReturn

import click
from msgspec import Struct
from msgspec.structs import replace

from policypack.cli.support.errors import tell
from policypack.cli.support.telling import LOG

if TYPE_CHECKING:
    from policypack.cli.support.run import Basis
    from policypack.reports.differences.report import DifferenceReport
    from policypack.reports.report import Report
    from policypack.settings.model import Level

FailOn = Literal["violation", "undecided", "never"]
_PASSES: Final = {"violation": (3,), "undecided": (), "never": (1, 3)}
"""Exit codes that a pipeline is not told. That something could not be used is not among them."""


class Gate(Struct, frozen=True):
    """What the user asked of a check.

    Attributes:
        baseline: The file of a baseline.
        fail_on: What ends with an exit code.
        strict: Whether every policy is mandatory.
    """

    baseline: str | None = None
    fail_on: FailOn = "undecided"
    strict: bool = False

    def applied(self, given: "Basis") -> "Basis":
        """The basis of a run in which every policy is mandatory where that was asked for.

        One that the settings disable stays disabled: a team has said that it is not asked.
        """
        from policypack.findings.catalogue import policies
        from policypack.findings.enforcement import is_enabled

        if not self.strict:
            return given
        settings = given.settings
        levels: dict[str, Level] = dict(settings.levels)
        levels.update(
            (policy.name, "mandatory") for policy in policies() if is_enabled(policy.name, settings)
        )
        return replace(given, settings=dataclasses.replace(settings, levels=levels, when_undecided="fail"))

    def aside(self, given: "Basis") -> "Callable[[Report], Report]":
        """What sets the findings of the baseline aside.

        Raises:
            InputError: It cannot be read, or is no baseline of this version.
        """
        from policypack.cli.support.baseline import without

        return without(self.baseline, given.settings)

    def exit_code(self, report: "Report") -> int:
        """The exit code, which never changes what the report says."""
        code = report.exit_code
        return 0 if code in _PASSES[self.fail_on] else code


def answer(
    report: "Report | DifferenceReport",
    form: str,
    output: str | None,
    gate: Gate | None = None,
    *,
    costs_only: bool = False,
    then: "Callable[[Report], None]" = lambda _: None,
) -> NoReturn:
    """Show what was found and exit: how every command ends that makes a report.

    Args:
        report: Of a run, or of a comparison, whose head counts.
        form: The format.
        output: The file; standard output without one.
        gate: What the user asked of a check.
        costs_only: Leave out what policies and limits say.
        then: What else is written.
    """
    from policypack.cli.support.output import emit, emit_difference
    from policypack.cli.support.run import show_errors
    from policypack.reports.headline import headline
    from policypack.reports.report import Report

    gate = gate or Gate()
    head = report if isinstance(report, Report) else report.head
    show_errors(head)
    if isinstance(report, Report):
        emit(report, form, output, costs_only=costs_only)
    else:
        emit_difference(report, form, output)
    then(head)
    LOG.debug("%s", headline(head))
    code = gate.exit_code(head)
    LOG.info("verdict %s, exit code %s", head.verdict, code)
    if code != head.exit_code:
        tell(f"The verdict is {head.verdict}; --fail-on {gate.fail_on} makes that exit code {code}.")
    click.get_current_context().exit(code)
