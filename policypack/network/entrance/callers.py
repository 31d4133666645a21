"""Who calls a gateway? Evidence by the table of docs/network.md, section "Callers".

Each piece of evidence names its row (``caller-2-private-record``). ``proves``: there are callers on the
public network. ``suggests-strongly``: callers are inside, or the gateway's own public address is not
what they use. ``suggests`` and ``assumed`` are the table's "suggests" and "suggests weakly".
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from policypack.declared import Absent, Invalid, Known, Resource, Secret, Unknown, Value
from policypack.huaweicloud import Gateway, references
from policypack.huaweicloud.backends import domains_of_group
from policypack.huaweicloud.dns import domain
from policypack.huaweicloud.gateways import (
    accepts_endpoints,
    connects,
    domain_of_associate,
    each_tag,
    has_debugging_domain,
)
from policypack.huaweicloud.links import Found, Open
from policypack.huaweicloud.mentions import Mention
from policypack.network import evidence as say
from policypack.network.entrance.access_control import access_control
from policypack.network.entrance.mentions import Meaning, Mentions
from policypack.network.entrance.security_groups import security_group
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence, Weight
from policypack.settings.model import Vocabulary

_WORD: Final = re.compile(r"[a-z0-9]+")


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

    def evidence(self) -> Iterator[Evidence]:
        """All evidence, in the order of the table."""
        yield from self._mentioned()
        yield from self._forwarded()
        yield from self._domains()
        yield from self._certificates()
        yield from self._debugging_domain()
        yield from self._endpoints()
        yield from access_control(self._topology, self._mentions, self._gateway)
        yield from security_group(self._topology, self._gateway)
        yield from self._words()
        yield from self._neighbours()
        yield from self._lines()
        yield from self._balanced()
        yield from self._other_readers()

    # Rows 1 to 3, 14 to 16 and 21: whatever holds an address of the gateway

    def _mentioned(self) -> Iterator[Evidence]:
        for mention, meaning in self._mentions.of(self._gateway):
            yield from self.of_mention(mention, meaning)

    def of_mention(self, mention: Mention, meaning: Meaning) -> Iterator[Evidence]:
        """What it says that something holds an address."""
        if mention.record is not None:
            yield from self._record(mention, meaning)
        else:
            yield from self._front(mention, meaning)

    def _record(self, mention: Mention, meaning: Meaning) -> Iterator[Evidence]:
        assert mention.record is not None
        record, urn = mention.record, mention.resource.urn
        name = record.name.value if isinstance(record.name, Known) else mention.resource.name
        is_private = self._topology.names.is_private_record(record)
        zone = "private" if is_private else "public"
        points = {
            "public": "holds the gateway's public address",
            "private": "holds the gateway's private address",
            "either": "is built from the gateway",
            "unknown": "holds an address that is not known",
        }[meaning]
        fact = f'DNS record "{name}" of a {zone} zone {points}.'
        if is_private is None or record.active != Known(True):
            # what a private zone would say for private callers says nothing then
            if not (is_private and meaning in ("private", "either")):
                what = "whether its zone is public" if is_private is None else "whether it answers"
                missing = f'zoneType of the zone of "{name}"' if is_private is None else f'status of "{name}"'
                fact = f'DNS record "{name}" {points}; {what} is not known.'
                yield say.unknown(Row.PUBLIC_RECORD, fact, urn, missing)
        elif is_private:
            if meaning in ("private", "either"):
                zone_of = self._topology.names.zone_of_record_set(mention.resource)
                is_bound = zone_of is None or any(
                    not isinstance(router, Open) for router in self._topology.names.routers_of(zone_of)
                )
                weight: Weight = "suggests-strongly" if is_bound else "assumed"
                yield say.private(Row.PRIVATE_RECORD, fact, urn, weight)
                yield from self._public_records(name, mention.resource)
            elif meaning == "public":
                yield say.public(Row.PRIVATE_RECORD, fact, urn, "suggests")
            else:
                yield say.unknown(Row.PRIVATE_RECORD, fact, urn, f'records of "{name}"')
        elif meaning in ("public", "either"):
            yield say.public(Row.PUBLIC_RECORD, fact, urn)
        else:
            # a preview takes such a record for one that holds the public address, and cannot tell
            yield say.unknown(Row.PUBLIC_RECORD, fact, urn, f'records of "{mention.resource.name}"')

    def _front(self, mention: Mention, meaning: Meaning) -> Iterator[Evidence]:
        name, urn = mention.resource.name, mention.resource.urn
        match mention.type:
            case "waf_dedicated_domain":
                rule, what = Row.DEDICATED_WAF, f'Dedicated WAF "{name}"'
            case "elb_member" | "lb_member" | "nat_dnat_rule":
                rule, what = Row.FRONT, f'"{name}" ({mention.type})'
            case "waf_domain":
                rule, what = Row.CLOUD_WAF, f'Cloud WAF "{name}"'
            case _:
                rule, what = Row.CONTENT_DELIVERY, f'"{name}" ({mention.type})'
        if meaning == "unknown":
            fact = f"{what} forwards to an address that is not known."
            yield say.unknown(rule, fact, urn, f'{mention.keys[0]} of "{name}"')
        elif rule in (Row.DEDICATED_WAF, Row.FRONT):
            if meaning == "public" and rule == Row.FRONT:
                fact = f"{what} forwards to the gateway's public address, which load balancers cannot reach."
                yield say.neutral(rule, fact, urn)
            elif meaning == "public":
                fact = f"{what} forwards to the gateway's public address; its private one would do."
                yield say.public(rule, fact, urn, "suggests")
            else:
                fact = f"{what} stands in front of the gateway: callers use its address, not the gateway's."
                yield say.private(rule, fact, urn, "suggests-strongly")
        elif meaning == "private":
            fact = f"{what} names the gateway's private address, which it cannot reach."
            yield say.unknown(rule, fact, urn, f'{mention.keys[0]} of "{name}"')
        else:
            yield say.public(rule, f"{what} reaches the gateway over the public network.", urn)

    def _forwarded(self) -> Iterator[Evidence]:
        """APIs, channels and plugins of any gateway that forward to this one's public address."""
        for holder, is_known in self._mentions.forwarding_to(self._gateway):
            if is_known:
                fact = f'"{holder.name}" forwards requests to the gateway\'s public address.'
                yield say.public(Row.FORWARDED, fact, holder.urn)
            else:
                fact = f'"{holder.name}" forwards requests to an address of the gateway.'
                yield say.unknown(Row.FORWARDED, fact, holder.urn, f'which address "{holder.name}" holds')

    # Rows 4 to 6: names of the gateway itself

    def _domains(self) -> Iterator[Evidence]:
        members = self._topology.members
        yield from members(self._gateway, "apig_group").weigh(self._of_group, "domains")
        associates = members(self._gateway, "apig_group_domain_associate")
        yield from associates.weigh(self._of_associate, "domains")

    def _of_group(self, group: Resource) -> Iterator[Evidence]:
        domains = domains_of_group(group)
        match domains:
            case Known(items):
                for item in items:
                    yield from self._domain(domain(item), group)
            case Absent():
                return
            case Unknown() | Secret() | Invalid():
                yield from self._domain(domains, group)

    def _of_associate(self, associate: Resource) -> Iterator[Evidence]:
        yield from self._domain(domain_of_associate(associate), associate)

    def _domain(self, name: Value[Any], holder: Resource) -> Iterator[Evidence]:
        """A domain whose records of the stack are known speaks through them."""
        if not isinstance(name, Known):
            fact = f'An independent domain of "{holder.name}" is not known.'
            yield say.public(Row.DOMAIN, fact, holder.urn, "suggests")
            return
        records = [
            record
            for record in self._topology.names.records_by_name.get(name.value, ())
            if record.active == Known(True)
        ]
        if not records:
            fact = f'Domain {name.value} is bound by "{holder.name}", and no DNS record of it is declared.'
            yield say.public(Row.DOMAIN, fact, holder.urn, "suggests")
        yield from self._public_records(name.value, holder)

    def _public_records(self, name: str, holder: Resource) -> Iterator[Evidence]:
        """Public records of a name of the gateway that lead to what the stack does not declare."""
        for record in self._topology.names.records_by_name.get(name, ()):
            is_public = (
                record.active == Known(True) and self._topology.names.is_private_record(record) is not True
            )
            if is_public and self._mentions.leads_away(record):
                fact = (
                    f'A public record of {name}, which "{holder.name}" gives the gateway, leads to what is '
                    "not declared here, and may lead on to the gateway."
                )
                yield say.public(Row.DOMAIN, fact, record.resource.urn, "suggests")

    def _certificates(self) -> Iterator[Evidence]:
        certificates = self._topology.members(self._gateway, "apig_certificate")
        yield from certificates.weigh(_certificate, "certificate")

    def _debugging_domain(self) -> Iterator[Evidence]:
        groups = self._topology.members(self._gateway, "apig_group")
        yield from groups.weigh(_debugging_domain, "debugging-domain")

    # Row 7

    def _endpoints(self) -> Iterator[Evidence]:
        yield from self._topology.endpoints.of(self._gateway.resource).weigh(_endpoint, "endpoint")
        members = self._topology.members
        yield from members(self._gateway, "apig_endpoint_whitelist").weigh(_whitelist, "whitelist")
        connections = members(self._gateway, "apig_endpoint_connection_management")
        yield from connections.weigh(_connection, "connection")

    # Row 20

    def _words(self) -> Iterator[Evidence]:
        resource = self._gateway.resource
        texts = [("name", resource.name)]
        for key, value in each_tag(resource):
            if not key.startswith("__") and key not in ("callers", "backends-elsewhere"):
                texts.append((f"tag {key}", value.value if isinstance(value, Known) else ""))
                if isinstance(value, Unknown | Secret | Invalid):
                    fact = f'The tag {key} of gateway "{resource.name}" is not known.'
                    yield say.public(Row.WORDS, fact, resource.urn, "assumed")
                texts.append((f"tag {key}", key))
        for where, text in texts:
            words = set(_WORD.findall(text.lower()))
            for word in sorted(words & {item.lower() for item in self._vocabulary.public}):
                fact = f'The {where} of gateway "{resource.name}" says "{word}".'
                yield say.public(Row.WORDS, fact, resource.urn, "assumed")
            for word in sorted(words & {item.lower() for item in self._vocabulary.private}):
                fact = f'The {where} of gateway "{resource.name}" says "{word}".'
                yield say.private(Row.WORDS, fact, resource.urn, "assumed")

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
            yield say.private(Row.SAME_VPC, fact, first.urn, "assumed")

    def _lines(self) -> Iterator[Evidence]:
        vpc = self._topology.vpc_of_gateway(self._gateway)
        if not isinstance(vpc, Found) or vpc.only is None:
            return
        for types, reference in (
            (("cc_network_instance",), references.CLOUD_CONNECT_VPC),
            (("vpn_gateway", "dc_virtual_gateway"), references.VPC),
        ):
            line = self._topology.of_vpc(vpc.only, types, reference)
            if line is not None:
                fact = f'"{line.name}" connects the gateway\'s VPC to callers elsewhere, privately.'
                yield say.private(Row.PRIVATE_LINE, fact, line.urn, "suggests")

    def _balanced(self) -> Iterator[Evidence]:
        """Listeners of the load balancers of an NLB edition: others than the gateway's may need the EIP."""
        balancers, _ = self._topology.balancers_of(self._gateway)
        listeners = self._topology.by_reference(("elb_listener",), references.BALANCER_OF_LISTENER)
        for balancer in balancers:
            related = listeners.of(balancer)
            for item in (*related.this, *related.few, *related.once("first", lambda items: items[:1])):
                fact = (
                    f'Listener "{item.name}" of load balancer "{balancer.name}" may have callers of its own.'
                )
                yield say.unknown(Row.NOT_UNDERSTOOD, fact, item.urn, f'who calls listener "{item.name}"')
            for reader, key in self._mentions.strange_readers(balancer):
                fact = f'"{reader.name}" ({reader.token}) uses load balancer "{balancer.name}" in {key}.'
                yield say.unknown(Row.NOT_UNDERSTOOD, fact, reader.urn, f'what {key} of "{reader.name}" does')

    def _other_readers(self) -> Iterator[Evidence]:
        for reader, key in self._mentions.other_readers(self._gateway):
            fact = f'"{reader.name}" ({reader.token}) uses something of the gateway in {key}.'
            missing = f'what {key} of "{reader.name}" does with the gateway'
            yield say.unknown(Row.PUBLIC_RECORD, fact, reader.urn, missing)


