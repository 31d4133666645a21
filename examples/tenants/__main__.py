"""A gateway for tenants: its edition and its bandwidth follow from the network that it lands in."""

from pulumi_huaweicloud import dedicatedapig as apig
from pulumi_huaweicloud import vpc

network = vpc.Vpc("tenants", cidr="10.30.0.0/16")
subnet = vpc.Subnet("tenants", vpc_id=network.id, cidr="10.30.1.0/24", gateway_ip="10.30.1.1")
firewall = vpc.Secgroup("tenants")
large = network.id.apply(lambda identifier: identifier.endswith("0"))

apig.Instance(
    "tenants",
    edition=large.apply(lambda yes: "ENTERPRISE" if yes else "PROFESSIONAL"),
    bandwidth_size=large.apply(lambda yes: 20 if yes else 5),
    vpc_id=network.id,
    subnet_id=subnet.id,
    security_group_id=firewall.id,
)
