"""Which prices are good enough for this team: ``requireConfidence`` and ``maxPriceAgeDays``."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from msgspec.structs import replace

from policypack.costs.line import Line
from policypack.settings.model import Settings
from pricing.money import ZERO
from pricing.quote import Confidence

_RANK: Final[Mapping[Confidence, int]] = {
    "third-party": 0,
    "example": 1,
    "official": 2,
    "own": 3,
    "billed": 3,
}
"""What a team states itself and what it was billed is known better than any list."""


def weakness(line: Line, settings: Settings, today: date) -> str | None:
    """Why the settings do not let a line's price decide anything; ``None`` where they do.

    What has no price has nothing to trust.
    """
    if line.monthly is None or _needs_no_price(line):
        return None
    wanted, age = settings.require_confidence, settings.max_price_age_days
    if line.price is None:
        if wanted == "third-party" and age is None:
            return None
        return "its range spans several price rows, whose confidence and age are not all known"
    if _RANK[line.price.confidence] < _RANK[wanted]:
        return f"its price is {line.price.confidence} and requireConfidence asks for {wanted}"
    if age is not None and (today - line.price.as_of).days > age:
        return f"its price is of {line.price.as_of} and maxPriceAgeDays is {age}"
    return None


def _needs_no_price(line: Line) -> bool:
    """Whether something else pays or nothing is used, so that it costs nothing at whatever price.

    A price of 0 is a price like any other.
    """
    return line.monthly == ZERO and line.price is None and line.quantity == ZERO


def estimated(line: Line, settings: Settings) -> str | None:
    """Why a line's price makes an estimate and no verdict; ``None`` where it may decide a limit.

    A reference price is of no certain region. The team says with ``referencePrices`` whether that will do.
    """
    elsewhere = line.elsewhere or (line.price is not None and line.price.reference)
    if not elsewhere or settings.reference_prices == "accept":
        return None
    if line.monthly is None or _needs_no_price(line):
        return None
    return f"its price is a reference price of site {line.site}, not one of {line.region}"


def undeciding(line: Line, settings: Settings, today: date) -> str | None:
    """Why a line's price decides no limit; ``None`` where it may."""
    return weakness(line, settings, today) or estimated(line, settings)


def doubted(line: Line, settings: Settings, today: date) -> Line:
    """The line, undecided where its price is not good enough; the amount stays for the reader."""
    why = weakness(line, settings, today)
    if why is None:
        return line
    sentence = f"{why[0].upper()}{why[1:]}."
    return replace(line, status="undecided", reasons=(sentence, *line.reasons))
