"""VPCs, subnets, servers, load balancers and security groups, as declared."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import ABSENT, Absent, Invalid, Known, Raw, Resource, Secret, Unknown, Value, read
from policypack.huaweicloud.addresses import Cidr, HostAddress, parse_host, parse_network
from policypack.huaweicloud.blocks import each_block, given, inside, is_set, kept, texts
from policypack.huaweicloud.references import REMOTE_GROUP, SUBNETS_OF_SERVER

# What an address in an unknown property may be, by the Terraform name of the resource it comes from.
ONLY_PRIVATE: Final = frozenset(
    {
        "networking_port",
        "networking_vip",
        "vpc_network_interface",
        "vpc_sub_network_interface",
        "vpc_subnet_private_ip",
        "vpcep_endpoint",
    }
)
ONLY_PUBLIC: Final = frozenset({"vpc_eip", "global_eip"})
SERVERS: Final = frozenset({"compute_instance"})
BALANCERS: Final = frozenset({"elb_loadbalancer", "lb_loadbalancer"})
WITHOUT_ADDRESS: Final = frozenset(
    {
        "apig_channel",
        "apig_vpc_channel",
        "apig_channel_member_group",
        "apig_environment",
        "enterprise_project",
        "networking_secgroup",
        "vpc",
        "vpc_subnet",
    }
)


def cidrs_of_vpc(vpc: Resource) -> tuple[tuple[str, Value[str]], ...]:
    """The CIDR blocks of a VPC, each with the property that holds it."""
    cidrs_of_vpc: list[tuple[str, Value[str]]] = [("cidr", read.text(vpc.declared("cidr")))]
    secondary = texts(vpc.resolved("secondaryCidrs", "secondaryCidr"))
    if isinstance(secondary, Known):
        cidrs_of_vpc.extend(("secondaryCidrs", item) for item in secondary.value)
    elif not isinstance(secondary, Absent):
        cidrs_of_vpc.append(("secondaryCidrs", secondary))
    return tuple(cidrs_of_vpc)


def has_own_public_address(resource: Resource) -> bool | None:
    """Whether a server or load balancer declares, or once deployed has, a public address.

    ``None`` where a property that would tell is not known and was built from nothing that is, or where it
    exists and nothing was returned that would tell.
    """
    declared = ("eipId", "eipType", "ipv4EipId", "iptype", "bandwidthId", "ipv6BandwidthId")
    given_ = {name: raw for name in declared if is_set(raw := resource.declared(name))}
    if any(isinstance(raw, Known) or resource.dependencies.get(name) for name, raw in given_.items()):
        return True
    returned = ("publicIp", "ipv4Eip", "ipv6Eip")
    if any(
        isinstance(address := read.text(resource.computed(name)), Known) and address.value != ""
        for name in returned
    ):
        return True
    told = any(resource.outputs.get(name) is not None for name in returned)
    return None if given_ or (resource.outputs and not told) else False


_EIP_ASSOCIATIONS: Final = {
    "compute_eip_associate": ("instanceId",),
    "vpc_eip_associate": ("portId", "networkId", "fixedIp"),
    "vpc_eipv3_associate": ("associateInstanceId",),
}
"""Resources that give something an EIP, and the inputs that say what."""

EIP_ASSOCIATIONS: Final = tuple(_EIP_ASSOCIATIONS)


def ends_of_association(association: Resource, type_name: str) -> tuple[tuple[str, Raw], ...]:
    """What one of ``EIP_ASSOCIATIONS`` gives an EIP to, each with the property that says so."""
    return tuple((key, association.declared(key)) for key in _EIP_ASSOCIATIONS[type_name])


def fixed_address(association: Resource) -> str | None:
    """The private address that an association of an EIP aims at, where it is known."""
    address = read.text(association.declared("fixedIp"))
    return address.value if isinstance(address, Known) else None


def ipv6_of_subnet(subnet: Resource) -> Value[Cidr]:
    """The IPv6 block of a subnet; ``Absent`` where it has none."""
    if read.boolean(subnet.resolved("ipv6Enable")) in (Known(False), ABSENT):
        return ABSENT
    block = read.text(subnet.resolved("ipv6Cidr"))
    if not isinstance(block, Known):
        block = read.text(subnet.computed("ipv6Cidr"))
    network = parse_network(block.value) if isinstance(block, Known) else None
    return Known(network) if network is not None else Unknown("its ipv6Cidr is not known")


def has_own_dns(subnet: Resource) -> bool:
    """Whether a subnet names, or may name, DNS servers of one's own, which need not know a private zone."""
    servers = [texts(kept(subnet, key)) for key in ("dnsLists", "dnsList")]
    alone = [read.text(given(kept(subnet, key))) for key in ("primaryDns", "secondaryDns")]
    if any(not isinstance(listed, Known | Absent) for listed in servers):
        return True
    listed_servers = [one for listed in servers if isinstance(listed, Known) for one in listed.value]
    return any(_is_own_server(one) for one in (*listed_servers, *alone) if not isinstance(one, Absent))


