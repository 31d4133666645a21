"""Strict reading of the calculator's catalogue: what is not understood is left out and named.

The shape and its traps: docs/reference/prices.md, "The calculator's catalogue".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from pricing.book.examples import with_example
from pricing.book.model import Complete, Definitions, Example, NoPrice, Row
from pricing.document import exact
from pricing.money import divide, multiply
from pricing.quantity import Meter, Mode, Unit
from pricing.rounding import half_up
from pricing.sync.codes import Codes, Measure, Service
from pricing.sync.errors import SyncError
from pricing.tiers import Dimension, Tariff, Tier, TierError, TierMode

_MODES: Final = {"ONDEMAND": Mode.PAY_PER_USE, "MONTHLY": Mode.YEARLY_MONTHLY, "YEARLY": Mode.YEARLY_MONTHLY}
_NOT_PRICED: Final = frozenset({"RI", "ONETIME"})
_RATE_PLACES: Final = 20
_LARGEST_EXPONENT: Final = 30
"""Of an amount in scientific notation: one number must not fill the memory."""
_SHOWN: Final = 60
"""Characters of a strange value."""
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


class Catalogue(Struct, frozen=True):
    """What one answer holds for one region.

    Attributes:
        rows: The prices.
        complete: The meters of which every price is among them.
        skipped: What is not understood, as ``name: reason``.
        no_prices: Products whose price cannot be told, and why.
        notes: What else a reader should know, a sentence each.
        covered: The meters that the answer is about, whatever it says of them.
    """

    rows: tuple[Row, ...]
    complete: tuple[Complete, ...] = ()
    skipped: tuple[str, ...] = ()
    no_prices: tuple[NoPrice, ...] = ()
    notes: tuple[str, ...] = ()
    covered: tuple[Meter, ...] = ()


class RegionAnswer(Struct, frozen=True):
    """What was fetched of one region, which stands alone.

    Attributes:
        region: Region id.
        catalogues: What was answered and read.
        failures: What was not, a sentence each; the book keeps what it says of it.
    """

    region: str
    catalogues: tuple[Catalogue, ...] = ()
    failures: tuple[str, ...] = ()


class Origin(Struct, frozen=True):
    """Where an answer came from."""

    site: str
    region: str
    currency: str
    source: str
    day: date


class _NotUnderstoodError(Exception):
    """Something about one product or plan is not understood; the others are."""


class _NoPriceError(Exception):
    """A product has a price that cannot be its price."""


def read_catalogue(
    content: object, service: Service, origin: Origin, codes: Codes, definitions: Definitions
) -> Catalogue:
    """Read the answer to one request.

    What is not understood is left out and named, and its meter is not stated complete.

    Raises:
        SyncError: The answer has no products at all to read.
    """
    product = _mapping(_mapping(content, "the answer").get("product"), "product")
    parts = [_Group(group, origin, codes, definitions) for group in service.groups]
    for part in parts:
        part.read(product.get(part.name))
    return Catalogue(
        rows=tuple(row for part in parts for row in part.rows.values()),
        complete=tuple(stated for part in parts for stated in part.complete()),
        skipped=tuple(name for part in parts for name in part.skipped),
        no_prices=tuple(stated for part in parts for stated in part.no_prices.values()),
        notes=(*(note for part in parts for note in part.notes), *_other_groups(product, service)),
        covered=tuple(meter for part in parts for meter in part.covered),
    )


def _other_groups(product: Mapping[str, object], service: Service) -> Iterator[str]:
    """The groups that hold nothing that is priced here."""
    if others := sorted(_shown(name) for name in product if name not in service.groups):
        yield f"The catalogue of {service.name} also has {', '.join(others)}, which no meter counts."


class _Group:
    """The products of one group of the catalogue, while they are read."""

    def __init__(self, name: str, origin: Origin, codes: Codes, definitions: Definitions) -> None:
        self.name = name
        self.rows: dict[tuple[object, ...], Row] = {}
        self.no_prices: dict[tuple[Meter, str], NoPrice] = {}
        self.skipped: list[str] = []
        self.notes: list[str] = []
        self.covered: tuple[Meter, ...] = ()
        self._open: set[Meter] = set()
        self._meters = codes.meters(name)
        self._origin, self._codes, self._definitions = origin, codes, definitions

    def read(self, items: object) -> None:
        """Read every product; a region that sells nothing of the group lacks it, or has it empty."""
        if items is None or items == []:
            self.notes.append(
                f"{self._origin.region} sells nothing in {self.name}; what the book says of it stays."
            )
            return
        self.covered = self._meters
        for item in _list(items, f"product {self.name}"):
            self._item(item)

    def complete(self) -> Iterator[Complete]:
        """The meters of which everything was understood."""
        origin = self._origin
        for meter in self.covered:
            if meter not in self._open:
                yield Complete(meter, origin.site, origin.region, origin.source, origin.day)

    def _item(self, item: object) -> None:
        code = item.get("resourceSpecCode") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(code, str) or not code or not code.isprintable():
            self._skip(f"a product of {self.name}", "it has no resourceSpecCode", self._meters)
            return
        if item.get("locationCode"):
            return  # a local zone has prices of its own
        name = f"{self.name} {code}"
        eip_type = item.get("eipType")
        meant = self._codes.product(self.name, code, eip_type if isinstance(eip_type, str) else None)
        if meant is None:
            self._skip(name, "no meter counts it", self._meters)
            return
        meter, spec = meant
        if conditions := [key for key in self._codes.conditions if item.get(key) is not None]:
            self._skip(name, f"its price has a condition ({', '.join(conditions)})", (meter,))
            return
        plans = item.get("planList")
        if not isinstance(plans, list):
            self._skip(name, f"planList is {_shown(plans)}; expected a list", (meter,))
            return
        sites = [plan.get("siteCode") for plan in plans if isinstance(plan, Mapping)]
        if sites and all(isinstance(site, str) and site != self._codes.site_code for site in sites):
            of = ", ".join(sorted({str(site) for site in sites}))
            self.notes.append(f"{name} has plans of partner clouds only ({of}).")
            self._open.add(meter)
            return
        for plan in plans:
            self._plan(plan, name, meter, spec)

    def _plan(self, plan: object, name: str, meter: Meter, spec: str) -> None:
        billing = plan.get("billingMode") if isinstance(plan, Mapping) else None
        place = f"{name} {billing}" if isinstance(billing, str) else name
        try:
            row = _row(plan, meter, spec, self._origin, self._codes, self._definitions)
        except _NotUnderstoodError as error:
            self._skip(place, str(error), (meter,))
        except _NoPriceError as error:
            self._refuse(meter, spec, f"{place}: {error}.")
        else:
            if row is not None:
                self._add(row, place)

    def _add(self, row: Row, place: str) -> None:
        key = (*row.key, row.months)
        known = self.rows.get(key)
        if known is not None and known.tariff != row.tariff:
            self._refuse(row.meter, row.spec, f"{place}: the catalogue has two different prices.")
        elif (row.meter, row.spec) not in self.no_prices:
            self.rows[key] = row

    def _skip(self, name: str, reason: str, meters: Iterable[Meter]) -> None:
        self.skipped.append(f"{name}: {reason}.")
        self._open.update(meters)

    def _refuse(self, meter: Meter, spec: str, reason: str) -> None:
        """Take every price of a product away, since it is not known which is right."""
        origin = self._origin
        self.no_prices.setdefault(
            (meter, spec), NoPrice(meter, spec, origin.site, origin.region, reason, origin.source)
        )
        self._open.add(meter)
        for key in [key for key, row in self.rows.items() if (row.meter, row.spec) == (meter, spec)]:
            del self.rows[key]


def _row(
    value: object, meter: Meter, spec: str, origin: Origin, codes: Codes, definitions: Definitions
) -> Row | None:
    if not isinstance(value, Mapping):
        raise _NotUnderstoodError(f"a plan is {_shown(value)}; expected an object")
    plan: Mapping[str, object] = value
    site = plan.get("siteCode")
    if not isinstance(site, str) or not site:
        raise _NotUnderstoodError(f"siteCode is {_shown(site)}")
    if site != codes.site_code or plan.get("locationCode"):
        return None  # the same product of a partner cloud, or of a local zone
    billing = plan.get("billingMode")
    if billing in _NOT_PRICED:
        return None
    if not isinstance(billing, str) or billing not in _MODES:
        raise _NotUnderstoodError(f"billingMode {_shown(billing)} is not known")
    if strange := [key for key in plan if key not in codes.plan_keys and plan[key] is not None]:
        named = ", ".join(sorted(map(_shown, strange)))
        raise _NotUnderstoodError(f"the plan carries {named}, whose meaning is not known")
    if plan.get("planType") is not None and plan["planType"] not in codes.plan_types:
        raise _NotUnderstoodError(f"planType {_shown(plan['planType'])} is not known")
    if plan.get("currency") is not None and plan["currency"] != origin.currency:
        raise _NoPriceError(
            f"the currency is {_shown(plan['currency'])}, but site {origin.site} is {origin.currency}"
        )
    mode = _MODES[billing]
    unit = definitions.meters[meter].units.get(mode)
    if unit is None:
        raise _NotUnderstoodError(f"{meter} is not known to be sold {mode}")
    months = None
    if mode is Mode.YEARLY_MONTHLY:
        if plan.get("billingEvent") != codes.prepaid_event:
            raise _NotUnderstoodError(f"billingEvent {_shown(plan.get('billingEvent'))} is not known")
        months = _MONTHS[billing] * _term(plan.get("periodNum"))
    else:
        _check_usage(plan, unit, codes)
        _check_measure(plan, unit, codes)
    tariff = _tariff(plan, definitions.meters[meter].dimension, codes)
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


def _check_usage(plan: Mapping[str, object], unit: Unit, codes: Codes) -> None:
    """What a plan counts must be what the meter counts: one product can have several plans that count
    differently.

    Source: docs/reference/prices.md, "The calculator's catalogue".
    """
    wanted = codes.usage[_PLAN_DIMENSION[unit]]
    factor, event = plan.get("usageFactor"), plan.get("billingEvent")
    if factor is None and event is None:
        raise _NotUnderstoodError("neither usageFactor nor billingEvent says what it counts")
    for key, one in (("usageFactor", factor), ("billingEvent", event)):
        last = one.rpartition(".")[2].lower() if isinstance(one, str) else None
        if one is not None and last not in wanted:
            raise _NotUnderstoodError(f"{key} {_shown(one)} does not count what a {unit} is")


def _check_measure(plan: Mapping[str, object], unit: Unit, codes: Codes) -> None:
    """A plan without a unit is per hour; any other must count what the meter counts.

    Source: docs/reference/prices.md, "Units of the calculator".
    """
    measure_unit = plan.get("measureUnit")
    if measure_unit is None:
        if _PLAN_DIMENSION[unit] != "hours":
            raise _NotUnderstoodError(f"measureUnit is missing; expected one of {_PLAN_DIMENSION[unit]}")
        return
    measure = _measure(measure_unit, "measureUnit", codes)
    if measure.dimension != _PLAN_DIMENSION[unit] or measure.factor != 1:
        raise _NotUnderstoodError(f"measureUnit {_shown(measure_unit)} is not the unit of a {unit}")


def _term(value: object) -> int:
    number = _whole(value, "periodNum")
    if number < 1:
        raise _NotUnderstoodError(f"periodNum is {number}; expected one or more")
    return number


def _tariff(plan: Mapping[str, object], dimension: Dimension, codes: Codes) -> Tariff:
    divisions = plan.get("divisionList")
    if divisions is None or divisions == []:
        return Tariff.flat(_rate(plan, _step(plan, ""), ""), dimension)
    kind = plan.get("divisionType")
    if not isinstance(kind, str) or kind not in _TIER_MODES:
        raise _NotUnderstoodError(f"divisionType {_shown(kind)} is not known")
    if not isinstance(divisions, list):
        raise _NotUnderstoodError(f"divisionList is {_shown(divisions)}; expected a list")
    tiers: list[Tier] = []
    dimensions: set[str] = set()
    for number, item in enumerate(divisions, start=1):
        where = f"tier {number}: "
        division = item.get("division") if isinstance(item, Mapping) else None
        if not isinstance(division, Mapping):
            raise _NotUnderstoodError(f"{where}expected an object with a division")
        begin = _measure(division.get("beginUnit"), f"{where}beginUnit", codes)
        ends = division.get("endUnit")
        end = begin if ends is None else _measure(ends, f"{where}endUnit", codes)
        dimensions |= {begin.dimension, end.dimension}
        above = _number(division.get("beginValue"), f"{where}beginValue") * begin.factor
        last = division.get("endValue")
        open_end = last in (-1, "-1")
        up_to = None if open_end else _number(last, f"{where}endValue") * end.factor
        tiers.append(Tier(above, up_to, _rate(item, _step(division, where), where)))
    if len(dimensions) != 1 or not dimensions <= set(Dimension):
        raise _NotUnderstoodError(f"the tiers count {' and '.join(sorted(dimensions))}")
    dimension_of_tiers = Dimension(dimensions.pop())
    if (dimension_of_tiers is Dimension.VOLUME) is not (dimension is Dimension.VOLUME):
        raise _NotUnderstoodError(f"the tiers count {dimension_of_tiers}, the meter counts {dimension}")
    try:
        return Tariff(
            tuple(sorted(tiers, key=lambda tier: tier.above)), _TIER_MODES[kind], dimension_of_tiers
        )
    except TierError as error:
        raise _NotUnderstoodError(str(error)) from error


def _step(table: Mapping[str, object], where: str) -> Decimal:
    """How many units an amount pays for: every monthly and yearly plan has null, and pays for one."""
    step_stated = table.get("measureUnitStep")
    step = Decimal(1) if step_stated is None else _number(step_stated, f"{where}measureUnitStep")
    if step == 0:
        raise _NotUnderstoodError(f"{where}measureUnitStep is 0")
    return step


def _rate(table: Mapping[str, object], step: Decimal, where: str) -> Decimal:
    amount = _number(table.get("amount"), f"{where}amount")
    rate = half_up(divide(amount, step), _RATE_PLACES) if step != 1 else amount
    if multiply(rate, step) != amount:
        raise _NotUnderstoodError(f"{where}amount {amount} / measureUnitStep {step} is not an exact decimal")
    return rate


def _measure(value: object, place: str, codes: Codes) -> Measure:
    number = _whole(value, place)
    if number not in codes.measures:
        raise _NotUnderstoodError(f"{place} {number} is not a unit that is understood here")
    return codes.measures[number]


def _number(given: object, place: str) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, (int, str, Decimal)):
        raise _NotUnderstoodError(f"{place} is {_shown(given)}; expected a number")
    if isinstance(given, Decimal) and given.is_finite() and abs(given.adjusted()) <= _LARGEST_EXPONENT:
        given = format(given, "f")
    value = exact(str(given))
    if value is None or value < 0:
        raise _NotUnderstoodError(f"{place} is {_shown(str(given))}; expected a number of zero or more")
    return value


def _whole(value: object, place: str) -> int:
    number = _number(value, place)
    if number != int(number):
        raise _NotUnderstoodError(f"{place} is {number}; expected a whole number")
    return int(number)


def _shown(value: object) -> str:
    """A value of the answer in an error: short, on one line."""
    return repr(value)[:_SHOWN]


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise SyncError(f"{place}: expected an object, found {type(value).__name__}.")
    return value


def _list(value: object, place: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise SyncError(f"{place}: expected a list, found {type(value).__name__}.")
    return value
