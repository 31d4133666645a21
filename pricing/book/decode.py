"""From TOML tables to rows and statements. Strict: nothing is guessed, nothing is ignored."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from pricing.book.examples import with_example
from pricing.book.layers import BUNDLED
from pricing.book.model import (
    Alias,
    Complete,
    Definitions,
    Example,
    MeterDefinition,
    NoPrice,
    Row,
)
from pricing.book.regions import EVERY_REGION, Regions
from pricing.document import DocumentError, Table
from pricing.money import divide
from pricing.quantity import GIGABYTES_PER_TERABYTE, SECONDS_PER_HOUR, Meter, Mode, Unit
from pricing.quote import OWN, Confidence
from pricing.rounding import half_up
from pricing.tiers import Dimension, Tariff, Tier, TierError, TierMode

SCHEMA: Final = "apig-cost/book/1"

Meters: TypeAlias = Mapping[Meter, MeterDefinition]

_HOUR_PLACES: Final = 15
"""Decimals of hours that an example states in seconds: enough for any amount, and can be written."""

_BOUND_FACTORS: Final = {
    "Mbit/s": Decimal(1),
    "hour": Decimal(1),
    "GB": Decimal(1),
    "TB": GIGABYTES_PER_TERABYTE,
}
_BOUND_DIMENSIONS: Final = {
    "Mbit/s": Dimension.SIZE,
    "hour": Dimension.HOURS,
    "GB": Dimension.VOLUME,
    "TB": Dimension.VOLUME,
}


class Usual(Struct, frozen=True):
    """What a row of the user need not say.

    Attributes:
        as_of: Date of the file.
        book: Name of the file, which stands for the source.
        currencies: Currency of each site, which tells the site.
    """

    as_of: date
    book: str
    currencies: Mapping[str, str]


class Unfilled(Struct, frozen=True):
    """A row that is prepared and whose rate nobody has filled in yet: it prices nothing."""

    name: str


def decode_row(
    table: Table, definitions: Definitions, regions: Regions, usual: Usual | None = None
) -> Row | Unfilled:
    """Read one ``[[row]]``.

    Args:
        table: The row.
        definitions: What every book shares.
        regions: Those that it may name.
        usual: What is taken for the keys that it lacks; ``None`` where it must say everything.

    Raises:
        DocumentError: A key is missing, unknown, or does not fit the meter; no table lists the region.
    """
    given = table.text("id") if usual is None else table.optional_text("id")
    if given is not None:
        table.named(given)
    meter = _meter(table, definitions.meters)
    definition = definitions.meters[meter]
    months = table.optional_count("months")
    mode = _mode(table, months, usual)
    unit = _unit(table, definition, mode, usual)
    region = _region(table, regions)
    currency = _currency(table)
    spec = _spec(table, definition)
    site = _site(table, region, regions, currency, usual)
    identifier = given or _identifier(site, region, meter, spec, months)
    if usual is not None and table.is_empty("rate"):
        return Unfilled(identifier)
    confidence = _confidence(table, None if usual is None else "own")
    tariff = decode_tariff(table, definition.dimension)
    row = Row(
        id=identifier,
        meter=meter,
        spec=spec,
        site=site,
        region=region,
        mode=mode,
        currency=currency,
        unit=unit,
        tariff=tariff,
        confidence=confidence,
        source=table.text("source", None if usual is None else usual.book),
        as_of=table.day("as_of", None if usual is None else usual.as_of),
        example=Example(Decimal(0)),
        months=months,
        least=table.number("least", Decimal(0)),
        most=table.optional_number("most"),
        growing=table.flag("growing"),
        inferred=table.flag("inferred"),
        discounted=table.flag("discounted"),
        note=table.text("note", " ").strip(),
        book=BUNDLED if usual is None else usual.book,
    )
    if row.most is not None and row.most < row.least:
        raise table.fail("most", f"at least {row.least}, where the sizes of the row begin")
    if confidence in OWN and tariff.is_flat and "example" not in table:
        row = with_example(row)
    else:
        row = replace(row, example=_example(table.table("example")))
    table.finish()
    return row


def _identifier(site: str, region: str, meter: Meter, spec: str, months: int | None) -> str:
    """What a row is called that has no name of its own."""
    parts = [site, "any" if region == EVERY_REGION else region, *meter.split("."), spec.lower()]
    return "-".join([*parts, f"{months}-months"] if months else parts)


def _mode(table: Table, months: int | None, usual: Usual | None) -> Mode:
    usually = None
    if usual is not None:
        usually = Mode.PAY_PER_USE if months is None else Mode.YEARLY_MONTHLY
    mode = table.choice("mode", Mode, usually)
    if (months is None) is (mode is Mode.YEARLY_MONTHLY):
        raise table.fail("months", f"a number of months exactly when the mode is {Mode.YEARLY_MONTHLY}")
    return mode


def _unit(table: Table, definition: MeterDefinition, mode: Mode, usual: Usual | None) -> Unit:
    wanted = definition.units.get(mode)
    unit = table.choice("unit", Unit, None if usual is None else wanted)
    if unit is not wanted:
        expected = (
            f"{wanted} for {definition.meter}"
            if wanted
            else f"another mode: {definition.meter} is never paid {mode}"
        )
        raise table.fail("unit", expected)
    return unit


def _site(table: Table, region: str, regions: Regions, currency: str, usual: Usual | None) -> str:
    """The site that a row names, else the first that sells the region in the currency of the row."""
    if usual is None or "site" in table:
        return table.text("site")
    known = regions.get(region)
    sold_by = tuple(usual.currencies) if known is None else known.sites
    fitting = [site for site in sold_by if usual.currencies.get(site) == currency]
    if not fitting or (known is None and len(fitting) > 1):
        of = "" if not fitting else f" ({', '.join(fitting)} have prices in {currency})"
        raise table.fail("site", f"the site whose price it is{of}")
    return fitting[0]


def decode_tariff(table: Table, default: Dimension) -> Tariff:
    """Read ``rate``, or ``tiers`` with ``tier_mode`` and ``tier_unit``.

    Args:
        table: The row.
        default: What the tiers go by where the row does not say it.

    Raises:
        DocumentError: Both or neither is given, or the tiers leave gaps.
    """
    if "rate" in table and "tiers" not in table and "tier_mode" not in table:
        return Tariff.flat(table.number("rate"), default)
    if "rate" in table:
        raise table.fail("rate", "either a rate, or tiers with their tier_mode")
    tiers = table.tables("tiers")
    if not tiers:
        raise table.fail("tiers", "a rate, or at least one tier")
    mode = table.choice("tier_mode", TierMode)
    bound_unit = table.text("tier_unit", _default_unit(default))
    if bound_unit not in _BOUND_FACTORS:
        raise table.fail("tier_unit", f"one of {', '.join(_BOUND_FACTORS)}")
    factor = _BOUND_FACTORS[bound_unit]
    dimension = _BOUND_DIMENSIONS[bound_unit]
    if (dimension is Dimension.VOLUME) is not (default is Dimension.VOLUME):
        raise table.fail(
            "tier_unit", f"one that counts what the meter does, such as {_default_unit(default)}"
        )
    try:
        return Tariff(_tiers(tiers, factor), mode, dimension)
    except TierError as error:
        raise DocumentError(f"{table.place}: tiers: {error}.") from error


def decode_complete(table: Table, meters: Meters, regions: Regions) -> Complete:
    """Read one ``[[complete]]``."""
    stated = Complete(
        meter=_meter(table, meters),
        site=table.text("site"),
        region=_region(table, regions),
        source=table.text("source"),
        as_of=table.day("as_of"),
    )
    table.finish()
    return stated


def decode_no_price(table: Table, meters: Meters, regions: Regions) -> NoPrice:
    """Read one ``[[unpriced]]``."""
    stated = NoPrice(
        meter=_meter(table, meters),
        spec=table.text("spec", "*"),
        site=table.text("site", "*"),
        region=_region(table, regions) if "region" in table else EVERY_REGION,
        reason=table.text("reason"),
        source=table.text("source"),
    )
    table.finish()
    return stated


def decode_currencies(root: Table) -> dict[str, str]:
    """Read every ``[[site]]``."""
    decode_currencies: dict[str, str] = {}
    for table in root.tables("site"):
        name = table.text("name")
        if name in decode_currencies:
            raise table.fail("name", "each site once")
        decode_currencies[name] = _currency(table)
        table.optional_text("page")
        table.flag("calculator")
        table.finish()
    return decode_currencies


def decode_meters(root: Table) -> dict[Meter, MeterDefinition]:
    """Read every ``[[meter]]``."""
    meters: dict[Meter, MeterDefinition] = {}
    for table in root.tables("meter"):
        meter = Meter(table.text("name"))
        if meter in meters:
            raise table.fail("name", "each meter once")
        units = {mode: table.choice(mode.value, Unit) for mode in Mode if mode.value in table}
        names = table.table("spec_names") if "spec_names" in table else None
        meters[meter] = MeterDefinition(
            meter=meter,
            units=units,
            dimension=table.choice("dimension", Dimension, Dimension.SIZE),
            sole_spec=table.optional_text("sole_spec"),
            known_specs=table.texts("known_specs"),
            page=table.optional_text("page"),
            spec_names={name: names.text(name) for name in names.names()} if names else {},
        )
        table.finish()
    return meters


def decode_definitions(root: Table, regions: Regions) -> Definitions:
    """Read the definitions that every book shares."""
    meters = decode_meters(root)
    aliases: dict[Meter, Alias] = {}
    for table in root.tables("alias"):
        alias = Alias(
            meter=_meter(table, meters),
            priced_as=_meter(table, meters, "priced_as"),
            spec=table.text("spec"),
            reason=table.text("reason"),
            source=table.text("source"),
        )
        table.finish()
        aliases[alias.meter] = alias
    definitions = Definitions(
        meters=meters,
        currencies=decode_currencies(root),
        pages={site.text("name"): site.text("page") for site in root.tables("site")},
        calculators=frozenset(site.text("name") for site in root.tables("site") if site.flag("calculator")),
        regions=regions,
        aliases=aliases,
        no_prices=tuple(decode_no_price(table, meters, regions) for table in root.tables("unpriced")),
    )
    root.finish()
    return definitions


def _meter(table: Table, meters: Meters, key: str = "meter") -> Meter:
    return Meter(table.one_of(key, meters))


def _spec(table: Table, definition: MeterDefinition) -> str:
    written = table.text("spec")
    spec = definition.spec_names.get(written, written)
    if definition.sole_spec is not None and spec != definition.sole_spec:
        raise table.fail("spec", f"{definition.sole_spec}, the only product of {definition.meter}")
    return spec


def _region(table: Table, regions: Regions) -> str:
    text = table.text("region")
    if text != EVERY_REGION and regions.get(text) is None:
        near = regions.nearest(text)
        raise table.fail(
            "region", f"a listed region{f' ({near}?)' if near else ''}, or a [[region]] that lists it"
        )
    return text


def _currency(table: Table) -> str:
    text = table.text("currency")
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise table.fail("currency", "three capital letters (ISO 4217)")
    return text


def _confidence(table: Table, usual: Confidence | None) -> Confidence:
    text = table.text("confidence", usual)
    choices: tuple[Confidence, ...] = get_args(Confidence)
    for choice in choices:
        if text == choice:
            return choice
    raise table.fail("confidence", f"one of {', '.join(choices)}")


def _example(table: Table) -> Example:
    example = Example(
        amount=table.number("amount"),
        size=table.number("size", Decimal(1)),
        hours=_hours(table),
        volume=table.number("volume", Decimal(0)),
        month_hours=table.number("month_hours", Decimal(730)),
    )
    table.finish()
    return example


def _hours(table: Table) -> Decimal:
    if "seconds" in table:
        return half_up(divide(Decimal(table.count("seconds")), SECONDS_PER_HOUR), _HOUR_PLACES)
    return table.number("hours", Decimal(0))


def _tiers(tables: tuple[Table, ...], factor: Decimal) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    end = Decimal(0)
    for number, table in enumerate(tables, start=1):
        above = table.number("above") * factor if "above" in table else end
        up_to = table.number("up_to") * factor if "up_to" in table else None
        tiers.append(Tier(above, up_to, table.number("rate")))
        table.finish()
        if up_to is None and number < len(tables):
            raise table.fail("up_to", "an end of every tier but the last")
        end = up_to if up_to is not None else end
    return tuple(tiers)


def _default_unit(dimension: Dimension) -> str:
    return next(unit for unit, one in _BOUND_DIMENSIONS.items() if one is dimension)
