"""Levels, waivers and fingerprints: what a finding means for this team, today."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from policypack.costs.line import Estimate
from policypack.costs.wording import number
from policypack.declared import Stack
from policypack.findings.catalogue import policies
from policypack.findings.finding import Finding
from policypack.settings.model import BUDGET_POLICY, Level, Settings, Waiver
from policypack.settings.pattern import means
from pricing.money import ANYTHING, Range, total

Verdict = Literal["ok", "violation", "undecided"]
_WAIVER: Final = "waiver "
"""How the key of a finding begins that is about a waiver."""


class EnforcedFinding(Struct, frozen=True):
    """A finding with what follows from it.

    Attributes:
        finding: What the policy says.
        level: ``mandatory`` stops a pipeline unless it is waived.
        fingerprint: The same in every run and on every machine for the same thing.
        waiver: The waiver that covers it.
        known: Whether a baseline sets it aside.
    """

    finding: Finding
    level: Level
    fingerprint: str
    waiver: Waiver | None = None
    known: bool = False

    @property
    def stops(self) -> bool:
        """Whether a pipeline has to stop because of it."""
        return self.level == "mandatory" and self.waiver is None and not self.known

    @property
    def softened(self) -> bool:
        """Whether the team's settings let pass what would stop it: a waiver, or a budget that only warns."""
        open_budget = self.finding.policy == BUDGET_POLICY and self.finding.verdict == "undecided"
        return self.waiver is not None or (open_budget and not self.stops)


class Enforcement(Struct, frozen=True):
    """The findings of one stack with their consequences.

    Attributes:
        findings: Mandatory ones first, then by policy and URN; waivers that do not count are among
            them.
        used: Positions of the waivers that met a finding, also of those that do not count.
    """

    findings: tuple[EnforcedFinding, ...]
    used: frozenset[int]


def enforce(
    findings: Iterable[Finding], stack: Stack, estimate: Estimate, settings: Settings, today: date
) -> Enforcement:
    """Give each finding its level, its fingerprint and the waiver that covers it.

    A waiver covers violations only: accepting a finding that nobody could decide would turn *cannot
    decide* into a pass.
    """
    defaults = {policy.name: policy.level for policy in policies()}
    enforced: list[EnforcedFinding] = []
    used: set[int] = set()
    problems: dict[str, Finding] = {}
    for finding in findings:
        covering: Waiver | None = None
        for position, waiver in enumerate(settings.waivers):
            if not _means(waiver, finding):
                continue
            used.add(position)
            problem = _problem(waiver, finding, estimate, today)
            if problem is None:
                covering = covering or waiver
            else:
                problems.setdefault(f"{position} {problem}", _reported(waiver, problem))
        level = _level(finding, settings, defaults)
        if level != "disabled":
            enforced.append(EnforcedFinding(finding, level, fingerprint(finding, stack), covering))
    enforced.extend(
        EnforcedFinding(problem, "advisory", fingerprint(problem, stack)) for problem in problems.values()
    )
    enforced.sort(key=_order)
    return Enforcement(tuple(_told_apart(enforced)), frozenset(used))


def verdict(findings: Iterable[EnforcedFinding], *, unread: bool) -> Verdict:
    """What a pipeline needs to know about all findings of a run.

    Args:
        findings: Of all stacks.
        unread: Whether some input could not be used, which leaves open what would be said about it.
    """
    stopping = [one for one in findings if one.stops]
    if any(one.finding.verdict == "violation" for one in stopping):
        return "violation"
    return "undecided" if stopping or unread else "ok"


def is_enabled(policy: str, settings: Settings) -> bool:
    """Whether a policy is asked at all."""
    return settings.levels.get(policy) != "disabled"


def _told_apart(enforced: list[EnforcedFinding]) -> Iterator[EnforcedFinding]:
    """Both halves of a replacement share a URN; dashboards drop a fingerprint that they have seen."""
    seen: Counter[str] = Counter()
    for one in enforced:
        seen[one.fingerprint] += 1
        again = seen[one.fingerprint]
        yield one if again == 1 else replace(one, fingerprint=_digest(f"{one.fingerprint} {again}"))


def is_of_a_waiver(finding: Finding) -> bool:
    """Whether it is about a waiver that does not count, rather than about what is declared."""
    return finding.urn is None and finding.key.startswith(_WAIVER)


def unused_waivers(settings: Settings, used: Iterable[int], today: date) -> tuple[str, ...]:
    """A sentence for each waiver that met no finding in the whole run."""
    met = set(used)
    return tuple(
        f'waivers[{position}] ({waiver.policy} on "{waiver.resource}", {waiver.owner}) covers no finding'
        + (f" and has expired on {waiver.expires}" if waiver.expires < today else "")
        + "; remove it."
        for position, waiver in enumerate(settings.waivers)
        if position not in met
    )


def fingerprint(finding: Finding, stack: Stack) -> str:
    """Identifies a finding across runs and machines: nothing in it depends on amounts or wording."""
    parts = (finding.policy, stack.project, stack.name, finding.urn or "", finding.verdict, finding.key)
    return _digest("\0".join(parts))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _order(enforced: EnforcedFinding) -> tuple[bool, bool, str, str, str, str]:
    finding = enforced.finding
    return (
        not enforced.stops,
        enforced.level != "mandatory",
        finding.policy,
        finding.urn or "",
        finding.key,
        finding.message,
    )


def _level(finding: Finding, settings: Settings, defaults: dict[str, Level]) -> Level:
    if (
        finding.policy == BUDGET_POLICY
        and finding.verdict == "undecided"
        and settings.when_undecided == "warn"
    ):
        return "disabled" if settings.levels.get(BUDGET_POLICY) == "disabled" else "advisory"
    return settings.levels.get(finding.policy, defaults.get(finding.policy, "advisory"))


def _means(waiver: Waiver, finding: Finding) -> bool:
    if waiver.policy != finding.policy:
        return False
    candidates = (finding.resource, finding.urn or "", finding.key)
    return any(candidate and means(waiver.resource, candidate) for candidate in candidates)


def _problem(waiver: Waiver, finding: Finding, estimate: Estimate, today: date) -> str | None:
    """Why a waiver that means a finding does not cover it."""
    if waiver.expires < today:
        return f"has expired on {waiver.expires}"
    if finding.verdict == "undecided":
        return "cannot accept what could not be decided"
    if waiver.cap is None:
        return None
    amount = _amount(finding, estimate)
    if amount.high is None:
        return f"has a cap of {number(waiver.cap)}, and what the finding costs has no upper bound"
    if amount.high > waiver.cap:
        return f"has a cap of {number(waiver.cap)}, and the finding is about {number(amount.high)}"
    return None


def _amount(finding: Finding, estimate: Estimate) -> Range:
    """What a finding is about in a month: its cost, its saving, or all that its resource costs."""
    stated = finding.cost or finding.saving
    if stated is not None:
        return stated.amount
    lines = [line for line in estimate.lines if line.resource.urn == finding.urn]
    if len({line.currency for line in lines}) != 1:
        return ANYTHING
    return total(line.monthly or ANYTHING for line in lines)


def _reported(waiver: Waiver, problem: str) -> Finding:
    return Finding(
        policy=waiver.policy,
        urn=None,
        resource=waiver.resource,
        verdict="violation",
        confidence="high",
        message=f'The waiver of {waiver.owner} for {waiver.policy} on "{waiver.resource}" {problem}.',
        hint="Renew, correct or remove the waiver.",
        key=f"{_WAIVER}{waiver.resource}",
    )
