"""What names a resource outside of its stack: ids and names as a bill has them."""

from typing import Literal

from msgspec import Struct

from policypack.declared import Known, Raw, Resource, read
from policypack.huaweicloud.blocks import inside


class Identity(Struct, frozen=True):
    """One way in which a bill may name a resource.

    Attributes:
        how: What it is. No source states under which id the bandwidth of an EIP is billed.
        value: The id or name.
    """

    how: Literal["id", "bandwidth id", "name"]
    value: str


def identities_of(resource: Resource) -> tuple[Identity, ...]:
    """Everything that is known of it, the surest first."""
    bandwidths = [read.block(raw) for raw in (resource.computed("bandwidth"), resource.declared("bandwidth"))]
    found = [
        Identity("id", resource.identifier or ""),
        *(Identity("bandwidth id", _text(inside(one, "id"))) for one in bandwidths),
        Identity("name", _text(resource.resolved("name"))),
        *(Identity("name", _text(inside(one, "name"))) for one in bandwidths),
    ]
    return tuple(dict.fromkeys(one for one in found if one.value))


def _text(raw: Raw) -> str:
    match read.text(raw):
        case Known(value):
            return value
        case _:
            return ""
