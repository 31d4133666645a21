"""All billed types, found by their files: a new one is one new file, or one row of ``simple.toml``."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from policypack.declared import read
from policypack.huaweicloud.survey import purchase_of, region_of, stated
from policypack.metering.declaration import Declaration
from policypack.metering.item import ONE, Item, Notes
from policypack.metering.service import ELASTIC_IP, Service
from policypack.plugins import PluginError, load_plugin, plugin_names
from pricing.book.loader import definitions
from pricing.document import DocumentError, Table, parse_document
from pricing.quantity import Meter

BILLED: Final = Path(__file__).parents[1] / "billed"
"""The folder of the billed types."""

SIMPLE: Final = BILLED / "simple.toml"
"""Types with one meter, a row each."""


class BilledType(Struct, frozen=True):
    """One type of resource that is priced here.

    Attributes:
        type: Its Terraform name.
        service: What it belongs to.
        replaced_by: Paths of the properties that cannot be changed in place: the provider replaces the
            resource, and both halves are billed for a while.
        items: Yields what all resources of the type in a stack buy.
        only_where_priced: Where no price can be meant, it is no line and opens no limit: it is counted as not
            priced here.
    """

    type: str
    service: Service
    replaced_by: tuple[str, ...]
    items: Callable[[Declaration], Iterator[Item]]
    only_where_priced: bool = False


@cache
def billed_types() -> Mapping[str, BilledType]:
    """Every billed type by its Terraform name, sorted.

    Raises:
        PluginError: A file lacks something, or two are about one type.
    """
    billed_types: dict[str, BilledType] = {}
    places: dict[str, str] = {}
    for name in plugin_names(BILLED):
        _add(_of_file(name), BILLED / f"{name}.py", billed_types, places)
    for billed in _simple():
        _add(billed, SIMPLE, billed_types, places)
    return dict(sorted(billed_types.items()))


def listed_where_priced(type_: str) -> bool:
    """Whether a type is a line only where there may be a price."""
    billed = billed_types().get(type_)
    return billed is not None and billed.only_where_priced


def service_of(type_: str) -> Service:
    """The service of a line, by the type of what is billed; inside other resources EIPs are bought."""
    billed = billed_types().get(type_)
    return ELASTIC_IP if billed is None else billed.service


def nouns() -> str:
    """What is always a line here, for a sentence: ``API gateway, elastic IP or shared bandwidth``."""
    always = (billed for billed in billed_types().values() if not billed.only_where_priced)
    all_nouns = sorted({billed.service.noun for billed in always}, key=str.casefold)
    *first, last = all_nouns
    return f"{', '.join(first)} or {last}" if first else last


def nothing_declared() -> str:
    """The sentence for a stack without anything that is priced here."""
    return f"No {nouns()} is declared."


def _add(billed: BilledType, path: Path, value: dict[str, BilledType], places: dict[str, str]) -> None:
    if billed.type in value:
        raise PluginError(path, f"type {billed.type} is billed by {places[billed.type]} already")
    value[billed.type] = billed
    places[billed.type] = path.name


def _of_file(name: str) -> BilledType:
    module = load_plugin(
        BILLED,
        name,
        TYPE='TYPE: Final = "nat_gateway", the Terraform name without the prefix of the provider',
        SERVICE='SERVICE: Final = Service("NAT Gateway", "Networking", "NAT gateway")',
        REPLACED_BY='REPLACED_BY: Final = ("region",), what cannot be changed in place',
        items="def items(declaration: Declaration) -> Iterator[Item]",
    )
    path = BILLED / f"{name}.py"
    if not (isinstance(module.TYPE, str) and module.TYPE):
        raise PluginError(path, "TYPE is no Terraform name")
    if not isinstance(module.SERVICE, Service):
        raise PluginError(path, 'SERVICE is no Service("NAT Gateway", "Networking", "NAT gateway")')
    replaced_by = module.REPLACED_BY
    if not (isinstance(replaced_by, tuple) and all(isinstance(one, str) for one in replaced_by)):
        raise PluginError(path, "REPLACED_BY is no tuple of paths of properties")
    if not callable(module.items):
        raise PluginError(path, "items is no function")
    return BilledType(module.TYPE, module.SERVICE, replaced_by, module.items)


def _simple() -> Iterator[BilledType]:
    try:
        root = Table(parse_document(SIMPLE.read_text(encoding="utf-8"), SIMPLE.name), SIMPLE.name)
        for table in root.tables("type"):
            yield _of_row(table)
        root.finish()
    except DocumentError as error:
        raise PluginError(SIMPLE, str(error).removeprefix(SIMPLE.name).lstrip(":, ").rstrip(".")) from None


def _of_row(table: Table) -> BilledType:
    name = table.text("type")
    table.named(name)
    meter = Meter(table.one_of("meter", definitions().meters))
    service = Service(table.text("service"), table.text("category"), table.text("noun"))
    spec, size = table.optional_text("spec"), table.optional_text("size")
    replaced_by = table.texts("replaced_by")
    only_where_priced = table.flag("only_where_priced")
    table.finish()
    items = partial(_items, name, meter, spec, size)
    return BilledType(name, service, replaced_by, items, only_where_priced)


def _items(
    name: str, meter: Meter, spec: str | None, size: str | None, declaration: Declaration
) -> Iterator[Item]:
    """The items of a type with one meter.

    Args:
        name: Terraform name.
        meter: The meter.
        spec: Path of the property that names the product; the meter has one product only without it.
        size: Path of the property that holds the size; 1 without it.
        declaration: The stack.
    """
    landscape = declaration.landscape
    stack = landscape.stack
    for resource in landscape.of_type(name):
        if resource.external:
            continue
        notes = Notes()
        purchase = purchase_of(stack, resource)
        yield Item(
            resource=resource,
            type=name,
            meter=meter,
            region=region_of(stack, resource, landscape.default_region),
            spec=None if spec is None else notes.known(stated(stack, resource, spec, read.text), spec),
            mode=notes.mode(purchase),
            size=ONE if size is None else notes.size(stated(stack, resource, size, read.size), size),
            hours=declaration.hours(resource),
            months=notes.months(purchase),
            reasons=tuple(notes.reasons),
            unknowns=tuple(notes.unknowns),
        )
