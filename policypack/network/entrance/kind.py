"""Which public entrance a gateway has, by the kind of its load balancer (docs/network.md, "Entrances")."""

from msgspec import Struct

from policypack.declared import ABSENT, Absent, Known, Resource
from policypack.huaweicloud import Gateway, references
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.model import OFF
from policypack.network.topology import Topology
from policypack.network.verdict import Declared, EntranceKind


class Entrance(Struct, frozen=True):
    """The public entrance of a gateway.

    Attributes:
        kind: ``lvs`` takes an EIP, ``elb`` an inbound bandwidth, ``nlb`` neither: the load balancers
            that the user owns have the EIP.
        declared: Whether there is one that works.
        eips: EIPs that the gateway names, whether or not it can use them.
        misplaced: EIP associations that aim at the gateway's own address. No API binds an EIP that way
            (``vpc_eip_associate`` knows ports, NAT gateways and load balancers), but the EIP is paid.
    """

    kind: EntranceKind
    declared: Declared
    eips: tuple[Resource, ...]
    misplaced: tuple[Resource, ...]


def entrance_of(topology: Topology, gateway: Gateway) -> Entrance:
    """Tell which public entrance a gateway declares."""
    return topology.once(
        ("entrance", gateway.resource.urn, gateway.resource.leaving), lambda: _entrance_of(topology, gateway)
    )


def _entrance_of(topology: Topology, gateway: Gateway) -> Entrance:
    target = topology.links.meant_by(gateway.resource, gateway.eip, references.OWN_EIP)
    eips = target.resources if isinstance(target, Found) else ()
    misplaced = topology.misplaced_associations.get(gateway.resource.urn, ())
    if isinstance(gateway.load_balancers, Known) and gateway.load_balancers.value:
        return Entrance("nlb", _of_balancers(topology, gateway), eips, misplaced)
    acts = topology.is_lvs(gateway)
    inbound: Declared = "on" if misplaced else _of_inbound(gateway)
    own = _of_eip(gateway, eips)
    if gateway.load_balancers not in (ABSENT, Known(())):
        return Entrance("unknown", "unknown", eips, misplaced)
    if acts is None:
        return Entrance("unknown", "unknown" if inbound == "off" != own else inbound, eips, misplaced)
    if acts:
        return Entrance("lvs", own if own == "on" or inbound == "off" else inbound, eips, misplaced)
    return Entrance("elb", inbound, eips, misplaced)


def _of_eip(gateway: Gateway, eips: tuple[Resource, ...]) -> Declared:
    """Whether ``eipId`` is set; what is not known may be empty, unless it was built from an EIP."""
    if isinstance(gateway.eip, Absent):
        return "off"
    return "on" if eips or isinstance(gateway.eip, Known) else "unknown"


def _of_inbound(gateway: Gateway) -> Declared:
    if gateway.inbound == OFF:
        return "off"
    return "on" if isinstance(gateway.inbound, Known) else "unknown"


def _of_balancers(topology: Topology, gateway: Gateway) -> Declared:
    balancers, complete = topology.balancers_of(gateway)
    answers = {topology.has_public_address(item) for item in balancers}
    if answers == {True} or (complete and True in answers):
        return "on"
    return "off" if complete and answers == {False} else "unknown"
