"""Does a gateway need public outbound bandwidth? Evidence by the decision table of docs/network.md.

Every API, authorizer and plugin of the gateway is classified; each piece of evidence names the row
(``backend-17``). What belongs to another gateway is left out; what may belong to this one counts where
it could change the verdict.
"""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import Absent, Known, Resource, Unknown
from policypack.huaweicloud import Gateway, references
from policypack.huaweicloud.addresses import shown_host
from policypack.huaweicloud.backends import (
    CONTENT_KEYS,
    Backend,
    Function,
    Mock,
    Obscure,
    Variable,
    Web,
    backends_of_plugin,
    function_of_authorizer,
    function_of_trigger,
    is_of_policy,
    makes_api,
    may_make_api,
    variable_of_own,
    variables_of_group,
)
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.gateways import collects_logs
from policypack.huaweicloud.links import Elsewhere, Found, Open, Target
from policypack.huaweicloud.references import Reference
from policypack.network import evidence as say
from policypack.network.outbound.channels import Channels
from policypack.network.outbound.functions import reach_function
from policypack.network.outbound.hosts import Hosts
from policypack.network.outbound.reach import Reach, unknown
from policypack.network.related import Related
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence, Weight

_VARIABLE: Final = re.compile(r"#([A-Za-z][A-Za-z0-9_-]*)#")
_PUBLICATION: Final = ("apig_api_publishment",)
_PLUGIN_ROWS: Final = {
    "third_auth": Row.PLUGIN_THIRD_AUTH,
    "kafka_log": Row.PLUGIN_KAFKA_LOG,
    "breaker": Row.PLUGIN_BREAKER,
    "proxy_mirror": Row.PLUGIN_PROXY_MIRROR,
}
_OF_WHICH_GROUP: Final = Unknown("its group is not known")
_MOST_VALUES: Final = 100
"""Combinations of variable values that one address is tried with."""


class _Used(Struct, frozen=True):
    """The values of a variable that an API is called with.

    Attributes:
        values: Them.
        all_count: Whether each of them is used, rather than one or more of them.
        missing: What would have to be known, where they are not.
    """

    values: tuple[str, ...] = ()
    all_count: bool = True
    missing: str = ""


