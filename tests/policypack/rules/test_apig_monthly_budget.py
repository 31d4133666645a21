"""The budget's policy: over, undecided, within, nothing set."""

from datetime import date
from decimal import Decimal

import pytest

from policypack.costs.budget import Budget, decide
from policypack.costs.coverage import Uncovered
from policypack.costs.difference import IncreaseResult, Shift
from policypack.costs.estimate import totals_of
from policypack.costs.line import Estimate, Line
from policypack.declared import Origin, Resource, Stack
from policypack.findings.finding import Finding
from policypack.findings.subject import Subject
from policypack.huaweicloud.model import Landscape
from policypack.network.verdict import NetworkJudgement
from policypack.rules import apig_monthly_budget
from policypack.settings.model import Limit, Settings
from pricing.money import Range

URN = "urn:pulumi:prod::shop::huaweicloud:Vpc/eip:Eip::"


def found(*monthly: Range | None, value: str | None = "100", gaps=(), not_covered=()) -> list[Finding]:
    lines = tuple(
        Line(
            resource=Resource(f"{URN}r{number}", "huaweicloud:Vpc/eip:Eip", f"r{number}", {}),
            type="vpc_eip", meter="eip.bandwidth", spec=None, region="la-south-2", site="intl",
            mode="pay-per-use", quantity=None, unit=None, status="undecided", currency="USD",
            hourly=one, monthly=one, price=None, unknowns=("bandwidth.size",),
        )
        for number, one in enumerate(monthly)
    )  # fmt: skip
    stack = Stack("shop", "prod", Origin("export"), [], gaps=gaps)
    limits = () if value is None else (Limit(name="all", amount=Decimal(value), currency="USD"),)
    settings = Settings(limits=limits)
    estimate = Estimate(lines, totals_of(list(lines)), not_covered=not_covered)
    budget = decide(estimate, stack, settings, date(2026, 11, 23))
    landscape = Landscape(stack, {}, (), (), ())
    return list(
        apig_monthly_budget.find(Subject(landscape, NetworkJudgement((), {}, {}), estimate, budget, settings))
    )


def exactly(value: str) -> Range:
    return Range.exactly(Decimal(value))


def test_no_limit_and_within_say_nothing() -> None:
    assert found(exactly("999"), value=None) == []
    assert found(exactly("100")) == []


def test_over() -> None:
    (finding,) = found(
        exactly("60"),
        exactly("70"),
        not_covered=(Uncovered("nat_gateway", 2, "billed"), Uncovered("lts_group", 1, "perhaps")),
    )
    assert finding.verdict == "violation"
    assert finding.urn is None
    assert finding.message == (
        'Over the limit "all" of 100.00 USD a month: the cost is 130.00 USD. '
        "2 other billed resources are not part of it."
    )
    assert [fact.fact for fact in finding.evidence] == [
        '"r1", eip.bandwidth: 70.00 USD; undecided',
        '"r0", eip.bandwidth: 60.00 USD; undecided',
    ]


def test_over_by_less_than_a_cent_shows_it() -> None:
    (finding,) = found(exactly("100.001"))
    assert "of 100.00 USD a month: the cost is 100.001 USD." in finding.message


def test_undecided_names_what_decides() -> None:
    (finding,) = found(exactly("60"), Range(Decimal(0), None))
    assert finding.verdict == "undecided"
    assert finding.message == (
        'Cannot decide the limit "all" of 100.00 USD a month: the cost is at least 60.00 USD, '
        'no upper bound. It depends on "r1" (bandwidth.size).'
    )
    assert finding.hint == "State the named properties in the program or in the stack's configuration."


def test_undecided_for_what_the_declaration_hides() -> None:
    (finding,) = found(gaps=("2 resources are not in the file.",))
    assert finding.verdict == "undecided"
    assert finding.message == (
        'Cannot decide the limit "all" of 100.00 USD a month: the cost is not known. '
        "It depends on what the declaration hides."
    )


