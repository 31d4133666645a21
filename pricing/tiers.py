"""Tariffs: how a unit price depends on a quantity.

The three kinds are those of the vendor's catalogue (``divisionType`` DIVISION_STEP, DIVISION_TIER
and DIVISION_FIXED; docs/reference/prices.md, "Tier modes"). A tier covers ``above < quantity <= up_to``;
a quantity of zero costs zero.
"""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from pricing.money import Range, multiply, plain


class TierMode(StrEnum):
    """What the price of a tier applies to."""

    PROGRESSIVE = "progressive"
    """Each part of the quantity costs the price of its own tier."""
    WHOLE = "whole"
    """The whole quantity costs the price of the tier that it reaches."""
    FIXED = "fixed"
    """Each tier that is reached adds its amount once, whatever the quantity within it."""


class Dimension(StrEnum):
    """Which quantity selects the tier."""

    SIZE = "size"
    """Mbit/s; 1 for what has no size."""
    VOLUME = "volume"
    """GB."""
    HOURS = "hours"
    """Duration of use. The tariff is per hour and multiplied by the size once: the catalogue of
    some regions is written so, and the vendor's calculator answers so
    (docs/reference/prices.md, "Time tiers")."""


class TierError(ValueError):
    """The tiers of a tariff leave a gap, overlap or do not ascend."""


class Tier(Struct, frozen=True):
    """One step of a tariff.

    Attributes:
        above: Where it begins, itself not included.
        up_to: Where it ends, included; ``None`` for the last one.
        rate: Price of one unit of the quantity; for ``FIXED`` the amount of the tier.
    """

    above: Decimal
    up_to: Decimal | None
    rate: Decimal


class Tariff(Struct, frozen=True):
    """Tiers without gaps from zero to infinity.

    Raises:
        TierError: The tiers do not begin at 0, do not ascend, leave a gap or end.
    """

    tiers: tuple[Tier, ...]
    mode: TierMode = TierMode.PROGRESSIVE
    dimension: Dimension = Dimension.SIZE

    def __post_init__(self) -> None:
        end: Decimal | None = Decimal(0)
        for tier in self.tiers:
            if end is None:
                raise TierError("a tier follows the last one, which has no end")
            if tier.above > end:
                raise TierError(f"nothing covers what is above {plain(end)} up to {plain(tier.above)}")
            if tier.above < end:
                raise TierError(f"two tiers cover what is above {plain(tier.above)} up to {plain(end)}")
            if tier.up_to is not None and tier.up_to <= tier.above:
                raise TierError(f"the tier above {plain(tier.above)} ends at {plain(tier.up_to)}")
            if tier.rate < 0:
                raise TierError(f"the rate {plain(tier.rate)} is negative")
            end = tier.up_to
        if end is not None:
            raise TierError(f"nothing covers what is above {plain(end)}")

    @classmethod
    def flat(cls, rate: Decimal, dimension: Dimension = Dimension.SIZE) -> "Tariff":
        """One price for every quantity."""
        return cls((Tier(Decimal(0), None, rate),), TierMode.PROGRESSIVE, dimension)

    @property
    def is_flat(self) -> bool:
        """Whether the amount is the quantity times one rate."""
        return len(self.tiers) == 1 and self.mode is not TierMode.FIXED

    def amount(self, quantity: Decimal) -> Decimal:
        """What a quantity of zero or more costs, not rounded. Linear in the number of tiers."""
        if self.is_flat:
            return multiply(quantity, self.tiers[0].rate)
        return sum((part.amount for part in self.parts(quantity)), Decimal(0))

    def parts(self, quantity: Decimal) -> "tuple[Part, ...]":
        """What each tier contributes to the amount of a quantity, in order of the tiers."""
        if quantity == 0:
            return ()
        match self.mode:
            case TierMode.PROGRESSIVE:
                return tuple(
                    _part(_within(tier, quantity), tier) for tier in self.tiers if tier.above < quantity
                )
            case TierMode.WHOLE:
                return (_part(quantity, self._reached(quantity)),)
            case TierMode.FIXED:
                return tuple(
                    Part(Decimal(1), tier.rate, tier.rate) for tier in self.tiers if tier.above <= quantity
                )

    def bounds(self, quantity: Range) -> Range:
        """The least and the most that a quantity costs of which only bounds are known.

        Only a whole-quantity tariff can cost less for more, and only where a cheaper tier begins:
        there the least is looked for just above each bound, and the most at the bound itself.
        """
        low = self.amount(quantity.low)
        if quantity.is_exact:
            return Range(low, low)
        high = None if quantity.high is None else self.amount(quantity.high)
        if quantity.high is None and not self._grows():
            high = self.amount(max(quantity.low, self.tiers[-1].above + 1))
        if self.mode is not TierMode.WHOLE:
            return Range(low, high)
        for tier in self.tiers[1:]:
            if quantity.low <= tier.above and (quantity.high is None or tier.above < quantity.high):
                low = min(low, multiply(tier.above, tier.rate))
                if high is not None:
                    high = max(high, self.amount(tier.above))
        return Range(low, high)

    def _reached(self, quantity: Decimal) -> Tier:
        return next(tier for tier in self.tiers if tier.up_to is None or quantity <= tier.up_to)

    def _grows(self) -> bool:
        return self.mode is not TierMode.FIXED and self.tiers[-1].rate > 0


class Part(Struct, frozen=True):
    """What one tier contributes: ``quantity`` times ``rate``."""

    quantity: Decimal
    rate: Decimal
    amount: Decimal


def _within(tier: Tier, quantity: Decimal) -> Decimal:
    end = quantity if tier.up_to is None else min(quantity, tier.up_to)
    return end - tier.above


def _part(quantity: Decimal, tier: Tier) -> Part:
    return Part(quantity, tier.rate, multiply(quantity, tier.rate))
