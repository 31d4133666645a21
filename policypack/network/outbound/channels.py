"""Rows 17 to 22 of the decision table: VPC channels (load balance channels)."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import ABSENT, Absent, Known, Raw, Resource, Secret, Unknown, Value, unknown_reason
from policypack.huaweicloud.addresses import HostName, parse_host, shown_host
from policypack.huaweicloud.backends import Channel, Member, channel_of, member_of_own, referred_by_group
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.links import Elsewhere, Found, Open, Target
from policypack.huaweicloud.networks import SERVERS
from policypack.huaweicloud.references import CHANNEL, REFERRED_CHANNEL, Reference
from policypack.huaweicloud.returned import not_given
from policypack.network.outbound.hosts import Hosts
from policypack.network.outbound.reach import Reach, private, unknown
from policypack.network.related import Membership
from policypack.network.rows import Row
from policypack.network.topology import Topology

_MOST_CHANNELS: Final = 20
"""Channels that one refers to, directly or not; real ones have one or two."""


class _Counted(Struct, frozen=True):
    """What the members that one property holds have together; a dependency does not tell of which it is.

    Attributes:
        hosts: How many have an address or an id that is not known.
        servers: How many of them have, or may have, an id that is not known.
        known: Their addresses and ids that are known.
    """

    hosts: int = 1
    servers: int = 1
    known: tuple[str, ...] = ()


_ONE: Final = _Counted()


class Channels:
    """Tells how one gateway reaches what stands behind its channels. Each channel is read once."""

    def __init__(self, topology: Topology, hosts: Hosts) -> None:
        """Reach members as ``hosts`` does, and as any gateway does what may be a member of any channel."""
        self._topology = topology
        self._hosts = hosts
        self._read: dict[str, tuple[list[Reach], list[Resource]]] = {}
        self._known: dict[str, tuple[Reach, ...]] = {}

    @cached_property
    def _of_any(self) -> "Channels":
        return Channels(self._topology, self._hosts.of_any)

    def follow(
        self,
        holder: Resource,
        raw: Raw,
        keys: tuple[str, ...],
        path: str,
        unknowns: int = 1,
        known: tuple[str, ...] = (),
    ) -> tuple[Reach, ...]:
        """How everything behind a channel is reached, by a reference to the channel.

        One answer for each row that applies, however many members there are.

        Args:
            holder: The resource that holds the reference.
            raw: The reference.
            keys: Top-level inputs that hold it.
            path: The property, for messages.
            unknowns: How many channels the same inputs name that are not known.
            known: What these inputs hold that is known.
        """
        where = f'{path} of "{holder.name}"'
        sources = self._topology.links.sources(holder, keys, CHANNEL.targets)
        if not isinstance(raw, Known) and unknowns > len(not_given(sources, known)):
            return (unknown(Row.CHANNEL_OF_SERVERS, "a channel that is not known", where),)
        match self._topology.links.follow(holder, raw, keys, CHANNEL.targets):
            case Found(channels):
                reaches: list[Reach] = []
                for channel in channels:
                    reaches.extend(self._reach(channel))
                if len(channels) > 1 and any(item.direction != "private" for item in reaches):
                    return (unknown(Row.CHANNEL_OF_SERVERS, "one of several channels", where),)
                return _together(reaches)
            case Elsewhere(literal):
                return (
                    unknown(
                        Row.CHANNEL_OF_SERVERS,
                        f"channel {literal!r}, which is declared elsewhere",
                        f"the members of channel {literal!r}",
                    ),
                )
            case Open(reason):
                return (unknown(Row.CHANNEL_OF_SERVERS, f"a channel that is {reason}", where),)

    def of_member(self, member: Resource) -> Reach:
        """How a member that is declared as a resource of its own is reached."""
        return self._member(member, member_of_own(member))

    def _reach(self, start: Resource) -> tuple[Reach, ...]:
        """Rows 17 to 22 for one channel and all that it refers to; channels may refer in a circle."""
        if start.urn in self._known:
            return self._known[start.urn]
        reaches_of_all: list[Reach] = []
        waiting, seen = [start], {start.urn}
        while waiting:
            channel = waiting.pop()
            if len(seen) > _MOST_CHANNELS:
                what = f'channel "{start.name}", which refers to very many others'
                reaches_of_all.append(
                    unknown(Row.CHANNEL_OF_CHANNEL, what, f'what channel "{start.name}" refers to')
                )
                break
            if channel.urn not in self._read:
                self._read[channel.urn] = self._own(channel)
            reaches, references = self._read[channel.urn]
            reaches_of_all.extend(reaches)
            for other in references:
                if other.urn in seen:
                    continue
                seen.add(other.urn)
                waiting.append(other)
        if not reaches_of_all:
            what = f'channel "{start.name}", which refers to nothing but itself'
            reaches_of_all.append(
                unknown(Row.CHANNEL_OF_CHANNEL, what, f'a member of channel "{start.name}"')
            )
        self._known[start.urn] = _together(reaches_of_all)
        return self._known[start.urn]

    def _own(self, resource: Resource) -> tuple[list[Reach], list[Resource]]:
        """What stands behind one channel itself, and the channels that it refers to."""
        channel = channel_of(resource, self._topology.links.type_of(resource) or "")
        match channel.kind:
            case Known("microservice"):
                reaches = [self._microservice(resource, channel)]
                return [
                    *reaches,
                    *self._odd_members(resource, channel),
                    *self._odd_references(resource, channel),
                ], []
            case Known("reference"):
                reaches, channels = self._references(resource, channel)
                return [*reaches, *self._odd_members(resource, channel)], channels
            case Known("builtin"):
                return [*self._members(resource, channel), *self._odd_references(resource, channel)], []
            case Known(other):
                what = f'channel "{resource.name}" of unknown type {other!r}'
                return [unknown(Row.CHANNEL_OF_SERVERS, what, f"what channels of type {other!r} reach")], []
            case other_:
                what = f'channel "{resource.name}", whose type is {unknown_reason(other_)}'
                return [unknown(Row.CHANNEL_OF_SERVERS, what, f'type of "{resource.name}"')], []

    def _odd_members(self, resource: Resource, channel: Channel) -> Iterator[Reach]:
        """Members of a channel whose type has none: which of the two the provider takes is not told."""
        if channel.members in (ABSENT, Known(())) and not self._own_members.of(resource):
            return
        if any(reach.direction != "private" for reach in self._members(resource, channel)):
            what = f'channel "{resource.name}", whose members are not all private and not of its type'
            yield unknown(Row.CHANNEL_OF_SERVERS, what, f'type or members of "{resource.name}"')

    def _odd_references(self, resource: Resource, channel: Channel) -> Iterator[Reach]:
        """Likewise references to other channels (``type`` is left out, for one)."""
        groups = self._groups.of(resource)
        referring = [group for group in groups.this if is_set(referred_by_group(group))]
        if channel.references or referring or groups.doubts("refers", _referring):
            what = f'channel "{resource.name}", which refers to another and is not of type reference'
            yield unknown(Row.CHANNEL_OF_CHANNEL, what, f'type or memberGroups of "{resource.name}"')

    @property
    def _own_members(self) -> Membership:
        return self._topology.by_reference(("apig_channel_member",), CHANNEL)

    @property
    def _groups(self) -> Membership:
        return self._topology.by_reference(("apig_channel_member_group",), CHANNEL)

    def _microservice(self, resource: Resource, channel: Channel) -> Reach:
        """Rows 20 and 21."""
        match channel.engine:
            case "cceConfig":
                return private(
                    Row.CHANNEL_OF_WORKLOAD,
                    f'channel "{resource.name}" to a workload of a CCE cluster in a VPC',
                )
            case "cseConfig":
                return private(
                    Row.CHANNEL_OF_ENGINE, f'channel "{resource.name}" to a microservice engine in a VPC'
                )
            case _:
                return unknown(
                    Row.CHANNEL_OF_WORKLOAD,
                    f'channel "{resource.name}" to a microservice',
                    f'microservice of "{resource.name}"',
                )

    def _references(self, resource: Resource, channel: Channel) -> tuple[list[Reach], list[Resource]]:
        """Row 22."""
        reaches: list[Reach] = []
        channels: list[Resource] = []
        references = [(resource, raw, keys) for raw, keys in channel.references]
        related = self._groups.of(resource)
        for group in related.this:
            raw = referred_by_group(group)
            if is_set(raw):
                references.append((group, raw, REFERRED_CHANNEL.keys))
        for group in related.doubts("refers", _referring):
            what = f'channel "{resource.name}", which may refer to another by "{group.name}"'
            reaches.append(unknown(Row.CHANNEL_OF_CHANNEL, what, f'vpcChannelId of "{group.name}"'))
        for holder, target in self._targets(resource, references):
            match target:
                case Found(resources) as several if several.only is None:
                    what = f'channel "{resource.name}", which refers to one of several channels'
                    reaches.append(
                        unknown(Row.CHANNEL_OF_CHANNEL, what, f'referenceVpcChannelId of "{holder.name}"')
                    )
                case Found(resources):
                    channels.extend(resources)
                case Elsewhere(literal):
                    reaches.append(
                        unknown(
                            Row.CHANNEL_OF_CHANNEL,
                            f'channel "{resource.name}", which refers to channel {literal!r}',
                            f"the members of channel {literal!r}",
                        )
                    )
                case Open(reason):
                    reaches.append(
                        unknown(
                            Row.CHANNEL_OF_CHANNEL,
                            f'channel "{resource.name}", which refers to a channel that is {reason}',
                            f'referenceVpcChannelId of "{holder.name}"',
                        )
                    )
        if not references:
            reaches.append(
                unknown(
                    Row.CHANNEL_OF_CHANNEL,
                    f'channel "{resource.name}", which refers to no channel',
                    f'memberGroups of "{resource.name}"',
                )
            )
        return reaches, channels

    def _targets(
        self, resource: Resource, references: list[tuple[Resource, Raw, tuple[str, ...]]]
    ) -> Iterator[tuple[Resource, Target]]:
        """What references mean: those of the channel itself together, since they share one property."""
        own = [(raw, keys) for holder, raw, keys in references if holder is resource]
        if own:
            reference = Reference(own[0][1], CHANNEL.targets)
            for target in self._topology.links.each_meant(resource, [raw for raw, _ in own], reference):
                yield resource, target
        for holder, raw, keys in references:
            if holder is not resource:
                yield holder, self._topology.links.follow(holder, raw, keys, CHANNEL.targets)

    def _members(self, resource: Resource, channel: Channel) -> Iterator[Reach]:
        """Rows 17 to 19."""
        related = self._own_members.of(resource)
        for member in related.this:
            yield self._member(member, member_of_own(member))
        yield from related.doubts(("member", self._hosts.alike), self._perhaps_member)
        yield from self._returned(resource, channel)
        match channel.members:
            case Known(members) if members:
                counted = _Counted(
                    hosts=sum(1 for inner in members if _is_unknown(inner)),
                    servers=sum(
                        1 for inner in members if inner.is_hidden or isinstance(inner.server, Unknown)
                    ),
                    known=tuple(value for inner in members for value in _known(inner)),
                )
                for inner in members:
                    yield self._member(resource, inner, counted)
            case Known() | Absent():
                if not (related.this or channel.returned):
                    yield unknown(
                        Row.CHANNEL_OF_SERVERS,
                        f'channel "{resource.name}", which has no member here',
                        f'the members of "{resource.name}"',
                    )
            case Unknown(reason):
                yield self._unknown_members(resource, reason)
            case Secret():
                yield unknown(
                    Row.CHANNEL_OF_SERVERS,
                    f'members of "{resource.name}" that are a secret',
                    f'members of "{resource.name}"',
                )
            case other:
                yield unknown(
                    Row.CHANNEL_OF_SERVERS,
                    f'members of "{resource.name}", where {unknown_reason(other)}',
                    f'members of "{resource.name}"',
                )

    def _returned(self, resource: Resource, channel: Channel) -> Iterator[Reach]:
        """Members that the channel had at its last refresh, and may still have."""
        for inner in channel.returned:
            reach = self._member(resource, inner)
            if reach.direction == "private":
                yield reach
            else:
                missing = f'whether {inner.path} of "{resource.name}" is still there'
                yield unknown(reach.row, f"{reach.what}, as it was at the last refresh", missing)

    def _perhaps_member(self, member: Resource) -> Iterator[Reach]:
        """What may be a member of any channel may lead anywhere, unless it is a server or private for all."""
        reach = self._of_any._member(member, member_of_own(member))
        missing = f'vpcChannelId of "{member.name}"'
        if reach.direction != "private":
            yield unknown(reach.row, f'perhaps member "{member.name}"', missing)
        elif reach.weight != "proves":
            yield replace(reach, what=f"perhaps {reach.what}")

    def _unknown_members(self, resource: Resource, reason: str) -> Reach:
        """A list that is hidden as a whole may hold a literal beside what it was built from."""
        return self._hosts.reach_origins(
            resource, ("members", "member"), f'members of "{resource.name}"', reason, None, of_list=True
        )

    def _member(self, holder: Resource, member: Member, counted: _Counted = _ONE) -> Reach:
        if is_set(member.server):
            return self._server(holder, member, counted)
        match member.host:
            case Known(written):
                reach = self._hosts.reach_host(written, f'{member.path} of "{holder.name}"')
                what = f'{shown_host(written)}, member of channel "{holder.name}", {reach.what}'
                if reach.direction == "private":
                    return Reach(
                        Row.CHANNEL_PRIVATE_MEMBER,
                        "private",
                        f'private addresses of channel "{holder.name}"',
                        reach.weight,
                    )
                row = Row.CHANNEL_PUBLIC_MEMBER if reach.direction == "public" else reach.row
                return Reach(row, reach.direction, what, reach.weight, reach.missing)
            case Unknown(reason):
                return self._unknown_host(holder, member, reason, counted)
            case Secret():
                return unknown(
                    Row.CHANNEL_PRIVATE_MEMBER,
                    f'a member of "{holder.name}" that is a secret',
                    f'{member.path} of "{holder.name}"',
                )
            case other:
                return unknown(
                    Row.CHANNEL_PRIVATE_MEMBER,
                    f'a member of "{holder.name}" whose address is {unknown_reason(other)}',
                    f'{member.path} of "{holder.name}"',
                )

    def _server(self, holder: Resource, member: Member, counted: _Counted) -> Reach:
        """Row 17. The provider takes the id or the address, as the type of the members has it."""
        where = f'{member.path} of "{holder.name}"'
        if not self._is_server(holder, member, counted):
            what = f'a member of channel "{holder.name}" whose id is {_shown_server(member.server)}'
            return unknown(Row.CHANNEL_OF_SERVERS, what, f"a valid id in {where}")
        given = not isinstance(member.host, Absent)
        reach = self._member(holder, replace(member, server=ABSENT)) if given else None
        told = reach is not None and reach.direction == "private" and isinstance(member.host, Known)
        if reach is not None and not told:
            shown = shown_host(member.host.value) if isinstance(member.host, Known) else "that is not known"
            what = f'a member of channel "{holder.name}" with an id and the address {shown}'
            return unknown(Row.CHANNEL_OF_SERVERS, what, f"which of the two counts in {where}")
        return private(Row.CHANNEL_OF_SERVERS, f'servers (ECS) of channel "{holder.name}"')

    def _is_server(self, holder: Resource, member: Member, counted: _Counted) -> bool:
        """Whether an id is one of a server, and no address or name in its place."""
        match member.server:
            case Known(text):
                host = parse_host(text)
                return isinstance(host, HostName) and len(host.labels) == 1
            case Unknown():
                origins = not_given(self._topology.links.origins(holder, member.keys), counted.known)
                kinds = [kind for item in origins if (kind := self._topology.links.type_of(item)) in SERVERS]
                others = len(origins) - len(kinds)
                return counted.servers <= len(kinds) and others <= counted.hosts - counted.servers
            case _:
                return False

    def _unknown_host(self, holder: Resource, member: Member, reason: str, counted: _Counted) -> Reach:
        """A member whose address is not known yet; only what it was built from says anything."""
        where = f'{member.path} of "{holder.name}"'
        count = None if member.is_hidden else counted.hosts
        known = counted.known
        reach = self._hosts.reach_origins(holder, member.keys, where, reason, count, known, of_list=True)
        origins = self._topology.links.origins(holder, member.keys)
        kinds = {self._topology.links.type_of(origin) for origin in origins}
        if reach.direction == "private" and kinds <= SERVERS:
            return private(
                Row.CHANNEL_PRIVATE_MEMBER, f'private addresses of servers, members of "{holder.name}"'
            )
        return reach


def _referring(group: Resource) -> list[Resource]:
    return [group] if is_set(referred_by_group(group)) else []


def _shown_server(server: Value[str]) -> str:
    if isinstance(server, Known):
        return f"{shown_host(server.value)}, which is none of a server"
    return unknown_reason(server)


def _known(member: Member) -> Iterator[str]:
    for value in (member.server, member.host):
        if isinstance(value, Known):
            yield value.value


def _is_unknown(member: Member) -> bool:
    return isinstance(member.server, Unknown) or isinstance(member.host, Unknown)


def _together(reaches: list[Reach]) -> tuple[Reach, ...]:
    """One answer for each distinct statement: 10,000 members in one VPC say one thing."""
    return tuple(dict.fromkeys(reaches))
