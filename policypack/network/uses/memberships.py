"""Which EIPs an association puts into a shared bandwidth.

An EIP that is declared with a bandwidth of its own (``shareType`` PER) stops paying it once a
``vpc_bandwidth_associate`` or ``eip_bandwidth_associate`` moves it into a shared bandwidth.
"""

from collections.abc import Mapping

from policypack.declared import Secret, Unknown
from policypack.huaweicloud.links import Found
from policypack.huaweicloud.references import MOVED_EIPS
from policypack.huaweicloud.returned import names_of
from policypack.network.across import NOTHING, Elsewhere
from policypack.network.topology import Topology
from policypack.network.verdict import Binding


def memberships_of(topology: Topology, elsewhere: Elsewhere = NOTHING) -> Mapping[str, Binding]:
    """The membership of each EIP that an association means or may mean, by URN of the EIP.

    An EIP that is not in the mapping is in no shared bandwidth by association.

    Args:
        topology: The stack.
        elsewhere: What the stacks that are read with it say.
    """
    memberships_of: dict[str, Binding] = {}
    of_any: Binding | None = None
    for kind, reference in MOVED_EIPS.items():
        for association in topology.living(kind):
            reason = f'Which EIP "{association.name}" moves into a shared bandwidth is not known.'
            perhaps = Binding("undecided", (association.urn,), reason)
            raw = reference.of(association)
            match topology.links.meant_by(association, raw, reference):
                case Found((eip,)):
                    reason = f'"{association.name}" moves EIP "{eip.name}" into a shared bandwidth.'
                    memberships_of[eip.urn] = Binding("bound", (association.urn,), reason)
                case Found(eips):
                    for eip in eips:
                        memberships_of.setdefault(eip.urn, perhaps)
                case _ if isinstance(raw, Unknown | Secret):
                    of_any = of_any or perhaps
                case _:
                    pass
        for association in topology.landscape.by_type.get(kind, ()):
            target = topology.links.meant(association, reference) if association.billed_on else None
            if isinstance(target, Found):
                reason = f'"{association.name}" may still move it into a shared bandwidth: '
                reason += association.billed_on
                for eip in target.resources:
                    perhaps = Binding("undecided", (association.urn,), reason)
                    memberships_of.setdefault(eip.urn, perhaps)
    if of_any is not None:
        for own in topology.landscape.eips:
            memberships_of.setdefault(own.resource.urn, of_any)
    for own in topology.landscape.eips if elsewhere.uses else ():
        for stack, use in elsewhere.uses_of("membership", names_of(own.resource)):
            urn, moved = own.resource.urn, f'EIP "{own.resource.name}" into a shared bandwidth'
            if use.gap:
                reason = f'"{use.name}" of stack {stack} may move {moved}; that stack has a gap: {use.gap}.'
                memberships_of.setdefault(urn, Binding("undecided", (use.urn,), reason))
                continue
            reason = f'"{use.name}" of stack {stack} moves {moved}.'
            memberships_of[urn] = Binding("bound", (use.urn,), reason)
    for stack, use in elsewhere.possible_uses("membership"):
        reason = f'Which EIP "{use.name}" of stack {stack} moves into a shared bandwidth is not known.'
        for own in topology.landscape.eips:
            memberships_of.setdefault(own.resource.urn, Binding("undecided", (use.urn,), reason))
    return memberships_of
