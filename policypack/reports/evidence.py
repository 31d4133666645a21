"""The evidence about a gateway as a tree: what leads out of it, who comes in, and what is missing."""

from collections.abc import Iterator, Sequence
from typing import Final

from policypack.declared import parse_urn
from policypack.network.verdict import Evidence, GatewayJudgement, Judgement, Weight

_WEIGHTS: Final[dict[Weight, str]] = {
    "proves": "proves",
    "suggests-strongly": "suggests strongly",
    "suggests": "suggests",
    "assumed": "suggests weakly",
    "none": "says nothing",
}

_OUTBOUND_LIMITS: Final = (
    "[not looked at] APIs made in the console, by an import or in a stack that was not read",
    "[would decide] the gateway's tag backends-elsewhere = private or public, or statements in the settings",
)
_ENTRANCE_LIMITS: Final = (
    "[not looked at] callers and DNS records outside of what was read",
    "[would decide] the gateway's tag callers = private or public, or statements in the settings",
)
"""What no declaration shows, below an *unneeded*, and what states it."""


def evidence_lines(judged: GatewayJudgement) -> Iterator[str]:
    """Both public paths with one piece of evidence a line, as plain text."""
    yield from _path("├─", "│ ", "public outbound bandwidth", judged.outbound, _OUTBOUND_LIMITS)
    yield from _path("└─", "  ", "public entrance", judged.entrance, _ENTRANCE_LIMITS)


def _path(edge: str, beside: str, title: str, judgement: Judgement, limits: Sequence[str]) -> Iterator[str]:
    certainty = "" if judgement.verdict == "undecided" else f" ({judgement.certainty} certainty)"
    yield f"{edge} {title}: declared {judgement.declared}, {judgement.verdict}{certainty}"
    facts = [*map(_fact, judgement.evidence), *(f"[missing] {missing}" for missing in judgement.missing)]
    if judgement.verdict == "unneeded" and not any(item.stated for item in judgement.evidence):
        facts += limits
    yield from (f"{beside} {line}" for line in _edged(facts or ["[no evidence]"]))


def _edged(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"├─ {line}" for line in lines[:-1])
    yield f"└─ {lines[-1]}"


def _fact(item: Evidence) -> str:
    stated = ", stated" if item.stated else ""
    says = f", {_WEIGHTS[item.weight]}" if item.direction in ("public", "private") else ""
    return f"[{item.direction}{says}{stated}] {item.fact} ({item.rule}, {_source(item)})"


def _source(item: Evidence) -> str:
    """Type and name of the resource that states it."""
    if item.urn is None:
        return "settings"
    _, _, token, name = parse_urn(item.urn)
    return f"{token.rpartition(':')[2]} {name}"
