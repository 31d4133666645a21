"""Who needs the public network: evidence, verdicts, and what uses an elastic IP."""

from policypack.network.judge import judge
from policypack.network.verdict import (
    Binding,
    Evidence,
    GatewayJudgement,
    Judgement,
    NetworkJudgement,
)

__all__ = ["Binding", "Evidence", "GatewayJudgement", "Judgement", "NetworkJudgement", "judge"]
