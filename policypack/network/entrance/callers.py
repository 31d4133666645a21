"""Who calls a gateway? Evidence by the table of docs/network.md, section "Callers".

Each piece of evidence names its row (``caller-2-private-record``). ``proves``: there are callers on the
public network. ``suggests-strongly``: callers are inside, or the gateway's own public address is not
what they use. ``suggests`` and ``assumed`` are the table's "suggests" and "suggests weakly".
"""

import re
from collections.abc import Iterator
from typing import Final

from policypack.declared import Known, Resource, Value, read
from policypack.huaweicloud import Gateway
from policypack.huaweicloud.addresses import is_private_network, parse_network
from policypack.huaweicloud.backends import domains_of_group, published_ids
from policypack.huaweicloud.dns import domain
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.mentions import Mention
from policypack.network import evidence as say
from policypack.network.entrance.mentions import Mentions
from policypack.network.entrance.security_groups import security_group
from policypack.network.stated import tags_of
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence
from policypack.settings.model import Vocabulary

_WORD: Final = re.compile(r"[a-z0-9]+")
_ENDPOINTS: Final = ("vpcep_endpoint",)


class Callers:
    """Collects the evidence about the callers of one gateway."""

    def __init__(
        self, topology: Topology, mentions: Mentions, gateway: Gateway, vocabulary: Vocabulary
    ) -> None:
        """Collect for this gateway."""
        self._topology = topology
        self._mentions = mentions
        self._gateway = gateway
        self._vocabulary = vocabulary
        self._domains = list(self._own_domains())

    def evidence(self) -> Iterator[Evidence]:
        """All evidence, in the order of the table."""
        yield from self._mentioned()
        yield from self._domains_without_record()
        yield from self._certificates()
        yield from self._debugging_domain()
        yield from self._endpoints()
        yield from self._access_control()
        yield from security_group(self._topology, self._gateway)
        yield from self._words()
        yield from self._neighbours()
        yield from self._lines()
        yield from self._other_readers()

    # Rows 1 to 3, 14 to 16 and 21: whatever holds an address of the gateway

    def _mentioned(self) -> Iterator[Evidence]:
        for mention, meaning in self._mentions.of(self._gateway):
            if mention.record is not None:
                yield from self._record(mention, meaning)
            else:
                yield from self._front(mention, meaning)

    def _record(self, mention: Mention, meaning: str) -> Iterator[Evidence]:
        assert mention.record is not None
        record, urn = mention.record, mention.resource.urn
        name = record.name.value if isinstance(record.name, Known) else mention.resource.name
        is_private = self._topology.is_private_record(record)
        zone = "private" if is_private else "public"
        points = {
            "public": "holds the gateway's public address",
            "private": "holds the gateway's private address",
            "either": "is built from the gateway",
            "unknown": "holds an address that is not known",
        }[meaning]
        fact = f'DNS record "{name}" of a {zone} zone {points}.'
        if is_private is None:
            if meaning != "private":
                fact = f'DNS record "{name}" {points}; whether its zone is public is not known.'
                yield say.unknown("caller-1-public-record", fact, urn, f'zoneType of the zone of "{name}"')
        elif is_private:
            if meaning in ("private", "either"):
                yield say.private("caller-2-private-record", fact, urn, "suggests-strongly")
            elif meaning == "public":
                yield say.public("caller-2-private-record", fact, urn, "suggests")
        elif meaning in ("public", "either"):
            yield say.public("caller-1-public-record", fact, urn)
        elif meaning == "unknown":
            yield say.unknown("caller-1-public-record", fact, urn, f'records of "{mention.resource.name}"')
        else:
            yield say.neutral("caller-1-public-record", fact, urn)

    def _front(self, mention: Mention, meaning: str) -> Iterator[Evidence]:
        name, urn = mention.resource.name, mention.resource.urn
        match mention.type:
            case "waf_dedicated_domain":
                rule, what = "caller-14-waf-dedicated", f'Dedicated WAF "{name}"'
            case "elb_member" | "lb_member" | "nat_dnat_rule":
                rule, what = "caller-16-front", f'"{name}" ({mention.type})'
            case "waf_domain":
                rule, what = "caller-15-waf-cloud", f'Cloud WAF "{name}"'
            case _:
                rule, what = "caller-21-cdn", f'"{name}" ({mention.type})'
        if meaning == "unknown":
            fact = f"{what} forwards to an address that is not known."
            yield say.unknown(rule, fact, urn, f'{mention.keys[0]} of "{name}"')
        elif rule in ("caller-14-waf-dedicated", "caller-16-front"):
            if meaning == "public":
                fact = f"{what} forwards to the gateway's public address; its private one would do."
                yield say.public(rule, fact, urn, "suggests")
            else:
                fact = f"{what} stands in front of the gateway: callers use its address, not the gateway's."
                yield say.private(rule, fact, urn, "suggests-strongly")
        elif meaning == "private":
            fact = f"{what} names the gateway's private address, which it cannot reach."
            yield say.neutral(rule, fact, urn)
        else:
            yield say.public(rule, f"{what} reaches the gateway over the public network.", urn)

    # Rows 4 to 6: names of the gateway itself

    def _own_domains(self) -> Iterator[tuple[Value[str], Resource]]:
        groups, _ = self._topology.members(self._gateway, "apig_group")
        for group in groups:
            domains = domains_of_group(group)
            if isinstance(domains, Known):
                for item in domains.value:
                    yield domain(item), group
        associates, _ = self._topology.members(self._gateway, "apig_group_domain_associate")
        for associate in associates:
            yield domain(read.text(associate.declared("urlDomain"))), associate

    def _domains_without_record(self) -> Iterator[Evidence]:
        for name, holder in self._domains:
            if not isinstance(name, Known):
                fact = f'An independent domain of "{holder.name}" is not known.'
                yield say.public("caller-4-domain", fact, holder.urn, "suggests")
            elif name.value not in self._topology.records_by_name:
                fact = (
                    f'Domain {name.value} is bound by "{holder.name}", and no DNS record of it is declared.'
                )
                yield say.public("caller-4-domain", fact, holder.urn, "suggests")

    def _certificates(self) -> Iterator[Evidence]:
        certificates, _ = self._topology.members(self._gateway, "apig_certificate")
        for certificate in certificates:
            fact = f'Certificate "{certificate.name}" serves a domain of the gateway.'
            yield say.public("caller-5-certificate", fact, certificate.urn, "assumed")

    def _debugging_domain(self) -> Iterator[Evidence]:
        groups, _ = self._topology.members(self._gateway, "apig_group")
        for group in groups:
            if read.boolean(group.declared("domainAccessEnabled")) == Known(True):
                fact = (
                    f'Group "{group.name}" enables its debugging domain, which is for tests: '
                    "1,000 calls a day, resolved in the VPC unless there is a public address."
                )
                yield say.public("caller-6-debugging-domain", fact, group.urn, "assumed")

    # Row 7

    def _endpoints(self) -> Iterator[Evidence]:
        rule = "caller-7-endpoint"
        service = read.text(self._gateway.resource.computed("vpcepServiceAddress"))
        own_id = service.value.split(".")[2:3] if isinstance(service, Known) else []
        for endpoint in self._mentions.endpoints(self._gateway.resource.urn, own_id):
            fact = f'VPC endpoint "{endpoint.name}" connects callers of a VPC to the gateway.'
            yield say.private(rule, fact, endpoint.urn, "suggests-strongly")
        lists, _ = self._topology.members(self._gateway, "apig_endpoint_whitelist")
        for item in lists:
            fact = f'"{item.name}" admits accounts to the gateway\'s endpoint service.'
            yield say.private(rule, fact, item.urn, "suggests-strongly")
        connections, _ = self._topology.members(self._gateway, "apig_endpoint_connection_management")
        for item in connections:
            if read.text(item.declared("action")) == Known("receive"):
                fact = f'"{item.name}" accepts a VPC endpoint of a caller.'
                yield say.private(rule, fact, item.urn, "suggests-strongly")

    # Rows 8 to 10

    def _access_control(self) -> Iterator[Evidence]:
        policies, _ = self._topology.members(self._gateway, "apig_acl_policy")
        if not policies:
            return
        publications = {item.urn for item in self._topology.members(self._gateway, "apig_api_publishment")[0]}
        associates = self._topology.by_reference(
            ("apig_acl_policy_associate",), ("policyId",), frozenset({"apig_acl_policy"})
        )
        closed: dict[str, Resource] = {}
        for policy in policies:
            bound: set[str] = set()
            for associate in associates.of(policy)[0]:
                bound |= self._bound(associate)
            if not bound:
                fact = f'Access control "{policy.name}" is bound to no API here, so it has no effect.'
                yield say.neutral("caller-10-acl-unbound", fact, policy.urn)
                continue
            admitted = _admitted(policy)
            if admitted == "private":
                closed.update(dict.fromkeys(bound, policy))
            elif admitted == "public":
                fact = f'Access control "{policy.name}" is made for public addresses.'
                yield say.public("caller-9-acl-public", fact, policy.urn, "suggests")
            elif admitted == "unknown":
                fact = f'Whom access control "{policy.name}" admits is not known.'
                yield say.unknown("caller-8-acl-private", fact, policy.urn, f'value of "{policy.name}"')
        if closed and publications and publications <= set(closed):
            policy = closed[min(closed)]
            if self._trusts_forwarded_addresses():
                fact = (
                    f'Access control "{policy.name}" admits private addresses only, but checks the address '
                    "that a proxy reports (real_ip_from_xff)."
                )
                yield say.private("caller-8-acl-private", fact, policy.urn, "assumed")
            else:
                fact = (
                    f'Access control "{policy.name}" admits private addresses only, on every published API.'
                )
                yield say.private("caller-8-acl-private", fact, policy.urn, "suggests-strongly")
        elif closed:
            policy = closed[min(closed)]
            fact = f'Access control "{policy.name}" admits private addresses only, on some published APIs.'
            yield say.neutral("caller-8-acl-private", fact, policy.urn)

    def _bound(self, associate: Resource) -> set[str]:
        keys = ("publishIds", "publishId")
        sources = self._topology.links.sources(associate, keys, {"apig_api_publishment"})
        found = {item.urn for item in sources}
        ids = published_ids(associate)
        if isinstance(ids, Known):
            for item in ids.value:
                if isinstance(item, Known) and item.value in self._mentions.publications:
                    found.add(self._mentions.publications[item.value])
        return found

    def _trusts_forwarded_addresses(self) -> bool:
        features, maybe = self._topology.members(self._gateway, "apig_instance_feature")
        return any(
            read.text(item.declared("name")) == Known("real_ip_from_xff")
            and read.boolean(item.declared("enabled")) != Known(False)
            for item in (*features, *maybe)
        )

    # Row 20

    def _words(self) -> Iterator[Evidence]:
        resource = self._gateway.resource
        texts = [("name", resource.name)]
        tags = tags_of(self._gateway)
        if isinstance(tags, Known):
            for key in tags.value:
                value = read.text(read.member(tags.value, key))
                if not key.startswith("__") and key not in ("callers", "backends-elsewhere"):
                    texts.append((f"tag {key}", value.value if isinstance(value, Known) else ""))
                    texts.append((f"tag {key}", key))
        for where, text in texts:
            words = set(_WORD.findall(text.lower()))
            for word in sorted(words & {item.lower() for item in self._vocabulary.public}):
                fact = f'The {where} of gateway "{resource.name}" says "{word}".'
                yield say.public("caller-20-words", fact, resource.urn, "assumed")
            for word in sorted(words & {item.lower() for item in self._vocabulary.private}):
                fact = f'The {where} of gateway "{resource.name}" says "{word}".'
                yield say.private("caller-20-words", fact, resource.urn, "assumed")

    # Rows 22 and 23

    def _neighbours(self) -> Iterator[Evidence]:
        vpc = self._topology.vpc_of_gateway(self._gateway)
        if not isinstance(vpc, Found) or vpc.only is None:
            return
        neighbours = self._mentions.neighbours.get(vpc.only.urn, [])
        if neighbours:
            first, more = neighbours[0], len(neighbours) - 1
            others = f" and {more} more" if more else ""
            fact = f'"{first.name}"{others} in the gateway\'s VPC can call it there.'
            yield say.private("caller-22-same-vpc", fact, first.urn, "assumed")

    def _lines(self) -> Iterator[Evidence]:
        vpc = self._topology.vpc_of_gateway(self._gateway)
        if not isinstance(vpc, Found) or vpc.only is None:
            return
        for types, keys in (
            (("cc_network_instance",), ("instanceId",)),
            (("vpn_gateway", "dc_virtual_gateway"), ("vpcId",)),
        ):
            line = self._topology.of_vpc(vpc.only, types, keys)
            if line is not None:
                fact = f'"{line.name}" connects the gateway\'s VPC to callers elsewhere, privately.'
                yield say.private("caller-23-private-line", fact, line.urn, "suggests")

    def _other_readers(self) -> Iterator[Evidence]:
        for reader, key in self._mentions.other_readers(self._gateway):
            fact = f'"{reader.name}" ({reader.token}) uses something of the gateway in {key}.'
            missing = f'what {key} of "{reader.name}" does with the gateway'
            yield say.unknown("caller-1-public-record", fact, reader.urn, missing)


def _admitted(policy: Resource) -> str:
    """Whom an access control policy is about: ``private``, ``public``, ``unknown`` or ``accounts``."""
    kind, entity = read.text(policy.declared("type")), read.text(policy.declared("entityType"))
    if isinstance(entity, Known) and entity.value.upper() != "IP":
        return "accounts"
    if not (isinstance(kind, Known) and isinstance(entity, Known)):
        return "unknown"
    if kind.value.upper() != "PERMIT":
        return "public"
    value = read.text(policy.declared("value"))
    if not isinstance(value, Known):
        return "unknown"
    networks = [parse_network(item) for item in value.value.replace(";", ",").split(",") if item.strip()]
    if not networks or any(network is None for network in networks):
        return "unknown"
    return "private" if all(is_private_network(item) for item in networks if item is not None) else "public"
