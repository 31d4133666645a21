"""All that is said about one stack, in one pass from left to right through the rooms."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

import pricing
from policypack.costs.budget import Budget, decide
from policypack.costs.difference import Difference, difference, gaps_of, sides_of
from policypack.costs.estimate import estimate
from policypack.costs.line import NO_COST, Estimate
from policypack.costs.portfolio import Share, shares
from policypack.costs.price import Rates
from policypack.costs.trust import undeciding
from policypack.declared import Stack
from policypack.findings.catalogue import policies
from policypack.findings.enforcement import Enforcement, enforce, is_enabled
from policypack.findings.finding import Finding
from policypack.findings.subject import Subject
from policypack.huaweicloud import survey
from policypack.huaweicloud.model import Landscape
from policypack.network import judge
from policypack.network.across import NOTHING, Elsewhere, Summary, joined
from policypack.network.summary import summarise
from policypack.network.verdict import NetworkJudgement
from policypack.settings.model import Settings


class Before(Struct, frozen=True):
    """What a stack is compared with.

    Attributes:
        base: The cost of the base at its prices; nothing for a stack that is new.
        repriced: The same declaration at the prices of the head; the very same estimate where the prices are
            the same.
        hidden: Whether the declaration of the base has gaps.
    """

    base: Estimate = NO_COST
    repriced: Estimate = NO_COST
    hidden: bool = False


class Assessment(Struct, frozen=True):
    """One stack, read, judged, priced and checked.

    Attributes:
        stack: What was read.
        landscape: What it declares, in the vendor's terms.
        network: Who needs the public network.
        estimate: What it costs.
        budget: How that compares with the limits.
        findings: What the policies say, before levels and waivers, by policy and URN.
        enforcement: What follows from it.
        difference: What changes against a base; ``None`` where it is compared with nothing.
        shares: What it adds to the limits over many stacks.
    """

    stack: Stack
    landscape: Landscape
    network: NetworkJudgement
    estimate: Estimate
    budget: Budget
    findings: tuple[Finding, ...]
    enforcement: Enforcement
    difference: Difference | None = None
    shares: tuple[Share, ...] = ()


class Assessor(Struct, frozen=True, dict=True):
    """What every stack of a run is assessed with. Pure: the same stack gives the same answer.

    Attributes:
        settings: What the team asked for.
        book: The prices.
        terms: What the customer has agreed with the vendor.
        today: For the age of prices, orders and waivers.
    """

    settings: Settings
    book: pricing.Prices
    terms: pricing.Terms
    today: date

    @cached_property
    def rates(self) -> Rates:
        """What items are priced with; stacks of a run ask the book much the same."""
        return Rates(self.book, self.settings, self.terms, self.today)

    def survey(self, stack: Stack) -> Landscape:
        """What a stack declares, in the vendor's terms."""
        return survey(stack, self.settings.default_region, self.settings.packages)

    def summary(self, landscape: Landscape) -> Summary:
        """What a stack says to those that are read with it."""
        return summarise(landscape, self.settings)

    def together(self, landscapes: Sequence[Landscape]) -> list[Elsewhere]:
        """For each of some stacks what the others say of it."""
        if len(landscapes) < 2:
            return [NOTHING for _ in landscapes]
        return joined([self.summary(landscape) for landscape in landscapes])

    def assess(
        self, landscape: Landscape, before: Before | None = None, elsewhere: Elsewhere = NOTHING
    ) -> Assessment:
        """Say everything about one stack.

        Args:
            landscape: What it declares.
            before: What it is compared with, for the limits that only a comparison can decide.
            elsewhere: What the stacks that are read with it say of it.
        """
        return _assess(landscape, self, before, elsewhere)


def assess(
    stack: Stack,
    settings: Settings,
    book: pricing.Prices,
    today: date,
    terms: pricing.Terms | None = None,
    before: Before | None = None,
    elsewhere: Elsewhere = NOTHING,
) -> Assessment:
    """Say everything about one stack. Pure: the same arguments give the same answer.

    Args:
        stack: What was read.
        settings: What the team asked for.
        book: The prices.
        today: For the age of prices, orders and waivers.
        terms: What the customer has agreed with the vendor.
        before: What the stack is compared with, for the limits that only a comparison can decide.
        elsewhere: What the stacks that are read with it say of it.
    """
    assessor = Assessor(settings, book, terms or pricing.Terms(), today)
    return assessor.assess(assessor.survey(stack), before, elsewhere)


def _assess(landscape: Landscape, given: Assessor, before: Before | None, elsewhere: Elsewhere) -> Assessment:
    stack, settings, today = landscape.stack, given.settings, given.today
    network = judge(landscape, settings, elsewhere)
    costs = estimate(landscape, network, given.rates)
    change = None if before is None else _difference(before, stack, costs, settings, today)
    added = change.added if change else None
    hidden_before = before is not None and (before.hidden or _may_be_gone(before.base))
    budget = decide(costs, stack, settings, today, new=added, hidden_before=hidden_before)
    increases = change.increases if change else ()
    budget = replace(budget, growth=tuple(result.verdict for result in increases))
    subject = Subject(landscape, network, costs, budget, settings, increases)
    findings = [
        finding
        for policy in policies()
        if is_enabled(policy.name, settings)
        for finding in policy.findings(subject)
    ]
    findings.sort(key=lambda finding: (finding.policy, finding.urn or "", finding.message))
    enforcement = enforce(findings, stack, costs, settings, today)
    return Assessment(
        stack,
        landscape,
        network,
        costs,
        budget,
        tuple(findings),
        enforcement,
        change,
        shares(costs, stack, settings, today),
    )


def _may_be_gone(base: Estimate) -> bool:
    """Whether what is listed may not exist: its deletion was interrupted."""
    return any(line.resource.may_be_gone for line in base.lines)


def _difference(before: Before, stack: Stack, costs: Estimate, settings: Settings, today: date) -> Difference:
    base, repriced, head = sides_of(before.base, before.repriced, costs)
    return difference(
        base,
        repriced,
        head,
        increases=settings.increases,
        gaps=(before.hidden, gaps_of(stack)),
        undeciding=lambda line: undeciding(line, settings, today),
    )
