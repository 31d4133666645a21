"""Where the cost of a stack arises, and what its prices rest on: small enough to be kept for very many."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct

from policypack.costs.estimate import totals_of
from policypack.costs.line import Line, Total
from policypack.findings.enforcement import EnforcedFinding


class Sum(Struct, frozen=True):
    """Cost lines as their totals.

    Attributes:
        lines: How many there are.
        totals: One for each currency.
        elsewhere: Whether the currency of some is not known, or gaps may hide more, so that it could be any.
    """

    lines: int
    totals: tuple[Total, ...]
    elsewhere: bool


class Portion(Struct, frozen=True):
    """What is spent in one region, or on one meter.

    Attributes:
        key: The region or the meter; ``None`` where it is not known.
        cost: What it costs.
    """

    key: str | None
    cost: Sum


class Breakdown(Struct, frozen=True):
    """One stack, divided.

    Attributes:
        regions: Its cost by region; likewise ``meters``.
        prices: How many lines have a price of which kind: a confidence, ``reference``, or ``none``.
        open: How many lines have no exact amount.
        oldest: Date of the oldest price; ``None`` without any.
        policies: The policies that say something which is neither waived nor set aside.
    """

    regions: tuple[Portion, ...] = ()
    meters: tuple[Portion, ...] = ()
    prices: tuple[tuple[str, int], ...] = ()
    open: int = 0
    oldest: date | None = None
    policies: tuple[str, ...] = ()


def sum_of(lines: Sequence[Line], *, is_open: bool = False) -> Sum:
    """Lines as their totals; more may be hidden where the declaration has gaps (``is_open``)."""
    is_elsewhere = is_open or any(line.currency is None for line in lines)
    return Sum(len(lines), totals_of(list(lines), is_open=is_open), is_elsewhere)


def breakdown(lines: Sequence[Line], findings: Iterable[EnforcedFinding]) -> Breakdown:
    """Divide the cost of one stack."""
    prices = [line.price for line in lines if line.price is not None]
    return Breakdown(
        regions=_portions(lines, lambda line: line.region),
        meters=_portions(lines, lambda line: str(line.meter)),
        prices=tuple(sorted(Counter(map(_kind, lines)).items())),
        open=sum(line.monthly is None or not line.monthly.is_exact for line in lines),
        oldest=min((price.as_of for price in prices), default=None),
        policies=tuple(
            sorted({one.finding.policy for one in findings if one.waiver is None and not one.known})
        ),
    )


def _portions(lines: Sequence[Line], key: Callable[[Line], str | None]) -> tuple[Portion, ...]:
    parts: dict[str | None, list[Line]] = {}
    for line in lines:
        parts.setdefault(key(line), []).append(line)
    ordered = sorted(parts.items(), key=lambda part: part[0] or "")
    return tuple(Portion(name, sum_of(of_it)) for name, of_it in ordered)


def _kind(line: Line) -> str:
    if line.price is None:
        return "free" if line.status == "free" else "none"
    return "reference" if line.price.reference else line.price.confidence
