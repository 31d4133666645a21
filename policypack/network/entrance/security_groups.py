"""Rows 11 to 13 of the table of callers: security groups, which act on LVS gateways only."""

from collections.abc import Iterator
from typing import Final

from policypack.declared import Absent, Known, Resource
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.addresses import is_private_network, parse_network
from policypack.huaweicloud.blocks import is_set
from policypack.huaweicloud.gateways import own_port
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.networks import Rule
from policypack.huaweicloud.references import REMOTE_GROUP, SECURITY_GROUP
from policypack.network import evidence as say
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence

_OTHER_PROTOCOLS: Final = frozenset({"udp", "icmp", "icmpv6", "gre"})
_TCP: Final = 6
_HIGHEST_PROTOCOL: Final = 255
_WEB_PORTS: Final = frozenset({80, 443})


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
    related = topology.by_reference(("networking_secgroup_rule",), SECURITY_GROUP).of(target.only)
    ports = _own_ports(topology, gateway)
    admits_privately: Resource | None = None
    complete = True
    doubtful = False
    for item, belongs in related:
        rule = topology.rule(item)
        if not _reaches(rule, ports):
            continue
        if belongs == "perhaps":
            complete = False
            if not doubtful:
                doubtful = True
                fact = f'Security group rule "{item.name}" may be of the gateway\'s group'
                yield _doubt(fact, item, f'securityGroupId of "{item.name}"', acts)
            continue
        match _admits(topology, rule):
            case "anyone":
                yield _open(rule, acts)
                complete = False
            case "private":
                admits_privately = admits_privately or item
            case "public":
                yield _open(rule, acts)
                complete = False
            case _:
                complete = False
                fact = f'Whom security group rule "{item.name}" admits is not known'
                yield _doubt(fact, item, f'remoteIpPrefix of "{item.name}"', acts)
    if admits_privately is not None and complete:
        group, rule_name = target.only.name, admits_privately.name
        fact = f'Security group "{group}" admits private addresses only, as rule "{rule_name}".'
        if acts:
            yield say.private(Row.CLOSED_SECURITY_GROUP, fact, target.only.urn, "suggests-strongly")
        else:
            fact = f"{fact.removesuffix('.')}; a gateway behind ELB ignores it."
            yield say.private(Row.CLOSED_SECURITY_GROUP, fact, target.only.urn, "assumed")


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


def _reaches(rule: Rule, ports: frozenset[int] | None) -> bool:
    """Whether a rule is about the ports on which callers come; what is not known may be."""
    if rule.inbound == Known(False):
        return False
    match rule.protocol:
        case Known(word) if word.lower() in _OTHER_PROTOCOLS or _is_other_number(word):
            return False
        case _:
            pass
    if ports is None:
        return True
    match rule.ports, rule.lowest, rule.highest:
        case Known(text), _, _:
            return any(_holds(part, ports) for part in text.split(","))
        case Absent(), Known(low), Known(high):
            return _holds(f"{low}-{high}", ports)
        case Absent(), Known(low), Absent():
            return _holds(low, ports)
        case _:
            return True


def _is_other_number(word: str) -> bool:
    """Whether a protocol is given by a number of IANA that is not that of TCP."""
    return word.isascii() and word.isdigit() and 0 < int(word) <= _HIGHEST_PROTOCOL and int(word) != _TCP


def _holds(part: str, ports: frozenset[int]) -> bool:
    low, dash, high = part.strip().partition("-")
    if not (low.isascii() and low.isdigit()) or (dash and not (high.isascii() and high.isdigit())):
        return True
    if int(high or low) < int(low):
        return True
    return any(int(low) <= port <= int(high or low) for port in ports)


def _own_ports(topology: Topology, gateway: Gateway) -> frozenset[int] | None:
    """Ports that the gateway listens on, 80 and 443 among them; ``None`` where one is not known."""
    ports = set(_WEB_PORTS)
    for item, _ in topology.members(gateway, "apig_instance_ingress_port"):
        port = own_port(item)
        if port is None:
            return None
        ports.add(port)
    return frozenset(ports)
