"""What a policy reports."""

from typing import Literal

from msgspec import Struct

from pricing.money import Range

FindingVerdict = Literal["violation", "undecided"]
FindingConfidence = Literal["high", "medium", "low"]


class Fact(Struct, frozen=True):
    """One piece of evidence as a finding lists it."""

    fact: str
    urn: str | None = None


class Saving(Struct, frozen=True):
    """What following the advice saves in a month."""

    amount: Range
    currency: str


class Finding(Struct, frozen=True):
    """One thing that a policy says about one resource.

    Attributes:
        urn: The resource; ``None`` for the stack as a whole.
        resource: Its name as a user knows it; the stack's name for the stack.
        verdict: ``undecided`` when the policy cannot tell whether it is violated.
        confidence: How firm it is.
        message: The fact with name and number, the consequence, what it saves. Ends with a full stop.
        hint: One action. Ends with a full stop.
        evidence: Everything that the finding rests on.
        saving: ``None`` where no saving is claimed.
        key: Tells findings of one policy about one resource apart; never changes between runs.
        cost: What the finding is about costs a month, where that is not the saving.
        policy: Name of the policy; a rule leaves it to its file.
    """

    urn: str | None
    resource: str
    verdict: FindingVerdict
    confidence: FindingConfidence
    message: str
    hint: str
    evidence: tuple[Fact, ...] = ()
    saving: Saving | None = None
    key: str = ""
    cost: Saving | None = None
    policy: str = ""
