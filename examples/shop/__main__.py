"""A shop on Huawei Cloud: an order service inside its network, and webhooks for partners outside."""

import pulumi
from pulumi_huaweicloud import dedicatedapig as apig
from pulumi_huaweicloud import dns, vpc

network = vpc.Vpc("shop", cidr="10.20.0.0/16")
subnet = vpc.Subnet("gateways", vpc_id=network.id, cidr="10.20.2.0/24", gateway_ip="10.20.2.1")
firewall = vpc.Secgroup("gateways")


def gateway(name: str, edition: str, outbound: int, inbound: int) -> apig.Instance:
    return apig.Instance(
        name,
        edition=edition,
        vpc_id=network.id,
        subnet_id=subnet.id,
        security_group_id=firewall.id,
        bandwidth_size=outbound,
        ingress_bandwidth_size=inbound,
        ingress_bandwidth_charging_mode="bandwidth",
    )


def api(name: str, instance: apig.Instance, group: apig.Group, backend: str) -> apig.Api:
    return apig.Api(
        name,
        instance_id=instance.id,
        group_id=group.id,
        type="Private",
        request_protocol="HTTPS",
        request_method="GET",
        request_path=f"/{name}",
        web=apig.ApiWebArgs(
            path=f"/{name}", request_method="GET", request_protocol="HTTP", backend_address=backend
        ),
    )


# Orders: every backend and every caller is inside the network, yet two public bandwidths are paid.
orders = gateway("orders", "PROFESSIONAL", outbound=10, inbound=5)
orders_group = apig.Group("orders", instance_id=orders.id)
production = apig.Environment("orders-production", instance_id=orders.id, name="production")
list_orders = api("list-orders", orders, orders_group, "10.20.1.40:8080")
apig.ApiPublishment("list-orders", instance_id=orders.id, api_id=list_orders.id, env_id=production.id)
inside = dns.Zone(
    "inside",
    name="shop.internal.",
    zone_type="private",
    routers=[dns.ZoneRouterArgs(router_id=network.id)],
)
dns.Recordset(
    "orders", zone_id=inside.id, name="orders.shop.internal.", type="A", records=[orders.vpc_ingress_address]
)

# Webhooks: partners call from the Internet and are called back there.
webhooks = gateway("webhooks", "PROFESSIONAL", outbound=6, inbound=5)
webhooks_group = apig.Group("webhooks", instance_id=webhooks.id)
webhooks_production = apig.Environment("webhooks-production", instance_id=webhooks.id, name="production")
notify = api("notify", webhooks, webhooks_group, "hooks.partner.example.com:443")
apig.ApiPublishment("notify", instance_id=webhooks.id, api_id=notify.id, env_id=webhooks_production.id)
outside = dns.Zone("outside", name="shop.example.com.", zone_type="public")
dns.Recordset(
    "webhooks",
    zone_id=outside.id,
    name="hooks.shop.example.com.",
    type="A",
    records=[webhooks.ingress_address],
)

# Left over from a test: nothing uses this address.
vpc.Eip(
    "leftover",
    publicip=vpc.EipPublicipArgs(type="5_bgp"),
    bandwidth=vpc.EipBandwidthArgs(share_type="PER", name="leftover", size=5, charge_mode="bandwidth"),
)

pulumi.export("orders", "https://orders.shop.internal")
