"""Access control policies, as declared: whom one admits, and what it is bound to."""

from typing import Final, Literal

from policypack.declared import Known, Resource, Value, read
from policypack.huaweicloud.addresses import is_private_network, parse_network
from policypack.huaweicloud.blocks import texts
from policypack.huaweicloud.references import PUBLICATIONS

Admitted = Literal["private", "public", "unknown", "accounts"]

_ACCOUNTS: Final = frozenset({"DOMAIN", "DOMAIN_ID"})
"""Entities that are accounts (``entity_type`` of ``apig_acl_policy``); they say nothing of networks."""


def admitted_by(policy: Resource) -> Admitted:
    """Whom an access control policy is about; ``accounts`` where it is not about addresses."""
    kind, entity = read.text(policy.declared("type")), read.text(policy.declared("entityType"))
    if isinstance(entity, Known) and entity.value.upper() in _ACCOUNTS:
        return "accounts"
    if not (isinstance(kind, Known) and entity == Known("IP")):
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


def published_ids(associate: Resource) -> Value[tuple[Value[str], ...]]:
    """The publications that an associate binds its policy to."""
    return texts(PUBLICATIONS.of(associate))