class Backends:
    """Collects the evidence about the backends of one gateway."""

    def __init__(self, topology: Topology, gateway: Gateway, hosts: Hosts | None = None) -> None:
        """Classify for this gateway, which reaches hosts in its own way where no other is given."""
        self._topology = topology
        self._gateway = gateway
        self._hosts = Hosts(topology, gateway) if hosts is None else hosts
        self._channels = Channels(topology, self._hosts)

    def evidence(self) -> tuple[list[Evidence], bool]:
        """The evidence, and whether any API of the gateway is known."""
        alike = self._hosts.alike
        apis = self._topology.members(self._gateway, "apig_api")
        senders = self._topology.members(self._gateway, "apig_custom_authorizer", "apig_plugin")
        triggers = self._topology.triggers.of(self._gateway.resource)
        evidence = [
            *apis.weigh(self._api, ("api", alike), look_for_all=self._api_of_any),
            *senders.weigh(self._sender, ("sender", alike), look_for_all=self._sender_of_any),
            *triggers.weigh(self._trigger, ("trigger", alike), "eventData"),
            *self._topology.members(self._gateway, "apig_instance_feature").weigh(_log, "log"),
            *self._topology.strangers(self._gateway).weigh(_stranger, "stranger"),
            *self._foreign_members(alike),
        ]
        return evidence, bool(apis.this or triggers.this)

    @cached_property
    def _of_any(self) -> "Backends":
        """Classifies what may be of any gateway."""
        return Backends(self._topology, self._gateway, self._hosts.of_any)

    def _api_of_any(self, api: Resource) -> Iterator[Evidence]:
        return self._of_any._api(api)

    def _sender_of_any(self, resource: Resource) -> Iterator[Evidence]:
        return self._of_any._sender(resource)

    def _api(self, api: Resource) -> Iterator[Evidence]:
        published = self._is_published(api)
        for backend in self._topology.backends(api):
            policy = f" ({backend.path})" if is_of_policy(backend) else ""
            subject = f'API "{api.name}"{policy}'
            for place, reach in self._reach(api, backend):
                yield _written(subject, place, reach, api, published=published)

    def _sender(self, resource: Resource) -> Iterator[Evidence]:
        if self._topology.links.type_of(resource) == "apig_custom_authorizer":
            function = function_of_authorizer(resource)
            reach = reach_function(self._topology, self._gateway, resource, function)
            row = Row.AUTHORIZER if reach.direction == "private" else reach.row
            reach = Reach(row, reach.direction, reach.what, reach.weight, reach.missing)
            yield _written(f'Authorizer "{resource.name}"', "calls", reach, resource)
            return
        kind, backends = backends_of_plugin(resource)
        row = _PLUGIN_ROWS.get(kind, Row.PLUGIN_THIRD_AUTH)
        for backend in backends:
            for place, reach in self._reach(resource, backend):
                numbered = Reach(row, reach.direction, reach.what, reach.weight, reach.missing)
                yield _written(f'Plugin "{resource.name}" ({kind})', place, numbered, resource)

    def _reach(self, holder: Resource, backend: Backend) -> Iterator[tuple[str, Reach]]:
        """Verb and answer for each place that a backend leads to."""
        match backend:
            case Mock():
                yield "answers itself", Reach(Row.MOCK, "private", "a mock calls nothing")
            case Obscure(path, _, reason):
                yield (
                    "forwards to a backend",
                    unknown(
                        Row.PUBLIC_ADDRESS, f"which cannot be read: {reason}", f'{path} of "{holder.name}"'
                    ),
                )
            case Function():
                yield "calls", reach_function(self._topology, self._gateway, holder, backend)
            case Web():
                yield from self._reach_web(holder, backend)

    def _reach_web(self, holder: Resource, web: Web) -> Iterator[tuple[str, Reach]]:
        if is_set(web.channel):
            path = f"{web.path}.vpcChannelId"
            for reach in self._channels.follow(
                holder, web.channel, web.keys, path, web.unknown_channels, web.known
            ):
                yield "forwards to", reach
        path = web.path if web.keys == CONTENT_KEYS else f"{web.path}.backendAddress"
        match web.address:
            case Absent():
                if not is_set(web.channel):
                    yield (
                        "forwards to",
                        unknown(
                            Row.PUBLIC_ADDRESS, "a backend without an address", f'{path} of "{holder.name}"'
                        ),
                    )
            case Known(written) if _VARIABLE.search(written):
                for value, reach in self._reach_variables(holder, written, path):
                    yield f"forwards to {value}", reach
            case Known(written):
                yield (
                    f"forwards to {shown_host(written)}",
                    self._hosts.reach(web.address, holder, web.keys, path),
                )
            case _:
                yield (
                    "forwards to",
                    self._hosts.reach(web.address, holder, web.keys, path, web.unknowns, web.known),
                )

    # Row 12

    def _reach_variables(self, api: Resource, written: str, path: str) -> Iterator[tuple[str, Reach]]:
        """An address with ``#name#`` in it, once for each value that the environments give it."""
        names = list(dict.fromkeys(_VARIABLE.findall(written)))
        addresses = [written]
        all_count = True
        for name in names:
            used = self._values(api, name)
            if used.missing:
                yield shown_host(written), unknown(Row.VARIABLE, f"where #{name}# is not known", used.missing)
                return
            if len(addresses) * len(used.values) > _MOST_VALUES:
                missing = f"fewer values of {', '.join(names)}"
                yield shown_host(written), unknown(Row.VARIABLE, "with too many values", missing)
                return
            all_count = all_count and used.all_count
            addresses = [item.replace(f"#{name}#", value) for item in addresses for value in used.values]
        reached = [
            (address, self._hosts.reach_host(address, f'{path} of "{api.name}"')) for address in addresses
        ]
        if not all_count and len({reach.direction for _, reach in reached}) > 1:
            missing = f'the environments that "{api.name}" is published in'
            yield shown_host(written), unknown(Row.VARIABLE, "which is public in some environments", missing)
            return
        for address, reach in reached:
            yield (
                f"{shown_host(address)} ({shown_host(written)})",
                Reach(Row.VARIABLE, reach.direction, reach.what, reach.weight, reach.missing),
            )

    def _values(self, api: Resource, name: str) -> _Used:
        """The values of a variable in the environments that an API is published in."""
        group = self._topology.group_of(api)
        if group is None:
            return _Used(missing=f'the group of API "{api.name}"')
        missing = _Used(missing=f'variable {name} of group "{group.name}"')
        valued_targets: list[tuple[Target, str]] = []
        everywhere: list[str] = []
        for variable in (*variables_of_group(group), *self._own_variables(group, name)):
            if isinstance(variable.name, Known) and variable.name.value != name:
                continue
            if not (isinstance(variable.name, Known) and isinstance(variable.value, Known)):
                return missing
            if isinstance(variable.environments[variable.position], Absent):
                everywhere.append(variable.value.value)
            else:
                reference = Reference(variable.keys, references.ENVIRONMENT.targets)
                targets = self._topology.links.each_meant(variable.holder, variable.environments, reference)
                valued_targets.append((targets[variable.position], variable.value.value))
        used = self._of_published(api, valued_targets) if valued_targets else _Used()
        if used is None or (not valued_targets and not everywhere):
            return missing
        return _Used((*used.values, *everywhere), used.all_count)

    def _of_published(self, api: Resource, values: list[tuple[Target, str]]) -> _Used | None:
        """Values of the environments that an API is published in; ``None`` where one may have none.

        Each environment has one value. Where the references do not tell which is whose, all of the
        values count as long as no environment is left without one.
        """
        related = self._publications(api)
        if not related:
            return _Used(tuple(value for _, value in values))
        certain = self._environments(related.this)
        perhaps = self._environments(related.few) | related.once("environments", self._environments)
        valued = frozenset[str]().union(*(_names_of(target) for target, _ in values))
        published = frozenset[str]().union(*certain)
        told = all(len(names) == 1 for names in certain | perhaps) and published <= valued
        told = told and all(names <= published for names in perhaps)
        if not told or not all(_names_of(target) for target, _ in values):
            return None
        if all(len(_names_of(target)) == 1 for target, _ in values):
            return _Used(tuple(value for target, value in values if _names_of(target) <= published))
        if len(values) < len(valued):
            return None
        return _Used(tuple(value for _, value in values), all_count=valued <= published)

    def _environments(self, publications: Sequence[Resource]) -> set[frozenset[str]]:
        """What each of some publications may name as its environment."""
        links = self._topology.links
        return {_names_of(links.meant(item, references.ENVIRONMENT)) for item in publications}

    def _own_variables(self, group: Resource, name: str) -> Iterator[Variable]:
        """Those of a name, or of one that is not known."""
        own = self._topology.by_reference(("apig_environment_variable",), references.GROUP)
        related = own.of(group)
        yield from map(variable_of_own, related.this)
        for variable in map(variable_of_own, related.few):
            yield replace(variable, value=_OF_WHICH_GROUP)
        by_name = related.once("variables", _by_name)
        yield from (by_name[key] for key in (Known(name), None) if key in by_name)

    def _publications(self, api: Resource) -> Related:
        return self._topology.by_reference(_PUBLICATION, references.API).of(api)

    def _is_published(self, api: Resource) -> bool:
        return bool(self._publications(api).this)

    # Members of channels that other stacks declare

    def _foreign_members(self, alike: Hashable) -> Iterator[Evidence]:
        members = self._topology.members(self._gateway, "apig_channel_member")
        yield from members.weigh(
            self._foreign_member, ("foreign member", alike), look_for_all=self._foreign_of_any
        )

    def _foreign_of_any(self, member: Resource) -> Iterator[Evidence]:
        return self._of_any._foreign_member(member)

    def _foreign_member(self, member: Resource) -> Iterator[Evidence]:
        """APIs of other stacks may use its channel; only what is not private says anything."""
        target = self._topology.links.meant(member, references.CHANNEL)
        if isinstance(target, Elsewhere):
            reach = self._channels.of_member(member)
            if reach.direction != "private":
                fact = f'"{member.name}" is {reach.what}; its channel is declared elsewhere.'
                yield say.unknown(reach.row, fact, member.urn, f"what uses channel {target.literal!r}")

    # APIs that functions make

    def _trigger(self, trigger: Resource) -> Iterator[Evidence]:
        """FunctionGraph triggers make APIs of their own; their backend is the function (row 23)."""
        if not may_make_api(trigger):
            return
        reach = reach_function(self._topology, self._gateway, trigger, function_of_trigger(trigger))
        if reach.direction == "public" and not makes_api(trigger):
            reach = unknown(reach.row, f"{reach.what}, if it makes one", f'type of "{trigger.name}"')
        yield _written(f'The API of trigger "{trigger.name}"', "calls", reach, trigger)