def test_never_zero_for_what_is_not_known() -> None:
    (finding,) = found(None)
    assert "the cost is not known" in finding.message
    assert " 0" not in finding.message


def test_long_lists_are_counted() -> None:
    (finding,) = found(*[Range(Decimal(0), None)] * 30)
    assert (
        'It depends on "r0" (bandwidth.size), "r1" (bandwidth.size), "r10" (bandwidth.size) and 27 more.'
        in (finding.message)
    )
    assert len(finding.evidence) == 11
    assert finding.evidence[-1].fact == "and 20 more lines"


@pytest.mark.parametrize("monthly", [exactly("101"), None])
def test_sentences_end(monthly: Range | None) -> None:
    (finding,) = found(monthly)
    assert finding.message.endswith(".")
    assert finding.hint.endswith(".")


def test_mandatory_by_default() -> None:
    assert apig_monthly_budget.LEVEL == "mandatory"


def test_a_resource_is_named_once_with_all_that_decides_it() -> None:
    gateway = Resource(f"{URN}tenants", "huaweicloud:DedicatedApig/instance:Instance", "tenants", {})

    def line(meter: str, *unknowns: str) -> Line:
        return Line(
            resource=gateway, type="apig_instance", meter=meter, spec=None, region="la-south-2",
            site="intl", mode="pay-per-use", quantity=None, unit=None, status="undecided", currency="USD",
            hourly=Range(Decimal(0), None), monthly=None, price=None, unknowns=unknowns,
        )  # fmt: skip

    lines = (
        line("apig.gateway", "edition"),
        line("apig.inbound-bandwidth"),
        line("apig.outbound-bandwidth", "bandwidthSize", "edition"),
    )
    stack = Stack("shop", "prod", Origin("export"), [])
    settings = Settings(limits=(Limit(name="all", amount=Decimal(100), currency="USD"),))
    estimate = Estimate(lines, totals_of(list(lines)))
    budget = decide(estimate, stack, settings, date(2026, 11, 23))
    landscape = Landscape(stack, {}, (), (), (), ())
    (finding,) = apig_monthly_budget.find(
        Subject(landscape, NetworkJudgement((), {}, {}), estimate, budget, settings)
    )
    assert finding.message.endswith(
        'It depends on "tenants" (edition, apig.inbound-bandwidth, bandwidthSize).'
    )
    assert len(finding.evidence) == 3


def grown(result: IncreaseResult) -> list[Finding]:
    stack = Stack("shop", "prod", Origin("export"), [])
    landscape, nothing = Landscape(stack, {}, (), (), (), ()), Estimate((), ())
    subject = Subject(landscape, NetworkJudgement((), {}, {}), nothing, Budget("none"), Settings(), (result,))
    return list(apig_monthly_budget.find(subject))


def test_growth_within_its_limit_says_nothing() -> None:
    result = IncreaseResult("up", "10 USD", "within", Shift(Decimal(1), Decimal(1)), "USD")
    assert grown(result) == []


@pytest.mark.parametrize(
    ("result", "verdict", "message"),
    [
        (
            IncreaseResult("up", "10 USD", "over", Shift(Decimal(11), None), "USD"),
            "violation",
            'Over the limit on growth "up" of 10 USD a month: '
            "the change is at least +11.00 USD, no upper bound.",
        ),
        (
            IncreaseResult("up", "5 %", "undecided", Shift(None, None), None),
            "undecided",
            'Cannot decide the limit on growth "up" of 5 % a month: the change is not known.',
        ),
        (
            IncreaseResult("up", "5 CNY", "undecided", Shift(None, None), None, "it is in CNY"),
            "undecided",
            'Cannot decide the limit on growth "up" of 5 CNY a month (it is in CNY): '
            "the change is not known.",
        ),
    ],
)
def test_growth_over_and_undecided(result: IncreaseResult, verdict: str, message: str) -> None:
    (finding,) = grown(result)
    assert (finding.verdict, finding.message) == (verdict, message)
    assert finding.hint.endswith(".")
