"""Rows 1 to 16 and 31 to 33 of the decision table: hosts.

The table stands in docs/network.md; each row's number stands where it is decided.
"""

from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from ipaddress import IPv6Address
from itertools import islice
from typing import Final

from policypack.declared import Absent, Known, Resource, Secret, Unknown, Value, unknown_reason
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.addresses import (
    AddressFamily,
    HostAddress,
    HostName,
    NoHost,
    is_internal_name,
    parse_host,
    parse_network,
    service_region,
)
from policypack.huaweicloud.gateways import next_hops
from policypack.huaweicloud.links import Found, Open, Target
from policypack.huaweicloud.model import OFF
from policypack.huaweicloud.networks import (
    BALANCERS,
    ONLY_PRIVATE,
    ONLY_PUBLIC,
    SERVERS,
    WITHOUT_ADDRESS,
    ipv6_of_subnet,
)
from policypack.huaweicloud.references import CLOUD_CONNECT_VPC, VPC
from policypack.huaweicloud.returned import not_given
from policypack.network.outbound.names import Domains
from policypack.network.outbound.reach import Reach, private, public, unknown
from policypack.network.rows import Row
from policypack.network.topology import Topology

_ROWS: Final[Mapping[AddressFamily, Row]] = {
    "ipv4": Row.PUBLIC_ADDRESS,
    "rfc1918": Row.PRIVATE_IN_VPC,
    "cloud": Row.INSIDE_THE_CLOUD,
    "ipv6-local": Row.LOCAL_IPV6,
    "ipv6": Row.GLOBAL_IPV6,
}
_ANY_VPC: Final = Open("any VPC")
_MOST_VPCS: Final = 20
"""VPCs with the same blocks that are told apart."""
_MOST_ALIASES: Final = 16
"""Names that stand for names; DNS servers give up at about the same number."""


