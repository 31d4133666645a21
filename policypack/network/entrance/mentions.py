"""Indexes from a gateway, an EIP or an address to what holds it. Built once for all gateways."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from policypack.declared import Absent, Known, Resource, Value
from policypack.huaweicloud import Gateway, references
from policypack.huaweicloud.addresses import HostAddress, HostName, NoHost, parse_host
from policypack.huaweicloud.backends import FORWARDING_KEYS, backends_of_plugin, hosts_of, hosts_of_members
from policypack.huaweicloud.dns import RECORD_KEYS, Record
from policypack.huaweicloud.gateways import publication_id
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.mentions import MENTIONING_TYPES, Mention, may_be_name, mentions_of
from policypack.huaweicloud.networks import SERVERS, WITHOUT_ADDRESS
from policypack.huaweicloud.returned import NAMES_OF_GROUPS, addresses_of, not_given
from policypack.network.topology import Topology

Meaning = Literal["public", "private", "either", "unknown"]

_ADDRESSABLE: Final = frozenset({"apig_instance", "vpc_eip", "elb_loadbalancer"})
_UNDERSTOOD: Final = frozenset(
    {"dns_recordset", "vpc_eip_associate", "vpcep_endpoint", "fgs_trigger", "fgs_function_trigger"}
) | frozenset(MENTIONING_TYPES)
_UNDERSTOOD_PREFIXES: Final = ("apig_", "ces_", "lts_", "networking_secgroup", "tms_")
_NEVER_PUBLIC: Final = frozenset({"elb_member", "lb_member", "nat_dnat_rule"})
"""They forward to private addresses only, so nothing of them shows callers outside."""

_MOST_VAGUE: Final = 5
"""One unknown place is enough for a doubt; a few are enough to show."""

_MAY_PASS_ON: Final = ("apig_", "cdn_", "dns_", "ga_", "waf_")
"""What may hold a name or an address of a gateway that is not its own."""

_VPC_INHABITANTS: Final = ("compute_instance", "cce_cluster", "fgs_function")


class _Index(Struct):
    """Places that hold an address.

    Attributes:
        by_source: By the URN of the gateway or EIP that the address was built from.
        by_value: By the address itself.
        vague: Addresses that are not known, nor told by what they were built from, and may be the public one.
        literal: Public addresses written out where callers may come by.
        private_literal: Likewise private addresses.
    """

    by_source: dict[str, list[Mention]] = field(default_factory=dict)
    by_value: dict[str, list[Mention]] = field(default_factory=dict)
    vague: list[Mention] = field(default_factory=list)
    literal: list[Mention] = field(default_factory=list)
    private_literal: list[Mention] = field(default_factory=list)


class _Own(Struct, frozen=True):
    """The addresses of one gateway.

    Attributes:
        public: Those that callers on the public network use.
        private: Those inside the VPC.
        eips: URNs of the EIPs that hold public ones.
        balancers: URNs of load balancers in front of an NLB edition, whose addresses are the gateway's.
        hidden: Whether it may have a public address that is not known and that a literal may hold.
        private_hidden: Likewise a private address.
        unnamed: Whether an EIP or a load balancer that nobody can name may be the gateway's.
        undeployed: Whether it does not exist yet, so that what is built from it cannot be known.
    """

    public: frozenset[str]
    private: frozenset[str]
    eips: tuple[str, ...]
    balancers: tuple[str, ...]
    hidden: bool
    private_hidden: bool
    unnamed: bool
    undeployed: bool

    def holds(self, mention: Mention) -> bool:
        """Whether a mention's value is an address that was found by its value already."""
        return (
            isinstance(mention.value, Known) and _compared(mention.value.value) in self.public | self.private
        )


