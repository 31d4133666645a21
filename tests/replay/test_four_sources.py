"""The same program gives the same answer from every source, and a wider one where less is known.

This is what makes the offline commands trustworthy: what ``apig-cost preview`` says of a program is
what the pack will say of it, and what is true after the deployment was never excluded before.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pricing
from policypack.analyzer.undecoded import undecoded
from policypack.assessment import Assessment, assess
from policypack.declared import Stack
from policypack.settings.model import Limit, Settings
from policypack.sources import Wanted, read
from policypack.sources.engine import EngineStack

TODAY = date(2026, 11, 23)
SETTINGS = Settings(
    limits=tuple(
        Limit(name=f"{amount} {currency}", amount=amount, currency=currency)
        for amount in (Decimal(100), Decimal(1_000_000))
        for currency in ("CNY", "USD")
    )
)


UNNEEDED = "apig-outbound-bandwidth-unneeded"
ENTRANCE_UNNEEDED = "apig-public-entrance-unneeded"
CONCLUSIONS = {
    # what the README of each recording concludes: what is found, of which resource, and how firmly
    "elb-region-eip": {
        ("apig-eip-ineffective", "stores-gateway", "violation"),
        ("eip-idle", "stores-migration-eip", "undecided"),
    },
    "functions-only": {(UNNEEDED, "reports-gateway", "violation")},
    "lvs-own-eip": set(),
    "missing-public-paths": {
        ("apig-outbound-bandwidth-missing", "widget-gateway", "violation"),
        ("apig-public-entrance-missing", "widget-gateway", "violation"),
    },
    "orders-internal": {
        (UNNEEDED, "orders-gateway", "violation"),
        (ENTRANCE_UNNEEDED, "orders-gateway", "violation"),
    },
    "partner-webhooks": set(),
    "two-regions": set(),
    "unknowns": {
        (UNNEEDED, "hub-gateway", "undecided"),
        (UNNEEDED, "replica-gateway", "undecided"),
        ("eip-idle", "replica-eip", "undecided"),
        ("eip-idle", "uplink", "undecided"),
    },
}
PAID = {
    # what is paid, where: resource, meter, region, mode, status
    "elb-region-eip": {
        ("stores-gateway", "apig.gateway", "la-south-2", "pay-per-use", "priced"),
        ("stores-gateway-eip", "eip.bandwidth", "la-south-2", "pay-per-use", "unpriced"),
        ("stores-gateway-eip", "eip.retention", "la-south-2", "pay-per-use", "undecided"),
        ("stores-migration-eip", "eip.bandwidth", "la-south-2", "pay-per-use", "unpriced"),
        ("stores-migration-eip", "eip.retention", "la-south-2", "pay-per-use", "undecided"),
    },
    "functions-only": {
        ("reports-gateway", "apig.gateway", "ap-southeast-3", "pay-per-use", "unpriced"),
        ("reports-gateway", "apig.outbound-bandwidth", "ap-southeast-3", "pay-per-use", "unpriced"),
    },
    "lvs-own-eip": {
        ("catalogue-gateway", "apig.gateway", "cn-north-1", "pay-per-use", "priced"),
        ("public-edge", "bandwidth.shared", "cn-north-1", "pay-per-use", "unpriced"),
        ("catalogue-eip", "eip.bandwidth", "cn-north-1", "pay-per-use", "free"),
    },
    "missing-public-paths": {("widget-gateway", "apig.gateway", "cn-north-4", "pay-per-use", "unpriced")},
    "orders-internal": {
        ("orders-gateway", "apig.gateway", "cn-north-4", "pay-per-use", "priced"),
        ("orders-gateway", "apig.outbound-bandwidth", "cn-north-4", "pay-per-use", "undecided"),
        ("orders-gateway", "apig.inbound-bandwidth", "cn-north-4", "pay-per-use", "undecided"),
    },
    "partner-webhooks": {
        ("partners-gateway", "apig.gateway", "ap-southeast-3", "pay-per-use", "unpriced"),
        ("partners-gateway", "apig.outbound-bandwidth", "ap-southeast-3", "pay-per-use", "unpriced"),
        ("partners-gateway", "apig.inbound-bandwidth", "ap-southeast-3", "pay-per-use", "unpriced"),
    },
    "two-regions": {
        ("asia-gateway", "apig.gateway", "cn-north-4", "pay-per-use", "priced"),
        ("asia-shared", "bandwidth.shared", "cn-north-4", "pay-per-use", "unpriced"),
        ("asia-pool-eip", "eip.bandwidth", "cn-north-4", "pay-per-use", "free"),
        ("asia-fixed-eip", "eip.bandwidth", "cn-north-4", "yearly-monthly", "unpriced"),
        ("europe-gateway", "apig.gateway", "eu-west-101", "pay-per-use", "unpriced"),
        ("europe-gateway", "apig.outbound-bandwidth", "eu-west-101", "pay-per-use", "unpriced"),
        ("europe-jump-eip", "eip.traffic", "eu-west-101", "pay-per-use", "undecided"),
    },
    "unknowns": {
        ("hub-gateway", "apig.gateway", "cn-east-3", "pay-per-use", "undecided"),
        ("hub-gateway", "apig.outbound-bandwidth", "cn-east-3", "pay-per-use", "undecided"),
        ("replica-gateway", "apig.gateway", None, "pay-per-use", "undecided"),
        ("replica-gateway", "apig.outbound-bandwidth", None, "pay-per-use", "undecided"),
        ("replica-eip", "eip.bandwidth", None, "pay-per-use", "undecided"),
        ("replica-eip", "eip.retention", None, "pay-per-use", "undecided"),
        ("uplink", "eip.bandwidth", "cn-east-3", "pay-per-use", "undecided"),
        ("uplink", "eip.retention", "cn-east-3", "pay-per-use", "undecided"),
    },
}


def received(message: Any) -> Any:
    """A request as the pack gets it."""
    return undecoded(message.DESCRIPTOR.full_name).FromString(message.SerializeToString())


def of_engine(requests: list[tuple[str, Any]]) -> Stack:
    """The stack that the engine showed in a preview."""
    engine = EngineStack({})
    for method, request in requests:
        match method:
            case "ConfigureStack":
                engine.introduce(request)
            case "Analyze":
                engine.see(received(request))
            case "AnalyzeStack":
                return engine.stack(received(request).resources)
    raise AssertionError("no AnalyzeStack was recorded")


def lines(assessment: Assessment) -> dict[tuple[str, str], Any]:
    return {(line.resource.urn, line.meter): line for line in assessment.estimate.lines}


def gateways(assessment: Assessment) -> dict[str, Any]:
    return {judged.gateway.resource.urn: judged for judged in assessment.network.gateways}


def facts(line: Any) -> tuple[Any, ...]:
    """All that a line says, except for its wording."""
    return (
        line.type,
        line.spec,
        line.region,
        line.site,
        line.mode,
        line.quantity,
        line.unit,
        line.status,
        line.currency,
        line.hourly,
        line.monthly,
        line.unknowns,
    )


def assert_same(one: Assessment, other: Assessment) -> None:
    mine, theirs = lines(one), lines(other)
    assert mine.keys() == theirs.keys()
    for key in mine:
        assert facts(mine[key]) == facts(theirs[key])
    assert_wider(one, other)
    assert_wider(other, one)
    assert one.estimate.totals == other.estimate.totals
    assert one.estimate.not_covered == other.estimate.not_covered
    assert [limit.verdict for limit in one.budget.limits] == [limit.verdict for limit in other.budget.limits]
    assert findings(one) == findings(other)


def findings(assessment: Assessment) -> list[tuple[str, str, str, str]]:
    return sorted((found.policy, found.urn or "", found.key, found.verdict) for found in assessment.findings)


def assert_wider(wide: Assessment, narrow: Assessment) -> None:
    """What ``narrow`` knows lies within what ``wide`` allows, and every verdict of ``wide`` holds."""
    allowed, known = lines(wide), lines(narrow)
    for key, line in known.items():
        assert key in allowed, f"{key} was not foreseen"
        contains(allowed[key].monthly, line.monthly)
        contains(allowed[key].quantity, line.quantity)
    for key, line in allowed.items():
        if key not in known:
            assert line.monthly is None or line.monthly.low == 0, f"{key} was claimed to cost something"
    before, after = gateways(wide), gateways(narrow)
    assert before.keys() == after.keys()
    for urn, judged in before.items():
        for path in ("outbound", "entrance"):
            first, then = getattr(judged, path), getattr(after[urn], path)
            assert first.declared in (then.declared, "unknown"), (urn, path)
            assert first.verdict in (then.verdict, "undecided"), (urn, path)
    for first, then in zip(wide.budget.limits, narrow.budget.limits, strict=True):
        assert first.verdict in (then.verdict, "undecided")


def contains(wide: pricing.Range | None, narrow: pricing.Range | None) -> None:
    """``None`` is what anything can be."""
    if wide is None or wide.says_nothing:
        return
    assert narrow is not None
    assert wide.low <= narrow.low
    assert wide.high is None or (narrow.high is not None and narrow.high <= wide.high)


def test_the_same_program_gives_the_same_answer_from_every_source(
    case: str, recording: list[tuple[str, Any]], folder: Callable[[str], Path]
) -> None:
    book = pricing.load()

    def assessed(stack: Stack) -> Assessment:
        return assess(stack, SETTINGS, book, TODAY)

    (preview_json,) = read(str(folder(case) / "preview.json"))
    (program,) = read(str(folder(case)), wanted=Wanted(stack="dev"))
    (deployed,) = read(str(folder(case) / "state.json"))
    engine = of_engine(recording)
    assert {(stack.project, stack.name) for stack in (engine, preview_json, program, deployed)} == {
        (case, "dev")
    }
    assert_same(assessed(engine), assessed(preview_json))
    assert_same(assessed(engine), assessed(program))
    assert_wider(assessed(engine), assessed(deployed))
    assert concluded(assessed(engine)) == CONCLUSIONS[case]
    assert paid(assessed(engine)) == PAID[case]
    if case != "unknowns":
        assert concluded(assessed(deployed)) == CONCLUSIONS[case]
        assert paid(assessed(deployed)) == PAID[case]


def test_what_was_unknown_is_known_once_it_is_deployed(folder: Callable[[str], Path]) -> None:
    (stack,) = read(str(folder("unknowns") / "state.json"))
    found = assess(stack, SETTINGS, pricing.load(), TODAY)
    assert {line.region for line in found.estimate.lines} == {"cn-east-3"}
    assert (UNNEEDED, "hub-gateway", "violation") in concluded(found)
    known = {(line.resource.name, line.meter): line.status for line in found.estimate.lines}
    assert known["hub-gateway", "apig.gateway"] == "priced"
    assert known["replica-gateway", "apig.gateway"] == "unpriced"


def concluded(assessment: Assessment) -> set[tuple[str, str, str]]:
    """What is found, except for prices that the bundled book lacks and for the budgets of this test."""
    return {
        (found.policy, (found.urn or "").rpartition("::")[2], found.verdict)
        for found in assessment.findings
        if found.policy not in {"apig-price-unknown", "apig-monthly-budget"}
    }


def paid(assessment: Assessment) -> set[tuple[str, str, str | None, str | None, str]]:
    return {
        (line.resource.name, line.meter, line.region, line.mode, line.status)
        for line in assessment.estimate.lines
    }
