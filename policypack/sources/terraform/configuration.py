"""What the configuration of a plan says: which properties are set, and from what.

The plan's ``configuration`` holds an entry for each resource block and not for each instance. An
expression is there as a constant or as the list of what it refers to; blocks that are made by a
``dynamic`` block and local values are not there at all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from policypack.sources import fields


class Block(Struct, frozen=True):
    """The block of one resource, whatever the number of its instances.

    Attributes:
        expressions: By property; a nested block is a list of such mappings.
        provider: Key of the provider's configuration.
        repeated: Whether it has ``count`` or ``for_each``.
        for_each: What the expression of ``for_each`` refers to.
        count: The number of instances where ``count`` is written as a number; else ``None``.
    """

    mode: str
    kind: str
    name: str
    expressions: Mapping[str, object]
    provider: str
    repeated: bool
    for_each: tuple[str, ...]
    count: int | None = None


class Call(Struct, frozen=True):
    """One call of a module; ``count`` as for a block."""

    expressions: Mapping[str, object]
    repeated: bool
    for_each: tuple[str, ...]
    module: "Module"
    count: int | None = None


class Module(Struct, frozen=True):
    """One module as it is written, whatever the number of its instances.

    Attributes:
        outputs: By name, what each refers to.
        waiting_outputs: Those that are ordered after something else (``depends_on``).
    """

    blocks: Mapping[tuple[str, str, str], Block] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting_outputs: frozenset[str] = frozenset()


def read_module(document: Mapping[str, object], place: str) -> Module:
    """Read a module and the modules that it calls.

    Raises:
        Malformed: Something has a wrong type; names its JSON path.
    """
    blocks: dict[tuple[str, str, str], Block] = {}
    for index, entry in enumerate(fields.records(document, "resources", place)):
        block = _block(entry, f"{fields.inside(place, 'resources')}[{index}]")
        blocks[block.mode, block.kind, block.name] = block
    calls: dict[str, Call] = {}
    for name, entry in (fields.optional_mapping(document, "module_calls", place) or {}).items():
        inside = fields.inside(fields.inside(place, "module_calls"), name)
        record = fields.mapping(entry, inside)
        calls[name] = Call(
            fields.optional_mapping(record, "expressions", inside) or {},
            _is_repeated(record),
            references(record.get("for_each_expression")),
            read_module(
                fields.optional_mapping(record, "module", inside) or {}, fields.inside(inside, "module")
            ),
            _count(record),
        )
    outputs: dict[str, tuple[str, ...]] = {}
    waiting: set[str] = set()
    for name, entry in (fields.optional_mapping(document, "outputs", place) or {}).items():
        inside = fields.inside(fields.inside(place, "outputs"), name)
        record = fields.mapping(entry, inside)
        outputs[name] = references(record.get("expression"))
        if fields.records(record, "depends_on", inside):
            waiting.add(name)
    return Module(blocks, calls, outputs, frozenset(waiting))


def _block(entry: object, place: str) -> Block:
    record = fields.mapping(entry, place)
    return Block(
        mode=fields.text(record, "mode", place),
        kind=fields.text(record, "type", place),
        name=fields.text(record, "name", place),
        expressions=fields.optional_mapping(record, "expressions", place) or {},
        provider=fields.optional_text(record, "provider_config_key", place) or "",
        repeated=_is_repeated(record),
        for_each=references(record.get("for_each_expression")),
        count=_count(record),
    )


def _count(record: Mapping[str, object]) -> int | None:
    expression = record.get("count_expression")
    written = expression.get("constant_value") if isinstance(expression, dict) else None
    return written if isinstance(written, int) and not isinstance(written, bool) else None


def _is_repeated(record: Mapping[str, object]) -> bool:
    return "for_each_expression" in record or "count_expression" in record


def is_expression(value: object) -> bool:
    """Whether this is an expression rather than a nested block.

    A property of a block may itself be named ``references``, but never holds a list of texts.
    """
    if not isinstance(value, dict):
        return False
    return (
        not value
        or "constant_value" in value
        or (len(value) == 1 and isinstance(value.get("references"), list) and not _are_blocks(value))
    )


def _are_blocks(value: Mapping[str, Any]) -> bool:
    return any(isinstance(inner, dict) for inner in value["references"])


def references(expression: object) -> tuple[str, ...]:
    """Everything that an expression, or all expressions of a nested block, refer to.

    Each reference is there with all its prefixes (``x.y.id`` and ``x.y``); what a longer one repeats
    is dropped.
    """
    texts = list(dict.fromkeys(_every_reference(expression)))
    if len(texts) < 2:
        return tuple(texts)
    return tuple(
        text
        for text in texts
        if not any(other.startswith((f"{text}.", f"{text}[")) for other in texts if other is not text)
    )


def _every_reference(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _every_reference(inner)
    elif is_expression(value):
        yield from (text for text in value.get("references", ()) if isinstance(text, str))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _every_reference(inner)
