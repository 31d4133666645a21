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
from policypack.assessment import Assessment, assess
from policypack.declared import Stack
from policypack.settings import Limit, Settings
from policypack.sources import read
from policypack.sources.engine import EngineStack

TODAY = date(2026, 11, 23)
SETTINGS = Settings(
    limits=tuple(
        Limit(name=f"{amount} {currency}", amount=amount, currency=currency)
        for amount in (Decimal(100), Decimal(1_000_000))
        for currency in ("CNY", "USD")
    )
)


def of_engine(requests: list[tuple[str, Any]]) -> Stack:
    """The stack that the engine showed in a preview."""
    engine = EngineStack({})
    for method, request in requests:
        match method:
            case "ConfigureStack":
                engine.introduce(request)
            case "Analyze":
                engine.see(request)
            case "AnalyzeStack":
                return engine.stack(request.resources)
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
    assert one.landscape.not_covered == other.landscape.not_covered
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
    (program,) = read(str(folder(case)), stack="dev")
    (deployed,) = read(str(folder(case) / "state.json"))
    engine = of_engine(recording)
    assert {(stack.project, stack.name) for stack in (engine, preview_json, program, deployed)} == {
        (case, "dev")
    }
    assert_same(assessed(engine), assessed(preview_json))
    assert_same(assessed(engine), assessed(program))
    assert_wider(assessed(engine), assessed(deployed))
