"""Does a gateway need public outbound bandwidth? Evidence by the decision table of docs/network.md.

Every API, authorizer and plugin of the gateway is classified; each piece of evidence names the row
(``backend-17``). What belongs to another gateway is left out; what may belong to this one counts where
it could change the verdict.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from policypack.declared import Absent, Known, Resource, read
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.addresses import shown_host
from policypack.huaweicloud.backends import (
    PLUGIN_ROWS,
    Backend,
    Function,
    Mock,
    Obscure,
    Variable,
    Web,
    backends_of_plugin,
    function_of_authorizer,
    variable_of_own,
    variables_of_group,
)
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.links import Elsewhere, Found, Open, Target
from policypack.network import evidence as say
from policypack.network.outbound.channels import Channels
from policypack.network.outbound.functions import reach_function
from policypack.network.outbound.hosts import Hosts
from policypack.network.outbound.reach import Reach, unknown
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence, Weight

_VARIABLE: Final = re.compile(r"#([A-Za-z][A-Za-z0-9_-]*)#")
_PUBLICATION: Final = ("apig_api_publishment",)
_API: Final = frozenset({"apig_api"})
_MOST_VALUES: Final = 100
"""Combinations of variable values that one address is tried with."""

_MOST_DOUBTS: Final = 5
"""Resources of unknown gateways that are shown; one is enough for a doubt."""

_GATEWAY_TRIGGERS: Final = frozenset({"DEDICATEDGATEWAY"})


class Backends:
    """Collects the evidence about the backends of one gateway."""

    def __init__(self, topology: Topology, gateway: Gateway) -> None:
        """Classify for this gateway."""
        self._topology = topology
        self._gateway = gateway
        self._hosts = Hosts(topology, gateway)
        self._channels = Channels(topology, self._hosts)

    def evidence(self) -> tuple[list[Evidence], bool]:
        """The evidence, and whether any API of the gateway is known."""
        found: list[Evidence] = []
        apis, floating_apis = self._topology.members(self._gateway, "apig_api")
        for api in apis:
            found.extend(self._api(api))
        senders, floating = self._topology.members(self._gateway, "apig_custom_authorizer", "apig_plugin")
        for sender in senders:
            found.extend(self._sender(sender))
        found.extend(islice(self._floating(floating_apis, floating), _MOST_DOUBTS))
        triggers = list(self._triggers())
        found.extend(triggers)
        found.extend(self._logs())
        return found, bool(apis or triggers)

    def _api(self, api: Resource) -> Iterator[Evidence]:
        published = self._is_published(api)
        for backend in self._topology.backends(api):
            policy = "" if "Polic" not in backend.path else f" ({backend.path})"
            subject = f'API "{api.name}"{policy}'
            for place, reach in self._reach(api, backend):
                yield _written(subject, place, reach, api, published=published)

    def _sender(self, resource: Resource) -> Iterator[Evidence]:
        if self._topology.links.type_of(resource) == "apig_custom_authorizer":
            function = function_of_authorizer(resource)
            reach = reach_function(self._topology, self._gateway, resource, function)
            row = "26" if reach.direction == "private" else reach.row
            reach = Reach(row, reach.direction, reach.what, reach.weight, reach.missing)
            yield _written(f'Authorizer "{resource.name}"', "calls", reach, resource)
            return
        kind, backends = backends_of_plugin(resource)
        row = PLUGIN_ROWS.get(kind, "27")
        for backend in backends:
            for place, reach in self._reach(resource, backend):
                numbered = Reach(row, reach.direction, reach.what, reach.weight, reach.missing)
                yield _written(f'Plugin "{resource.name}" ({kind})', place, numbered, resource)

    def _floating(self, apis: list[Resource], senders: list[Resource]) -> Iterator[Evidence]:
        """Doubts from what may belong to this gateway. One is enough, so not all have to be found."""
        for api in apis:
            yield from self._perhaps(api, self._api(api))
        for sender in senders:
            yield from self._perhaps(sender, self._sender(sender))

    def _perhaps(self, item: Resource, found: Iterator[Evidence]) -> Iterator[Evidence]:
        """What may belong to this gateway counts only where it could change the verdict."""
        for piece in found:
            if piece.direction != "private":
                fact = f'"{item.name}" may belong to this gateway: {piece.fact}'
                yield say.unknown(piece.rule, fact, item.urn, f'the gateway of "{item.name}" (instanceId)')
                return

    def _reach(self, holder: Resource, backend: Backend) -> Iterator[tuple[str, Reach]]:
        """Verb and answer for each place that a backend leads to."""
        match backend:
            case Mock():
                yield "answers itself", Reach("25", "private", "a mock calls nothing")
            case Obscure(path, _, reason):
                yield (
                    "forwards to a backend",
                    unknown(1, f"which cannot be read: {reason}", f'{path} of "{holder.name}"'),
                )
            case Function():
                yield "calls", reach_function(self._topology, self._gateway, holder, backend)
            case Web():
                yield from self._reach_web(holder, backend)

    def _reach_web(self, holder: Resource, web: Web) -> Iterator[tuple[str, Reach]]:
        if is_set(web.channel):
            path = f"{web.path}.vpcChannelId"
            for reach in self._channels.follow(holder, web.channel, web.keys, path):
                yield "forwards to", reach
        path = web.path if web.path.startswith("content.") else f"{web.path}.backendAddress"
        match web.address:
            case Absent():
                if not is_set(web.channel):
                    yield (
                        "forwards to",
                        unknown(1, "a backend without an address", f'{path} of "{holder.name}"'),
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
                yield "forwards to", self._hosts.reach(web.address, holder, web.keys, path, web.unknowns)

    # Row 12

    def _reach_variables(self, api: Resource, written: str, path: str) -> Iterator[tuple[str, Reach]]:
        """An address with ``#name#`` in it, once for each value that the environments give it."""
        names = list(dict.fromkeys(_VARIABLE.findall(written)))
        addresses = [written]
        for name in names:
            values, missing = self._values(api, name)
            if missing is not None:
                yield shown_host(written), unknown(12, f"where #{name}# is not known", missing)
                return
            if len(addresses) * len(values) > _MOST_VALUES:
                missing = f"fewer values of {', '.join(names)}"
                yield shown_host(written), unknown(12, "with too many values", missing)
                return
            addresses = [item.replace(f"#{name}#", value) for item in addresses for value in values]
        for address in addresses:
            found = self._hosts.reach_host(address, f'{path} of "{api.name}"')
            yield (
                f"{shown_host(address)} ({shown_host(written)})",
                Reach("12", found.direction, found.what, found.weight, found.missing),
            )

    def _values(self, api: Resource, name: str) -> tuple[list[str], str | None]:
        """The values of a variable in the environments that an API is published in.

        Which value belongs to which environment may be hidden, so all values count; but every
        environment that the API is published in must have one.
        """
        group = self._topology.group_of(api)
        if group is None:
            return [], f'the group of API "{api.name}"'
        variables = [*variables_of_group(group), *self._own_variables(group)]
        missing = f'variable {name} of group "{group.name}"'
        found: list[tuple[Target, str]] = []
        for variable in variables:
            if isinstance(variable.name, Known) and variable.name.value != name:
                continue
            if not (isinstance(variable.name, Known) and isinstance(variable.value, Known)):
                return [], missing
            found.append((self._environment(group, variable), variable.value.value))
        if not found:
            return [], missing
        values = self._of_published(api, found)
        return (values, None) if values else ([], missing)

    def _own_variables(self, group: Resource) -> Iterator[Variable]:
        own = self._topology.by_reference(
            ("apig_environment_variable",), ("groupId",), frozenset({"apig_group"})
        )
        sure, maybe = own.of(group)
        for resource in (*sure, *maybe):
            yield variable_of_own(resource)

    def _environment(self, holder: Resource, variable: Variable) -> Target:
        return self._topology.links.follow(holder, variable.environment, variable.keys, {"apig_environment"})

    def _of_published(self, api: Resource, found: list[tuple[Target, str]]) -> list[str]:
        """Values of the environments that an API is published in; empty when one has no value."""
        publications, floating = self._publications(api)
        keys = ("envId",)
        targets = [
            self._topology.links.follow(item, item.declared(*keys), keys, {"apig_environment"})
            for item in (*publications, *floating)
        ]
        published = {name for target in targets if (name := _name_of(target)) is not None}
        valued = {name for target, _ in found if (name := _name_of(target)) is not None}
        exact = len(published) == len(targets) and all(_name_of(target) for target, _ in found)
        if published and exact:
            if not published <= valued:
                return []
            return [value for target, value in found if _name_of(target) in published]
        if len(targets) > len(found):
            return []
        return [value for _, value in found]

    def _publications(self, api: Resource) -> tuple[list[Resource], list[Resource]]:
        return self._topology.by_reference(_PUBLICATION, ("apiId",), _API).of(api)

    def _is_published(self, api: Resource) -> bool:
        return bool(self._publications(api)[0])

    # APIs that functions make, and logs

    def _triggers(self) -> Iterator[Evidence]:
        """FunctionGraph triggers make APIs of their own; their backend is the function (row 23)."""
        for trigger in self._topology.triggers.get(self._gateway.resource.urn, ()):
            kind = read.text(trigger.declared("type"))
            if isinstance(kind, Known) and kind.value.upper() not in _GATEWAY_TRIGGERS:
                continue
            function = Function("functionUrn", ("functionUrn",), read.text(trigger.declared("functionUrn")))
            reach = reach_function(self._topology, self._gateway, trigger, function)
            yield _written(f'The API of trigger "{trigger.name}"', "calls", reach, trigger)

    def _logs(self) -> Iterator[Evidence]:
        """Row 30: log collection is managed and inside."""
        for feature in self._topology.members(self._gateway, "apig_instance_feature")[0]:
            if read.text(feature.declared("name")) == Known("lts"):
                yield say.neutral(
                    "backend-30",
                    f'Feature "{feature.name}" sends logs to LTS, inside Huawei Cloud.',
                    feature.urn,
                )


def _written(subject: str, verb: str, reach: Reach, holder: Resource, *, published: bool = True) -> Evidence:
    separator = " " if verb in ("calls", "forwards to") else ", "
    fact = f"{subject} {verb}{separator}{reach.what}"
    weight: Weight = reach.weight
    if not published:
        fact += "; no publication of it is declared"
        weight = "suggests" if weight == "proves" else weight
    rule = f"backend-{reach.row}"
    if reach.direction == "unknown":
        return say.unknown(rule, fact + ".", holder.urn, reach.missing)
    make = say.public if reach.direction == "public" else say.private
    return make(rule, fact + ".", holder.urn, weight)


def _name_of(target: Target) -> str | None:
    match target:
        case Found() as found if found.only is not None:
            return found.only.urn
        case Elsewhere(literal):
            return literal
        case Found() | Open():
            return None
