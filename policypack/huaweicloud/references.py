"""The properties by which one resource names another, and what they may name.

All that ``policypack.network`` follows stands here, so that it holds no name of a property itself.
"""

from typing import Final

from msgspec import Struct

from policypack.declared import Raw, Resource


class Reference(Struct, frozen=True):
    """A property that names a resource.

    Attributes:
        keys: Its name at the top level, in all spellings.
        targets: Terraform names of what it may name.
    """

    keys: tuple[str, ...]
    targets: frozenset[str]

    def of(self, resource: Resource) -> Raw:
        """What a resource declares there."""
        return resource.declared(*self.keys)


def _to(*targets: str, keys: tuple[str, ...]) -> Reference:
    return Reference(keys, frozenset(targets))


# Of what belongs to a gateway. OpenTelekomCloud says ``gatewayId``.
GATEWAY: Final = _to("apig_instance", keys=("instanceId", "gatewayId"))
GATEWAY_OF_TRIGGER: Final = _to("apig_instance", keys=("eventData", "dedicatedGateway", "apig"))
GATEWAY_OF_ENDPOINT: Final = _to("apig_instance", keys=("serviceId",))
GATEWAY_OF_ASSOCIATION: Final = _to("apig_instance", keys=("fixedIp", "portId"))
GROUP: Final = _to("apig_group", keys=("groupId",))
API: Final = _to("apig_api", keys=("apiId",))
ENVIRONMENT: Final = _to("apig_environment", keys=("envId", "environmentId"))
CHANNEL: Final = _to("apig_channel", "apig_vpc_channel", keys=("vpcChannelId",))
REFERRED_CHANNEL: Final = _to("apig_channel", "apig_vpc_channel", keys=("referenceVpcChannelId",))
ACCESS_CONTROL: Final = _to("apig_acl_policy", keys=("policyId",))
PUBLICATIONS: Final = _to("apig_api_publishment", keys=("publishIds", "publishId"))

# Of a gateway.
OWN_EIP: Final = _to("vpc_eip", keys=("eipId",))
OWN_BALANCERS: Final = _to("elb_loadbalancer", keys=("elbIds", "elbId"))
BALANCER_OF_LISTENER: Final = _to("elb_loadbalancer", keys=("loadbalancerId",))
REMOTE_GROUP: Final = _to("networking_secgroup", keys=("remoteGroupId",))
SECURITY_GROUP: Final = _to("networking_secgroup", keys=("securityGroupId",))

# Of networks.
VPC: Final = _to("vpc", keys=("vpcId",))
PEER_VPC: Final = _to("vpc", keys=("peerVpcId",))
CLOUD_CONNECT_VPC: Final = _to("vpc", keys=("instanceId",))
ROUTERS: Final = _to("vpc", keys=("routers", "router"))
ENTERPRISE_ROUTER: Final = _to("er_instance", keys=("instanceId",))
NAT_GATEWAY: Final = _to("nat_gateway", keys=("natGatewayId",))
SUBNETS_OF_SERVER: Final = _to("vpc_subnet", keys=("networks", "network"))
RESOLVER_RULE: Final = _to("dns_resolver_rule", keys=("resolverRuleId",))
SUBNET: Final = _to("vpc_subnet", keys=("subnetId",))
ZONE: Final = _to("dns_zone", keys=("zoneId",))

# Of elastic IPs.
EIP_OF_BALANCER: Final = _to("vpc_eip", keys=("ipv4EipId",))
MOVED_EIPS: Final = {
    "vpc_bandwidth_associate": _to("vpc_eip", keys=("eipId",)),
    "eip_bandwidth_associate": _to("vpc_eip", keys=("publicipId",)),
}
"""By Terraform name of the associations that put an EIP into a shared bandwidth."""
