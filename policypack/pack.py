"""The policy pack, in its three forms.

``main`` is the executable ``apig-cost-pack``; the directory pack starts the same server through
``__main__.py``. ``pulumi_policies`` are the objects for a team's own pack.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from pulumi_policy import Policy


_BY_HAND: Final = (
    "this is the policy pack, which Pulumi starts with the address of its engine; run "
    '`pulumi preview --policy-pack "$(which apig-cost-pack)"`, or use the command line, apig-cost'
)


def main() -> NoReturn:
    """Serve the engine until it ends; the engine gives its address as the first argument."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(f"Error: {_BY_HAND}")
    _prefer_what_is_installed()
    from policypack.analyzer.server import serve

    serve()


def _prefer_what_is_installed() -> None:
    """Look for modules in the folders of ``PYTHONPATH`` last.

    The engine hands on the environment of the program, whose folders may hold a module with the name of one
    of ours (``pricing``) or of what we use.
    """
    named = os.environ.get("PYTHONPATH")
    if named:
        of_the_program = {Path(entry).absolute() for entry in named.split(os.pathsep)}
        sys.path.sort(key=lambda entry: Path(entry).absolute() in of_the_program)


@cache
def pulumi_policies() -> "tuple[Policy, ...]":
    """Our policies as ``pulumi_policy`` objects, for ``PolicyPack(policies=[...])``.

    Two objects are named ``apig-cost``: one sees each resource's inputs and never reports, one says
    what hinders the others. Without the second, a wrong setting would be reported by the budget
    alone. The budget comes first among the stack policies because it brings the limits, so that one
    analysis serves all that follow.
    """
    from pulumi_policy import (
        EnforcementLevel,
        Policy,
        PolicyConfigSchema,
        ResourceValidationPolicy,
        StackValidationPolicy,
    )

    from policypack.analyzer.introduction import (
        BUDGET_POLICY,
        SETTINGS,
        SHARED_POLICY,
        SHARED_SUMMARY,
    )
    from policypack.analyzer.shared_analysis import SharedAnalysis
    from policypack.findings.heads import heads
    from policypack.sources.policy_objects import keep_wire_values

    keep_wire_values()
    analysis = SharedAnalysis()

    def stack_policy(name: str, summary: str, level: str) -> Policy:
        properties = SETTINGS.get(name)
        return StackValidationPolicy(
            name=name,
            description=summary,
            validate=analysis.validation(name),
            enforcement_level=EnforcementLevel(level),
            config_schema=PolicyConfigSchema(properties) if properties else None,
        )

    capture = ResourceValidationPolicy(
        name=SHARED_POLICY,
        description=SHARED_SUMMARY,
        validate=analysis.see,
        enforcement_level=EnforcementLevel.MANDATORY,
        config_schema=PolicyConfigSchema(SETTINGS[SHARED_POLICY]),
    )
    rules = [
        stack_policy(head.name, head.summary, head.level)
        for head in sorted(heads(), key=lambda head: head.name != BUDGET_POLICY)
    ]
    return (capture, *rules, stack_policy(SHARED_POLICY, SHARED_SUMMARY, "mandatory"))
