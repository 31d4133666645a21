"""The summary of one stack for those that are read with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from policypack.declared import Absent, Known, Raw, Resource, Secret, Unknown
from policypack.declared.outputs import referred_stack
from policypack.huaweicloud import Gateway, Landscape
from policypack.huaweicloud.addresses import HostAddress, parse_host
from policypack.huaweicloud.links import Elsewhere, Found
from policypack.huaweicloud.mentions import Mention
from policypack.huaweicloud.references import GATEWAY, MOVED_EIPS
from policypack.huaweicloud.returned import names_of
from policypack.huaweicloud.survey import gateway_of
from policypack.huaweicloud.uses import BANDWIDTH_USES, EIP_USES, references
from policypack.huaweicloud.uses import Use as PropertyUse
from policypack.network.across import ANYWHERE, Kind, Part, Path, Summary, Use
from policypack.network.entrance.callers import Callers
from policypack.network.entrance.mentions import Mentions
from policypack.network.outbound.apis import Backends
from policypack.network.related import MOST_DOUBTS
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence
from policypack.settings.model import Settings

_EIP: Final = frozenset({"vpc_eip"})
_BANDWIDTH: Final = frozenset({"vpc_bandwidth"})
_USES: Final[tuple[tuple[Kind, tuple[PropertyUse, ...], frozenset[str]], ...]] = (
    ("vpc_eip", EIP_USES, _EIP),
    ("vpc_bandwidth", BANDWIDTH_USES, _BANDWIDTH),
)
_OF_GATEWAYS: Final = (
    "apig_api",
    "apig_channel_member",
    "apig_custom_authorizer",
    "apig_group",
    "apig_group_domain_associate",
    "apig_plugin",
)


def summarise(landscape: Landscape, settings: Settings) -> Summary:
    """Sum up what a stack has and what it uses of others, in time linear in its resources."""
    topology = Topology(landscape)
    billed = topology.living("apig_instance", "vpc_eip", "vpc_bandwidth")
    # what is seen of a stack with a gap may not exist, as for its own limits
    gap = landscape.stack.gaps[0].rstrip(".") if landscape.stack.gaps else ""
    owned = {name for resource in billed if not resource.external for name in names_of(resource)}
    uses = [replace(use, gap=gap) for use in _uses(topology, owned)]
    seen = dict.fromkeys(_parts(topology, owned, settings))
    parts = [_perhaps(part, gap) if gap else part for part in seen]
    outliving, why = _outliving(topology)
    if why:
        for use in _uses(outliving, owned):
            if use.urn in why:
                uses.append(replace(use, urn=use.urn.removesuffix(_OLD), gap=why[use.urn]))
        for part in _parts(outliving, owned, settings):
            if part not in seen:
                urn = str(part.evidence.urn)
                reason = why.get(urn) or next(iter(why.values()))
                evidence = replace(part.evidence, urn=urn.removesuffix(_OLD))
                parts.append(_perhaps(replace(part, evidence=evidence), reason, _DIRECTED))
    return Summary(
        landscape.stack.project,
        landscape.stack.name,
        tuple(sorted(name for name in owned if _is_id_or_public(name))),
        tuple(dict.fromkeys(uses)),
        tuple(dict.fromkeys(parts)),
    )


_OLD: Final = "#old"
"""Ends the URN of what lives on beside its successor."""

_DIRECTED: Final = frozenset({"private", "public"})


def _outliving(topology: Topology) -> tuple[Topology, Mapping[str, str]]:
    """The stack as if all that leaves it and may live on stayed, and why that may, by URN."""
    landscape = topology.landscape
    may_stay = [item for item in landscape.stack.resources if item.leaving and item.billed_on and item.custom]
    if not may_stay:
        return topology, {}
    going = {id(item) for item in may_stay}
    taken = {item.urn for item in landscape.stack.resources if id(item) not in going}
    stay = {
        id(item): replace(
            item, urn=item.urn + (_OLD if item.urn in taken else ""), leaving=False, billed_on=""
        )
        for item in may_stay
    }

    def staying(resources: Iterable[Resource]) -> list[Resource]:
        return [stay.get(id(item), item) for item in resources]

    by_type = {name: staying(resources) for name, resources in landscape.by_type.items()}
    stack = replace(landscape.stack, resources=staying(landscape.stack.resources))
    gateways = tuple(
        replace(item, resource=stay.get(id(item.resource), item.resource)) for item in landscape.gateways
    )
    why = {stay[id(item)].urn: item.billed_on.rstrip(".") for item in may_stay}
    return Topology(replace(landscape, stack=stack, by_type=by_type, gateways=gateways)), why


def _perhaps(part: Part, gap: str, directions: frozenset[str] = frozenset({"private"})) -> Part:
    """What may not be so after all proves nothing.

    That a path is needed stays as it is beside a gap: it claims no saving.
    """
    if part.evidence.direction not in directions:
        return part
    evidence = replace(
        part.evidence,
        direction="unknown",
        weight="none",
        stated=False,
        missing=f"whether that is so ({gap})",
    )
    return replace(part, evidence=evidence)


def _is_id_or_public(name: str) -> bool:
    """Private addresses repeat from network to network and join nothing."""
    host = parse_host(name)
    return not isinstance(host, HostAddress) or host.reach == "public"


def _uses(topology: Topology, owned: set[str]) -> Iterator[Use]:
    for kind, uses, types in _USES:
        for use in uses:
            for resource in topology.living(*use.types):
                for raw in references(resource, use):
                    yield from _use(topology, owned, kind, resource, raw, use.keys, types)
    for gateway in topology.landscape.gateways:
        if topology.is_lvs(gateway) is not False and not gateway.resource.leaving:
            yield from _use(topology, owned, "vpc_eip", gateway.resource, gateway.eip, ("eipId",), _EIP)
    for type_name, reference in MOVED_EIPS.items():
        for resource in topology.living(type_name):
            raw = reference.of(resource)
            yield from _use(topology, owned, "membership", resource, raw, reference.keys, _EIP)


def _use(
    topology: Topology,
    owned: set[str],
    kind: Kind,
    resource: Resource,
    raw: Raw,
    keys: tuple[str, ...],
    types: frozenset[str],
) -> Iterator[Use]:
    """What a reference uses of another stack."""
    if isinstance(raw, Absent) or resource.inputs is None:
        return
    target = topology.links.follow(resource, raw, keys, types)
    names: list[str] = []
    if isinstance(target, Found):
        names = [item.identifier for item in target.resources if item.external and item.identifier]
    elif isinstance(raw, Known):
        names = [str(raw.value)]
    for name in names:
        if name and name not in owned and _is_id_or_public(name):
            yield Use(kind, name, "", resource.urn, resource.name, keys[0])
    if isinstance(raw, (Unknown, Secret)) and not isinstance(target, Found):
        for stack in _stacks_behind(topology, resource, keys):
            yield Use(kind, "", stack, resource.urn, resource.name, keys[0])


def _parts(topology: Topology, owned: set[str], settings: Settings) -> Iterator[Part]:
    """What is said of gateways that belong to other stacks.

    Each is judged as if it stood here: an external gateway of which nothing is known but its id, or the
    address that something holds.
    """
    identifiers = sorted(_foreign_gateways(topology) - owned)
    hidden = {
        resource.urn: stacks
        for resource in topology.living(*_OF_GATEWAYS, *topology.strange_types)
        if (stacks := _stacks_of_gateway(topology, resource))
    }
    any_stack = sorted({stack for stacks in hidden.values() for stack in stacks})
    own_mentions = Mentions(topology)
    holders = _holders_of_hidden(topology, own_mentions)
    if hidden or holders:
        identifiers.append(_NOT_KNOWN)
    addresses = sorted(own_mentions.public_addresses - owned)
    if not identifiers and not addresses:
        return
    standing, gateways = _standing(
        topology,
        [
            *({"id": identifier} for identifier in identifiers),
            *({"id": f"={address}", "ingressAddress": address} for address in addresses),
        ],
    )
    mentions = Mentions(standing)
    for target, gateway in zip((*identifiers, *addresses), gateways, strict=True):
        by_whom = Callers(standing, mentions, gateway, settings.vocabulary)
        callers = by_whom.evidence()
        if target in addresses:
            yield from _of(
                target, "entrance", (item for item in callers if item.rule in _BY_ADDRESS), gateway
            )
            continue
        evidence, _ = Backends(standing, gateway).evidence()
        # whether an address that is written out here is the gateway's, is known where the gateway is
        told = (item for item in callers if item.rule not in _BY_ADDRESS or item.direction != "unknown")
        for part in (*_of(target, "outbound", evidence, gateway), *_of(target, "entrance", told, gateway)):
            if target != _NOT_KNOWN:
                yield part
                continue
            for stack in hidden.get(str(part.evidence.urn), any_stack):
                yield replace(part, target="", stack=stack)
        for stack, mention in holders if target == _NOT_KNOWN else ():
            for item in by_whom.of_mention(mention, "unknown"):
                yield Part("", stack, "entrance", item)


def _holders_of_hidden(topology: Topology, mentions: Mentions) -> Sequence[tuple[str, Mention]]:
    """What holds an address that is not known and may be that of a gateway of another stack: a few for each
    stack that it may come from."""
    few: dict[str, list[Mention]] = {}
    for mention in mentions.hidden:
        for stack in _stacks_behind(topology, mention.resource, mention.keys):
            of_stack = few.setdefault(stack, [])
            if len(of_stack) < MOST_DOUBTS:
                of_stack.append(mention)
    return [(stack, mention) for stack in sorted(few) for mention in few[stack]]


_NOT_KNOWN: Final = "*"
"""Stands for the id of a gateway of another stack that nothing tells."""

_BY_ADDRESS: Final = frozenset(
    {
        Row.PUBLIC_RECORD,
        Row.PRIVATE_RECORD,
        Row.DEDICATED_WAF,
        Row.CLOUD_WAF,
        Row.FRONT,
        Row.CONTENT_DELIVERY,
    }
)


def _of(target: str, path: Path, value: Iterable[Evidence], gateway: Gateway) -> Iterator[Part]:
    """Only what a resource of this stack says; of the gateway itself nothing is known here."""
    for item in value:
        if item.urn is not None and item.urn != gateway.resource.urn:
            yield Part(target, "", path, item)


def _stacks_of_gateway(topology: Topology, resource: Resource) -> Sequence[str]:
    """The stacks that may have the gateway of a resource, where nothing tells which gateway that is."""
    if resource.inputs is None or isinstance(topology.links.meant(resource, GATEWAY), (Found, Elsewhere)):
        return ()
    hidden = isinstance(GATEWAY.of(resource), (Unknown, Secret))
    return _stacks_behind(topology, resource, GATEWAY.keys) if hidden else ()


def _stacks_behind(topology: Topology, resource: Resource, keys: tuple[str, ...]) -> Sequence[str]:
    """The stacks that a value which is not known may come from; ``ANYWHERE`` where nothing tells."""
    origins = topology.links.origins(resource, keys)
    stacks = [stack for origin in origins if (stack := referred_stack(origin)) is not None]
    return stacks if origins else [ANYWHERE]


def _foreign_gateways(topology: Topology) -> set[str]:
    foreign_gateways: set[str] = set()
    for resource in topology.living(*_OF_GATEWAYS, *topology.strange_types):
        match topology.links.meant(resource, GATEWAY):
            case Elsewhere(literal):
                foreign_gateways.add(literal)
            case Found(resources):
                foreign_gateways.update(
                    item.identifier for item in resources if item.external and item.identifier
                )
            case _:
                pass
    return foreign_gateways


def _standing(topology: Topology, outputs: Sequence[dict[str, str]]) -> tuple[Topology, list[Gateway]]:
    """The landscape with gateways of other stacks in it, and these gateways."""
    landscape, stack = topology.landscape, topology.stack
    read = {item.identifier: item for item in landscape.of_type("apig_instance") if item.external}
    resources = [read.get(one["id"]) or _external(topology, one) for one in outputs]
    added = [resource for resource in resources if resource.identifier not in read]
    stack = replace(stack, resources=[*stack.resources, *added])
    by_type = dict(landscape.by_type)
    by_type["apig_instance"] = [*by_type.get("apig_instance", ()), *added]
    standing = Topology(replace(landscape, stack=stack, by_type=by_type))
    return standing, [gateway_of(stack, resource, landscape.default_region) for resource in resources]


def _external(topology: Topology, outputs: dict[str, str]) -> Resource:
    name = outputs.get("ingressAddress", outputs["id"])
    token = "huaweicloud:DedicatedApig/instance:Instance"  # noqa: S105 - a type
    urn = f"urn:pulumi:{topology.stack.name}::{topology.stack.project}::{token}::{name}"
    return Resource(urn, token, name, None, outputs=outputs, external=True)
