"""From evidence to verdicts."""

from policypack.huaweicloud import Landscape
from policypack.network.verdict import Binding, GatewayJudgement, Judgement, Network
from policypack.settings import Settings

_OPEN = Judgement(declared="unknown", verdict="undecided", certainty="low", evidence=())


def judge(landscape: Landscape, settings: Settings) -> Network:  # noqa: ARG001 - first cut
    """Judge both public paths of each gateway, and whether anything uses each EIP and bandwidth."""
    return Network(
        gateways=tuple(GatewayJudgement(gateway, _OPEN, _OPEN) for gateway in landscape.gateways),
        eips={eip.resource.urn: Binding("undecided", (), "Not judged.") for eip in landscape.eips},
        bandwidths={
            bandwidth.resource.urn: Binding("undecided", (), "Not judged.")
            for bandwidth in landscape.bandwidths
        },
    )
