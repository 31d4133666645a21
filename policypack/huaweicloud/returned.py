"""The ids and addresses that a deployed resource is known by, as the provider returned them."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

from policypack.declared import Known, Resource, Secret, Unknown, read
from policypack.declared.outputs import words_of
from policypack.declared.read import as_list, is_list
from policypack.huaweicloud.blocks import inside

_NAMES: Final = (
    "address",
    "publicIp",
    "ingressAddress",
    "egressAddress",
    "vpcIngressAddress",
    "vpcepServiceName",
)
NAMES_OF_GROUPS: Final = ".huaweicloudapis.com"
"""Names that APIG gives groups: ``<group id>.apig.<region>.huaweicloudapis.com``."""
_SHORTEST_NAME: Final = len("1.1.1.1")
_BY_KIND: Final = {
    "gateway": ("ingressAddress", "vpcIngressAddress"),
    "eip": ("address", ""),
    "balancer": ("ipv4Eip", "ipv4Address"),
}
_RESOLVED: Final = {
    "vpc_eip": ("address",),
    "elb_loadbalancer": ("ipv4Address", "ipv4Eip"),
    "lb_loadbalancer": ("vipAddress", "publicIp"),
}
ADDRESSED: Final = tuple(_RESOLVED)
"""Terraform names of what has an address of its own that backends may lead to."""


class Addresses(Struct, frozen=True):
    """The addresses of one gateway, EIP or load balancer.

    Attributes:
        public: The one that callers on the public network use, where it is known.
        private: The one inside the VPC, where it is known.
        may_hide: Whether it exists and may have a public address that is not known.
        may_hide_private: Likewise a private one.
    """

    public: str | None
    private: str | None
    may_hide: bool
    may_hide_private: bool


def addresses_of(resource: Resource, kind: Literal["gateway", "eip", "balancer"]) -> Addresses:
    """What is known of the addresses of something."""
    public, private = _BY_KIND[kind]
    exists = resource.identifier is not None or bool(resource.outputs)
    return Addresses(
        public=_text(resource, public),
        private=_text(resource, private) if private else None,
        # an empty text is no address
        may_hide=exists and isinstance(resource.computed(public), Unknown | Secret),
        may_hide_private=exists and isinstance(resource.computed(private), Unknown | Secret),
    )


def names_of(resource: Resource) -> Iterator[str]:
    """The id and the addresses by which another stack may mean a resource, where they are known."""
    identifier = resource.identifier
    if identifier:
        yield identifier
    for name in _NAMES:
        address = _text(resource, name)
        if address:
            yield address


def name_of_group(identifier: str, region: str) -> str:
    """The name that APIG gives a group."""
    return f"{identifier}.apig.{region}{NAMES_OF_GROUPS}"


def literals_in(resource: Resource, names: Container[str]) -> Iterator[tuple[str, str]]:
    """Where some ids and addresses are written out in what a resource declares: the input, and which."""
    for key, value in (resource.inputs or {}).items():
        if not key.startswith("__"):
            yield from ((key, name) for name in _written_out(value, names))


def _written_out(value: object, names: Container[str]) -> Iterator[str]:
    """A loop of its own, without a reading of each value: all texts of a stack pass through here."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if item in names:
                yield item
            elif len(item) >= _SHORTEST_NAME:
                yield from (word for word in words_of(item) if word in names)
        elif isinstance(item, Mapping):
            waiting.extend(item.values())
        elif is_list(item):
            waiting.extend(as_list(item))


def not_given(origins: Iterable[Resource], known: Iterable[str]) -> tuple[Resource, ...]:
    """Those of some resources that gave none of the values that are known.

    A property was built from all of them. What gave a value that is known tells nothing of one that is not.
    """
    words = {word for value in known for word in words_of(value)}
    return tuple(
        origin
        for origin in origins
        if not words or not any(True for _ in _written_out(origin.outputs, words))
    )


def known_addresses(resource: Resource, type_name: str) -> Iterator[str]:
    """The addresses that one of ``ADDRESSED`` is declared with or was given."""
    for name in _RESOLVED[type_name]:
        value = read.text(resource.resolved(name))
        if isinstance(value, Known) and value.value:
            yield value.value


def addresses_of_eip(eip: Resource) -> Iterator[str]:
    """The addresses that an EIP was given, or asks for."""
    wanted = read.text(inside(read.block(eip.declared("publicip")), "ipAddress"))
    for address in (read.text(eip.computed("address")), wanted):
        if isinstance(address, Known) and address.value:
            yield address.value


def _text(resource: Resource, name: str) -> str | None:
    value = read.text(resource.computed(name))
    return value.value if isinstance(value, Known) and value.value else None
