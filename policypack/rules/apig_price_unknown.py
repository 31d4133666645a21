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
    Fetch the prices of the region with `apig-cost prices sync` and commit the book, or state an
    agreed unit price in the customer terms. Where a property is known only after the deployment,
    set it from configuration instead.

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
from policypack.findings.finding import Fact, Finding
from policypack.findings.subject import Subject

LEVEL: Final = "advisory"
_OUTSIDE: Final = {
    "binding": "what the EIP is bound to",
    "membership": "whether a shared bandwidth pays for it",
    "usage.trafficGB": "its traffic",
    "usage.peak": "its peak",
}
"""What lines name as open and no property of the program sets, in words."""


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for all lines of a resource that lack an upper bound for the same cause."""
    open_lines = [
        line for line in subject.estimate.lines if line.monthly is None or line.monthly.high is None
    ]
    for _, lines in groupby(sorted(open_lines, key=_cause), key=_cause):
        yield _finding(list(lines))


def _cause(line: Line) -> tuple[str, bool, str, str]:
    return line.resource.urn, line.resource.leaving, _key(line), line.region or ""


def _key(line: Line) -> str:
    """What tells two findings of a resource apart; it outlives changes of amounts and wording."""
    if line.unknowns:
        return ", ".join(_deciding(line))
    return "price" if line.monthly is None else "price of all"


def _deciding(line: Line) -> tuple[str, ...]:
    return tuple(path for path in line.unknowns if path not in _OUTSIDE) or line.unknowns


def _finding(lines: Sequence[Line]) -> Finding:
    first = lines[0]
    of = _and([f"{line.meter} {line.spec}" if line.spec else line.meter for line in lines])
    where = f" in {first.region}" if first.region else ""
    them = "it" if len(lines) == 1 else "them"
    if first.unknowns:
        message = (
            f"the cost of {of}{where} cannot be told, because {_unknown(first)} not known; no total that "
            f"includes {them} has an upper bound."
        )
        hint = _state(lines)
    elif first.monthly is not None:
        least = _and(
            [f"at least {number(line.monthly.low)} {line.currency}" for line in lines if line.monthly]
        )
        message = (
            f"{of}{where} {'costs' if len(lines) == 1 else 'cost'} {least} a month, and no price is known "
            f"for all of it; no total that includes {them} has an upper bound."
        )
        hint = _fetch(first)
    else:
        stands = "it is billed and stands" if len(lines) == 1 else "they are billed and stand"
        message = f"the price book has no price of {of}{where}; {stands} in no total."
        hint = _fetch(first)
    return Finding(
        urn=first.resource.urn,
        resource=first.resource.name,
        verdict="undecided" if first.unknowns else "violation",
        confidence="high",
        message=f'"{first.resource.name}": {message}',
        hint=hint,
        evidence=_evidence(lines),
        key=_key(first),
    )


def _unknown(line: Line) -> str:
    found = [_OUTSIDE.get(path, f"`{path}`") for path in _deciding(line)]
    return f"{_and(found)} {'is' if len(found) == 1 else 'are'}"


def _state(lines: Sequence[Line]) -> str:
    """What to do about values that are not known."""
    first = lines[0]
    deciding = _deciding(first)
    if all(path in _OUTSIDE for path in deciding):
        hint = (
            "State the traffic under `usage` in the settings."
            if "usage.trafficGB" in deciding
            else "Limit what the resource can cost, or accept that nothing bounds it."
        )
        return f"{hint} {_fetch(first)}" if any(line.monthly is None for line in lines) else hint
    value = "a value that is" if len(deciding) == 1 else "values that are"
    return f"Set {_and([f'`{path}`' for path in deciding])} to {value} known before the deployment."


def _fetch(line: Line) -> str:
    options = f" --site {line.site} --region {line.region}" if line.site and line.region else ""
    return f"Fetch prices with `apig-cost prices sync{options}`, or state your own in the customer terms."


def _evidence(lines: Sequence[Line]) -> tuple[Fact, ...]:
    reasons = dict.fromkeys(reason for line in lines for reason in line.reasons)
    return tuple(Fact(reason, lines[0].resource.urn) for reason in reasons)


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
