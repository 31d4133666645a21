"""EIPs that ``eipId`` of a gateway names: two policies could speak of each, and only one does.

``apig-eip-ineffective`` speaks, since it knows why nothing uses the EIP. It is left to ``eip-idle`` where the
settings take that policy more seriously, so that nothing passes that would have stopped.
"""

from collections.abc import Mapping
from typing import Final

from policypack.findings.subject import Subject
from policypack.huaweicloud.model import Eip
from policypack.network.verdict import Binding, GatewayJudgement
from policypack.settings.model import Level

INEFFECTIVE: Final = "apig-eip-ineffective"
IDLE: Final = "eip-idle"
_WEIGHTS: Final[Mapping[Level, int]] = {"disabled": 0, "advisory": 1, "mandatory": 2}


def the_eip_of(subject: Subject, judged: GatewayJudgement) -> tuple[Eip, Binding] | None:
    """The one EIP that a gateway names and cannot use, or perhaps cannot use, and who uses it else."""
    if judged.gateway.resource.leaving or judged.kind == "lvs" or len(judged.eips) != 1:
        return None
    for eip in subject.landscape.eips:
        if eip.resource.urn == judged.eips[0] and not eip.resource.leaving:
            return eip, subject.network.eips[eip.resource.urn]
    return None


def spoken_for(subject: Subject) -> frozenset[str]:
    """URNs of EIPs of which ``apig-eip-ineffective`` says all that ``eip-idle`` would say."""
    levels = subject.settings.levels
    if _WEIGHTS[levels.get(INEFFECTIVE, "advisory")] < _WEIGHTS[levels.get(IDLE, "advisory")]:
        return frozenset()
    found: set[str] = set()
    for judged in subject.network.gateways:
        named = the_eip_of(subject, judged)
        if named is None:
            continue
        eip, binding = named
        if judged.kind != "unknown" or set(binding.users) <= {judged.gateway.resource.urn}:
            found.add(eip.resource.urn)
    return frozenset(found)
