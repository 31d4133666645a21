"""All that is said about one stack, in one pass from left to right through the rooms."""

from dataclasses import dataclass
from datetime import date

import pricing
from policypack.costs.budget import Budget, decide
from policypack.costs.estimate import estimate
from policypack.costs.line import Estimate
from policypack.declared import Stack
from policypack.findings.catalogue import policies
from policypack.findings.finding import Finding
from policypack.findings.subject import Subject
from policypack.huaweicloud import survey
from policypack.huaweicloud.model import Landscape
from policypack.network import judge
from policypack.network.verdict import Network
from policypack.settings.model import Settings


@dataclass(frozen=True)
class Assessment:
    """One stack, read, judged, priced and checked.

    Attributes:
        stack: What was read.
        landscape: What it declares, in the vendor's terms.
        network: Who needs the public network.
        estimate: What it costs.
        budget: How that compares with the limits.
        findings: What the policies say, before levels and waivers, by policy and URN.
    """

    stack: Stack
    landscape: Landscape
    network: Network
    estimate: Estimate
    budget: Budget
    findings: tuple[Finding, ...]


def assess(
    stack: Stack,
    settings: Settings,
    book: pricing.Book,
    today: date,
    terms: pricing.Terms | None = None,
) -> Assessment:
    """Say everything about one stack. Pure: the same arguments give the same answer."""
    landscape = survey(stack, settings.default_region)
    network = judge(landscape, settings)
    costs = estimate(landscape, network, settings, book, terms or pricing.Terms(), today)
    budget = decide(costs, stack, settings, today)
    subject = Subject(landscape, network, costs, budget, settings)
    findings = [
        finding
        for policy in policies()
        if settings.levels.get(policy.name) != "disabled"
        for finding in policy.findings(subject)
    ]
    findings.sort(key=lambda finding: (finding.policy, finding.urn or "", finding.message))
    return Assessment(stack, landscape, network, costs, budget, tuple(findings))