def _by_name(items: Sequence[Resource]) -> Mapping[Known[str] | None, Variable]:
    """One variable of each name that may be of any group; of a name that is not known under ``None``."""
    variables = map(variable_of_own, items)
    return {
        variable.name if isinstance(variable.name, Known) else None: replace(variable, value=_OF_WHICH_GROUP)
        for variable in variables
    }


def _stranger(resource: Resource) -> Iterator[Evidence]:
    fact = f'"{resource.name}" ({resource.token}) belongs to the gateway, and nobody here knows what for.'
    yield say.unknown(Row.NOT_UNDERSTOOD, fact, resource.urn, f'which APIs "{resource.name}" makes')


def _log(feature: Resource) -> Iterator[Evidence]:
    """Row 30: log collection is managed and inside."""
    if collects_logs(feature):
        fact = f'Feature "{feature.name}" sends logs to LTS, inside Huawei Cloud.'
        yield say.neutral(Row.LOG_COLLECTION, fact, feature.urn)


def _written(subject: str, verb: str, reach: Reach, holder: Resource, *, published: bool = True) -> Evidence:
    separator = " " if verb in ("calls", "forwards to") else ", "
    fact = f"{subject} {verb}{separator}{reach.what}"
    weight: Weight = reach.weight
    if not published:
        fact += "; no publication of it is declared"
        weight = "suggests" if weight == "proves" else weight
    rule = reach.row
    if reach.direction == "unknown":
        return say.unknown(rule, fact + ".", holder.urn, reach.missing)
    make = say.public if reach.direction == "public" else say.private
    return make(rule, fact + ".", holder.urn, weight)


def _names_of(target: Target) -> frozenset[str]:
    """The URNs, or the id, of what a reference may mean; nothing where that is not known."""
    match target:
        case Found(resources):
            return frozenset(item.urn for item in resources)
        case Elsewhere(literal):
            return frozenset({literal})
        case Open():
            return frozenset()
