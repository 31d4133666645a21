"""Reading nested blocks without losing what is unknown about them."""

from collections.abc import Iterator, Mapping

from policypack.declared import ABSENT, Absent, Invalid, Known, Raw, Resource, Secret, Unknown, Value, read

Block = Mapping[str, object]


def inside(value: Value[Block], *keys: str) -> Raw:
    """A property of a block; what is known of the block is all that is known of its properties."""
    match value:
        case Known(block):
            return read.member(block, *keys)
        case Invalid(shown, expected):
            return Unknown(f"{shown} stands where {expected} should")
        case Unknown() | Absent() | Secret():
            return value


def each_block(raw: Raw) -> Iterator[Value[Block]]:
    """The blocks of a list of blocks; a list that is not known is one block that is not known."""
    match read.items(raw):
        case Known(items):
            for item in items:
                yield read.block(item)
        case Absent():
            return
        case Unknown() | Secret() | Invalid() as other:
            yield other


def texts(raw: Raw) -> Value[tuple[Value[str], ...]]:
    """A list of strings whose elements may be unknown one by one."""
    match read.items(raw):
        case Known(items):
            return Known(tuple(read.text(item) for item in items))
        case other:
            return other


def given(raw: Raw) -> Raw:
    """A value where an empty string means not set, as in Terraform."""
    return ABSENT if isinstance(raw, Known) and raw.value in ("", None) else raw


def is_set(raw: Raw | Value[str]) -> bool:
    """Whether the user set something, known or not."""
    return not (isinstance(raw, Absent) or (isinstance(raw, Known) and raw.value in ("", None)))


def kept(resource: Resource, *names: str) -> Raw:
    """What is declared, or else what the provider is known to have returned.

    For properties that are optional and computed: what is left out stays as it is, so that what was set by
    hand or by another resource counts. Before the deployment nothing is known of it, and it is not set.
    """
    raw = resource.declared(*names)
    if isinstance(raw, Absent):
        returned = resource.resolved(*names)
        return returned if isinstance(returned, Known) else raw
    return raw
