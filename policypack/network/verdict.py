"""What is said about the public network of a gateway or an EIP, and on what grounds."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from policypack.huaweicloud.model import Eip, Gateway

Declared = Literal["on", "off", "unknown"]
Decision = Literal["needed", "unneeded", "undecided"]
Certainty = Literal["high", "medium", "low"]
Direction = Literal["public", "private", "unknown", "neutral"]
EntranceKind = Literal["lvs", "elb", "nlb", "unknown"]
Weight = Literal["proves", "suggests-strongly", "suggests", "assumed", "none"]


class Evidence(Struct, frozen=True):
    """One fact that a verdict rests on.

    Attributes:
        fact: A sentence with the resource's name and the value that matters.
        urn: The resource that states it; ``None`` for a setting.
        rule: Row of the decision table, for example ``backend-17`` or ``caller-public-record``.
        direction: What it speaks for.
        weight: How much it says.
        stated: Declared by the team in a tag or setting rather than seen in the program.
        missing: For the direction ``unknown``: what would have to be known, a phrase.
    """

    fact: str
    urn: str | None
    rule: str
    direction: Direction
    weight: Weight
    stated: bool = False
    missing: str = ""


class Judgement(Struct, frozen=True):
    """Whether one public path is needed.

    Attributes:
        declared: Whether it is paid for.
        verdict: ``unneeded`` is claimed only when every piece of evidence is known.
        certainty: How firm the verdict is.
        evidence: In order of weight, then URN, then fact.
        missing: What would have to be known for a firm verdict, a phrase each.
    """

    declared: Declared
    verdict: Decision
    certainty: Certainty
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...] = ()


class GatewayJudgement(Struct, frozen=True):
    """Both public paths of one gateway: to its backends, and from its callers.

    Attributes:
        gateway: The gateway.
        outbound: Whether it needs public outbound bandwidth.
        entrance: Whether it needs a public entrance.
        kind: What kind of entrance it can have: ``lvs`` an EIP of one's own, ``elb`` an inbound
            bandwidth, ``nlb`` the EIP of the user's load balancer.
        eips: URNs of the EIPs that ``eipId`` names, whether or not the gateway can use them.
        address_translation: URN of an SNAT rule in the gateway's VPC, the way out for ``nlb``.
        misplaced: URNs of EIP associations that aim at the gateway's address, which nothing supports.
    """

    gateway: Gateway
    outbound: Judgement
    entrance: Judgement
    kind: EntranceKind = "unknown"
    eips: tuple[str, ...] = ()
    address_translation: str | None = None
    misplaced: tuple[str, ...] = ()


class Binding(Struct, frozen=True):
    """Whether something uses an EIP or a shared bandwidth.

    Attributes:
        state: ``undecided`` when the declaration does not show it.
        users: URNs of what uses it.
        reason: Why, a sentence with names.
    """

    state: Literal["bound", "unbound", "undecided"]
    users: tuple[str, ...]
    reason: str


class NetworkJudgement(Struct, frozen=True):
    """All that is judged about one stack.

    Attributes:
        gateways: In order of URN.
        eips: What uses each EIP, by URN of the EIP.
        bandwidths: What uses each shared bandwidth, by its URN.
        memberships: Which EIPs an association puts, or may put, into a shared bandwidth, by URN.
    """

    gateways: tuple[GatewayJudgement, ...]
    eips: Mapping[str, Binding]
    bandwidths: Mapping[str, Binding]
    memberships: Mapping[str, Binding] = field(default_factory=dict)

    def binding_of(self, eip: Eip) -> Binding:
        """What uses an EIP. What is declared is about the successor of one that waits for its deletion."""
        binding = self.eips[eip.resource.urn]
        return replace(binding, state="undecided", reason=_waits(eip)) if eip.resource.leaving else binding

    def membership_of(self, eip: Eip) -> Binding | None:
        """The association that puts, or may put, an EIP into a shared bandwidth; ``None`` for none."""
        membership = self.memberships.get(eip.resource.urn)
        if membership is None or not eip.resource.leaving:
            return membership
        return replace(membership, state="undecided", reason=_waits(eip))


def _waits(eip: Eip) -> str:
    if eip.resource.billed_on:
        return f'EIP "{eip.resource.name}" has left the program, and may be in use elsewhere.'
    return f'The old EIP "{eip.resource.name}" waits for its deletion, and may be in use until then.'
