"""Elastic IPs that are declared as such; what they buy stands in ``policypack.metering.elastic_ip``."""

from collections.abc import Iterator
from typing import Final

from policypack.metering.declaration import Declaration
from policypack.metering.elastic_ip import Places, eip_items
from policypack.metering.item import Item
from policypack.metering.service import ELASTIC_IP

TYPE: Final = "vpc_eip"
SERVICE: Final = ELASTIC_IP
# ForceNew in services/eip/resource_huaweicloud_vpc_eip.go of terraform-provider-huaweicloud v1.73.3
REPLACED_BY: Final = ("region", "publicip.type", "publicip.ipAddress", "bandwidth.shareType", "bandwidth.id")

_PLACES: Final = Places(
    TYPE, "publicip.type", "bandwidth.size", "bandwidth.chargeMode", "bandwidth.shareType", "bandwidth.id"
)


def items(declaration: Declaration) -> Iterator[Item]:
    """What elastic IPs buy."""
    network = declaration.network
    for eip in declaration.landscape.eips:
        yield from eip_items(eip, network.binding_of(eip), network.membership_of(eip), declaration, _PLACES)
