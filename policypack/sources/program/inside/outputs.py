"""Says where a program gets at what is inside of an Output by another way than the callbacks of ``apply``.

A callback of ``apply`` is not run with an unknown, or gets one of ours. Whoever takes the awaitable out of an
Output, or asks the runtime, gets what Pulumi has for an unknown, and may decide on that.
"""

from __future__ import annotations

import sys
from typing import Any, Callable  # noqa: UP035 - Pythons older than ours

from . import harmless, places

Reports = Callable[[str, "tuple[str, int]"], None]
"""Gets a phrase for what was asked, and the place."""


def watch(kind: type, allowed: frozenset[str], origin: str, report: Reports) -> None:
    """From now on, report where the program reads what an object holds.

    Args:
        kind: The class of the object.
        allowed: The attributes that tell nothing.
        origin: What the others tell, as a phrase.
        report: Called with the phrase and the place.
    """
    look: Any = kind.__getattribute__
    known = frozenset(dir(kind)) - allowed

    def __getattribute__(self: Any, name: str) -> Any:
        if name not in allowed and (name in known or name in object.__getattribute__(self, "__dict__")):
            frame = sys._getframe(1)
            if places.kind_of(frame.f_code.co_filename) != places.SDK:
                place = places.known_place_of(frame)
                if place is not None:
                    report(origin, place)
        return look(self, name)

    kind.__getattribute__ = __getattribute__  # type: ignore[assignment, method-assign]


def is_harmless(module: str, name: str) -> bool:
    """Whether a function of Pulumi's own tells nothing of what a deployment knows.

    Args:
        module: Where it is defined.
        name: Its qualified name.
    """
    if module.startswith("pulumi.runtime"):
        return name.partition(".")[0] in harmless.PULUMI_RUNTIME
    if module == "pulumi.output":
        first, _, method = name.partition(".")
        return (
            method.partition(".")[0] in harmless.OUTPUT_NAMES
            if first == "Output"
            else (first in harmless.PULUMI_OUTPUT)
        )
    return module in harmless.PULUMI_MODULES or module.startswith("pulumi.dynamic")
