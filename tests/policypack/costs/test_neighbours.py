"""Other ways out and in: lines where they are declared and priced, and no open limit where not."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

import pricing
from policypack.assessment import Before, assess
from policypack.costs.coverage import Uncovered
from policypack.costs.neighbours import neighbours
from policypack.declared import Origin, Stack
from policypack.declared.wire import UNKNOWN_STRING
from policypack.metering.catalogue import nothing_declared
from policypack.settings.model import Increase, Settings, Usage
from pricing.book.model import Book
from pricing.money import ANYTHING, Money, Range
from pricing.terms import Discount
from tests.policypack.costs.test_estimate import BRAZIL, SECRET, TODAY, declare, line, priced

NAT = "huaweicloud:Nat/gateway:Gateway"
PRIVATE_NAT = "huaweicloud:Nat/privateGateway:PrivateGateway"
ENDPOINT = "huaweicloud:Vpcep/endpoint:Endpoint"


def test_a_nat_gateway_pays_for_days_that_have_begun():
    found = line(priced(declare(NAT, "out", {"spec": "1"})), "nat.public-gateway")
    assert (found.unit, found.quantity, found.monthly) == (
        "day",
        Range.exactly(31),
        Range.exactly(Decimal("75.578")),
    )


def test_by_the_month_and_by_the_hour():
    prepaid = {"spec": "2", "chargingMode": "prePaid", "periodUnit": "month", "period": 1}
    estimate = priced(declare(NAT, "out", prepaid), declare(PRIVATE_NAT, "inner", {"spec": "Small"}))
    assert line(estimate, "nat.public-gateway").monthly == Range.exactly(Decimal("107.45"))
    assert line(estimate, "nat.private-gateway").monthly == Range.exactly(Decimal("74.46"))
    endpoint = priced(declare(ENDPOINT, "in", {}, region="la-south-2"))
    assert line(endpoint, "vpc.endpoint").monthly == Range.exactly(Decimal("10.22"))


@pytest.mark.parametrize("spec", ["9", 5])
def test_without_a_price_they_are_counted_and_open_no_limit(spec):
    estimate = priced(declare(NAT, "out", {"spec": spec}))
    assert estimate.lines == ()
    assert estimate.totals == ()
    assert estimate.not_covered == (Uncovered("nat_gateway", 1, "billed"),)
    assert "NAT" not in nothing_declared()


@pytest.mark.parametrize("spec", [UNKNOWN_STRING, SECRET, None, []])
def test_what_may_have_a_price_is_a_line(spec):
    inputs = {} if spec is None else {"spec": spec}
    found = line(priced(declare(NAT, "out", inputs)), "nat.public-gateway")
    assert (found.status, found.monthly) == ("undecided", ANYTHING)
    elsewhere = priced(declare(NAT, "out", inputs, region="cn-north-4"))
    assert (elsewhere.lines, elsewhere.not_covered[0].count) == ((), 1)


@pytest.mark.parametrize(("region", "spec", "lines"), [(None, "1", 1), (None, "9", 0), (BRAZIL, "1", 1)])
def test_hiding_the_region_or_how_it_is_paid_leaves_the_line(region, spec, lines):
    hidden = {"spec": spec, "chargingMode": UNKNOWN_STRING}
    assert len(priced(declare(NAT, "out", hidden, region=region)).lines) == lines
    assert priced(declare(NAT, "out", hidden, region="cn-north-4")).lines == ()


def test_a_price_that_is_not_trusted_opens_no_limit_either():
    estimate = priced(declare(NAT, "out", {"spec": "1"}), settings=Settings(require_confidence="official"))
    assert (estimate.lines, estimate.not_covered[0].count) == ((), 1)
    assert priced(declare(NAT, "out", {"spec": "1"}, region="cn-north-4")).lines == ()


def test_bounds_of_an_amount_are_a_line():
    """Whether it exists at all, or for how long, changes nothing about its having a price."""
    nat = declare(NAT, "out", {"spec": "1", "tags": {"team": UNKNOWN_STRING}})
    gone = replace(nat, billed_on="Its creation was interrupted.", may_be_gone=True)
    assert line(priced(gone), "nat.public-gateway").monthly == Range(Decimal(0), Decimal("75.578"))
    sometimes = Usage(tag="team=orders", hours_per_month=Decimal(24))
    found = line(priced(nat, settings=Settings(usage=(sometimes,))), "nat.public-gateway")
    assert (found.status, found.monthly) == ("undecided", Range(Decimal("2.438"), Decimal("75.578")))


@pytest.mark.parametrize(("region", "lines"), [("cn-north-4", 1), ("cn-east-3", 0)])
def test_an_own_price_that_may_be_meant_is_a_price(region, lines):
    own = Discount(
        name="deal", meter=pricing.Meter("nat.public-gateway"), spec="9", site="*", region=region,
        percent=None, rate=Money(Decimal(2), "CNY"), first=None, last=None,
    )  # fmt: skip
    terms = pricing.Terms(discounts=(own,))
    for spec in ("9", UNKNOWN_STRING):
        found = priced(declare(NAT, "out", {"spec": spec}, region="cn-north-4"), terms=terms)
        assert len(found.lines) == lines


@pytest.fixture
def compared(program, make_program):
    def compare(region, host="203.0.113.9", **inputs):
        made = make_program(region)
        made.web(made.gateway(**inputs), host)
        return list(neighbours(made.judged(), "intl", region, pricing.load(), Decimal(730)))

    return compare


def test_a_way_out_is_compared_with_a_nat_gateway_and_an_eip(compared):
    (told,) = compared("sa-brazil-1", bandwidthSize=10)
    assert told == (
        "For comparison: the smallest public NAT gateway with an EIP of 10 Mbit/s costs 280.71 USD a month."
    )
    assert "of 5 Mbit/s" in compared("sa-brazil-1")[0]


def test_nothing_is_compared_where_nothing_is_needed_or_no_price_is_known(compared):
    assert compared("sa-brazil-1", host="10.20.0.5", bandwidthSize=10) == []
    assert compared("af-south-1", bandwidthSize=10) == []


def test_a_way_in_is_compared_with_an_endpoint(program):
    program.web(program.gateway(bandwidthSize=10), "10.20.0.5")
    judged = program.judged()
    needed = replace(judged, entrance=replace(judged.entrance, verdict="needed"))
    (told,) = neighbours(needed, "intl", "la-south-2", pricing.load(), Decimal(730))
    assert "a VPC endpoint, for callers in other VPCs of the region, costs 10.22 USD a month." in told


def change(before, after, base_prices=None, **settings):
    """What a diff says of two declarations; at other prices before, where they are given."""

    def stack(found):
        return Stack("shop", "dev", Origin("program"), found)

    given = Settings(increases=(Increase(name="growth", amount=Decimal(1), currency="USD"),), **settings)
    head = pricing.load()
    repriced = assess(stack(before), given, head, TODAY).estimate
    base = repriced if base_prices is None else assess(stack(before), given, base_prices, TODAY).estimate
    return assess(stack(after), given, head, TODAY, before=Before(base, repriced)).difference


def test_what_loses_its_price_is_not_gone():
    """A size without a price would look like a saving, which hides how much something else grows."""
    found = change([declare(NAT, "out", {"spec": "1"})], [declare(NAT, "out", {"spec": "9"})])
    [shown] = found.changes
    assert (shown.kind, shown.before, shown.after) == ("changed", Range.exactly(Decimal("75.578")), ANYTHING)
    assert [result.verdict for result in found.increases] == ["undecided"]
    there = change([declare(NAT, "out", {"spec": "9"})], [declare(NAT, "out", {"spec": "1"})])
    assert [(one.kind, one.before) for one in there.changes] == [("changed", ANYTHING)]
    assert change([declare(NAT, "out", {"spec": "9"})], [declare(NAT, "out", {"spec": "8"})]).changes == ()


@pytest.mark.parametrize("after", [[], [declare(NAT, "out", {"spec": "1"})]])
def test_what_only_the_prices_of_the_head_know_is_compared(after):
    nothing = Book((), TODAY, pricing.load().definitions, currencies=pricing.load().currencies)
    found = change([declare(NAT, "out", {"spec": "1"})], after, nothing)
    assert [one.before for one in found.changes] == [ANYTHING]
    assert [result.verdict for result in found.increases] == (["undecided"] if after else ["within"])
