"""Elastic IPs that are declared as such; what they buy stands in ``policypack.metering.elastic_ip``."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from policypack.declared import Known, Unknown
from policypack.huaweicloud.model import Eip
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
        binding, membership = network.binding_of(eip), network.membership_of(eip)
        yield from eip_items(_as_billed(eip), binding, membership, declaration, _PLACES)


def _as_billed(eip: Eip) -> Eip:
    """The EIP, without what is not changed where prepaid traffic is asked for, which the service refuses."""
    postpaid, by_size = eip.purchase.prepaid == Known(value=False), eip.by_traffic == Known(value=False)
    if postpaid or by_size or eip.shared == Known(value=True):
        return eip
    refused = Unknown("the service refuses prepaid traffic, and goes on to bill what was there, if anything")
    prepaid = refused if isinstance(eip.purchase.prepaid, Known) else eip.purchase.prepaid
    by_traffic = refused if isinstance(eip.by_traffic, Known) else eip.by_traffic
    return replace(eip, size=refused, by_traffic=by_traffic, purchase=replace(eip.purchase, prepaid=prepaid))