def _certificate(certificate: Resource) -> Iterator[Evidence]:
    fact = f'Certificate "{certificate.name}" serves a domain of the gateway.'
    yield say.public(Row.CERTIFICATE, fact, certificate.urn, "assumed")


def _debugging_domain(group: Resource) -> Iterator[Evidence]:
    enabled = has_debugging_domain(group)
    if enabled is False:
        return
    may = "enables" if enabled else "may enable"
    fact = (
        f'Group "{group.name}" {may} its debugging domain, which is for tests: '
        "1,000 calls a day, resolved in the VPC unless there is a public address."
    )
    yield say.public(Row.DEBUGGING_DOMAIN, fact, group.urn, "assumed")


def _endpoint(endpoint: Resource) -> Iterator[Evidence]:
    if not connects(endpoint):
        return
    fact = f'VPC endpoint "{endpoint.name}" connects callers of a VPC to the gateway.'
    yield say.private(Row.ENDPOINT, fact, endpoint.urn, "suggests-strongly")


def _whitelist(item: Resource) -> Iterator[Evidence]:
    fact = f'"{item.name}" admits accounts to the gateway\'s endpoint service.'
    yield say.private(Row.ENDPOINT, fact, item.urn, "suggests-strongly")


def _connection(item: Resource) -> Iterator[Evidence]:
    if accepts_endpoints(item):
        fact = f'"{item.name}" accepts a VPC endpoint of a caller.'
        yield say.private(Row.ENDPOINT, fact, item.urn, "suggests-strongly")
