"""Rows 17 to 22 of the decision table: VPC channels (load balance channels)."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from policypack.declared import ABSENT, Absent, Invalid, Known, Raw, Resource, Secret, Unknown, unknown_reason
from policypack.huaweicloud.addresses import shown_host
from policypack.huaweicloud.backends import Channel, Member, channel_of, member_of_own, referred_by_group
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.links import Elsewhere, Found, Open, Target
from policypack.huaweicloud.networks import SERVERS
from policypack.huaweicloud.references import CHANNEL, REFERRED_CHANNEL, Reference
from policypack.huaweicloud.returned import not_given
from policypack.network.outbound.hosts import Hosts
from policypack.network.outbound.reach import Reach, private, unknown
from policypack.network.rows import Row
from policypack.network.topology import Topology

_MOST_CHANNELS: Final = 20
"""Channels that one refers to, directly or not; real ones have one or two."""


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
                return [self._microservice(resource, channel)], []
            case Known("reference"):
                return self._references(resource, channel)
            case Known("builtin"):
                return list(self._members(resource, channel)), []
            case Known(other):
                what = f'channel "{resource.name}" of unknown type {other!r}'
                return [unknown(Row.CHANNEL_OF_SERVERS, what, f"what channels of type {other!r} reach")], []
            case other_:
                what = f'channel "{resource.name}", whose type is {unknown_reason(other_)}'
                return [unknown(Row.CHANNEL_OF_SERVERS, what, f'type of "{resource.name}"')], []

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
        groups = self._topology.by_reference(("apig_channel_member_group",), CHANNEL)
        related = groups.of(resource)
        for group in related.this:
            raw = referred_by_group(group)
            if is_set(raw):
                references.append((group, raw, REFERRED_CHANNEL.keys))
        for group in related.doubts("refers", lambda item: [item] if is_set(referred_by_group(item)) else []):
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
        related = self._topology.by_reference(("apig_channel_member",), CHANNEL).of(resource)
        for member in related.this:
            yield self._member(member, member_of_own(member))
        yield from related.doubts(("member", self._hosts.alike), self._perhaps_member)
        match channel.members:
            case Known(members) if members:
                unknowns = sum(1 for inner in members if _is_unknown(inner))
                known = tuple(value for inner in members for value in _known(inner))
                for inner in members:
                    yield self._member(resource, inner, unknowns, known)
            case Known() | Absent():
                if not related.this:
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

    def _member(
        self, holder: Resource, member: Member, unknowns: int = 1, known: tuple[str, ...] = ()
    ) -> Reach:
        if is_set(member.server):
            return self._server(holder, member)
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
                return self._unknown_host(holder, member, reason, unknowns, known)
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

    def _server(self, holder: Resource, member: Member) -> Reach:
        """Row 17. The provider takes the id or the address, as the type of the members has it."""
        where = f'{member.path} of "{holder.name}"'
        if isinstance(member.server, Invalid):
            what = f'a member of channel "{holder.name}" whose id is {unknown_reason(member.server)}'
            return unknown(Row.CHANNEL_OF_SERVERS, what, f"a valid id in {where}")
        given = not isinstance(member.host, Absent)
        reach = self._member(holder, replace(member, server=ABSENT)) if given else None
        told = reach is not None and reach.direction == "private" and isinstance(member.host, Known)
        if reach is not None and not told:
            shown = shown_host(member.host.value) if isinstance(member.host, Known) else "that is not known"
            what = f'a member of channel "{holder.name}" with an id and the address {shown}'
            return unknown(Row.CHANNEL_OF_SERVERS, what, f"which of the two counts in {where}")
        return private(Row.CHANNEL_OF_SERVERS, f'servers (ECS) of channel "{holder.name}"')

    def _unknown_host(
        self, holder: Resource, member: Member, reason: str, unknowns: int, known: tuple[str, ...]
    ) -> Reach:
        """A member whose address is not known yet; only what it was built from says anything."""
        where = f'{member.path} of "{holder.name}"'
        count = None if member.is_hidden else unknowns
        reach = self._hosts.reach_origins(holder, member.keys, where, reason, count, known, of_list=True)
        origins = self._topology.links.origins(holder, member.keys)
        kinds = {self._topology.links.type_of(origin) for origin in origins}
        if reach.direction == "private" and kinds <= SERVERS:
            return private(
                Row.CHANNEL_PRIVATE_MEMBER, f'private addresses of servers, members of "{holder.name}"'
            )
        return reach


def _known(member: Member) -> Iterator[str]:
    for value in (member.server, member.host):
        if isinstance(value, Known):
            yield value.value


def _is_unknown(member: Member) -> bool:
    return isinstance(member.server, Unknown) or isinstance(member.host, Unknown)


def _together(reaches: list[Reach]) -> tuple[Reach, ...]:
    """One answer for each distinct statement: 10,000 members in one VPC say one thing."""
    return tuple(dict.fromkeys(reaches))
