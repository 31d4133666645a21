"""Rates that the team chose, and sums in one currency."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from policypack.costs.line import Total
from policypack.settings.model import BUDGET_POLICY, Exchange, Settings
from pricing import Prices
from pricing.money import total

ONE: Final = Decimal(1)


class Converted(Struct, frozen=True):
    """A sum over several currencies.

    Attributes:
        total: In the one currency.
        rates: What it was converted with.
    """

    total: Total
    rates: tuple[Exchange, ...]


_ALSO_CALLED: Final = {"RMB": "CNY", "CNH": "CNY"}
"""Names of currencies that are no codes of ISO 4217."""


def unknown_currencies(settings: Settings, book: Prices) -> Iterator[str]:
    """A problem for each limit in a currency that no price has and no rate leads to.

    Such a limit could never be decided. The path of the setting comes first.
    """
    priced = {*book.currencies.values(), *(row.currency for row in book.rows)}
    known = priced | {rate.target for rate in settings.exchange}
    stated = [(f"{BUDGET_POLICY}.limits[{at}]", limit.currency) for at, limit in enumerate(settings.limits)]
    stated += [
        (f"portfolio.limits[{at}]", limit.currency) for at, limit in enumerate(settings.portfolio.limits)
    ]
    stated += [
        (f"{BUDGET_POLICY}.increases[{at}]", increase.currency)
        for at, increase in enumerate(settings.increases)
        if increase.currency is not None
    ]
    for place, currency in stated:
        if currency in known:
            continue
        other = _ALSO_CALLED.get(currency)
        near = f"did you mean {other}?" if other in known else "or a rate to it in exchange"
        yield (
            f"{place}.currency: expected a currency of the prices "
            f'({", ".join(sorted(known))}), found "{currency}"; {near}'
        )


def rate_between(source: str, target: str, exchange: Iterable[Exchange]) -> Exchange | None:
    """The rate that the settings state from one currency to another."""
    return next((rate for rate in exchange if (rate.source, rate.target) == (source, target)), None)


def in_one_currency(
    totals: Sequence[Total], exchange: Sequence[Exchange], wanted: Iterable[str] = ()
) -> Converted | None:
    """Totals of several currencies as one.

    Args:
        totals: One for each currency.
        exchange: The rates of the settings.
        wanted: Currencies to try first, those of the limits; then those that rates lead to.

    Returns:
        ``None`` for a single currency, and where no currency can be reached from all of them.
    """
    if len(totals) < 2 or any(one.currency is None for one in totals):
        return None
    for target in dict.fromkeys([*wanted, *(rate.target for rate in exchange)]):
        rates: list[Exchange] = []
        for one in totals:
            assert one.currency is not None
            rate = rate_between(one.currency, target, exchange)
            if one.currency != target and rate is None:
                break
            if one.currency != target and rate is not None:
                rates.append(rate)
        else:
            return Converted(_sum(totals, target, rates), tuple(rates))
    return None


def _sum(totals: Sequence[Total], target: str, rates: Sequence[Exchange]) -> Total:
    factors = {rate.source: rate.rate for rate in rates}
    return Total(
        target,
        total(one.hourly.scaled(factors.get(one.currency or "", ONE)) for one in totals),
        total(one.monthly.scaled(factors.get(one.currency or "", ONE)) for one in totals),
    )
