"""Where a declaration holds the address of something else: DNS, firewalls, load balancers in front."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from policypack.declared import Resource, Value, read
from policypack.huaweicloud.blocks import each_block, given, inside
from policypack.huaweicloud.dns import Record


class Mention(Struct, frozen=True):
    """One place that holds an address.

    Attributes:
        resource: Whose property it is.
        type: Its Terraform name.
        keys: Top-level inputs that hold the address.
        value: The address or name.
        record: The record set, where it is one.
        is_of_several: Whether a value that is not known was built from more resources than it can hold.
    """

    resource: Resource
    type: str
    keys: tuple[str, ...]
    value: Value[str]
    record: Record | None = None
    is_of_several: bool = False


_PLACES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "waf_dedicated_domain": (("servers", "server"), "address"),
    "waf_domain": (("servers", "server"), "address"),
    "elb_member": (("address",), ""),
    "lb_member": (("address",), ""),
    "nat_dnat_rule": (("privateIp",), ""),
    "cdn_domain": (("sources",), "origin"),
    "ga_endpoint": (("ipAddress",), ""),
}
"""By Terraform name: the property, and the member of its blocks that holds the address."""

MENTIONING_TYPES: Final = tuple(_PLACES)
_ADDRESSES_ONLY: Final = frozenset({"elb_member", "lb_member", "nat_dnat_rule"})


def may_be_name(mention: Mention) -> bool:
    """Whether what stands there may be a name rather than an address."""
    if mention.record is not None:
        return mention.record.holds_names
    return mention.type not in _ADDRESSES_ONLY


def mentions_of(resource: Resource, type_name: str) -> Iterator[Mention]:
    """The addresses that a resource of one of ``MENTIONING_TYPES`` holds."""
    keys, member = _PLACES[type_name]
    raw = resource.declared(*keys)
    if not member:
        yield Mention(resource, type_name, keys, read.text(given(raw)))
        return
    for block in each_block(raw):
        yield Mention(resource, type_name, keys, read.text(given(inside(block, member))))
