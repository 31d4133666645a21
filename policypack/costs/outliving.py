"""What is billed although it leaves the declaration.

``retainOnDelete``, a resource that is only read from now on, one that was removed from a state without being
destroyed, and an operation that was interrupted: no declaration says so any more, and the vendor bills on.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from policypack.costs.line import Line
from pricing.money import ZERO

_LEFT: Final = (
    "It has left the program and is not destroyed (retainOnDelete): it is billed on outside of the stack."
)


def marked(line: Line) -> Line:
    """The line with the reason why it is still there; from nothing on where it may be gone."""
    resource = line.resource
    if not resource.billed_on:
        return line
    line = replace(line, reasons=(resource.billed_on, *line.reasons))
    if not resource.may_be_gone or line.monthly is None or line.hourly is None:
        return line
    return replace(
        line,
        status="undecided",
        hourly=line.hourly.or_else(ZERO),
        monthly=line.monthly.or_else(ZERO),
    )


def left_behind(base: Sequence[Line], head: Sequence[Line], identity: Callable[[Line], str]) -> list[Line]:
    """Lines of a base that the head no longer has and that are billed on: ``retainOnDelete`` keeps them.

    Args:
        base: Lines before, at the prices of the head.
        head: Lines after.
        identity: What tells a resource in both.
    """
    there = {identity(line) for line in head}
    return [
        marked(replace(line, resource=replace(line.resource, billed_on=_LEFT)))
        for line in base
        if line.resource.retained and not line.resource.leaving and identity(line) not in there
    ]


def note_on(lines: Iterable[Line]) -> tuple[str, ...]:
    """What a limit says beside its verdict: which of the resources that it counts have left the stack."""
    names = sorted({line.resource.name for line in lines if line.resource.billed_on})
    if not names:
        return ()
    shown = ", ".join(f'"{name}"' for name in names[:_MOST_SHOWN])
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return (f"counts what is billed on although the program no longer has it: {shown}{more}",)


_MOST_SHOWN: Final = 3
