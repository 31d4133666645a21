"""All that billed types may look at."""

from msgspec import Struct

from policypack.declared import Resource
from policypack.huaweicloud.model import Landscape
from policypack.metering.usage import UsageBook
from policypack.network.verdict import NetworkJudgement
from pricing.money import Range


class Declaration(Struct, frozen=True):
    """One stack, read and judged, with what the settings say of its use.

    Attributes:
        landscape: What is declared.
        network: Who needs the public network, and what uses an EIP.
        usage: The usage entries of the settings.
    """

    landscape: Landscape
    network: NetworkJudgement
    usage: UsageBook

    def hours(self, resource: Resource) -> Range:
        """The hours of the month in which a resource is billed."""
        return self.usage.of(resource).hours
