"""A cost line as the cells of a table for people."""

from collections.abc import Callable
from typing import Final

from policypack.costs.line import Line
from policypack.costs.wording import CENTS, NOT_KNOWN, bounds
from policypack.reports.safe import visible
from pricing.money import Range, plain

_LONGEST_SPEC: Final = 40


def monthly(line: Line, decimals: int = CENTS) -> str:
    """What a line costs a month, as a person reads it."""
    return "free" if line.status == "free" else bounds(line.monthly, line.currency, decimals)


def quantity(line: Line) -> str:
    """What is counted."""
    if line.quantity is None or line.quantity.says_nothing:
        return NOT_KNOWN
    return f"{_span(line.quantity)} {line.unit or ''}".strip()


def _span(size: Range) -> str:
    if size.is_exact:
        return plain(size.low)
    return f"{plain(size.low)}+" if size.high is None else f"{plain(size.low)} - {plain(size.high)}"


def what(line: Line) -> str:
    """Meter and specification."""
    return f"{line.meter} {visible(line.spec, _LONGEST_SPEC)}" if line.spec else str(line.meter)


def where(line: Line) -> str:
    """Region and site."""
    region = visible(line.region, _LONGEST_SPEC) if line.region else f"region {NOT_KNOWN}"
    return f"{region} ({line.site})" if line.site else region


def price_note(line: Line) -> str:
    """What kind of price it is, when it is not the vendor's own price of that region."""
    if line.price is None:
        return ""
    words = ["reference"] if line.price.reference else []
    if line.price.confidence != "official":
        words.append(line.price.confidence)
    return ", ".join(words)


def price_or_reasons(line: Line, spelled: Callable[[str], str]) -> str:
    """What kind of price it is and, where it leaves the amount open, why.

    Args:
        line: The line.
        spelled: Writes a property as the source does (``Stack.spelled``).
    """
    note = price_note(line)
    if line.status in {"priced", "free"}:
        return note or ("official" if line.price else " ".join(line.reasons))
    if line.price is None:
        return " ".join(line.reasons)
    open_ = f"not known: {', '.join(map(spelled, line.unknowns))}" if line.unknowns else ""
    return "; ".join(part for part in (note, open_) if part)
