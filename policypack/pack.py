"""The policy pack, in its three forms.

``main`` is the executable ``apig-cost-pack``; the directory pack starts the same server through
``__main__.py``. ``pulumi_policies`` are the objects for a team's own pack.
"""

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from pulumi_policy import Policy, ReportViolation, ResourceValidationArgs, StackValidationArgs

    from policypack.analyzer.operation import Outcome
    from policypack.declared import Stack


_BY_HAND: Final = (
    "this is the policy pack, which Pulumi starts with the address of its engine; run "
    '`pulumi preview --policy-pack "$(which apig-cost-pack)"`, or use the command line, apig-cost'
)


def main() -> NoReturn:
    """Serve the engine until it ends; the engine gives its address as the first argument."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(f"Error: {_BY_HAND}")
    from policypack.analyzer.server import serve

    serve()


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
    from policypack.findings.heads import heads

    analysis = _SharedAnalysis()

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


class _SharedAnalysis:
    """One analysis of the stack for all policy objects, whatever their number.

    Each object is called by itself, with its own configuration and its own copy of the stack.
    """

    def __init__(self) -> None:
        from policypack.sources.engine import EngineStack

        self._engine = EngineStack(os.environ)
        self._document: dict[str, Mapping[str, object]] = {}
        self._stack: Stack | None = None
        self._failure: Exception | None = None
        self._outcome: Outcome | None = None
        self._asked: set[str] = set()

    def see(self, arguments: "ResourceValidationArgs", report: "ReportViolation") -> None:  # noqa: ARG002
        """Keep the inputs of one resource."""
        from policypack.analyzer.introduction import SHARED_POLICY

        self._forget()
        try:
            self._configure(SHARED_POLICY, arguments.get_config())
            self._engine.see_policy_arguments(arguments)
        except Exception as failure:  # said in the end: it must neither crash nor pass a preview
            self._failure = failure

    def validation(self, policy: str) -> "Callable[[StackValidationArgs, ReportViolation], None]":
        """What one policy says about a stack."""
        from policypack.analyzer.introduction import BUDGET_POLICY, SHARED_POLICY

        def validate(arguments: "StackValidationArgs", report: "ReportViolation") -> None:
            if policy in self._asked:  # the engine has begun anew
                self._forget()
            self._asked.add(policy)
            self._configure(policy, arguments.get_config())
            outcome = self._decided(arguments)
            for diagnostic in outcome.diagnostics:
                if diagnostic.policy == policy or (
                    policy == BUDGET_POLICY and diagnostic.policy == SHARED_POLICY
                ):
                    if diagnostic.accepted:  # an object cannot report below its own level
                        print(f"{policy}: {diagnostic.message}", file=sys.stderr, flush=True)
                    else:
                        report(diagnostic.message, diagnostic.urn)
            if policy == SHARED_POLICY and outcome.summary:
                sys.stderr.write(outcome.summary)
                sys.stderr.flush()

        return validate

    def _forget(self) -> None:
        self._stack, self._outcome = None, None
        self._asked.clear()

    def _configure(self, policy: str, found: Mapping[str, object]) -> None:
        from policypack.sources.engine import unwrapped

        if self._document.get(policy, {}) != found:
            self._document[policy] = unwrapped(found)
            self._outcome = None

    def _decided(self, arguments: "StackValidationArgs") -> "Outcome":
        from policypack.analyzer.operation import Operation

        if self._outcome is None:
            self._outcome = Operation(self._document).decide(lambda: self._read(arguments))
        return self._outcome

    def _read(self, arguments: "StackValidationArgs") -> "Stack":
        if self._failure is not None:
            raise self._failure
        if self._stack is None:
            self._stack = self._engine.stack_of_policy_resources(arguments.resources)
        return self._stack
