"""Rows 8 to 10 of the table of callers: access control policies, which act on the APIs they are bound to."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from msgspec import Struct

from policypack.declared import Known, Resource
from policypack.huaweicloud import Gateway, references
from policypack.huaweicloud.access_control import admitted_by, published_ids
from policypack.huaweicloud.gateways import may_trust_forwarded_addresses
from policypack.network import evidence as say
from policypack.network.entrance.mentions import Mentions
from policypack.network.rows import Row
from policypack.network.topology import Topology
from policypack.network.verdict import Evidence

_PRIVATE: Final = Row.ACCESS_CONTROL_PRIVATE


class _Bound(Struct, frozen=True):
    """What a policy is bound to: known publications, and perhaps more."""

    publications: frozenset[str]
    perhaps_more: bool


def access_control(topology: Topology, mentions: Mentions, gateway: Gateway) -> Iterator[Evidence]:
    """What the access control of a gateway says of its callers."""

    def of_policy(policy: Resource) -> Iterator[Evidence]:
        return _of_policy(policy, _bound(topology, mentions, policy))

    policies = topology.members(gateway, "apig_acl_policy")
    yield from policies.weigh(of_policy, "access control")
    closed = {
        publication: policy
        for policy in policies.this
        if admitted_by(policy) == "private"
        for publication in _bound(topology, mentions, policy).publications
    }
    if closed:
        yield _closed(topology, gateway, closed)


def _of_policy(policy: Resource, bound: _Bound) -> Iterator[Evidence]:
    """What one policy says, but for one that is known to admit private addresses only."""
    admitted = admitted_by(policy)
    if not bound.publications and not bound.perhaps_more:
        fact = f'Access control "{policy.name}" is bound to no API here, so it has no effect.'
        yield say.neutral(Row.ACCESS_CONTROL_UNBOUND, fact, policy.urn)
    elif admitted == "public":
        perhaps = "" if bound.publications else "; which APIs it is bound to is not known"
        fact = f'Access control "{policy.name}" is made for public addresses{perhaps}.'
        yield say.public(Row.ACCESS_CONTROL_PUBLIC, fact, policy.urn, "suggests")
    elif admitted == "unknown":
        fact = f'Whom access control "{policy.name}" admits is not known.'
        yield say.unknown(_PRIVATE, fact, policy.urn, f'value of "{policy.name}"')


def _closed(topology: Topology, gateway: Gateway, closed: dict[str, Resource]) -> Evidence:
    policy = closed[min(closed)]
    published = topology.members(gateway, "apig_api_publishment")
    all_published = chain(published.this, published.few, published.any)  # ends at the first that is open
    if (
        not published.this
        or not all(item.urn in closed for item in all_published)
        or topology.may_have_other_apis(gateway)
    ):
        fact = f'Access control "{policy.name}" admits private addresses only, on some published APIs.'
        return say.neutral(_PRIVATE, fact, policy.urn)
    if _trusts_forwarded_addresses(topology, gateway):
        fact = (
            f'Access control "{policy.name}" admits private addresses only, but may check the address '
            "that a proxy reports (real_ip_from_xff)."
        )
        return say.private(_PRIVATE, fact, policy.urn, "assumed")
    fact = f'Access control "{policy.name}" admits private addresses only, on every published API.'
    return say.private(_PRIVATE, fact, policy.urn, "suggests-strongly")


def _bound(topology: Topology, mentions: Mentions, policy: Resource) -> _Bound:
    """The publications that a policy is bound to; an id that nothing here has may be any of them."""
    related = topology.by_reference(("apig_acl_policy_associate",), references.ACCESS_CONTROL).of(policy)
    bound: set[str] = set()
    perhaps = not related.is_certain
    for associate in related.this:
        sources = {item.urn for item in topology.links.built_from(associate, references.PUBLICATIONS)}
        ids = published_ids(associate)
        items = ids.value if isinstance(ids, Known) else ()
        unknowns = sum(1 for item in items if not isinstance(item, Known)) if isinstance(ids, Known) else 1
        named = {
            mentions.publications[item.value]
            for item in items
            if isinstance(item, Known) and item.value in mentions.publications
        }
        foreign = any(isinstance(item, Known) and item.value not in mentions.publications for item in items)
        # With fewer unknown ids than sources the dependency does not tell which of them is meant.
        bound |= named | (sources if unknowns >= len(sources - named) or foreign else set())
        perhaps = perhaps or foreign or unknowns > 0
    return _Bound(frozenset(bound), perhaps)


def _trusts_forwarded_addresses(topology: Topology, gateway: Gateway) -> bool:
    """Whether it does, or may: a feature whose name or switch is not known may be the one."""
    features = topology.members(gateway, "apig_instance_feature")
    trusting = features.doubts(
        "forwarded", lambda item: [item] if may_trust_forwarded_addresses(item) else []
    )
    return bool(trusting) or any(map(may_trust_forwarded_addresses, features.this))
