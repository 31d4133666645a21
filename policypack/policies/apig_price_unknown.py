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

from collections.abc import Iterator
from typing import Final

from policypack.costs.line import Line
from policypack.policies.finding import Fact, Finding
from policypack.policies.policy import Policy
from policypack.policies.subject import Subject

_NOT_PROPERTIES: Final = ("binding", "membership", "usage.trafficGB", "usage.peak")
"""What lines name as open and no program can set."""
NAME: Final = "apig-price-unknown"
_FETCH: Final = "Fetch the price with `apig-cost prices sync`, or state your own in the customer terms."


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each line without an upper bound."""
    for line in subject.estimate.lines:
        if line.monthly is None or line.monthly.high is None:
            yield _finding(line)


def _finding(line: Line) -> Finding:
    of = line.meter if line.spec is None else f"{line.meter} {line.spec}"
    where = f" in {line.region}" if line.region else ""
    properties = tuple(path for path in line.unknowns if path not in _NOT_PROPERTIES) or line.unknowns
    if line.unknowns:
        message = (
            f'"{line.resource.name}": the cost of {of}{where} cannot be told, because '
            f"{_listed(properties)} {'is' if len(properties) == 1 else 'are'} not known; "
            "no total that includes it has an upper bound."
        )
        hint = f"Set {_listed(properties)} to a value that is known before the deployment."
    elif line.monthly is not None:
        message = (
            f'"{line.resource.name}": {of}{where} costs at least {line.monthly.low:.2f} {line.currency} a '
            "month, and no price is known for all of it; no total that includes it has an upper bound."
        )
        hint = _FETCH
    else:
        message = (
            f'"{line.resource.name}": the book has no price of {of}{where}; it is billed and stands in no '
            "total."
        )
        hint = _FETCH
    return Finding(
        policy=NAME,
        urn=line.resource.urn,
        resource=line.resource.name,
        verdict="undecided" if line.unknowns else "violation",
        confidence="high",
        message=message,
        hint=hint,
        evidence=tuple(Fact(reason, line.resource.urn) for reason in line.reasons),
        key=str(line.meter),
    )


def _listed(names: tuple[str, ...]) -> str:
    quoted = [f"`{name}`" for name in names]
    if len(quoted) == 1:
        return quoted[0]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


POLICY = Policy(
    name=NAME,
    summary="Names every gateway, EIP and bandwidth whose cost has no upper bound.",
    level="advisory",
    find=find,
    documentation=__doc__ or "",
)
