"""The tariffs, against the vendor's published cases and an independent slow implementation."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.money import Range
from pricing.tiers import Dimension, Tariff, Tier, TierError, TierMode


def tariff(mode: TierMode, *steps: tuple[str | None, str]) -> Tariff:
    tiers: list[Tier] = []
    above = Decimal(0)
    for up_to, rate in steps:
        end = None if up_to is None else Decimal(up_to)
        tiers.append(Tier(above, end, Decimal(rate)))
        above = end if end is not None else above
    return Tariff(tuple(tiers), mode)


STEP = tariff(TierMode.PROGRESSIVE, ("5", "1"), (None, "3"))
WHOLE = tariff(TierMode.WHOLE, ("5", "1"), (None, "3"))
FIXED = tariff(TierMode.FIXED, ("5", "10"), ("8", "20"), (None, "40"))


@pytest.mark.parametrize(
    ("priced", "quantity", "amount"),
    [
        # K2: tiers 0-5 at 1, above 5 at 3; size 8: DIVISION_STEP 14, DIVISION_TIER 24
        (STEP, "8", "14"),
        (WHOLE, "8", "24"),
        (STEP, "0", "0"),
        (WHOLE, "0", "0"),
        (FIXED, "0", "0"),
        # a tier holds its upper bound
        (STEP, "5", "5"),
        (WHOLE, "5", "5"),
        (STEP, "5.1", "5.3"),
        (WHOLE, "5.1", "15.3"),
        # fixed amounts add up from where a tier begins, its lower bound included
        (FIXED, "0.5", "10"),
        (FIXED, "4.9", "10"),
        (FIXED, "5", "30"),
        (FIXED, "8", "70"),
        (FIXED, "100", "70"),
    ],
)
def test_amount_of_a_quantity(priced: Tariff, quantity: str, amount: str) -> None:
    assert priced.amount(Decimal(quantity)) == Decimal(amount)


TB = Decimal(1024)
CDN = tariff(
    TierMode.PROGRESSIVE,
    (str(10 * TB), "0.115"),
    (str(50 * TB), "0.11"),
    (str(100 * TB), "0.095"),
    (str(1024 * TB), "0.076"),
    (None, "0.067"),
)


@pytest.mark.parametrize(
    ("gigabytes", "amount"),
    [
        # K3
        (1, "0.115"),
        (9999, "1149.885"),
        (10 * 1024, "1177.6"),
        (20 * 1024, "2304"),
        (100 * 1024, "10547.2"),
        (1024 * 1024, "82456.576"),
        (2 * 1024 * 1024, "152711.168"),
    ],
)
def test_terabyte_steps_are_priced_per_gigabyte(gigabytes: int, amount: str) -> None:
    assert CDN.amount(Decimal(gigabytes)) == Decimal(amount)


def test_parts_add_up_and_say_how() -> None:
    first, second = STEP.parts(Decimal(8))
    assert (first.quantity, first.rate, first.amount) == (5, 1, 5)
    assert (second.quantity, second.rate, second.amount) == (3, 3, 9)
    assert len(STEP.parts(Decimal(5))) == 1
    assert [(part.quantity, part.rate, part.amount) for part in FIXED.parts(Decimal(6))] == [
        (1, 10, 10),
        (1, 20, 20),
    ]


@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ([], "nothing covers what is above 0"),
        ([("1", None, "1")], "nothing covers what is above 0 up to 1"),
        ([("0", "5", "1")], "nothing covers what is above 5"),
        ([("0", "5", "1"), ("6", None, "1")], "nothing covers what is above 5 up to 6"),
        ([("0", "5", "1"), ("4", None, "1")], "two tiers cover what is above 4 up to 5"),
        ([("0", "5", "1"), ("5", "5", "1"), ("5", None, "1")], "the tier above 5 ends at 5"),
        ([("0", "5", "1"), ("5", "3", "1"), ("3", None, "1")], "the tier above 5 ends at 3"),
        ([("0", None, "1"), ("5", None, "1")], "a tier follows the last one"),
        ([("0", None, "-1")], "the rate -1 is negative"),
    ],
)
def test_tiers_without_gaps_ascending_and_open(
    tiers: list[tuple[str, str | None, str]], message: str
) -> None:
    built = tuple(
        Tier(Decimal(above), None if end is None else Decimal(end), Decimal(rate))
        for above, end, rate in tiers
    )
    with pytest.raises(TierError, match=message):
        Tariff(built)


@pytest.mark.parametrize(
    ("priced", "low", "high", "least", "most"),
    [
        (STEP, "0", None, "0", None),
        (STEP, "4", "8", "4", "14"),
        (FIXED, "0", None, "0", "70"),
        (FIXED, "6", None, "30", "70"),
        (tariff(TierMode.FIXED, (None, "7")), "0", None, "0", "7"),
        # what is cheaper for more: 4 cost 12, 5 cost 15, just above 5 a little more than 5
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "1")), "4", "8", "5", "15"),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "1")), "5", "8", "5", "15"),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "1")), "4", "5", "12", "15"),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "1")), "6", None, "6", None),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "1")), "4", "4.5", "12", "13.5"),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "1")), "6", "7", "6", "7"),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "0")), "4", None, "0", "15"),
        (tariff(TierMode.WHOLE, ("5", "3"), (None, "0")), "9", None, "0", "0"),
        (tariff(TierMode.PROGRESSIVE, ("5", "3"), (None, "0")), "1", None, "3", "15"),
    ],
)
def test_bounds(priced: Tariff, low: str, high: str | None, least: str, most: str | None) -> None:
    found = priced.bounds(Range(Decimal(low), None if high is None else Decimal(high)))
    assert found == Range(Decimal(least), None if most is None else Decimal(most))


def test_a_flat_tariff_is_one_rate() -> None:
    flat = Tariff.flat(Decimal("0.0178"), Dimension.SIZE)
    assert flat.is_flat
    assert flat.amount(Decimal(10)) == Decimal("0.178")
    assert not FIXED.is_flat
    assert not tariff(TierMode.FIXED, (None, "7")).is_flat


quantities = st.integers(0, 60).map(lambda tenths: Decimal(tenths) / 4)
rates = st.integers(0, 50).map(lambda cents: Decimal(cents) / 100)


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    bounds = sorted(draw(st.sets(st.integers(1, 12), max_size=3)))
    steps = [(str(bound), str(draw(rates))) for bound in bounds]
    return tariff(draw(st.sampled_from(TierMode)), *steps, (None, str(draw(rates))))


def slowly(priced: Tariff, quantity: Decimal) -> Decimal:
    """Another way to the same amount: crumb by crumb, each looked up on its own."""
    crumb = Decimal("0.25")
    total = Decimal(0)
    crumbs = [crumb * number for number in range(1, int(quantity / crumb) + 1)]
    if priced.mode is TierMode.FIXED:
        reached = {tier.above for tier in priced.tiers if quantity > 0 and quantity - tier.above >= 0}
        return sum((tier.rate for tier in priced.tiers if tier.above in reached), Decimal(0))
    for end in crumbs:
        looked_up = end if priced.mode is TierMode.PROGRESSIVE else quantity
        for tier in reversed(priced.tiers):
            if looked_up > tier.above:
                total += crumb * tier.rate
                break
    return total


@settings(max_examples=150)
@given(tariffs(), quantities)
def test_agrees_with_the_slow_implementation(priced: Tariff, quantity: Decimal) -> None:
    assert priced.amount(quantity) == slowly(priced, quantity)


@settings(max_examples=150)
@given(tariffs(), quantities, quantities, quantities)
def test_bounds_hold_every_quantity_within(
    priced: Tariff, one: Decimal, two: Decimal, between: Decimal
) -> None:
    low, high = min(one, two), max(one, two)
    inside = min(max(between, low), high)
    assert priced.bounds(Range(low, high)).contains(priced.amount(inside))
    assert priced.bounds(Range(low, None)).contains(priced.amount(inside))
    assert priced.bounds(Range(low, None)).covers(priced.bounds(Range(low, high)))


@settings(max_examples=100)
@given(tariffs(), quantities)
def test_an_exact_quantity_has_exact_bounds(priced: Tariff, quantity: Decimal) -> None:
    assert priced.bounds(Range.exactly(quantity)) == Range.exactly(priced.amount(quantity))
