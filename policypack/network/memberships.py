"""Which EIPs an association puts into a shared bandwidth.

An EIP that is declared with a bandwidth of its own (``shareType`` PER) stops paying it once a
``vpc_bandwidth_associate`` or ``eip_bandwidth_associate`` moves it into a shared bandwidth.
"""

from collections.abc import Mapping
from typing import Final

from policypack.declared import Secret, Unknown
from policypack.huaweicloud.links import Found
from policypack.network.topology import Topology
from policypack.network.verdict import Binding

_REFERENCES: Final = (("vpc_bandwidth_associate", "eipId"), ("eip_bandwidth_associate", "publicipId"))
_EIP: Final = frozenset({"vpc_eip"})


def memberships_of(topology: Topology) -> Mapping[str, Binding]:
    """The membership of each EIP that an association means or may mean, by URN of the EIP.

    An EIP that is not in the mapping is in no shared bandwidth by association.
    """
    found: dict[str, Binding] = {}
    for kind, key in _REFERENCES:
        for association in topology.living(kind):
            raw = association.declared(key)
            target = topology.links.follow(association, raw, (key,), _EIP)
            if isinstance(target, Found) and target.only is not None:
                reason = f'"{association.name}" moves EIP "{target.only.name}" into a shared bandwidth.'
                found[target.only.urn] = Binding("bound", (association.urn,), reason)
            elif isinstance(target, Found) or isinstance(raw, (Unknown, Secret)):
                meant = (
                    target.resources
                    if isinstance(target, Found)
                    else [eip.resource for eip in topology.landscape.eips]
                )
                for eip in meant:
                    reason = f'Which EIP "{association.name}" moves into a shared bandwidth is not known.'
                    found.setdefault(eip.urn, Binding("undecided", (association.urn,), reason))
    return found
