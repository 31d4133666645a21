"""Rows 11 to 13 of the table of callers: security groups, which act on LVS gateways only."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from policypack.declared import Absent, Known, Resource
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.addresses import is_private_network, parse_network
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.gateways import custom_ports, own_port
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.networks import Rule, returned_rules
from policypack.huaweicloud.references import REMOTE_GROUP, SECURITY_GROUP
from policypack.network import evidence as say
from policypack.network.related import Relation
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence

_OTHER_PROTOCOLS: Final = frozenset({"udp", "icmp", "icmpv6", "gre"})
_TCP: Final = 6
_HIGHEST_PROTOCOL: Final = 255
_MOST_DIGITS: Final = 5
"""Of a port."""
_MOST_PORTS: Final = 100
_WEB_PORTS: Final = frozenset({80, 443})


class _Ports(Struct, frozen=True):
    """The ports of a gateway.

    Attributes:
        certain: Those that it listens on.
        perhaps: Those that it may listen on; ``None`` where any port may be one.
    """

    certain: frozenset[int]
    perhaps: frozenset[int] | None


def security_group(topology: Topology, gateway: Gateway) -> Iterator[Evidence]:
    """What the gateway's security group says of its callers."""
    raw = SECURITY_GROUP.of(gateway.resource)
    target = topology.links.meant(gateway.resource, SECURITY_GROUP)
    acts = topology.is_lvs(gateway)
    if not isinstance(target, Found) or target.only is None:
        if is_set(raw):
            fact = f'The security group of gateway "{gateway.resource.name}" is not known'
            yield _doubt(fact, gateway.resource, f'securityGroupId of "{gateway.resource.name}"', acts)
        return
    group, ports = target.only, _own_ports(topology, gateway)
    yield from topology.once(
        ("security group", group.urn, ports, acts), lambda: list(_of_group(topology, group, ports, acts))
    )


def _of_group(topology: Topology, group: Resource, ports: _Ports, acts: bool | None) -> Iterator[Evidence]:
    """What a group says of the callers of each gateway that has it and the same ports."""
    related = topology.by_reference(("networking_secgroup_rule",), SECURITY_GROUP).of(group)

    def reaching(item: Resource) -> list[Resource]:
        return [item] if _reaches(topology.rule(item), ports) != "another" else []

    doubtful = related.doubts(("rule", ports), reaching)
    for item in doubtful[:1]:
        fact = f'Security group rule "{item.name}" may be of the gateway\'s group'
        yield _doubt(fact, item, f'securityGroupId of "{item.name}"', acts)
    admits_privately: Resource | None = None
    complete = not doubtful
    for item in related.this:
        rule = topology.rule(item)
        reaches = _reaches(rule, ports)
        if reaches == "another":
            continue
        match _admits(topology, rule):
            case "private":
                if reaches == "this":
                    admits_privately = admits_privately or item
            case "anyone" | "public":
                yield _open(rule, acts)
                complete = False
            case _:
                complete = False
                fact = f'Whom security group rule "{item.name}" admits is not known'
                yield _doubt(fact, item, f'remoteIpPrefix of "{item.name}"', acts)
    for rule in returned_rules(group):
        if _reaches(rule, ports) != "another" and _admits(topology, rule) != "private":
            complete = False
            fact = f'Security group "{group.name}" admitted others than private addresses at its last refresh'
            yield _doubt(fact, group, f'the rules of "{group.name}"', acts)
    if admits_privately is not None and complete:
        rule_name = admits_privately.name
        fact = f'Security group "{group.name}" admits private addresses only, as rule "{rule_name}".'
        if acts:
            yield say.private(Row.CLOSED_SECURITY_GROUP, fact, group.urn, "suggests-strongly")
        else:
            fact = f"{fact.removesuffix('.')}; a gateway behind ELB ignores it."
            yield say.private(Row.CLOSED_SECURITY_GROUP, fact, group.urn, "assumed")


def _doubt(fact: str, item: Resource, missing: str, acts: bool | None) -> Evidence:
    """What is not known of a group weighs as much as a group that is open."""
    if acts is False:
        fact = f"{fact}; a gateway behind ELB ignores it."
        return say.public(Row.OPEN_SECURITY_GROUP, fact, item.urn, "assumed")
    return say.unknown(Row.OPEN_SECURITY_GROUP, f"{fact}.", item.urn, missing)


