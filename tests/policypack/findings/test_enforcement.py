"""Levels, waivers and fingerprints."""

from datetime import date
from decimal import Decimal

import pytest

from policypack.costs.line import Estimate
from policypack.declared import Origin, Stack
from policypack.findings.enforcement import (
    EnforcedFinding,
    enforce,
    fingerprint,
    is_enabled,
    unused_waivers,
    verdict,
)
from policypack.findings.finding import Finding, Saving
from policypack.settings.model import Settings, Waiver
from pricing.money import Range

TODAY = date(2026, 11, 23)
STACK = Stack("shop", "prod", Origin("export", "export.json"), [])
NOTHING = Estimate((), ())


def finding(
    policy: str = "apig-price-unknown", name: str = "web", verdict: str = "violation", **more
) -> Finding:
    urn = f"urn:pulumi:prod::shop::t::{name}"
    facts = {
        "policy": policy, "urn": urn, "resource": name, "verdict": verdict, "confidence": "high",
        "message": "It is.", "hint": "Do.",
    }  # fmt: skip
    return Finding(**{**facts, **more})


def waiver(
    resource: str = "web", policy: str = "apig-price-unknown", expires: date = TODAY, cap=None
) -> Waiver:
    return Waiver(
        policy=policy, resource=resource, reason="agreed", owner="net", expires=expires,
        cap=None if cap is None else Decimal(cap),
    )  # fmt: skip


def enforced(*findings: Finding, **settings) -> tuple[EnforcedFinding, ...]:
    return enforce(findings, STACK, NOTHING, Settings(**settings), TODAY).findings


def saving(low: str, high: str | None) -> Saving:
    return Saving(Range(Decimal(low), None if high is None else Decimal(high)), "USD")


def test_levels() -> None:
    assert enforced(finding())[0].level == "advisory"
    assert enforced(finding("apig-monthly-budget"))[0].level == "mandatory"
    assert enforced(finding(), levels={"apig-price-unknown": "mandatory"})[0].stops
    assert enforced(finding(), levels={"apig-price-unknown": "disabled"}) == ()


@pytest.mark.parametrize(
    ("verdict", "when", "level"),
    [
        ("undecided", "fail", "mandatory"),
        ("undecided", "warn", "advisory"),
        ("violation", "warn", "mandatory"),
    ],
)
def test_a_budget_that_cannot_be_decided(verdict: str, when: str, level: str) -> None:
    assert enforced(finding("apig-monthly-budget", verdict=verdict), when_undecided=when)[0].level == level


@pytest.mark.parametrize("pattern", ["web", "w*", "*::t::web"])
def test_a_waiver_covers_until_its_day(pattern: str) -> None:
    (one,) = enforced(finding(), waivers=(waiver(pattern),), levels={"apig-price-unknown": "mandatory"})
    assert one.waiver == waiver(pattern)
    assert not one.stops


def test_a_waiver_that_means_something_else_covers_nothing() -> None:
    given = (waiver("api"), waiver(policy="eip-idle"))
    found = enforce([finding()], STACK, NOTHING, Settings(waivers=given), TODAY)
    assert found.findings[0].waiver is None
    assert found.used == frozenset()
    assert unused_waivers(Settings(waivers=given), found.used, TODAY) == (
        'waivers[0] (apig-price-unknown on "api", net) covers no finding; remove it.',
        'waivers[1] (eip-idle on "web", net) covers no finding; remove it.',
    )


@pytest.mark.parametrize(
    ("given", "what", "told"),
    [
        (waiver(expires=date(2026, 11, 22)), finding(), "has expired on 2026-11-22."),
        (waiver(), finding(verdict="undecided"), "cannot accept what could not be decided."),
        (
            waiver(cap="10"),
            finding(saving=saving("5", "10.01")),
            "has a cap of 10.00, and the finding is about 10.01.",
        ),
        (
            waiver(cap="10"),
            finding(cost=saving("5", None)),
            "has a cap of 10.00, and what the finding costs has no upper bound.",
        ),
        (waiver(cap="10"), finding(), "has a cap of 10.00, and what the finding costs has no upper bound."),
    ],
)
def test_a_waiver_that_does_not_count_is_itself_reported(given: Waiver, what: Finding, told: str) -> None:
    one, problem = sorted(enforced(what, waivers=(given,)), key=lambda found: found.finding.urn is None)
    assert one.waiver is None
    assert problem.level == "advisory"
    assert problem.finding.message == f'The waiver of net for apig-price-unknown on "web" {told}'


def test_a_cap_that_is_kept() -> None:
    (one,) = enforced(finding(saving=saving("5", "10")), waivers=(waiver(cap="10"),))
    assert one.waiver is not None


def test_a_waiver_never_turns_cannot_decide_into_within() -> None:
    given = (waiver("*", policy="apig-monthly-budget"),)
    found = enforced(
        finding("apig-monthly-budget", verdict="undecided", urn=None, resource="prod"), waivers=given
    )
    assert found[0].stops
    assert found[0].finding.verdict == "undecided"


def test_what_stops_comes_first() -> None:
    found = enforced(finding(name="a"), finding("apig-monthly-budget", name="b"))
    assert [one.finding.resource for one in found] == ["b", "a"]


def test_fingerprints_hold_across_runs_amounts_and_machines() -> None:
    elsewhere = Stack("shop", "prod", Origin("engine"), [])
    assert fingerprint(finding(), STACK) == fingerprint(finding(message="It is 5."), elsewhere)
    assert fingerprint(finding(), STACK) == (
        "cd5314b2795d4468fb9a495bc86132b4c2dc5e1729c17d2274597bbd8658de50"
    )


def test_fingerprints_tell_apart() -> None:
    other = Stack("shop", "dev", Origin("export"), [])
    different = [
        fingerprint(finding(), STACK),
        fingerprint(finding(), other),
        fingerprint(finding("eip-idle"), STACK),
        fingerprint(finding(name="api"), STACK),
        fingerprint(finding(key="x"), STACK),
        fingerprint(finding(verdict="undecided"), STACK),
    ]
    assert len(set(different)) == len(different)


def test_both_halves_of_a_replacement_have_their_own() -> None:
    assert len({one.fingerprint for one in enforced(finding(), finding())}) == 2


@pytest.mark.parametrize(
    ("findings", "unread", "said"),
    [
        ((), False, "ok"),
        ((), True, "undecided"),
        ((finding(),), False, "ok"),
        ((finding("apig-monthly-budget", verdict="undecided"),), False, "undecided"),
        (
            (finding("apig-monthly-budget", verdict="undecided"), finding("apig-monthly-budget")),
            True,
            "violation",
        ),
    ],
)
def test_what_a_pipeline_needs_to_know(findings: tuple[Finding, ...], unread: bool, said: str) -> None:
    assert verdict(enforced(*findings), unread=unread) == said


def test_what_the_settings_soften() -> None:
    budget = finding("apig-monthly-budget", verdict="undecided")
    assert [one.softened for one in enforced(budget, finding())] == [False, False]
    assert [one.softened for one in enforced(budget, when_undecided="warn")] == [True]
    assert [one.softened for one in enforced(finding(), waivers=(waiver(),))] == [True]


def test_a_policy_is_asked_unless_it_is_disabled() -> None:
    assert is_enabled("eip-idle", Settings())
    assert not is_enabled("eip-idle", Settings(levels={"eip-idle": "disabled"}))
