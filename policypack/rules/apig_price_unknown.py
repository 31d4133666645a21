"""Names every gateway, EIP and bandwidth whose cost has no upper bound.

What it finds
    A declared item that the price book has no price for, or whose price cannot be told because the
    declaration leaves the deciding property open until the deployment.

Why it costs
    What has no price is still billed. A total that leaves it out looks smaller than the bill, and a
    budget cannot be said to hold.

Example
    A gateway with `edition="BASIC"` in `cn-north-4`: no public source states that price.

Instead
    Fetch the prices of the region with `apig-cost prices sync` and commit the book, write them down
    with `apig-cost prices init`, or state an agreed unit price in the customer terms. Where a
    property is known only after the deployment, set it from configuration instead.

Before you follow this advice
    A price that was fetched belongs to one site and one day. Check that the site is the one that
    bills your account.

References
    The price book (`apig-cost prices list`) and its holes (`apig-cost prices check`).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from policypack.costs.line import Line
from policypack.costs.wording import number
from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding
from policypack.findings.phrasing import named, sentence, sentences
from policypack.findings.subject import Subject
from pricing.advice import WRITE_DOWN, advice
from pricing.quote import Cause

LEVEL: Final = "advisory"
_OUTSIDE: Final = {
    "binding": "what the EIP is bound to",
    "membership": "whether a shared bandwidth pays for it",
    "usage.trafficGB": "its traffic",
    "usage.peak": "its peak",
}
"""What lines name as open and no property of the program sets, in words."""
_OWN_REGION: Final = "in a price book of your own that lists the region in a `[[region]]`"
_ADVICE: Final = {
    Cause.MISSPELT: "Correct the name, or state its price in a price book of your own.",
    Cause.NOT_SOLD: "Check how it is paid, or state its price in a price book of your own.",
    Cause.STATED: f"State the price that you agreed on in the terms, or in what {WRITE_DOWN} writes.",
    Cause.SITE: "Correct the region, list it in a `[[region]]` of a price book, or set `site`.",
    Cause.PARTNER: f"State the partner's prices {_OWN_REGION}.",
    Cause.PRIVATE: f"State what it costs you {_OWN_REGION}.",
    Cause.PACKAGE: f"Say in the setting `packages` what the package is, or state its prices {_OWN_REGION}.",
}
"""What to do where fetching prices would not help."""


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for all lines of a resource that lack an upper bound for the same cause."""
    open_lines = [
        line for line in subject.estimate.lines if line.monthly is None or line.monthly.high is None
    ]
    for _, group in groupby(sorted(open_lines, key=_cause), key=_cause):
        lines = list(group)
        if _is_open(lines[0]):
            yield _undecided(subject, lines)
        elif lines[0].monthly is not None:
            yield _priced_in_part(lines)
        else:
            yield _unpriced(lines)


def _cause(line: Line) -> tuple[str, bool, str, str]:
    return line.resource.urn, line.resource.leaving, _key(line), line.region or ""


def _key(line: Line) -> str:
    """What tells two findings of a resource apart; it outlives changes of amounts and wording."""
    if _is_open(line):
        return ", ".join(_deciding(line))
    if line.monthly is not None:
        return "price of all"
    return "price" if line.cause in (None, Cause.NO_ROW) else f"price: {line.cause}"


def _is_open(line: Line) -> bool:
    """Whether knowing the declaration would help: not where nobody knows who bills, or somebody else does."""
    settled = {Cause.SITE: "region", Cause.PACKAGE: "provider.cloud"}
    elsewhere = line.cause in {Cause.PARTNER, Cause.PRIVATE} or (
        line.cause in settled and settled[line.cause] not in line.unknowns
    )
    return bool(line.unknowns) and not elsewhere


def _deciding(line: Line) -> tuple[str, ...]:
    return tuple(path for path in line.unknowns if path not in _OUTSIDE) or line.unknowns


def _undecided(subject: Subject, lines: Sequence[Line]) -> Finding:
    first = lines[0]
    cannot = f"{named(first.resource)}: the cost of {_items(lines)} cannot be told"
    return about(first.resource).undecided(
        sentence(f"{cannot}, because {_unknown(subject, first)} not known", _unbounded(lines)),
        _state(subject, lines),
        evidence=_evidence(lines),
        confidence="high",
        key=_key(first),
    )


def _priced_in_part(lines: Sequence[Line]) -> Finding:
    first = lines[0]
    least = _and([f"at least {number(line.monthly.low)} {line.currency}" for line in lines if line.monthly])
    cost = (
        f"{named(first.resource)}: {_items(lines)} {'costs' if len(lines) == 1 else 'cost'} {least} a month"
    )
    return about(first.resource).violation(
        sentence(f"{cost}, and no price is known for all of it", _unbounded(lines)),
        _fetch(first),
        evidence=_evidence(lines),
        key=_key(first),
    )


def _unpriced(lines: Sequence[Line]) -> Finding:
    first = lines[0]
    stands = "it is billed and stands" if len(lines) == 1 else "they are billed and stand"
    lacks = f"{named(first.resource)}: the price book has no price of {_items(lines)}"
    absent = first.cause in (None, Cause.NO_ROW)
    reasons = () if absent else dict.fromkeys(line.reasons[-1] for line in lines)
    return about(first.resource).violation(
        sentences(sentence(lacks, f"{stands} in no total"), *reasons),
        _fetch(first),
        evidence=_evidence(lines),
        key=_key(first),
    )


def _items(lines: Sequence[Line]) -> str:
    """What is not bounded, and where."""
    items = _and([f"{line.meter} {line.spec}" if line.spec else line.meter for line in lines])
    return f"{items} in {lines[0].region}" if lines[0].region else items


def _unbounded(lines: Sequence[Line]) -> str:
    return f"no total that includes {'it' if len(lines) == 1 else 'them'} has an upper bound"


def _unknown(subject: Subject, line: Line) -> str:
    inputs = [_OUTSIDE.get(path, f"`{subject.spelled(path)}`") for path in _deciding(line)]
    return f"{_and(inputs)} {'is' if len(inputs) == 1 else 'are'}"


def _state(subject: Subject, lines: Sequence[Line]) -> str:
    """What to do about values that are not known."""
    first = lines[0]
    deciding = _deciding(first)
    if all(path in _OUTSIDE for path in deciding):
        hint = (
            "State the traffic under `usage` in the settings."
            if "usage.trafficGB" in deciding
            else "Limit what the resource can cost, or accept that nothing bounds it."
        )
        return sentences(hint, _fetch(first) if any(line.monthly is None for line in lines) else "")
    value = "a value that is" if len(deciding) == 1 else "values that are"
    properties = _and([f"`{subject.spelled(path)}`" for path in deciding])
    return f"Set {properties} to {value} known before the deployment."


def _fetch(line: Line) -> str:
    if line.cause in _ADVICE:
        return _ADVICE[line.cause]
    return advice(line.site, [line.region] if line.region else [])


def _evidence(lines: Sequence[Line]) -> tuple[Fact, ...]:
    reasons = dict.fromkeys(reason for line in lines for reason in line.reasons)
    return tuple(Fact(reason, lines[0].resource.urn) for reason in reasons)


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