def _open(rule: Rule, acts: bool | None) -> Evidence:
    item = rule.resource
    row = Row.RULE_WITHOUT_PREFIX if isinstance(rule.prefix, Absent) else Row.OPEN_SECURITY_GROUP
    whom = rule.prefix.value if isinstance(rule.prefix, Known) else "everybody (no prefix is set)"
    fact = f'Security group rule "{item.name}" admits {whom}'
    if acts:
        return say.public(row, f"{fact}.", item.urn, "suggests")
    if acts is None:
        return say.public(row, f"{fact}; whether it acts depends on the region.", item.urn, "suggests")
    return say.public(row, f"{fact}; a gateway behind ELB ignores it.", item.urn, "assumed")


def _admits(topology: Topology, rule: Rule) -> str:
    """Whom a rule admits: ``anyone``, ``public``, ``private`` or ``unknown``."""
    if not isinstance(rule.inbound, Known):
        return "unknown"
    if is_set(rule.group) and not is_set(rule.addresses) and isinstance(rule.prefix, Absent):
        # members of a group have private addresses, whichever group it is
        named = isinstance(rule.group, Known) and isinstance(rule.group.value, str)
        return "private" if named or topology.links.built_from(rule.resource, REMOTE_GROUP) else "unknown"
    if is_set(rule.group) or is_set(rule.addresses):
        return "unknown"
    match rule.prefix:
        case Absent():
            return "anyone"
        case Known(text):
            network = parse_network(text)
            if network is None:
                return "unknown"
            if network.prefixlen == 0:
                return "anyone"
            return "private" if is_private_network(network) else "public"
        case _:
            return "unknown"


def _reaches(rule: Rule, ports: _Ports) -> Relation:
    """Whether a rule is about the ports on which callers come."""
    if rule.inbound == Known(False):
        return "another"
    match rule.protocol:
        case Known(word) if word.lower() in _OTHER_PROTOCOLS or _is_other_number(word):
            return "another"
        case Known(word) if word.lower() == "tcp" or word == str(_TCP):
            of_callers = True
        case other:
            of_callers = isinstance(other, Absent)
    match rule.ports, rule.lowest, rule.highest:
        case Known(text), _, _:
            reach = _reach_any(text.split(","), ports)
        case Absent(), Known(low), Known(high):
            reach = _reach(f"{low}-{high}", ports)
        case Absent(), Known(low), Absent():
            reach = _reach(low, ports)
        case Absent(), Absent(), Absent():
            reach = "this"
        case _:
            reach = "perhaps"
    return "perhaps" if reach == "this" and not of_callers else reach


def _is_other_number(word: str) -> bool:
    """Whether a protocol is given by a number of IANA that is not that of TCP."""
    return word.isascii() and word.isdigit() and 0 < int(word) <= _HIGHEST_PROTOCOL and int(word) != _TCP


def _reach_any(parts: list[str], ports: _Ports) -> Relation:
    answers = {_reach(part, ports) for part in parts}
    if "this" in answers:
        return "this"
    return "perhaps" if "perhaps" in answers else "another"


def _reach(part: str, ports: _Ports) -> Relation:
    """Whether one port or range is about a gateway's; what is no range may be about any."""
    low, dash, high = part.strip().partition("-")
    if not (_is_port(low) and (_is_port(high) or not dash)) or int(high or low) < int(low):
        return "perhaps"
    held = range(int(low), int(high or low) + 1)
    if any(port in held for port in ports.certain):
        return "this"
    return "perhaps" if ports.perhaps is None or any(port in held for port in ports.perhaps) else "another"


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def _own_ports(topology: Topology, gateway: Gateway) -> _Ports:
    """Ports that the gateway listens on, 80 and 443 among them."""
    related = topology.members(gateway, "apig_instance_ingress_port")
    certain: set[int | None] = set(_WEB_PORTS)
    perhaps = {*map(own_port, related.few), *related.once("ports", _ports)}
    for port in (*map(own_port, related.this), *custom_ports(gateway.resource)):
        (perhaps if port is None else certain).add(port)
    known = frozenset(port for port in perhaps if port is not None)
    return _Ports(
        frozenset(port for port in certain if port is not None), known if len(known) == len(perhaps) else None
    )


def _ports(items: Sequence[Resource]) -> frozenset[int | None]:
    """The ports of what may be of any gateway; more than a few count as any port."""
    ports = frozenset(map(own_port, items))
    return ports if len(ports) <= _MOST_PORTS else frozenset({None})