def _is_own_server(written: Value[str]) -> bool:
    host = parse_host(written.value) if isinstance(written, Known) else None
    return not (isinstance(host, HostAddress) and host.family == "cloud")


def names_a_region(resource: Resource) -> bool:
    """Whether a resource states its region itself, or may: its inputs were not seen."""
    return resource.inputs is None or bool(resource.inputs.get("region"))


def subnets_of_server(server: Resource) -> Iterator[Raw]:
    """References to the subnets that a server is in."""
    for block in each_block(SUBNETS_OF_SERVER.of(server)):
        yield inside(block, "uuid")


class Rule(Struct, frozen=True):
    """An inbound rule of a security group.

    Attributes:
        resource: The declaration.
        inbound: Whether it is about callers at all and admits them.
        prefix: Whom it admits; ``Absent`` for everybody.
        group: A security group whose members it admits.
        addresses: An address group that it admits; what is in one, no declaration shows.
        ports: Ports as text; ``Absent`` for all.
        lowest: First port of a range, likewise ``highest``.
        protocol: Protocol; ``Absent`` for all.
    """

    resource: Resource
    inbound: Value[bool]
    prefix: Value[str]
    group: Raw
    addresses: Raw
    ports: Value[str]
    lowest: Value[str]
    highest: Value[str]
    protocol: Value[str]


def rule_of(resource: Resource) -> Rule:
    """Read a rule of a security group."""
    direction = read.text(resource.declared("direction"))
    action = read.text(given(resource.declared("action")))
    return Rule(
        resource=resource,
        inbound=_admits(direction, action),
        prefix=read.text(given(resource.declared("remoteIpPrefix"))),
        group=given(REMOTE_GROUP.of(resource)),
        addresses=given(resource.declared("remoteAddressGroupId")),
        ports=read.text(given(resource.declared("ports"))),
        lowest=_port(resource.declared("portRangeMin")),
        highest=_port(resource.declared("portRangeMax")),
        protocol=read.text(given(resource.declared("protocol"))),
    )


def returned_rules(group: Resource) -> Iterator[Rule]:
    """The rules that a security group had at its last refresh, whoever made them."""
    rules = group.computed("rules")
    for block in each_block(rules) if isinstance(rules, Known) else ():
        if isinstance(block, Known):
            yield rule_of(replace(group, inputs=dict(block.value), outputs={}, dependencies={}))


def _port(raw: Raw) -> Value[str]:
    """An end of a range of ports; 0 means not set, as in the provider."""
    text = read.text(given(raw))
    return ABSENT if text == Known("0") else text


def _admits(direction: Value[str], action: Value[str]) -> Value[bool]:
    match direction:
        case Known("egress"):
            return Known(False)
        case Known("ingress"):
            pass
        case Known() | Unknown() | Absent() | Secret() | Invalid():
            return Unknown("the direction is not known")
    match action:
        case Known("deny"):
            return Known(False)
        case Known("allow") | Absent():
            return Known(True)
        case Known() | Unknown() | Secret() | Invalid():
            return Unknown("the action is not known")
