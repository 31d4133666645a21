"""What following the advice of a run would save, summed and ranked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.costs.line import Line
from policypack.findings.enforcement import EnforcedFinding
from policypack.metering.tags import value_of
from pricing.money import ZERO, Range, total


class Saving(Struct, frozen=True):
    """What one finding would save a month.

    Attributes:
        policy: Which policy says so.
        fingerprint: Of the finding.
        resource: Name of what it is about.
        region: Where that is billed; ``None`` where it is not known.
        owner: The tag that names its owner; empty without one, ``None`` where it is not known.
        amount: From nothing on where the policy is not certain.
        currency: ISO 4217 code.
    """

    policy: str
    fingerprint: str
    resource: str
    region: str | None
    owner: str | None
    amount: Range
    currency: str


class Group(Struct, frozen=True):
    """The savings that share something.

    Attributes:
        key: What they share; ``None`` where it is not known.
        findings: How many there are.
        amounts: What they are together, one range for each currency, the largest first.
    """

    key: str | None
    findings: int
    amounts: tuple[tuple[str, Range], ...]


class Savings(Struct, frozen=True):
    """All savings of a run, ranked.

    Attributes:
        total: All of them; without a key.
        by_policy: The largest first; likewise the others.
        owner: Key of the tag that names the owner; ``None`` where the settings name none.
        by_owner: By the values of that tag.
    """

    total: Group
    by_policy: tuple[Group, ...]
    by_project: tuple[Group, ...]
    by_region: tuple[Group, ...]
    owner: str | None
    by_owner: tuple[Group, ...]


def savings_of(
    findings: Iterable[EnforcedFinding], lines: Sequence[Line], owner: str | None
) -> Iterator[Saving]:
    """What the findings of one stack would save; what is waived is not saved.

    Args:
        findings: Of the stack.
        lines: Its cost, for regions and tags.
        owner: Key of the tag that names the owner of a resource.
    """
    for enforced in findings:
        finding, saving = enforced.finding, enforced.finding.saving
        if saving is None or enforced.waiver is not None:
            continue
        own = [line for line in lines if line.resource.urn == finding.urn]
        is_certain = finding.verdict == "violation" and finding.confidence == "high"
        yield Saving(
            policy=finding.policy,
            fingerprint=enforced.fingerprint,
            resource=finding.resource,
            region=next((line.region for line in own if line.region is not None), None),
            owner=value_of(owner, own[0].resource) if owner is not None and own else None,
            amount=saving.amount if is_certain else saving.amount.or_else(ZERO),
            currency=saving.currency,
        )


def ranked(savings: Iterable[tuple[str, Saving]], owner: str | None) -> Savings:
    """Sum and rank the savings of many stacks.

    A finding that was met before, of a stack that was read twice, may be the same: it then adds from
    nothing on.

    Args:
        savings: Each with the project of its stack.
        owner: Key of the tag that names the owner of a resource.
    """
    seen: set[str] = set()
    counted: list[_Counted] = []
    for project, one in savings:
        amount = one.amount.or_else(ZERO) if one.fingerprint in seen else one.amount
        seen.add(one.fingerprint)
        counted.append(_Counted(project, one, amount))
    return Savings(
        total=_group(None, counted),
        by_policy=_groups(counted, lambda one: one.saving.policy),
        by_project=_groups(counted, lambda one: one.project or None),
        by_region=_groups(counted, lambda one: one.saving.region),
        owner=owner,
        by_owner=_groups(counted, lambda one: one.saving.owner) if owner is not None else (),
    )


class _Counted(Struct, frozen=True):
    project: str
    saving: Saving
    amount: Range


def _groups(counted: Sequence[_Counted], key: Callable[[_Counted], str | None]) -> tuple[Group, ...]:
    members: dict[str | None, list[_Counted]] = {}
    for one in counted:
        members.setdefault(key(one), []).append(one)
    groups = [_group(name, ones) for name, ones in members.items()]
    return tuple(sorted(groups, key=lambda group: (_rank(group.amounts), group.key or "")))


def _group(key: str | None, counted: Sequence[_Counted]) -> Group:
    amounts: dict[str, list[Range]] = {}
    for one in counted:
        amounts.setdefault(one.saving.currency, []).append(one.amount)
    sums = [(currency, total(parts)) for currency, parts in sorted(amounts.items())]
    return Group(key, len(counted), tuple(sorted(sums, key=lambda one: (_rank([one]), one[0]))))


_UNBOUNDED: Final = Decimal("Infinity")


def _rank(amounts: Iterable[tuple[str, Range]]) -> tuple[Decimal, Decimal]:
    """The largest that is certain first, then the largest that is possible; no rate joins currencies here."""
    ranges = [amount for _, amount in amounts]
    low = max((one.low for one in ranges), default=Decimal(0))
    high = max((_UNBOUNDED if one.high is None else one.high for one in ranges), default=Decimal(0))
    return -low, -high