class Mentions:
    """What holds the address of what."""

    def __init__(self, topology: Topology) -> None:
        """Prepare nothing: every index is built when it is first used."""
        self._topology = topology

    def of(self, gateway: Gateway) -> Iterator[tuple[Mention, Meaning]]:
        """Everything that holds, or may hold, an address of a gateway, once each."""
        best: dict[str, tuple[Mention, Meaning]] = {}
        for mention, meaning in self._all(gateway):
            known = best.get(mention.resource.urn)
            if known is None or _ORDER[meaning] < _ORDER[known[1]]:
                best[mention.resource.urn] = (mention, meaning)
        for urn in sorted(best):
            yield best[urn]

    def _all(self, gateway: Gateway) -> Iterator[tuple[Mention, Meaning]]:
        own = self._own(gateway)
        for address in own.public:
            for mention in self._index.by_value.get(address, ()):
                yield mention, "public"
        for address in own.private:
            for mention in self._index.by_value.get(address, ()):
                yield mention, "private"
        for urn in own.eips:
            for mention in self._index.by_source.get(urn, ()):
                if not isinstance(mention.value, Known) or not mention.value.value:
                    yield mention, "unknown" if mention.is_of_several else "public"
                elif not own.holds(mention) and own.hidden:
                    yield mention, "unknown"
        for urn in (gateway.resource.urn, *own.balancers):
            for mention in self._index.by_source.get(urn, ()):
                if mention.value == Known(""):
                    yield mention, "either"
                elif not isinstance(mention.value, Known):
                    yield mention, "either" if own.undeployed and not mention.is_of_several else "unknown"
                elif not own.holds(mention) and (own.hidden or own.private_hidden):
                    yield mention, "unknown"
        for mention in self._index.vague[:_MOST_VAGUE]:
            yield mention, "unknown"
        if own.unnamed:
            for mention in self._of_any_entrance[:_MOST_VAGUE]:
                yield mention, "unknown"
        literal = self._index.literal[:_MOST_VAGUE] if own.hidden else []
        literal += self._index.private_literal[:_MOST_VAGUE] if own.private_hidden else []
        for mention in literal:
            if not own.holds(mention):
                yield mention, "unknown"
        yield from self._aliases(gateway)

    @cached_property
    def _of_any_entrance(self) -> list[Mention]:
        """What is built from any EIP or load balancer of the stack, and is not known yet."""
        urns = (item.urn for item in self._topology.living("vpc_eip", "elb_loadbalancer"))
        mentions = (mention for urn in urns for mention in self._index.by_source.get(urn, ()))
        return [item for item in mentions if not isinstance(item.value, Known)]

    def _aliases(self, gateway: Gateway) -> Iterator[tuple[Mention, Meaning]]:
        """What names a group of the gateway: CNAME records, and what forwards to its domain."""
        groups = self._topology.members(gateway, "apig_group")
        for group in groups.this:
            if group.identifier:
                yield from ((mention, _of_alias(mention)) for mention in self._aliases_of(group))
            else:
                yield from ((mention, "unknown") for mention in self._aliases_of(group))
        yield from ((mention, "unknown") for mention in groups.doubts("aliases", self._aliases_of))

    def _aliases_of(self, group: Resource) -> Sequence[Mention]:
        if group.identifier:
            return self._aliases_of_groups.get(group.identifier, ())
        return self._strange_aliases[:_MOST_VAGUE]

    @cached_property
    def _strange_aliases(self) -> list[Mention]:
        """Likewise what names a group of an id that no group here is known by."""
        known = {group.identifier for group in self._topology.living("apig_group")}
        return [item for key, one in self._aliases_of_groups.items() if key not in known for item in one]

    @cached_property
    def _aliases_of_groups(self) -> Mapping[str, list[Mention]]:
        aliases_of_groups: dict[str, list[Mention]] = {}
        for value, mentions in self._index.by_value.items():
            host = parse_host(value)
            if isinstance(host, HostName) and host.name.endswith(NAMES_OF_GROUPS):
                aliases_of_groups.setdefault(host.labels[0], []).extend(mentions)
        return aliases_of_groups

    def leads_away(self, record: Record) -> bool:
        """Whether a record set, or one that it names, holds something that the stack does not declare."""
        waiting, seen = [record], {record.resource.urn}
        while waiting:
            item = waiting.pop()
            values = item.values.value if isinstance(item.values, Known) else (item.values,)
            known = [value.value for value in values if isinstance(value, Known)]
            origins = self._topology.links.origins(item.resource, RECORD_KEYS)
            if len(values) - len(known) > len(not_given(origins, known)):
                return True
            for value in known:
                named = self._topology.names.records_by_name.get(_compared(value), [])
                if not (named or self._is_declared(value, origins)):
                    return True
                waiting += [other for other in named if other.resource.urn not in seen]
                seen.update(other.resource.urn for other in named)
        return False

    def _is_declared(self, value: str, origins: Sequence[Resource]) -> bool:
        """Whether an address or a name is one of a resource of the stack, or of its networks."""
        host = parse_host(value)
        if isinstance(host, HostAddress):
            found = host.reach == "private" or str(host.address) in self._topology.addresses
        else:
            found = isinstance(host, HostName) and host.name.endswith(NAMES_OF_GROUPS)
        return found or len(not_given(origins, [value])) < len(origins)

    @property
    def public_addresses(self) -> set[str]:
        """Every public address that anything holds."""
        return {
            value
            for value in self._index.by_value
            if isinstance(host := parse_host(value), HostAddress) and host.reach == "public"
        }

    @property
    def hidden(self) -> Sequence[Mention]:
        """What holds addresses that are not known, nor told by what they were built from."""
        return [mention for mention in self._index.vague if not isinstance(mention.value, Known)]

    def _own(self, gateway: Gateway) -> _Own:
        """The addresses of a gateway, and whether it may have a public one that is not known.

        A gateway that does not exist yet cannot stand in a literal, but its EIP or its load balancer can.
        """
        resource = gateway.resource
        told = addresses_of(resource, "gateway")
        public, private = {told.public}, {told.private}
        eips = list(self._eips(gateway))
        balancers, complete = self._topology.balancers_of(gateway)
        unnamed = not complete or not (eips or isinstance(gateway.eip, Absent))
        hidden, private_hidden = unnamed or told.may_hide, told.may_hide_private
        for balancer in balancers:
            in_front = addresses_of(balancer, "balancer")
            public.add(in_front.public)
            private.add(in_front.private)
            hidden = hidden or in_front.may_hide
            private_hidden = private_hidden or in_front.may_hide_private
            named = self._topology.links.meant(balancer, references.EIP_OF_BALANCER)
            eips += [item.urn for item in named.resources] if isinstance(named, Found) else []
        for urn in eips:
            own = addresses_of(self._topology.stack.by_urn[urn], "eip")
            public.add(own.public)
            hidden = hidden or own.may_hide
        return _Own(
            public=frozenset(_compared(item) for item in public if item),
            private=frozenset(_compared(item) for item in private if item),
            eips=tuple(dict.fromkeys(eips)),
            balancers=tuple(item.urn for item in balancers),
            hidden=hidden,
            private_hidden=private_hidden,
            unnamed=unnamed and not told.public,
            undeployed=resource.identifier is None and not told.public and not told.private,
        )

    def _eips(self, gateway: Gateway) -> tuple[str, ...]:
        target = self._topology.links.meant_by(gateway.resource, gateway.eip, references.OWN_EIP)
        return tuple(item.urn for item in target.resources) if isinstance(target, Found) else ()

    @cached_property
    def _index(self) -> _Index:
        index = _Index()
        for record in self._topology.names.records:
            values = record.values.value if isinstance(record.values, Known) else (record.values,)
            mentions = [
                Mention(record.resource, "dns_recordset", RECORD_KEYS, _without_dot(value), record)
                for value in values
            ]
            self._add(index, mentions, listed=isinstance(record.values, Known))
        for type_name in MENTIONING_TYPES:
            for resource in self._topology.living(type_name):
                self._add(index, list(mentions_of(resource, type_name)))
        return index

    def _add(self, index: _Index, mentions: Sequence[Mention], *, listed: bool = True) -> None:
        """Sort the mentions of one resource, all of the same property."""
        if not mentions:
            return
        one = mentions[0]
        unknowns = sum(1 for mention in mentions if not isinstance(mention.value, Known))
        sources = self._topology.links.sources(one.resource, one.keys, _ADDRESSABLE)
        known = [mention.value.value for mention in mentions if isinstance(mention.value, Known)]
        bearing = [
            origin
            for origin in not_given(self._topology.links.origins(one.resource, one.keys), known)
            if self._topology.links.type_of(origin) not in WITHOUT_ADDRESS
        ]
        told = listed and bearing and unknowns <= len(bearing) and all(self._is_told(one, o) for o in bearing)
        for item in mentions:
            of_several = len(bearing) > unknowns and not isinstance(item.value, Known)
            mention = replace(item, is_of_several=True) if of_several else item
            if isinstance(mention.value, Known) and mention.value.value:
                index.by_value.setdefault(_compared(mention.value.value), []).append(mention)
            for source in sources:
                index.by_source.setdefault(source.urn, []).append(mention)
            if mention.type in _NEVER_PUBLIC:
                continue
            if not isinstance(mention.value, Known):
                if not told:
                    index.vague.append(mention)
                continue
            host = parse_host(mention.value.value)
            if isinstance(host, HostAddress) and host.reach == "public":
                index.literal.append(mention)
            elif isinstance(host, HostAddress):
                index.private_literal.append(mention)
            elif isinstance(host, NoHost):
                index.vague.append(mention)

    def _is_told(self, mention: Mention, origin: Resource) -> bool:
        """Whether a value that was built from a resource is an address that the resource has itself.

        A name may be built from the id of a server; what another provider gives may be anything.
        """
        kind = self._topology.links.type_of(origin)
        return _gives_its_own(kind) and (kind not in SERVERS or not may_be_name(mention))

    # Publications, neighbours

    @cached_property
    def publications(self) -> Mapping[str, str]:
        """URNs of publications by the id that access control policies name."""
        publications: dict[str, str] = {}
        for item in self._topology.living("apig_api_publishment"):
            publication = publication_id(item)
            if publication:
                publications[publication] = item.urn
        return publications

    @cached_property
    def neighbours(self) -> Mapping[str, list[Resource]]:
        """What runs in each VPC, by the URN of the VPC."""
        neighbours: dict[str, list[Resource]] = {}
        for type_name in _VPC_INHABITANTS:
            for resource in self._topology.living(type_name):
                if type_name == "compute_instance":
                    urns = self._topology.vpcs_of_server(resource)
                else:
                    vpc = self._topology.vpc_of(resource)
                    urns = frozenset(item.urn for item in (vpc.resources if isinstance(vpc, Found) else ()))
                for urn in urns:
                    neighbours.setdefault(urn, []).append(resource)
        return neighbours

    # Backends that are gateways

    def forwarding_to(self, gateway: Gateway) -> Iterator[tuple[Resource, bool]]:
        """What forwards, or may forward, to the public address of a gateway, and whether that is known."""
        own = self._own(gateway)
        known = {
            holder.urn: holder for host in sorted(own.public) for holder in self._forwarding.get(host, ())
        }
        yield from ((known[urn], True) for urn in sorted(known))
        for urn in (gateway.resource.urn, *own.eips):
            for reader, key in self._topology.readers.get(urn, ()):
                if (
                    key in FORWARDING_KEYS
                    and reader.urn not in known
                    and reader.urn in self._forwarding_vaguely
                ):
                    yield reader, False
        if own.public or own.hidden:
            yield from ((holder, False) for holder in self._forwarding_anywhere if holder.urn not in known)

    @cached_property
    def _forwarding_anywhere(self) -> Sequence[Resource]:
        """The first that forward to hosts which are not known, nor told by what they were built from."""
        holders: dict[str, tuple[Resource, list[Value[str]]]] = {}
        for holder, host in self._hosts:
            holders.setdefault(holder.urn, (holder, []))[1].append(host)
        untold = (holder for holder, hosts in holders.values() if not self._tells(holder, hosts))
        return list(islice(untold, _MOST_VAGUE))

    def _tells(self, holder: Resource, hosts: Sequence[Value[str]]) -> bool:
        unknowns = sum(1 for host in hosts if not isinstance(host, Known | Absent))
        if not unknowns:
            return True
        known = [host.value for host in hosts if isinstance(host, Known)]
        origins = not_given(self._topology.links.origins(holder, tuple(sorted(FORWARDING_KEYS))), known)
        kinds = [self._topology.links.type_of(origin) for origin in origins]
        bearing = [kind for kind in kinds if kind not in WITHOUT_ADDRESS]
        return unknowns <= len(bearing) and all(map(_gives_its_own, bearing))

    @cached_property
    def _hosts(self) -> Sequence[tuple[Resource, Value[str]]]:
        living = self._topology.living
        hosts = [(api, host) for api in living("apig_api") for host in hosts_of(self._topology.backends(api))]
        hosts += [
            (item, host) for item in living("apig_plugin") for host in hosts_of(backends_of_plugin(item)[1])
        ]
        for kind in ("apig_channel", "apig_vpc_channel", "apig_channel_member"):
            hosts += [(item, host) for item in living(kind) for host in hosts_of_members(item, kind)]
        return hosts

    @cached_property
    def _forwarding(self) -> Mapping[str, list[Resource]]:
        """By host, what forwards to it."""
        forwarding: dict[str, list[Resource]] = {}
        for resource, host in self._hosts:
            if isinstance(host, Known):
                forwarding.setdefault(_compared(host.value), []).append(resource)
        return forwarding

    @cached_property
    def _forwarding_vaguely(self) -> frozenset[str]:
        return frozenset(resource.urn for resource, host in self._hosts if not isinstance(host, Known))

    # Whatever else reads something of a gateway

    def strange_readers(self, resource: Resource) -> Iterator[tuple[Resource, str]]:
        """Resources of other packages that read something of one."""
        for reader, key in self._topology.readers.get(resource.urn, ()):
            if self._topology.links.type_of(reader) is None and not reader.token.startswith("pulumi:"):
                yield reader, key

    def strange_readers_of(self, gateway: Gateway) -> Iterator[Resource]:
        """Resources of other packages that read something of a gateway or of a group of it."""
        for reader, _ in chain(self.strange_readers(gateway.resource), self._readers_of_groups(gateway)):
            yield reader

    def _readers_of_groups(self, gateway: Gateway) -> Iterator[tuple[Resource, str]]:
        groups = self._topology.members(gateway, "apig_group")
        for group in (*groups.this, *groups.few):
            yield from self.strange_readers(group)
        yield from groups.once("readers", self._first_readers)

    def _first_readers(self, groups: Sequence[Resource]) -> list[tuple[Resource, str]]:
        return list(islice(chain.from_iterable(map(self.strange_readers, groups)), _MOST_VAGUE))

    def other_readers(self, gateway: Gateway) -> Iterator[tuple[Resource, str]]:
        """Resources whose use of the gateway, of its groups or of its EIP, nobody here understands."""
        yield from self._readers_of_groups(gateway)
        for urn in (gateway.resource.urn, *self._eips(gateway)):
            for reader, key in self._topology.readers.get(urn, ()):
                kind = self._topology.links.type_of(reader)
                if kind is None and reader.token.startswith("pulumi:"):
                    continue
                if kind is not None and (
                    kind in _UNDERSTOOD
                    or kind.startswith(_UNDERSTOOD_PREFIXES)
                    or urn != gateway.resource.urn
                ):
                    continue
                yield reader, key


def _gives_its_own(kind: str | None) -> bool:
    """Whether a type of resource gives addresses of its own, and none that it was given by another."""
    return kind == "apig_instance" or (kind is not None and not kind.startswith(_MAY_PASS_ON))


def _of_alias(mention: Mention) -> Meaning:
    """A dedicated firewall may reach a group's domain in the VPC as well."""
    is_public = mention.record is not None or mention.type != "waf_dedicated_domain"
    return "public" if is_public else "unknown"


def _compared(written: str) -> str:
    """A host as hosts are compared, whether it stands there with a port, in a URL or as another notation."""
    match parse_host(written):
        case HostAddress(address=address):
            return str(address)
        case HostName(name=name):
            return name
        case NoHost():
            return written


def _without_dot(value: Value[str]) -> Value[str]:
    return Known(value.value.rstrip(".")) if isinstance(value, Known) else value


_ORDER: Final[Mapping[Meaning, int]] = {"public": 0, "either": 1, "unknown": 2, "private": 3}
