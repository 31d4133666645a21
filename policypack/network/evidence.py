"""Short ways to write a piece of evidence, and the order in which evidence is shown."""

from collections.abc import Iterable
from typing import Final

from policypack.network.verdict import Direction, Evidence, Weight

_ORDER: Final[dict[Weight, int]] = {
    "proves": 0,
    "suggests-strongly": 1,
    "suggests": 2,
    "assumed": 3,
    "none": 4,
}


def public(rule: str, fact: str, urn: str | None, weight: Weight = "proves") -> Evidence:
    """Evidence that the public network is used."""
    return Evidence(fact, urn, rule, "public", weight)


def private(rule: str, fact: str, urn: str | None, weight: Weight = "proves") -> Evidence:
    """Evidence that the private network is enough."""
    return Evidence(fact, urn, rule, "private", weight)


def unknown(rule: str, fact: str, urn: str | None, missing: str) -> Evidence:
    """Something that would decide, were it known."""
    return Evidence(fact, urn, rule, "unknown", "none", missing=missing)


def neutral(rule: str, fact: str, urn: str | None) -> Evidence:
    """Something that a reader looks for and that says nothing."""
    return Evidence(fact, urn, rule, "neutral", "none")


def ordered(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence by weight, then URN, then fact, each piece once."""
    order: dict[Direction, int] = {"public": 0, "private": 1, "unknown": 2, "neutral": 3}
    return tuple(
        sorted(
            set(evidence),
            key=lambda item: (
                _ORDER[item.weight],
                order[item.direction],
                item.urn or "",
                item.fact,
                item.rule,
            ),
        )
    )