class Hosts:
    """Tells how one gateway reaches a host."""

    def __init__(self, topology: Topology, gateway: Gateway, vpc: Target | None = None) -> None:
        """Resolve names as the gateway's VPC does, or another that may be meant."""
        own_dns = topology.names.own_dns(gateway if vpc is None else None)
        self._topology = topology
        self._gateway = gateway
        self._vpc = topology.vpc_of_gateway(gateway) if vpc is None else vpc
        self._domains = Domains(topology, self._vpc, own_dns)
        self._names: dict[str, Reach] = {}
        self._depth = 0

    @property
    def alike(self) -> Hashable:
        """What is the same for gateways that reach alike what may be of any of them."""
        return (self._gateway.region, isinstance(self._topology.vpc_of_any(self._gateway), Open))

    @cached_property
    def of_any(self) -> "Hosts":
        """How a host is reached by whichever gateway may be meant."""
        return Hosts(self._topology, self._gateway, self._topology.vpc_of_any(self._gateway))

    def reach(
        self,
        value: Value[str],
        holder: Resource,
        keys: tuple[str, ...],
        path: str,
        unknowns: int = 1,
        known: tuple[str, ...] = (),
    ) -> Reach:
        """Classify the host in a property.

        Args:
            value: The property.
            holder: The resource that holds it.
            keys: Top-level inputs that hold it, to follow where it came from.
            path: The property, for messages.
            unknowns: How many addresses the same inputs hold that are not known.
            known: What the same inputs hold that is known.
        """
        where = f'{path} of "{holder.name}"'
        match value:
            case Known(written):
                return self.reach_host(written, where)
            case Unknown(reason):
                return self.reach_origins(holder, keys, where, reason, unknowns, known)
            case Secret():
                return unknown(Row.PUBLIC_ADDRESS, "an address that is a secret", where)
            case other:
                return unknown(Row.PUBLIC_ADDRESS, f"no address ({unknown_reason(other)})", where)

    def reach_host(self, written: str, where: str) -> Reach:
        """Classify a host that is known."""
        match parse_host(written):
            case NoHost(why):
                return unknown(Row.PUBLIC_ADDRESS, f"which {why}", f"a valid host in {where}")
            case HostAddress() as host:
                return self._reach_address(host, where)
            case HostName() as name:
                return self._reach_name(name, where)

    def _reach_address(self, host: HostAddress, where: str) -> Reach:
        known_as = self._topology.addresses.get(str(host.address))
        match host.reach:
            case "private":
                return self._reach_private(host, known_as)
            case "undecided":
                return unknown(
                    _ROWS[host.family], host.what, f"how a gateway reaches {host.address} ({where})"
                )
            case "invalid":
                return unknown(_ROWS[host.family], f"which is {host.what}", f"a valid host in {where}")
            case "public":
                return self._reach_public(host, known_as, where)

    def _reach_public(self, host: HostAddress, known_as: Resource | None, where: str) -> Reach:
        inside = self._inside_gateway_vpc(host)
        if isinstance(host.address, IPv6Address):
            inside = inside or self._in_ipv6_subnet(host.address)
            if inside is not None:
                return inside
        elif inside is not None or (vague := self._perhaps_in_own_block(host)) is not None:
            missing = f"how a gateway reaches {where}" if inside is not None else vague
            return unknown(
                Row.PUBLIC_ADDRESS,
                "a public address that may be inside a block of the gateway's VPC",
                missing or "",
            )
        if known_as is not None:
            kind = self._topology.links.type_of(known_as)
            if kind in BALANCERS:
                return public(
                    Row.BALANCER_PUBLIC,
                    f'the public address of load balancer "{known_as.name}"; its private one would do',
                )
            return public(
                Row.ELASTIC_IP, f'the EIP "{known_as.name}"; the private address behind it would do'
            )
        return public(_ROWS[host.family], host.what)

    def _reach_private(self, host: HostAddress, known_as: Resource | None) -> Reach:
        if known_as is not None and self._topology.links.type_of(known_as) in BALANCERS:
            return private(Row.BALANCER_PRIVATE, f'the private address of load balancer "{known_as.name}"')
        if host.family != "rfc1918":
            return private(_ROWS[host.family], host.what)
        inside = self._inside_gateway_vpc(host)
        return inside if inside is not None else self._outside(host)

    def _inside_gateway_vpc(self, host: HostAddress) -> Reach | None:
        """Row 3."""
        if isinstance(self._vpc, Found):
            several = self._vpc.only is None
            for vpc in self._vpc.resources:
                for network, path in self._topology.networks_of_vpc(vpc)[0]:
                    if host.address in network:
                        if several and host.reach == "public":
                            return None
                        what = f'inside {path} {network} of the gateway\'s VPC "{vpc.name}"'
                        return private(Row.PRIVATE_IN_VPC, what, likely=several)
        return None

    def _perhaps_in_own_block(self, host: HostAddress) -> str | None:
        """What would tell whether a public address is in the gateway's VPC; ``None`` where it is not.

        A VPC may have public blocks (``secondaryCidrs``), and any VPC of the stack may be the gateway's
        where that is not known.
        """
        topology = self._topology
        related = topology.vpcs.at(self._vpc)
        own = (*related.this, *related.few)
        gap = topology.gap_of_vpcs(own) or related.once("gap", topology.gap_of_vpcs)
        if gap is not None:
            return gap
        urns = {vpc.urn for vpc in own}
        floating = related.once("urns", _urns)
        holding = topology.vpcs_by_block.holding(host.address)
        return (
            "the VPC of the gateway"
            if any(vpc.urn in urns or vpc.urn in floating for vpc in holding)
            else None
        )

    def _in_ipv6_subnet(self, address: IPv6Address) -> Reach | None:
        """Row 7: inside an IPv6 subnet of the gateway's VPC, as far as that is known."""
        related = self._topology.by_reference(("vpc_subnet",), VPC).at(self._vpc)
        own, few = {subnet.urn for subnet in related.this}, {subnet.urn for subnet in related.few}
        floating = related.once("urns", _urns)
        vague = _subnet_of_unknown_block((*related.this, *related.few))
        vague = vague or related.once("unknown block", _subnet_of_unknown_block)
        for subnet in self._topology.subnets_by_ipv6.holding(address):
            if subnet.urn in own:
                block = ipv6_of_subnet(subnet)
                assert isinstance(block, Known)
                what = f'inside {block.value} of subnet "{subnet.name}" of the gateway\'s VPC'
                return private(Row.GLOBAL_IPV6, what)
            if subnet.urn in few or subnet.urn in floating:
                vague = f'the VPC of subnet "{subnet.name}"'
        return unknown(Row.GLOBAL_IPV6, "perhaps inside the gateway's own VPC", vague) if vague else None

    def _outside(self, host: HostAddress) -> Reach:
        """Rows 4 and 31 to 33: a private address that is not in the gateway's VPC."""
        holding = islice(self._topology.vpcs_by_block.holding(host.address), _MOST_VPCS + 1)
        vpcs = {vpc.urn: vpc for vpc in holding}
        if len(vpcs) > _MOST_VPCS:
            return private(Row.PRIVATE_OUTSIDE_VPC, "inside one of many VPCs that may be meant", likely=True)
        elsewhere = [self._in_other_vpc(vpcs[urn]) for urn in sorted(vpcs)]
        if elsewhere:
            return next((item for item in elsewhere if item.weight != "proves"), elsewhere[0])
        gap = self._topology.vpcs.at(_ANY_VPC).once("gap", self._topology.gap_of_vpcs)
        if gap is not None:
            return private(
                Row.PRIVATE_OUTSIDE_VPC,
                f"{host.what}; whether a VPC holds it is not known: {gap} is no CIDR that is known",
                likely=True,
            )
        vague = "whether the gateway's VPC holds it is not known"
        if not isinstance(self._vpc, Found):
            return private(Row.PRIVATE_OUTSIDE_VPC, f"{host.what}; {vague}")
        for route in self._topology.members(self._gateway, "apig_instance_routes").this:
            for item in next_hops(route):
                network = parse_network(item)
                if network is not None and host.address in network:
                    return private(
                        Row.PRIVATE_OUTSIDE_VPC, f"{host.what}, reached by the gateway's route {network}"
                    )
        line = self._of_gateway_vpc(("vpn_gateway", "dc_virtual_gateway"))
        if line is not None:
            return private(
                Row.DATA_CENTER, f'{host.what} outside the VPC, in a data center behind "{line.name}"'
            )
        return private(
            Row.PRIVATE_OUTSIDE_VPC,
            f"{host.what} outside the gateway's VPC, reachable with a route and a private line only",
        )

    def _in_other_vpc(self, vpc: Resource) -> Reach:
        """Rows 31 and 33."""
        place = f'inside VPC "{vpc.name}"'
        same = self._topology.same_region(vpc, self._gateway.resource)
        if same is None:
            return private(Row.PRIVATE_OUTSIDE_VPC, f"{place} of a region that is not known", likely=True)
        if not same:
            cloud = self._topology.of_vpc(vpc, ("cc_network_instance",), CLOUD_CONNECT_VPC)
            how = f'connected by "{cloud.name}"' if cloud else "reachable over Cloud Connect only"
            return private(Row.VPC_OF_OTHER_REGION, f"{place} of another region, {how}", likely=True)
        mine = self._vpc.only if isinstance(self._vpc, Found) else None
        path = self._topology.connection(mine, vpc) if mine is not None else None
        if path is not None:
            return private(Row.CONNECTED_VPC, f'{place}, connected by "{path.name}"')
        return private(
            Row.PRIVATE_OUTSIDE_VPC, f"{place}, reachable with a peering connection and a route only"
        )

    def _of_gateway_vpc(self, types: tuple[str, ...]) -> Resource | None:
        vpc = self._vpc.only if isinstance(self._vpc, Found) else None
        return self._topology.of_vpc(vpc, types) if vpc is not None else None

    def _reach_name(self, name: HostName, where: str) -> Reach:
        """Each name is resolved once; one that is met again while it is resolved stands for itself."""
        if name.name not in self._names:
            self._names[name.name] = unknown(
                Row.NAME_OF_PRIVATE_ZONE, "a name that stands for itself", f"what {name.name} stands for"
            )
            if self._depth < _MOST_ALIASES:
                self._depth += 1
                self._names[name.name] = self._resolve(name, where)
                self._depth -= 1
        return self._names[name.name]

    def _resolve(self, name: HostName, where: str) -> Reach:
        declared = self._domains.resolve(name.name, lambda alias: self.reach_host(alias, where))
        if declared is not None:
            return declared
        if is_internal_name(name):
            return private(Row.INTERNAL_NAME, "a name that only private DNS can hold", likely=True)
        is_service, region = service_region(name)
        if is_service:
            return self._reach_service(name, region)
        return public(Row.PUBLIC_NAME, "a public domain name")

    def _reach_service(self, name: HostName, region: str | None) -> Reach:
        """Row 11."""
        here = self._gateway.region
        if region is not None and isinstance(here, Known) and region != here.value:
            return public(Row.PUBLIC_NAME, f"an endpoint of another region ({region})")
        return unknown(
            Row.SERVICE_ENDPOINT,
            "an endpoint of a Huawei Cloud service",
            f"whether {name.name} is reached inside or over the public network (not documented)",
        )

    def reach_origins(
        self,
        holder: Resource,
        keys: tuple[str, ...],
        where: str,
        reason: str,
        unknowns: int | None = 1,
        known: tuple[str, ...] = (),
        *,
        of_list: bool = False,
    ) -> Reach:
        """Rows 13 and 14: an address that is not known yet, by the resources that it was built from.

        Args:
            holder: The resource that holds it.
            keys: Top-level inputs that hold it.
            where: The property, for messages.
            reason: Why it is not known.
            unknowns: How many addresses these inputs hold that are not known; ``None`` where nobody knows.
                With fewer origins than unknown addresses one of them may come from anywhere.
            known: What these inputs hold that is known, so that what gave it tells nothing of the others.
            of_list: Whether the property holds several addresses, so that one public one is enough.
        """
        origins = not_given(self._topology.links.origins(holder, keys), known)
        reach = [item for item in map(self._reach_origin, origins) if item is not None]
        servers = [item for item in origins if self._topology.links.type_of(item) in SERVERS]
        if servers and not of_list:  # a member is an address; a backend may be a name built from an id
            name = servers[0].name
            what = f'an address of ECS "{name}", or a name that is built from its id'
            return unknown(Row.ADDRESS_NOT_KNOWN_YET, what, f'what {where} takes from "{name}"')
        if not reach:
            return unknown(Row.ADDRESS_NOT_KNOWN_YET, f"an address that is not known ({reason})", where)
        publics = [item for item in reach if item.direction == "public"]
        if publics and (of_list or len(publics) == len(reach)):
            return publics[0]
        vague = [item for item in reach if item.direction == "unknown"]
        if vague:
            return vague[0]
        if unknowns is None or unknowns > len(reach):
            return unknown(Row.ADDRESS_NOT_KNOWN_YET, f"an address that is not known ({reason})", where)
        if publics:
            return unknown(Row.ADDRESS_NOT_KNOWN_YET, "an address that may be public or private", where)
        return reach[0]

    def _reach_origin(self, origin: Resource) -> Reach | None:
        kind = self._topology.links.type_of(origin)
        if kind in WITHOUT_ADDRESS:
            return None
        if kind in ONLY_PUBLIC:
            return public(Row.ELASTIC_IP, f'the EIP "{origin.name}"; the private address behind it would do')
        if kind in ONLY_PRIVATE:
            return private(Row.ADDRESS_NOT_KNOWN_YET, f'the private address of "{origin.name}"')
        if kind in SERVERS or kind in BALANCERS:
            return self._reach_machine(origin, kind in BALANCERS)
        if kind == "apig_instance":
            return self._reach_other_gateway(origin)
        return unknown(
            Row.ADDRESS_NOT_KNOWN_YET,
            f'taken from "{origin.name}"',
            f'the address that comes from "{origin.name}"',
        )

    def _reach_machine(self, origin: Resource, is_balancer: bool) -> Reach:
        what = "load balancer" if is_balancer else "ECS"
        inner, outer = (
            (Row.BALANCER_PRIVATE, Row.BALANCER_PUBLIC)
            if is_balancer
            else (Row.ADDRESS_NOT_KNOWN_YET, Row.ADDRESS_NOT_KNOWN_YET)
        )
        if self._topology.has_public_address(origin) is False:
            return private(inner, f'the private address of {what} "{origin.name}"')
        return unknown(
            outer,
            f'an address of {what} "{origin.name}", which may have a public one',
            f'which address of "{origin.name}" is meant',
        )

    def _reach_other_gateway(self, origin: Resource) -> Reach:
        other = next(
            (item for item in self._topology.landscape.gateways if item.resource.urn == origin.urn), None
        )
        if other is not None and not _may_be_public(other):
            return private(Row.ADDRESS_NOT_KNOWN_YET, f'the private address of gateway "{origin.name}"')
        return unknown(
            Row.ADDRESS_NOT_KNOWN_YET,
            f'an address of gateway "{origin.name}"',
            f'which address of "{origin.name}" is meant',
        )


def _urns(resources: Iterable[Resource]) -> frozenset[str]:
    return frozenset(item.urn for item in resources)


def _subnet_of_unknown_block(subnets: Iterable[Resource]) -> str | None:
    blocks = ((subnet, ipv6_of_subnet(subnet)) for subnet in subnets)
    unknown_ = (subnet for subnet, block in blocks if not isinstance(block, Known | Absent))
    return next((f'ipv6Cidr of subnet "{subnet.name}"' for subnet in unknown_), None)


def _may_be_public(gateway: Gateway) -> bool:
    """Whether a gateway has a public address: for callers, or the one that its own requests come from."""
    without = isinstance(gateway.eip, Absent) and isinstance(gateway.load_balancers, Absent)
    return not (gateway.inbound == OFF and gateway.outbound == OFF and without)
