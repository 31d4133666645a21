"""Findings as the engine shows them."""

from typing import Final

from policypack.findings.enforcement import EnforcedFinding
from policypack.reports.safe import visible

_MOST_FACTS: Final = 5
_LONGEST_FACT: Final = 240
_LONGEST_LINE: Final = 2_000


def message(enforced: EnforcedFinding) -> str:
    """What a person reads below the name of the policy: the fact, the advice, what it rests on."""
    finding = enforced.finding
    lines = [finding.message, finding.hint]
    facts = [fact.fact for fact in finding.evidence]
    lines += [f"- {visible(fact, _LONGEST_FACT)}" for fact in facts[:_MOST_FACTS]]
    if len(facts) > _MOST_FACTS:
        lines.append(f"- and {len(facts) - _MOST_FACTS} more, in the report")
    if enforced.waiver is not None:
        waiver = enforced.waiver
        lines.append(f"Accepted by {waiver.owner} until {waiver.expires}: {waiver.reason}")
    return "\n".join(visible(line, _LONGEST_LINE) for line in lines if line)
