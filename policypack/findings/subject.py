"""Everything that a policy may look at."""

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from policypack.costs.budget import Budget
from policypack.costs.difference import IncreaseResult
from policypack.costs.line import Estimate, Line
from policypack.findings.finding import Saving
from policypack.huaweicloud.model import Landscape
from policypack.network.verdict import NetworkJudgement
from policypack.settings.model import Settings
from pricing.money import Range


class Subject(Struct, frozen=True, dict=True):
    """One stack, read, judged and priced.

    Attributes:
        landscape: What is declared.
        network: Who needs the public network.
        estimate: What it costs.
        budget: How that compares with the limits.
        settings: What the team asked for.
        increases: The limits on growth, which only a comparison decides.
    """

    landscape: Landscape
    network: NetworkJudgement
    estimate: Estimate
    budget: Budget
    settings: Settings
    increases: tuple[IncreaseResult, ...] = ()

    def spelled(self, path: str) -> str:
        """A property as the user wrote it. Rules name properties through this alone."""
        return self.landscape.stack.spelled(path)

    def line(self, urn: str, meter: str) -> Line | None:
        """The line of one meter of one resource."""
        return self._lines.get((urn, meter))

    @cached_property
    def _lines(self) -> Mapping[tuple[str, str], Line]:
        """The first line of each resource and meter, so that a look-up does not walk all lines.

        What is said of a resource is not about an old half that waits for its deletion.
        """
        lines: dict[tuple[str, str], Line] = {}
        living = {line.resource.urn for line in self.estimate.lines if not line.resource.leaving}
        for line in self.estimate.lines:
            if not line.resource.leaving or line.resource.urn not in living:
                lines.setdefault((line.resource.urn, str(line.meter)), line)
        return lines

    def remedy(self, urn: str, meter: str) -> Line | None:
        """What the smallest size of a missing public path would cost, where it can be bought there."""
        for line in self.estimate.remedies:
            if line.resource.urn == urn and line.meter == meter:
                return line
        return None

    def saving(self, urn: str, *meters: str) -> Saving | None:
        """What the named meters of a resource cost a month, where all have a bounded price."""
        amounts: list[Range] = []
        currencies: set[str] = set()
        for meter in meters:
            line = self.line(urn, meter)
            if line is None:
                continue
            if line.monthly is None or line.currency is None or line.monthly.says_nothing:
                return None
            amounts.append(line.monthly)
            currencies.add(line.currency)
        if len(currencies) != 1:
            return None
        amount = amounts[0]
        for other in amounts[1:]:
            amount = amount + other
        return Saving(amount, currencies.pop())
