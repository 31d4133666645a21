"""One analysis of the stack for all ``pulumi_policy`` objects in a team's own pack."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from policypack.analyzer.introduction import BUDGET_POLICY, SHARED_POLICY
from policypack.sources.engine import EngineStack
from policypack.sources.policy_objects import unwrapped

if TYPE_CHECKING:
    from pulumi_policy import ReportViolation, ResourceValidationArgs, StackValidationArgs

    from policypack.analyzer.operation import Outcome
    from policypack.declared import Stack


class SharedAnalysis:
    """Serves every policy object, whatever their number.

    Each object is called by itself, with its own configuration and its own copy of the stack. Nothing
    says that an operation begins: it does when a resource is shown after a stack was analyzed, and when
    an object is asked for the second time.
    """

    def __init__(self) -> None:
        self._document: dict[str, Mapping[str, object]] = {}
        self._begin()

    def _begin(self) -> None:
        self._engine = EngineStack(os.environ)
        self._stack: Stack | None = None
        self._failure: Exception | None = None
        self._outcome: Outcome | None = None
        self._asked: set[str] = set()

    def see(self, arguments: "ResourceValidationArgs", report: "ReportViolation") -> None:  # noqa: ARG002
        """Keep the inputs of one resource."""
        if self._asked:
            self._begin()
        try:
            self._configure(SHARED_POLICY, arguments.get_config())
            self._engine.see_policy_arguments(arguments)
        except Exception as failure:  # said in the end: it must neither crash nor pass a preview
            self._failure = failure

    def validation(self, policy: str) -> "Callable[[StackValidationArgs, ReportViolation], None]":
        """What one policy says about a stack."""

        def validate(arguments: "StackValidationArgs", report: "ReportViolation") -> None:
            if policy in self._asked:
                self._begin()
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

    def _configure(self, policy: str, value: Mapping[str, object]) -> None:
        if self._document.get(policy, {}) != value:
            self._document[policy] = unwrapped(value)
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
