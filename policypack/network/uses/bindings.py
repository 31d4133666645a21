"""What uses an elastic IP or a shared bandwidth.

``bound`` when something is known to use it, ``unbound`` when nothing in the stack does, ``undecided``
when something reads it that nobody here understands, or when nothing does and the stack hands it out.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from policypack.declared import Absent, Known, Raw, Resource
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.returned import addresses_of, addresses_of_eip, names_of, not_given
from policypack.huaweicloud.uses import (
    BANDWIDTH_USES,
    EIP_USES,
    Use,
    is_harmless_reader,
    is_in_use,
    may_be_in_use,
    may_hold_more,
    names_its_port,
    names_something,
    references,
    reported_users,
)
from policypack.network.across import ANYWHERE, NOTHING, Elsewhere, Kind
from policypack.network.entrance.kind import entrance_of
from policypack.network.handed_out import HandedOut
from policypack.network.topology import Topology
from policypack.network.verdict import Binding

_EIP: Final = frozenset({"vpc_eip"})
_BANDWIDTH: Final = frozenset({"vpc_bandwidth"})


class _Users(Struct, frozen=True):
    """Who uses what.

    Attributes:
        certain: By URN of what is used.
        possible: Likewise, who may use it, each with the reason.
        anything: Who uses something that is not known, each with what a sentence says before the name of
            what it may be.
    """

    certain: dict[str, list[Resource]] = field(default_factory=dict)
    possible: dict[str, list[tuple[Resource, str]]] = field(default_factory=dict)
    anything: list[tuple[Resource, str]] = field(default_factory=list)


class Bindings:
    """Finds the users of all EIPs and shared bandwidths of a stack at once."""

    def __init__(self, topology: Topology, elsewhere: Elsewhere = NOTHING) -> None:
        """Prepare nothing: every index is built when it is first used.

        Args:
            topology: The stack.
            elsewhere: What the stacks that are read with it say.
        """
        self._topology = topology
        self._elsewhere = elsewhere
        self._handed_out = HandedOut(topology)

    def of_eips(self) -> dict[str, Binding]:
        """The binding of each EIP, by URN; of a replaced EIP, that of its successor."""
        return {
            eip.resource.urn: self._of(eip.resource, "EIP", _EIP, self._users_of_eips)
            for eip in reversed(self._topology.landscape.eips)
        }

    def of_bandwidths(self) -> dict[str, Binding]:
        """The binding of each shared bandwidth, by URN."""
        return {
            item.resource.urn: self._of(
                item.resource, "shared bandwidth", _BANDWIDTH, self._users_of_bandwidths
            )
            for item in reversed(self._topology.landscape.bandwidths)
        }

    def _of(
        self,
        resource: Resource,
        what: str,
        kinds: frozenset[str],
        users: _Users,
    ) -> Binding:
        name = f'{what} "{resource.name}"'
        if resource.leaving and resource.billed_on:
            return Binding("undecided", (), f"{name[0].upper()}{name[1:]} has left the program.")
        if resource.leaving:
            return Binding("undecided", (), f"The old {name} waits for its deletion.")
        users_of_it = users.certain.get(resource.urn, [])
        if users_of_it:
            urns = tuple(sorted({item.urn for item in users_of_it}))
            first = min(users_of_it, key=lambda item: item.urn)
            more = f" and {len(urns) - 1} more" if len(urns) > 1 else ""
            return Binding("bound", urns, f'"{first.name}"{more} uses {name}.')
        joined = self._joined(resource, name, kinds)
        if joined is not None and joined.state == "bound":
            return joined
        if is_in_use(resource):
            return self._reported(resource, name)
        if may_be_in_use(resource):
            reason = f"The provider reports a status of {name} that does not tell whether it is in use."
            return Binding("undecided", (), reason)
        doubts = [
            *users.possible.get(resource.urn, ()),
            *self._doubtful_gateways.get(resource.urn, ()),
            *self._unknown_readers(resource, kinds),
        ]
        if doubts:
            urns = tuple(sorted({item.urn for item, _ in doubts}))
            return Binding("undecided", urns, doubts[0][1])
        if users.anything:
            item, may_mean = users.anything[0]
            return Binding("undecided", (item.urn,), f"{may_mean} {name}.")
        if resource.inputs is None:
            return Binding("undecided", (), f"The inputs of {name} were not seen.")
        if self._topology.gaps:
            gap = self._topology.gaps[0].rstrip(".")
            return Binding("undecided", (), f"The declaration has a gap: {gap}.")
        if joined is not None:
            return joined
        handed_out = self._handed_out.of(resource, name)
        if handed_out is not None:
            reason = f"Nothing in this stack uses {name}, but {handed_out}: another stack may use it."
            return Binding("undecided", (), reason)
        return Binding("unbound", (), f"Nothing in this stack uses {name}.")

    def _reported(self, resource: Resource, name: str) -> Binding:
        """What the provider reported, which what is destroyed or changed may take back."""
        released = self._topology.landscape.stack.released
        if released is None:
            reason = f"The provider reported that {name} is in use; what is destroyed is not shown in full."
            return Binding("undecided", (), reason)
        if not released.isdisjoint((*names_of(resource), *reported_users(resource))):
            reason = f"The provider reported that {name} is in use, perhaps by what is destroyed or changed."
            return Binding("undecided", (), reason)
        return Binding("bound", (), f"The provider reports that {name} is in use.")

    def _joined(self, resource: Resource, name: str, kinds: frozenset[str]) -> Binding | None:
        """What the stacks that are read with this one say; ``None`` where they say nothing."""
        if not self._elsewhere.uses:
            return None
        kind: Kind = "vpc_eip" if "vpc_eip" in kinds else "vpc_bandwidth"
        found = list(self._elsewhere.uses_of(kind, names_of(resource)))
        joined = [one for one in found if not one[1].gap]
        if joined:
            stack, use = joined[0]
            more = f" and {len(joined) - 1} more" if len(joined) > 1 else ""
            urns = tuple(sorted({use.urn for _, use in joined}))
            return Binding("bound", urns, f'"{use.name}"{more} of stack {stack} uses {name}.')
        for stack, use in found:
            reason = f'"{use.name}" of stack {stack} may use {name}; that stack has a gap: {use.gap}.'
            return Binding("undecided", (use.urn,), reason)
        for stack, use in self._elsewhere.possible_uses(kind):
            origin = "is not known" if use.stack == ANYWHERE else "comes from an output of this stack,"
            reason = f'{use.key} of "{use.name}" {origin} and may mean {name}.'
            return Binding("undecided", (use.urn,), f"Stack {stack}: {reason}")
        return None

    @cached_property
    def _users_of_eips(self) -> _Users:
        users = self._users(EIP_USES, _EIP)
        for gateway in self._topology.landscape.gateways:
            entrance = entrance_of(self._topology, gateway)
            if entrance.kind == "lvs" and not gateway.resource.leaving:
                self._add(users, gateway.resource, gateway.eip, "eipId", entrance.eips)
            hidden = not (isinstance(gateway.eip, Absent) or names_something(gateway.eip) or entrance.eips)
            if hidden and entrance.kind in ("lvs", "unknown") and _may_use(gateway.resource):
                users.anything.append((gateway.resource, _may_mean(gateway.resource, "eipId")))
            if not gateway.resource.leaving:
                at = self._by_address.get(addresses_of(gateway.resource, "gateway").public or "")
                named = [eip for eip in entrance.eips if _may_be_at(gateway.resource, eip)]
                for eip in (*named, *((at,) if at is not None else ())):
                    name = gateway.resource.name
                    reason = f'The public address of "{name}" is, or may be, that of "{eip.name}".'
                    users.possible.setdefault(eip.urn, []).append((gateway.resource, reason))
        for eip in self._topology.living("vpc_eip"):
            bound = names_its_port(eip)
            if bound:
                users.certain.setdefault(eip.urn, []).append(eip)
            elif bound is None and eip.inputs is not None:
                reason = f'publicip of "{eip.name}" is not known and may name what the EIP is bound to.'
                users.possible.setdefault(eip.urn, []).append((eip, reason))
        return users

    @cached_property
    def _users_of_bandwidths(self) -> _Users:
        users = self._users(BANDWIDTH_USES, _BANDWIDTH)
        for eip in self._topology.landscape.eips:
            may_share = eip.shared != Known(False) and isinstance(eip.shared_bandwidth, Absent)
            if may_share and not eip.resource.leaving:
                asks = "asks for" if eip.lacks_shared_bandwidth else "may ask for"
                may_mean = (
                    f'"{eip.resource.name}" {asks} a shared bandwidth and names none by id; it may mean'
                )
                users.anything.append((eip.resource, may_mean))
        return users

    def _users(self, uses: tuple[Use, ...], kinds: frozenset[str]) -> _Users:
        users = _Users()
        for use in uses:
            for resource in self._topology.living(*use.types):
                raws = list(references(resource, use))
                holds_more = may_hold_more(resource, use)
                if not (raws or holds_more):
                    continue
                unknowns = sum(1 for raw in raws if not isinstance(raw, Known))
                known = [str(raw.value) for raw in raws if isinstance(raw, Known)]
                may_mean = _may_mean(resource, use.keys[0])
                if holds_more:
                    users.anything.append((resource, may_mean))
                for raw in raws:
                    targets = self._targets(resource, raw, use, kinds)
                    several = use.listed or len(raws) >= len(targets)
                    self._add(users, resource, raw, use.keys[0], targets, several=several)
                    untold = (
                        not isinstance(raw, Known)
                        and unknowns > len(not_given(targets, known))
                        and not use.listed
                    )
                    if (untold or not targets) and not names_something(raw) and _may_use(resource):
                        users.anything.append((resource, may_mean))
        return users

    @staticmethod
    def _add(
        users: _Users,
        user: Resource,
        raw: Raw,
        key: str,
        targets: tuple[Resource, ...],
        *,
        several: bool = False,
    ) -> None:
        """Sort one user; of several resources that an unknown value was built from, it may be any."""
        seen = user.inputs is not None
        for target in targets:
            if isinstance(raw, Known) or (seen and (several or len(targets) == 1)):
                users.certain.setdefault(target.urn, []).append(user)
            else:
                why = "is not known" if seen else "was not seen"
                reason = f'{key} of "{user.name}" {why} and may mean "{target.name}".'
                users.possible.setdefault(target.urn, []).append((user, reason))

    def _targets(self, resource: Resource, raw: Raw, use: Use, kinds: frozenset[str]) -> tuple[Resource, ...]:
        if not is_set(raw):
            return ()
        target = self._topology.links.follow(resource, raw, use.keys, kinds)
        if isinstance(target, Found):
            return target.resources
        if isinstance(raw, Known) and str(raw.value) in self._by_address and "vpc_eip" in kinds:
            return (self._by_address[str(raw.value)],)
        return ()

    @cached_property
    def _by_address(self) -> Mapping[str, Resource]:
        by_address: dict[str, Resource] = {}
        for eip in self._topology.living("vpc_eip"):
            by_address.update(dict.fromkeys(addresses_of_eip(eip), eip))
        return by_address

    @cached_property
    def _doubtful_gateways(self) -> Mapping[str, list[tuple[Resource, str]]]:
        """Gateways that name an EIP and may or may not be able to use it."""
        doubtful_gateways: dict[str, list[tuple[Resource, str]]] = {}
        for gateway in self._topology.landscape.gateways:
            entrance = entrance_of(self._topology, gateway)
            if entrance.kind == "unknown":
                name = gateway.resource.name
                reason = f'Gateway "{name}" names it in eipId; whether it can use it depends on its kind.'
                for eip in entrance.eips:
                    doubtful_gateways.setdefault(eip.urn, []).append((gateway.resource, reason))
        return doubtful_gateways

    def _unknown_readers(self, resource: Resource, kinds: frozenset[str]) -> list[tuple[Resource, str]]:
        unknown_readers: list[tuple[Resource, str]] = []
        for reader, key in self._topology.readers.get(resource.urn, ()):
            kind = self._topology.links.type_of(reader)
            if reader.token.startswith("pulumi:") or is_harmless_reader(kind, key, kinds):
                continue
            reason = f'"{reader.name}" ({reader.token}) uses it in {key}, and nobody here knows what for.'
            unknown_readers.append((reader, reason))
        return unknown_readers


def _may_mean(user: Resource, key: str) -> str:
    return f'{key} of "{user.name}" is not known and may mean'


def _may_be_at(gateway: Resource, eip: Resource) -> bool:
    """Whether a gateway has, or may have, the address of an EIP that it names, whatever its region."""
    told, own = addresses_of(gateway, "gateway"), set(addresses_of_eip(eip))
    if told.public is None:
        return told.may_hide
    return told.public in own or (not own and eip.identifier is not None)


def _may_use(resource: Resource) -> bool:
    """Whether a property that is not known may be set; what a provider returned holds all that is."""
    return resource.inputs is not None or not resource.outputs
