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


def evidence_lines(judged: GatewayJudgement) -> Iterator[str]:
    """Both public paths with one piece of evidence a line, as plain text."""
    yield from _path("├─", "│ ", "public outbound bandwidth", judged.outbound)
    yield from _path("└─", "  ", "public entrance", judged.entrance)


def _path(edge: str, beside: str, title: str, judgement: Judgement) -> Iterator[str]:
    certainty = "" if judgement.verdict == "undecided" else f" ({judgement.certainty} certainty)"
    yield f"{edge} {title}: declared {judgement.declared}, {judgement.verdict}{certainty}"
    facts = [*map(_fact, judgement.evidence), *(f"[missing] {missing}" for missing in judgement.missing)]
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
