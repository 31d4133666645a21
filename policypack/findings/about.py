"""How a rule says what it finds: ``about(gateway).violation("It is so.", "Do this.")``."""

from collections.abc import Iterable

from msgspec import Struct

from policypack.declared import Resource, Stack
from policypack.findings.finding import Fact, Finding, FindingConfidence, Saving


class About(Struct, frozen=True):
    """What a finding is about.

    Attributes:
        urn: The resource; ``None`` for the stack as a whole.
        name: As a user knows it.
    """

    urn: str | None
    name: str

    def violation(
        self,
        message: str,
        hint: str,
        *,
        evidence: Iterable[Fact] = (),
        confidence: FindingConfidence = "high",
        saving: Saving | None = None,
        cost: Saving | None = None,
        key: str = "",
    ) -> Finding:
        """The policy is violated; the arguments are the attributes of ``Finding``."""
        return Finding(
            self.urn, self.name, "violation", confidence, message, hint, tuple(evidence), saving, key, cost
        )

    def undecided(
        self,
        message: str,
        hint: str,
        *,
        evidence: Iterable[Fact] = (),
        confidence: FindingConfidence = "low",
        cost: Saving | None = None,
        key: str = "",
    ) -> Finding:
        """Whether the policy is violated cannot be told; what is not decided saves nothing."""
        return Finding(
            self.urn, self.name, "undecided", confidence, message, hint, tuple(evidence), None, key, cost
        )


def about(what: Resource | Stack) -> About:
    """A finding about a resource, or about a whole stack."""
    if isinstance(what, Resource):
        return About(what.urn, what.name)
    return About(None, what.name or what.project)
