"""What a host, as it stands in a backend address, is: an address, a name, or nothing of the kind.

The ranges and suffixes are data, in ``addresses.toml``.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

from msgspec import Struct

from policypack.declared.read import unquoted

Address = IPv4Address | IPv6Address
Cidr = IPv4Network | IPv6Network
AddressKind = Literal["private", "public", "undecided", "invalid"]
AddressFamily = Literal["ipv4", "rfc1918", "cloud", "ipv6-local", "ipv6"]

_SCHEME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_HIGHEST_PORT: Final = 65535
_LONGEST_NAME: Final = 253


class AddressBlock(Struct, frozen=True):
    """A range of addresses and what it means; see ``addresses.toml``."""

    network: Cidr
    reach: AddressKind
    family: AddressFamily
    what: str


class HostAddress(Struct, frozen=True):
    """A host that is an address."""

    address: Address
    reach: AddressKind
    family: AddressFamily
    what: str


class HostName(Struct, frozen=True):
    """A host that is a domain name: lower case, without a final dot."""

    name: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The parts between the dots."""
        return tuple(self.name.split("."))


class NoHost(Struct, frozen=True):
    """No host at all.

    Attributes:
        why: A phrase that completes "it ...".
    """

    why: str


Host = HostAddress | HostName | NoHost


class _Data(Struct, frozen=True):
    ranges: tuple[AddressBlock, ...]
    internal: tuple[str, ...]
    services: tuple[str, ...]
    region: re.Pattern[str]


@cache
def _data() -> _Data:
    data = tomllib.loads(files(__package__).joinpath("addresses.toml").read_text(encoding="utf-8"))
    ranges = [
        AddressBlock(ip_network(item["cidr"]), item["class"], item["family"], item["what"])
        for item in data["range"]
    ]
    ranges.sort(key=lambda item: -item.network.prefixlen)
    return _Data(
        ranges=tuple(ranges),
        internal=tuple(data["internal"]["suffixes"]),
        services=tuple(data["services"]["suffixes"]),
        region=re.compile(data["services"]["region"]),
    )


@lru_cache(maxsize=4096)
def parse_host(written: str) -> Host:
    """Read ``host``, ``host:port``, ``[v6]:port`` or a URL. Never raises.

    Only ASCII is a host: digits of other scripts look like an address and are none.
    """
    text = written.strip()
    if not text:
        return NoHost("is empty")
    if not text.isascii():
        return NoHost("holds characters that no host name has")
    text = _SCHEME.sub("", text, count=1)
    text = re.split(r"[/?]", text, maxsplit=1)[0]
    if "@" in text:
        return NoHost("names a user, which no host does")
    host, port = _split_port(text)
    if host is None:
        return NoHost("opens a bracket and does not close it")
    if port is not None and not (_PORT.fullmatch(port) and 1 <= int(port) <= _HIGHEST_PORT):
        return NoHost(f"has no port between 1 and {_HIGHEST_PORT}")
    address = parse_address(host)
    return _describe(address) if address is not None else _parse_name(host)


def shown_host(written: str) -> str:
    """An address as it may stand in a sentence: without a user, a password or a query, short, printable."""
    scheme = _SCHEME.match(written.strip())
    start = scheme.group() if scheme else ""
    place, _, query = written.strip()[len(start) :].partition("?")
    host, slash, path = place.partition("/")
    user, _, host = host.rpartition("@")
    hidden = "***@" if user else ""
    return unquoted(f"{start}{hidden}{host}{slash}{path}{'?...' if query else ''}")


def parse_address(text: str) -> Address | None:
    """Read an IPv4 or IPv6 address; an IPv4 address written as IPv6 is that IPv4 address."""
    if not text.isascii():
        return None
    try:
        address = ip_address(text.partition("%")[0] if ":" in text else text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def parse_network(text: str) -> Cidr | None:
    """Read a CIDR block, or an address as a block of one. Host bits that are set make it invalid."""
    if not text.isascii():
        return None
    try:
        return ip_network(text.strip())
    except ValueError:
        return None


def is_private_network(network: Cidr) -> bool:
    """Whether every address of a block is private."""
    return any(item.reach == "private" and _inside(network, item.network) for item in _data().ranges)


def is_internal_name(name: HostName) -> bool:
    """Whether public DNS cannot know a name."""
    return len(name.labels) == 1 or _has_suffix(name.name, _data().internal)


def service_region(name: HostName) -> tuple[bool, str | None]:
    """Whether a name is an endpoint of the vendor's services, and the region in it."""
    if not _has_suffix(name.name, _data().services):
        return False, None
    regions = [label for label in name.labels if _data().region.match(label)]
    return True, regions[-1] if regions else None


def _has_suffix(name: str, suffixes: tuple[str, ...]) -> bool:
    return any(name == suffix or name.endswith("." + suffix) for suffix in suffixes)


def _inside(inner: Cidr, outer: Cidr) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False


def _describe(address: Address) -> HostAddress:
    for item in _data().ranges:
        if address in item.network:
            return HostAddress(address, item.reach, item.family, item.what)
    return HostAddress(address, "public", "ipv4" if address.version == 4 else "ipv6", "a public address")


def _split_port(text: str) -> tuple[str | None, str | None]:
    if text.startswith("["):
        inner, closed, rest = text[1:].partition("]")
        if not closed:
            return None, None
        return inner, rest.removeprefix(":") if rest else None
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, None


def _parse_name(host: str) -> HostName | NoHost:
    name = host.lower().removesuffix(".")
    labels = name.split(".")
    if not name or len(name) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        return NoHost("is neither an address nor a domain name")
    if _NUMERIC.fullmatch(labels[-1]):
        return NoHost("looks like an address and is none")
    return HostName(name)
