"""What says something of a gateway beside its backends: tags, features, ports, routes, names, endpoints."""

from collections.abc import Iterator
from typing import Final

from policypack.declared import ABSENT, Known, Resource, Value, read
from policypack.huaweicloud.blocks import Block, each_block, inside, kept, texts
from policypack.huaweicloud.dns import domain

_UNDERSTOOD: Final = frozenset(
    {
        "apig_acl_policy",
        "apig_acl_policy_associate",
        "apig_api",
        "apig_api_publishment",
        "apig_appcode",
        "apig_application",
        "apig_application_acl",
        "apig_application_authorization",
        "apig_application_quota",
        "apig_application_quota_associate",
        "apig_certificate",
        "apig_certificate_batch_domains_associate",
        "apig_channel",
        "apig_channel_member",
        "apig_channel_member_group",
        "apig_custom_authorizer",
        "apig_endpoint_connection_management",
        "apig_endpoint_whitelist",
        "apig_environment",
        "apig_environment_variable",
        "apig_group",
        "apig_group_domain_associate",
        "apig_instance",
        "apig_instance_feature",
        "apig_instance_ingress_port",
        "apig_instance_routes",
        "apig_plugin",
        "apig_plugin_associate",
        "apig_plugin_batch_apis_associate",
        "apig_response",
        "apig_signature",
        "apig_signature_associate",
        "apig_throttling_policy",
        "apig_throttling_policy_associate",
        "apig_vpc_channel",
    }
)
"""Resources of APIG that lead to no backend but by what is read here."""


_CONNECTED: Final = frozenset({"", "accepted", "creating"})
"""Status of a VPC endpoint (resource ``vpcep_endpoint``) that is, or is about to be, connected."""


def is_understood(type_name: str) -> bool:
    """Whether all that a type of resource adds to a gateway is read; others of APIG may make APIs, too."""
    return type_name in _UNDERSTOOD or not type_name.startswith("apig_")


_FORWARDED_ADDRESSES: Final = "real_ip_from_xff"
_LOG_COLLECTION: Final = "lts"


def tag_of(gateway: Resource, name: str) -> Value[str]:
    """One tag of a gateway."""
    return read.text(inside(_tags(gateway), name))


def each_tag(gateway: Resource) -> Iterator[tuple[str, Value[str]]]:
    """The tags of a gateway that are known by name."""
    tags = _tags(gateway)
    if isinstance(tags, Known):
        for name in tags.value:
            yield name, read.text(inside(tags, name))


def _tags(gateway: Resource) -> Value[Block]:
    return read.block(gateway.declared("tags"))


def returned_balancer(gateway: Resource) -> str | None:
    """The kind of load balancer that the provider reports of a gateway (``lvs``, ``elb``), where it does."""
    word = read.text(gateway.computed("loadbalancerProvider"))
    return word.value.lower() if isinstance(word, Known) and word.value else None


def collects_logs(feature: Resource) -> bool:
    """Whether a feature is log collection."""
    return read.text(feature.declared("name")) == Known(_LOG_COLLECTION)


def may_trust_forwarded_addresses(feature: Resource) -> bool:
    """Whether a feature makes a gateway check the address that a proxy reports, or may."""
    name = read.text(feature.declared("name"))
    if isinstance(name, Known) and name.value != _FORWARDED_ADDRESSES:
        return False
    return read.boolean(feature.declared("enabled")) != Known(False)


def own_port(port: Resource) -> int | None:
    """The port that an ``apig_instance_ingress_port`` opens; ``None`` where it is not known."""
    size = read.size(port.declared("port"))
    return int(size.value) if isinstance(size, Known) else None


def custom_ports(gateway: Resource) -> Iterator[int | None]:
    """The ports that a gateway declares itself beside 80 and 443; ``None`` for one that is not known."""
    for block in each_block(kept(gateway, "customIngressPorts", "customIngressPort")):
        size = read.size(inside(block, "port"))
        yield int(size.value) if isinstance(size, Known) else None


def connects(endpoint: Resource) -> bool:
    """Whether a VPC endpoint may connect callers: the service has not refused it, nor is it going."""
    status = read.text(endpoint.computed("status"))
    return not (isinstance(status, Known) and status.value not in _CONNECTED)


def next_hops(routes: Resource) -> Iterator[str]:
    """The networks that the routes of a gateway lead to, as far as they are known."""
    hops = texts(routes.declared("nexthops", "nexthop"))
    for hop in hops.value if isinstance(hops, Known) else ():
        if isinstance(hop, Known):
            yield hop.value


def domain_of_associate(associate: Resource) -> Value[str]:
    """The independent domain that an ``apig_group_domain_associate`` binds."""
    return domain(read.text(associate.declared("urlDomain")))


def has_debugging_domain(group: Resource) -> bool | None:
    """Whether the debugging domain of a group is on; ``None`` where that is not known."""
    enabled = read.boolean(kept(group, "domainAccessEnabled"))
    if enabled in (Known(False), ABSENT):
        return False
    return True if enabled == Known(True) else None


def accepts_endpoints(connection: Resource) -> bool:
    """Whether an ``apig_endpoint_connection_management`` is known to accept a VPC endpoint."""
    return read.text(connection.declared("action")) == Known("receive")


def service_of(gateway: Resource) -> str | None:
    """The id of the endpoint service that a deployed gateway has.

    ``vpcepServiceAddress`` is ``<region>.<name>.<id>``.
    """
    address = read.text(gateway.computed("vpcepServiceAddress"))
    return next(iter(address.value.split(".")[2:3]), None) if isinstance(address, Known) else None


def service_of_endpoint(endpoint: Resource) -> Value[str]:
    """The id of the endpoint service that a VPC endpoint connects to."""
    return read.text(endpoint.declared("serviceId"))


def publication_id(publication: Resource) -> str | None:
    """The id by which access control policies name a publication; ``None`` where it is not known."""
    value = read.text(publication.computed("publishId"))
    return value.value if isinstance(value, Known) and value.value else None
