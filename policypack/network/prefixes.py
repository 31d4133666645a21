"""Which resources hold an address in one of their CIDR blocks, in one look-up a length of prefix."""

from collections.abc import Iterable, Iterator

from policypack.declared import Resource
from policypack.huaweicloud.addresses import Address, Cidr


class Prefixes:
    """Resources by the leading bits of their CIDR blocks."""

    def __init__(self, blocks: Iterable[tuple[Cidr, Resource]]) -> None:
        """Index some blocks, each with what holds it."""
        self._held: dict[tuple[int, int, int], list[Resource]] = {}
        for network, resource in blocks:
            start = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
            self._held.setdefault((network.version, network.prefixlen, start), []).append(resource)
        self._lengths = sorted({(version, length) for version, length, _ in self._held})

    def holding(self, address: Address) -> Iterator[Resource]:
        """What holds an address, the widest blocks first; one with several blocks may come several times."""
        for version, length in self._lengths:
            if version == address.version:
                start = int(address) >> (address.max_prefixlen - length)
                yield from self._held.get((version, length, start), ())
