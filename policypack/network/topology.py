"""Indexes over one landscape: which resource belongs to which gateway, VPC, channel and name.

Everything is built once, on first use, in time linear in the resources that it is about.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice
from typing import Any, Final, TypeVar

from policypack.declared import Absent, Invalid, Known, Resource, Secret, Unknown, Value
from policypack.huaweicloud import Gateway, Landscape, references
from policypack.huaweicloud.addresses import Cidr, parse_network
from policypack.huaweicloud.backends import Backend, backends_of_api, gateways_of_trigger, may_make_api
from policypack.huaweicloud.gateways import is_understood, returned_balancer, service_of, service_of_endpoint
from policypack.huaweicloud.links import Found, Links, Open, Target
from policypack.huaweicloud.networks import (
    BALANCERS,
    EIP_ASSOCIATIONS,
    SERVERS,
    Rule,
    cidrs_of_vpc,
    ends_of_association,
    fixed_address,
    has_own_public_address,
    ipv6_of_subnet,
    names_a_region,
    rule_of,
    subnets_of_server,
)
from policypack.huaweicloud.references import Reference
from policypack.huaweicloud.returned import (
    ADDRESSED,
    addresses_of,
    known_addresses,
    literals_in,
    name_of_group,
    names_of,
)
from policypack.huaweicloud.survey import region_of
from policypack.huaweicloud.uses import names_what_it_uses
from policypack.network.domain_names import DomainNames
from policypack.network.prefixes import Prefixes
from policypack.network.related import Membership, Related, relation
from pricing.book.regions import Balancer, listed_regions

Made = TypeVar("Made")

_SUBNET: Final = frozenset({"vpc_subnet"})
_MACHINES: Final = SERVERS | BALANCERS
_ANY_VPC: Final = Open("there are several gateways")
_MOST_ATTACHMENTS: Final = 50
"""VPCs of one enterprise router that are compared pair by pair."""


_JUDGED: Final = frozenset({"apig_instance", "vpc_eip", "vpc_bandwidth"})
"""What is judged itself, and is said to leave where it does."""


class Living:
    """What will still be there after the deployment, by Terraform name."""

    def __init__(self, by_type: Mapping[str, Sequence[Resource]]) -> None:
        self._by_type = by_type
        self._living: dict[tuple[str, ...], Sequence[Resource]] = {}

    def of(self, *types: str) -> Sequence[Resource]:
        """Resources of some types, in order of URN within a type."""
        living = self._living.get(types)
        if living is None:
            living, by_type = (), self._by_type
            if not by_type.keys().isdisjoint(types):
                living = [item for name in types for item in by_type.get(name, ()) if not item.leaving]
            self._living[types] = living
        return living


class Topology:
    """What refers to what in one landscape, in the terms of the decision tables."""

    def __init__(self, landscape: Landscape) -> None:
        """Prepare nothing: every index is built when it is first used."""
        self.landscape = landscape
        self.stack = landscape.stack
        self.links = Links(landscape)
        self.living = Living(landscape.by_type).of
        self._memberships: dict[tuple[str, ...], Membership] = {}
        self._backends: dict[str, tuple[Backend, ...]] = {}
        self._rules: dict[str, Rule] = {}
        self._vpcs: dict[str, Target] = {}
        self._networks: dict[str, tuple[list[tuple[Cidr, str]], list[str]]] = {}
        self._made: dict[Hashable, Any] = {}
        self.names = DomainNames(self.living, self.links, landscape.by_type)

    @cached_property
    def gaps(self) -> tuple[str, ...]:
        """What may be there and is not among what lives: gaps of the declaration, and what outlives it.

        A deletion that was interrupted or that only forgets leaves an API or an association as it was.
        """
        outliving = (
            f"{item.name} ({item.token}): {item.billed_on}"
            for item in self.stack.resources
            if item.billed_on and item.custom and self.links.type_of(item) not in _JUDGED
        )
        return (*self.stack.gaps, *outliving)

    def once(self, alike: Hashable, make: Callable[[], Made]) -> Made:
        """What is made of the whole stack, once for all that are alike."""
        if alike not in self._made:
            self._made[alike] = make()
        made: Made = self._made[alike]
        return made

    # Gateways

    def members(self, gateway: Gateway, *types: str) -> Related:
        """Resources of some types that belong, or perhaps belong, to a gateway."""
        if types not in self._memberships:
            membership = Membership()
            for resource in self.living(*types):
                membership.add(resource, self._gateway_of(resource))
            self._memberships[types] = membership
        return self._memberships[types].of(gateway.resource)

    def _gateway_of(self, resource: Resource) -> Target:
        target = self.links.meant(resource, references.GATEWAY)
        if isinstance(target, Open):
            group = self.group_of(resource)
            if group is not None:
                return self.links.meant(group, references.GATEWAY)
        return target

    def group_of(self, api: Resource) -> Resource | None:
        """The group of an API."""
        target = self.links.meant(api, references.GROUP)
        return target.only if isinstance(target, Found) else None

    def backends(self, api: Resource) -> tuple[Backend, ...]:
        """The backends of an API, read once for all gateways that it may belong to."""
        if api.urn not in self._backends:
            self._backends[api.urn] = backends_of_api(api)
        return self._backends[api.urn]

    def strangers(self, gateway: Gateway) -> Related:
        """Resources of APIG that nobody here knows, an import for one; they may make APIs of a gateway."""
        return self.members(gateway, *self.strange_types)

    @cached_property
    def strange_types(self) -> tuple[str, ...]:
        """Their Terraform names."""
        return tuple(sorted(name for name in self.landscape.by_type if not is_understood(name)))

    def may_have_other_apis(self, gateway: Gateway) -> bool:
        """Whether a gateway has, or may have, APIs that no publication is about."""
        triggers = self.triggers.of(gateway.resource)
        making = [*triggers.this, *triggers.few, *triggers.once("makes an API", _making)]
        return bool(self.strangers(gateway)) or any(map(may_make_api, making))

    @cached_property
    def endpoints(self) -> Membership:
        """VPC endpoints by the gateway whose endpoint service they connect to."""
        owners = {
            service: gateway.resource
            for gateway in self.landscape.gateways
            if (service := service_of(gateway.resource))
        }
        membership = Membership()
        for endpoint in self.living("vpcep_endpoint"):
            named = service_of_endpoint(endpoint)
            owner = owners.get(named.value) if isinstance(named, Known) else None
            sources = self.links.built_from(endpoint, references.GATEWAY_OF_ENDPOINT)
            if owner is not None:
                membership.add(endpoint, Found((owner,)))
            else:
                membership.add(endpoint, Found(sources) if sources else Open("its service is not known"))
        return membership

    @cached_property
    def triggers(self) -> Membership:
        """Function triggers by the gateway that they make an API of."""
        membership = Membership()
        for trigger in self.living("fgs_trigger", "fgs_function_trigger"):
            sources = self.links.built_from(trigger, references.GATEWAY_OF_TRIGGER)
            if sources:
                membership.add(trigger, Found(sources))
                continue
            for raw in gateways_of_trigger(trigger):
                membership.add(trigger, self.links.meant_by(trigger, raw, references.GATEWAY_OF_TRIGGER))
        return membership

    def by_reference(self, types: Iterable[str], reference: Reference) -> Membership:
        """Sort resources of some types by what one of their references means."""
        name = (*types, "/", *reference.keys)
        if name not in self._memberships:
            membership = Membership()
            for resource in self.living(*types):
                membership.add(resource, self.links.meant(resource, reference))
            self._memberships[name] = membership
        return self._memberships[name]

    # Regions and VPCs

    def region(self, resource: Resource) -> Value[str]:
        """Where a resource is."""
        return region_of(self.stack, resource, self.landscape.default_region)

    def is_lvs(self, gateway: Gateway) -> bool | None:
        """Whether a gateway takes an EIP of one's own and obeys its security group.

        Its region decides, unless the provider reports another kind: some are older than the rule.
        """
        if not isinstance(gateway.region, Known):
            return None
        region = listed_regions().get(gateway.region.value)
        if region is None:
            return None
        told = returned_balancer(gateway.resource)
        return region.balancer is Balancer.LVS if told in (None, region.balancer.value) else None

    def same_region(self, one: Resource, other: Resource) -> bool | None:
        """Whether two resources are in one region; also where nobody knows which one."""
        here, there = self.region(one), self.region(other)
        if isinstance(here, Known) and isinstance(there, Known):
            return here.value == there.value
        unnamed = isinstance(here, Unknown) and isinstance(there, Unknown)
        explicit = names_a_region(one) or names_a_region(other)
        if unnamed and not explicit and one.provider and other.provider:
            return True if one.provider.urn == other.provider.urn else None
        return None

    def balancers_of(self, gateway: Gateway) -> tuple[list[Resource], bool]:
        """The load balancers of an NLB edition, and whether these are all of them."""
        match gateway.load_balancers:
            case Known(raws):
                targets = self.links.each_meant(gateway.resource, raws, references.OWN_BALANCERS)
                found = [target for target in targets if isinstance(target, Found)]
                balancers = {item.urn: item for target in found for item in target.resources}
                certain = len(found) == len(targets) and all(target.only is not None for target in found)
                return list(balancers.values()), certain
            case Absent():
                return [], True
            case Unknown() | Secret() | Invalid():
                return [], gateway.resource.inputs is None

    def vpc_of(self, resource: Resource) -> Target:
        """The VPC that a resource names in ``vpcId``."""
        return self.links.meant(resource, references.VPC)

    def vpc_of_gateway(self, gateway: Gateway) -> Target:
        """The VPC of a gateway."""
        urn = gateway.resource.urn
        if urn not in self._vpcs:
            self._vpcs[urn] = self.vpc_of(gateway.resource)
        return self._vpcs[urn]

    def vpc_of_any(self, gateway: Gateway) -> Target:
        """The VPC from where to reach what may be of any gateway: that of this one, where all are in it."""
        own = self.vpc_of_gateway(gateway)
        return own if relation(own, self._vpc_of_gateways) == "this" else _ANY_VPC

    @cached_property
    def _vpc_of_gateways(self) -> Target:
        vpcs = [self.vpc_of_gateway(gateway) for gateway in self.landscape.gateways]
        same = vpcs and all(relation(vpcs[0], vpc) == "this" for vpc in vpcs)
        return vpcs[0] if same else _ANY_VPC

    def networks_of_vpc(self, vpc: Resource) -> tuple[list[tuple[Cidr, str]], list[str]]:
        """The CIDR blocks of a VPC with their properties, and the properties that are not known."""
        if vpc.urn not in self._networks:
            blocks: list[tuple[Cidr, str]] = []
            gaps: list[str] = []
            for path, value in cidrs_of_vpc(vpc):
                network = parse_network(value.value) if isinstance(value, Known) else None
                if network is None:
                    gaps.append(path)
                else:
                    blocks.append((network, path))
            self._networks[vpc.urn] = (blocks, gaps)
        return self._networks[vpc.urn]

    @cached_property
    def vpcs(self) -> Membership:
        """VPCs by themselves, to ask which of them a reference may mean."""
        membership = Membership()
        for vpc in self.living("vpc"):
            membership.add(vpc, Found((vpc,)))
        return membership

    @cached_property
    def vpcs_by_block(self) -> Prefixes:
        """VPCs by their CIDR blocks."""
        return Prefixes(
            (network, vpc) for vpc in self.living("vpc") for network, _ in self.networks_of_vpc(vpc)[0]
        )

    @cached_property
    def subnets_by_ipv6(self) -> Prefixes:
        """Subnets by their IPv6 blocks."""
        blocks = ((ipv6_of_subnet(subnet), subnet) for subnet in self.living("vpc_subnet"))
        return Prefixes((block.value, subnet) for block, subnet in blocks if isinstance(block, Known))

    def gap_of_vpcs(self, vpcs: Iterable[Resource]) -> str | None:
        """The first CIDR block of some VPCs that is not known."""
        gaps = (f'{path} of "{vpc.name}"' for vpc in vpcs for path in self.networks_of_vpc(vpc)[1])
        return next(gaps, None)

    def connection(self, one: Resource, other: Resource) -> Resource | None:
        """What connects two VPCs of one region: a peering connection or an enterprise router."""
        return self._connections.get(frozenset({one.urn, other.urn}))

    @cached_property
    def _connections(self) -> Mapping[frozenset[str], Resource]:
        connections: dict[frozenset[str], Resource] = {}
        for peering in self.living("vpc_peering_connection"):
            ends = [self.links.meant(peering, end) for end in (references.VPC, references.PEER_VPC)]
            urns = frozenset(end.only.urn for end in ends if isinstance(end, Found) and end.only)
            if len(urns) == 2:
                connections[urns] = peering
        by_router = self.by_reference(("er_vpc_attachment",), references.ENTERPRISE_ROUTER)
        for attachments in by_router.groups():
            for one, other in combinations(attachments[:_MOST_ATTACHMENTS], 2):
                ends = [self.vpc_of(one), self.vpc_of(other)]
                urns = frozenset(end.only.urn for end in ends if isinstance(end, Found) and end.only)
                if len(urns) == 2:
                    connections.setdefault(urns, one)
        return connections

    def of_vpc(
        self, vpc: Resource, types: tuple[str, ...], reference: Reference = references.VPC
    ) -> Resource | None:
        """The first resource of some types that is attached to a VPC."""
        attached = self.by_reference(types, reference).of(vpc).this
        return next(iter(attached), None)

    def rule(self, resource: Resource) -> Rule:
        """A rule of a security group, read once for all gateways."""
        if resource.urn not in self._rules:
            self._rules[resource.urn] = rule_of(resource)
        return self._rules[resource.urn]

    @cached_property
    def readers(self) -> Mapping[str, list[tuple[Resource, str]]]:
        """By URN of a gateway, group, load balancer, EIP or bandwidth: the resources, each with the input,
        whose values were built from it. Linear in dependencies."""
        read = self.landscape.of_type(
            "apig_instance", "apig_group", "elb_loadbalancer", "vpc_eip", "vpc_bandwidth"
        )
        readers: dict[str, list[tuple[Resource, str]]] = {item.urn: [] for item in read}
        if not readers:
            return readers
        named = {name: item.urn for item in read if not item.leaving for name in self._names_of(item)}
        for resource in self.stack.resources:
            if not resource.custom or resource.leaving:
                continue
            for key, sources in resource.dependencies.items():
                for urn in sources:
                    if urn in readers and urn != resource.urn:
                        readers[urn].append((resource, key))
            if named and self._may_hold_literals(resource):
                for key, name in literals_in(resource, named):
                    if named[name] != resource.urn:
                        readers[named[name]].append((resource, key))
        for places in readers.values():
            places.sort(key=lambda place: (place[0].urn, place[1]))
        return readers

    def _names_of(self, resource: Resource) -> Iterator[str]:
        yield from names_of(resource)
        identifier, region = resource.identifier, self.region(resource)
        if identifier and isinstance(region, Known) and self.links.type_of(resource) == "apig_group":
            yield name_of_group(identifier, region.value)

    def _may_hold_literals(self, resource: Resource) -> bool:
        """Whether an id or an address that is written out in a resource may be a use of its own kind."""
        kind = self.links.type_of(resource)
        if kind is not None:
            return not names_what_it_uses(kind)
        return not resource.token.startswith("pulumi:")

    # Public addresses

    def has_public_address(self, resource: Resource) -> bool | None:
        """Whether a server or load balancer has a public address besides its private one."""
        own = has_own_public_address(resource)
        if own or resource.urn in self._associated[0]:
            return True
        return None if own is None or self._associated[1] or resource.inputs is None else False

    @cached_property
    def _associated(self) -> tuple[frozenset[str], bool]:
        """URNs of what is given an EIP, and whether an association could mean anything."""
        associated: set[str] = set()
        vague = False
        for type_name in EIP_ASSOCIATIONS:
            for resource in self.living(type_name):
                ends = ends_of_association(resource, type_name)
                origins = self.links.origins(resource, tuple(key for key, _ in ends))
                if origins:
                    # through a port or a component it may mean any machine
                    machines = [item.urn for item in origins if self.links.type_of(item) in _MACHINES]
                    associated.update(machines)
                    vague = vague or not machines
                    continue
                for _, raw in ends:
                    match raw:
                        case Known(str() as literal):
                            named = self.links.named(literal, _MACHINES)
                            associated.update(item.urn for item in named)
                            vague = vague or not named
                        case Unknown() | Secret():
                            vague = True
                        case Known() | Absent():
                            pass
        return frozenset(associated), vague

    @cached_property
    def misplaced_associations(self) -> Mapping[str, tuple[Resource, ...]]:
        """EIP associations that aim at the address of a gateway, by URN of the gateway."""
        misplaced_associations: dict[str, tuple[Resource, ...]] = {}
        own = {
            address: gateway.resource.urn
            for gateway in self.landscape.gateways
            if (address := addresses_of(gateway.resource, "gateway").private)
        }
        for association in self.living("vpc_eip_associate"):
            urns = {
                item.urn for item in self.links.built_from(association, references.GATEWAY_OF_ASSOCIATION)
            }
            address = fixed_address(association)
            if address in own:
                urns.add(own[address])
            for urn in urns:
                misplaced_associations[urn] = (*misplaced_associations.get(urn, ()), association)
        return misplaced_associations

    @cached_property
    def addresses(self) -> Mapping[str, Resource]:
        """EIPs and load balancers by the address that they are known to have."""
        addresses: dict[str, Resource] = {}
        for type_name in ADDRESSED:
            for resource in self.living(type_name):
                for address in known_addresses(resource, type_name):
                    addresses.setdefault(address, resource)
        return addresses

    def vpcs_of_server(self, server: Resource) -> frozenset[str]:
        """URNs of the VPCs that a server is in, through its subnets."""
        subnets = self._subnets_of_server(server)
        if not subnets:
            return frozenset()
        vpcs = [self.vpc_of(subnet) for subnet in subnets]
        return frozenset(item.urn for vpc in vpcs if isinstance(vpc, Found) for item in vpc.resources)

    def _subnets_of_server(self, server: Resource) -> Sequence[Resource]:
        built_from = self.links.built_from(server, references.SUBNETS_OF_SERVER)
        if built_from or not self._are_subnets_identified:
            return built_from
        literals = [raw.value for raw in subnets_of_server(server) if isinstance(raw, Known)]
        return [subnet for literal in literals for subnet in self.links.named(str(literal), _SUBNET)]

    @cached_property
    def _are_subnets_identified(self) -> bool:
        return self.links.has_identified(_SUBNET)


def _making(triggers: Sequence[Resource]) -> list[Resource]:
    return list(islice(filter(may_make_api, triggers), 1))
