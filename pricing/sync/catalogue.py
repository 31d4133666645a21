"""Strict reading of the calculator's catalogue: what is not understood stops the sync.

The shape and its traps: docs/reference/prices.md, "The calculator's catalogue".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from pricing.book.model import Complete, Definitions, Example, NoPrice, Row
from pricing.document import exact
from pricing.money import divide, multiply
from pricing.quantity import Meter, Mode, Unit
from pricing.rating import Usage, charge
from pricing.rounding import half_up
from pricing.sync.codes import Codes, Measure, Service
from pricing.sync.errors import SyncError
from pricing.tiers import Dimension, Tariff, Tier, TierError, TierMode

_MODES: Final = {"ONDEMAND": Mode.PAY_PER_USE, "MONTHLY": Mode.YEARLY_MONTHLY, "YEARLY": Mode.YEARLY_MONTHLY}
_NOT_PRICED: Final = frozenset({"RI", "ONETIME"})
_RATE_PLACES: Final = 20
_MONTHS: Final = {"MONTHLY": 1, "YEARLY": 12}
_TIER_MODES: Final = {
    "DIVISION_STEP": TierMode.PROGRESSIVE,
    "DIVISION_TIER": TierMode.WHOLE,
    "DIVISION_FIXED": TierMode.FIXED,
}
_PLAN_DIMENSION: Final = {
    Unit.GATEWAY_HOUR: "hours",
    Unit.HOUR: "hours",
    Unit.MBIT_S_HOUR: "hours",
    Unit.GIGABYTE: "volume",
    Unit.MBIT_S_MONTH: "months",
    Unit.MONTH: "months",
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one answer of the calculator holds for one region.

    Attributes:
        rows: The prices.
        complete: The meters of which every price is among them.
        skipped: Products that no meter of the book counts, as ``group code``.
        no_prices: Products whose price cannot be told, and why.
    """

    rows: tuple[Row, ...]
    complete: tuple[Complete, ...] = ()
    skipped: tuple[str, ...] = ()
    no_prices: tuple[NoPrice, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer came from."""

    site: str
    region: str
    currency: str
    source: str
    day: date


def read_catalogue(
    content: object, service: Service, origin: Origin, codes: Codes, definitions: Definitions
) -> Catalogue:
    """Read the answer to one request.

    Raises:
        SyncError: Something in it is not understood or contradicts itself; names the product.
    """
    product = _mapping(_mapping(content, "the answer").get("product"), "product")
    rows: dict[tuple[object, ...], Row] = {}
    complete: list[Complete] = []
    skipped: list[str] = []
    for group in service.groups:
        items = _list(product.get(group), f"product {group}")
        if not items:
            raise SyncError(f"The catalogue of {origin.region} has no products in {group}.")
        unknown: list[str] = []
        for item in items:
            for row in _item_rows(_mapping(item, group), group, origin, codes, definitions, unknown):
                key = (*row.key, row.months)
                if key in rows and rows[key].tariff != row.tariff:
                    raise SyncError(f"{row.id}: the catalogue has two different prices.")
                rows[key] = row
        skipped.extend(unknown)
        if not unknown:
            complete.extend(
                Complete(meter, origin.site, origin.region, origin.source, origin.day)
                for meter in codes.meters(group)
            )
    return Catalogue(tuple(rows.values()), tuple(complete), tuple(skipped))


def _item_rows(
    item: Mapping[str, object],
    group: str,
    origin: Origin,
    codes: Codes,
    definitions: Definitions,
    unknown: list[str],
) -> list[Row]:
    code = item.get("resourceSpecCode")
    if not isinstance(code, str) or not code or not code.isprintable():
        raise SyncError(f"A product of {group} has no resourceSpecCode.")
    if item.get("locationCode"):
        return []  # a local zone has prices of its own
    eip_type = item.get("eipType")
    meant = codes.product(group, code, eip_type if isinstance(eip_type, str) else None)
    if meant is None:
        unknown.append(f"{group} {code}")
        return []
    meter, spec = meant
    plans = _list(item.get("planList"), f"{group} {code}: planList")
    sites = {plan.get("siteCode", codes.site_code) for plan in plans if isinstance(plan, Mapping)}
    rows = [
        row
        for plan in plans
        if (row := _row(_mapping(plan, code), f"{group} {code}", meter, spec, origin, codes, definitions))
    ]
    if plans and not rows and codes.site_code not in sites:
        found = ", ".join(sorted(repr(site) for site in sites))
        raise SyncError(f"{group} {code}: no plan is of {codes.site_code}; found {found}.")
    return rows


def _row(
    plan: Mapping[str, object],
    name: str,
    meter: Meter,
    spec: str,
    origin: Origin,
    codes: Codes,
    definitions: Definitions,
) -> Row | None:
    if plan.get("siteCode", codes.site_code) != codes.site_code or plan.get("locationCode"):
        return None  # the same product of a partner cloud, or of a local zone
    billing = plan.get("billingMode")
    if billing in _NOT_PRICED:
        return None
    if not isinstance(billing, str) or billing not in _MODES:
        raise SyncError(f"{name}: billingMode {billing!r} is not known.")
    mode = _MODES[billing]
    place = f"{name} {billing}"
    if plan.get("currency", origin.currency) != origin.currency:
        raise SyncError(
            f"{place}: the currency is {plan['currency']!r}, but site {origin.site} is {origin.currency}."
        )
    unit = definitions.meters[meter].units.get(mode)
    if unit is None:
        raise SyncError(f"{place}: {meter} is not known to be sold {mode}.")
    months = None
    if mode is Mode.YEARLY_MONTHLY:
        months = _MONTHS[billing] * _whole(plan.get("periodNum", 1), f"{place}: periodNum")
    else:
        _check_measure(plan, place, unit, codes)
    tariff = _tariff(plan, place, definitions.meters[meter].dimension, codes)
    identifier = "-".join(
        [origin.site, origin.region, *meter.split("."), spec.lower(), billing.lower()]
        + ([str(months)] if months else [])
    )
    return with_example(
        Row(
            id=identifier,
            meter=meter,
            spec=spec,
            site=origin.site,
            region=origin.region,
            mode=mode,
            currency=origin.currency,
            unit=unit,
            tariff=tariff,
            confidence="official",
            source=origin.source,
            as_of=origin.day,
            example=Example(Decimal(0)),
            months=months,
        )
    )


def with_example(row: Row) -> Row:
    """The row with an example that reaches its last tier, so that a later change is noticed."""
    reach = row.tariff.tiers[-1].above + 1
    example = Example(
        amount=Decimal(0),
        size=reach if row.tariff.dimension is Dimension.SIZE else Decimal(1),
        hours=reach if row.tariff.dimension is Dimension.HOURS else Decimal(1),
        volume=reach if row.tariff.dimension is Dimension.VOLUME else Decimal(0),
        month_hours=Decimal(1),
    )
    usage = Usage(example.size, example.hours, example.volume, example.month_hours)
    return replace(row, example=replace(example, amount=charge(row, usage).amount))


def _check_measure(plan: Mapping[str, object], place: str, unit: Unit, codes: Codes) -> None:
    """A plan without a unit is per hour; any other must count what the meter counts.

    Source: docs/reference/prices.md, "Units of the calculator".
    """
    if "measureUnit" not in plan or plan["measureUnit"] is None:
        if _PLAN_DIMENSION[unit] != "hours":
            raise SyncError(f"{place}: measureUnit is missing; expected one of {_PLAN_DIMENSION[unit]}.")
        return
    measure = _measure(plan["measureUnit"], f"{place}: measureUnit", codes)
    if measure.dimension != _PLAN_DIMENSION[unit] or measure.factor != 1:
        raise SyncError(f"{place}: measureUnit {plan['measureUnit']!r} is not the unit of a {unit}.")


def _tariff(plan: Mapping[str, object], place: str, dimension: Dimension, codes: Codes) -> Tariff:
    divisions = plan.get("divisionList")
    if divisions is None or divisions == []:
        step = _number(plan.get("measureUnitStep", 1), f"{place}: measureUnitStep")
        return Tariff.flat(_rate(plan, step, place), dimension)
    kind = plan.get("divisionType")
    if not isinstance(kind, str) or kind not in _TIER_MODES:
        raise SyncError(f"{place}: divisionType {kind!r} is not known.")
    tiers: list[Tier] = []
    dimensions: set[str] = set()
    for number, item in enumerate(_list(divisions, f"{place}: divisionList"), start=1):
        where = f"{place}, tier {number}"
        table = _mapping(item, where)
        division = _mapping(table.get("division"), f"{where}: division")
        begin = _measure(division.get("beginUnit"), f"{where}: beginUnit", codes)
        end = _measure(division.get("endUnit", division.get("beginUnit")), f"{where}: endUnit", codes)
        dimensions |= {begin.dimension, end.dimension}
        above = _number(division.get("beginValue"), f"{where}: beginValue") * begin.factor
        last = division.get("endValue")
        open_end = last in (-1, "-1")
        up_to = None if open_end else _number(last, f"{where}: endValue") * end.factor
        step = _number(division.get("measureUnitStep", 1), f"{where}: measureUnitStep")
        tiers.append(Tier(above, up_to, _rate(table, step, where)))
    if len(dimensions) != 1 or not dimensions <= set(Dimension):
        raise SyncError(f"{place}: the tiers count {' and '.join(sorted(dimensions))}.")
    found = Dimension(dimensions.pop())
    if (found is Dimension.VOLUME) is not (dimension is Dimension.VOLUME):
        raise SyncError(f"{place}: the tiers count {found}, the meter counts {dimension}.")
    try:
        return Tariff(tuple(sorted(tiers, key=lambda tier: tier.above)), _TIER_MODES[kind], found)
    except TierError as error:
        raise SyncError(f"{place}: {error}.") from error


def _rate(table: Mapping[str, object], step: Decimal, place: str) -> Decimal:
    if step == 0:
        raise SyncError(f"{place}: measureUnitStep is 0.")
    amount = _number(table.get("amount"), f"{place}: amount")
    rate = half_up(divide(amount, step), _RATE_PLACES) if step != 1 else amount
    if multiply(rate, step) != amount:
        raise SyncError(f"{place}: amount {amount} / measureUnitStep {step} is not an exact decimal.")
    return rate


def _measure(found: object, place: str, codes: Codes) -> Measure:
    number = _whole(found, place)
    if number not in codes.measures:
        raise SyncError(f"{place} {number} is not a unit that is understood here.")
    return codes.measures[number]


def _number(found: object, place: str) -> Decimal:
    if isinstance(found, bool) or not isinstance(found, (int, str, Decimal)):
        raise SyncError(f"{place} is {found!r}; expected a number.")
    value = exact(format(found, "f") if isinstance(found, Decimal) else str(found))
    if value is None or value < 0:
        raise SyncError(f"{place} is {str(found)[:40]!r}; expected a number of zero or more.")
    return value


def _whole(found: object, place: str) -> int:
    number = _number(found, place)
    if number != int(number):
        raise SyncError(f"{place} is {number}; expected a whole number.")
    return int(number)


def _mapping(found: object, place: str) -> Mapping[str, object]:
    if not isinstance(found, Mapping):
        raise SyncError(f"{place}: expected an object, found {type(found).__name__}.")
    return found


def _list(found: object, place: str) -> Sequence[object]:
    if not isinstance(found, list):
        raise SyncError(f"{place}: expected a list, found {type(found).__name__}.")
    return found
