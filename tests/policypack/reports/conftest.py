"""One fixed report for every format, and one whose names try to break out of it."""

import dataclasses
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from policypack.costs.budget import Budget, LimitResult
from policypack.costs.counted import Contribution
from policypack.costs.coverage import Uncovered
from policypack.costs.estimate import totals_of
from policypack.costs.line import Line
from policypack.declared import ABSENT, Known, Origin, Resource, Stack
from policypack.findings.enforcement import EnforcedFinding
from policypack.findings.finding import Fact, Finding, Saving
from policypack.findings.policy import Policy
from policypack.huaweicloud.model import Gateway
from policypack.network.verdict import Evidence, GatewayJudgement, Judgement
from policypack.reports.report import BookReference, LayerReference, Report, ReportError, StackReport
from policypack.settings.model import Waiver
from pricing.money import Range
from pricing.quote import PriceReference
from scripts.generation.snapshots import UPDATE

HERE = Path(__file__).parent


def exactly(value: str) -> Range:
    return Range.exactly(Decimal(value))


def resource(name: str, kind: str = "DedicatedApig/instance:Instance", **more) -> Resource:
    token = f"huaweicloud:{kind}"
    return Resource(urn=f"urn:pulumi:prod::shop::{token}::{name}", token=token, name=name, inputs={}, **more)


def line(of: Resource, meter: str, monthly: Range | None, **more) -> Line:
    facts = {
        "resource": of,
        "type": "vpc_eip" if meter.startswith("eip") else "apig_instance",
        "meter": meter,
        "spec": None,
        "region": "la-south-2",
        "site": "intl",
        "mode": "pay-per-use",
        "quantity": exactly("730"),
        "unit": "hour",
        "status": "priced",
        "currency": "USD",
        "hourly": None if monthly is None else exactly("1"),
        "monthly": monthly,
        "price": None,
    }
    return Line(**{**facts, **more})


def price(row: str, confidence: str = "official", reference: bool = False) -> PriceReference:
    return PriceReference(row, confidence, date(2026, 10, 8), "https://example.com/price", reference)


def judgement(gateway: Resource, verdict: str = "unneeded") -> GatewayJudgement:
    known = Known("la-south-2")
    path = Judgement(
        declared="on",
        verdict=verdict,
        certainty="high",
        evidence=(
            Evidence("API 'list' forwards to 10.0.0.1", gateway.urn, "backend-3", "private", "proves"),
        ),
        missing=() if verdict != "undecided" else ("what 'list' forwards to",),
    )
    return GatewayJudgement(
        Gateway(
            gateway,
            known,
            Known("BASIC"),
            Known(Decimal(5)),
            Known(Decimal(0)),
            ABSENT,
            ABSENT,
            ABSENT,
            ABSENT,
        ),
        outbound=path,
        entrance=replace(path, declared="off", verdict="undecided", missing=("who calls it",)),
    )


@pytest.fixture(autouse=True)
def fixed_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new policy or a better description is no reason for another snapshot."""
    names = ("apig-monthly-budget", "apig-outbound-bandwidth-unneeded", "eip-idle")
    fixed = tuple(
        Policy(name, f"Summary of {name}.", "advisory", lambda subject: iter(()), f"About {name}.")
        for name in names
    )
    monkeypatch.setattr("policypack.reports.formats.sarif.policies", lambda: fixed)


@pytest.fixture
def report() -> Report:
    """Every kind of line, limit and finding once."""
    orders, hub = resource("orders"), resource("hub")
    eip, spare = resource("web", "Vpc/eip:Eip"), resource("spare", "Vpc/eip:Eip", leaving=True)
    lines = (
        line(
            hub,
            "apig.gateway",
            None,
            status="unpriced",
            currency=None,
            unit="gateway-hour",
            region=None,
            site=None,
            mode=None,
            quantity=None,
            reasons=("The region is not known.",),
            unknowns=("region",),
        ),
        line(
            hub,
            "apig.outbound-bandwidth",
            Range(Decimal("9.49"), None),
            status="undecided",
            unit="Mbit/s-hour",
            quantity=Range(Decimal(730), None),
            reasons=("The size is not known.",),
            unknowns=("bandwidthSize",),
        ),
        line(
            orders,
            "apig.gateway",
            exactly("2525.8"),
            spec="PROFESSIONAL",
            unit="gateway-hour",
            price=price("gateway-1", "third-party"),
        ),
        line(
            eip,
            "eip.bandwidth",
            Range(Decimal("12.5"), Decimal("94.251")),
            spec="5_bgp",
            status="undecided",
            unit="Mbit/s-hour",
            quantity=Range(Decimal(730), Decimal(3650)),
            price=price("eip-1", reference=True),
            reasons=("The size is one of two.",),
            unknowns=("bandwidth.size",),
        ),
        line(
            spare,
            "eip.retention",
            exactly("0"),
            spec="5_bgp",
            status="free",
            price=price("eip-2"),
            reasons=("It is bound.",),
        ),
    )
    stack = Stack(
        "shop",
        "prod",
        Origin("preview-json", "previews/prod.json"),
        [],
        gaps=("2 unchanged resources are not in the file.",),
        notes=("The file is of an old version.",),
    )
    over = Finding(
        None,
        "prod",
        "violation",
        "high",
        'Over the limit "gateways" of 2000.00 USD a month: the cost is 2525.80 USD.',
        "Raise the limit.",
        (Fact('"orders", apig.gateway: 2525.80 USD', orders.urn),),
        key="gateways",
        policy="apig-monthly-budget",
    )
    undecided = Finding(
        None,
        "prod",
        "undecided",
        "high",
        'Cannot decide the limit "all" of 9000.00 USD a month: the cost is not known.',
        "State it.",
        key="all",
        policy="apig-monthly-budget",
    )
    unneeded = Finding(
        orders.urn,
        "orders",
        "violation",
        "high",
        '"orders" pays for 5 Mbit/s of outbound bandwidth, but every backend is private.',
        "Remove `bandwidthSize`.",
        (Fact("API 'list' forwards to 10.0.0.1", orders.urn),),
        Saving(exactly("47.45"), "USD"),
        policy="apig-outbound-bandwidth-unneeded",
    )
    idle = Finding(
        eip.urn,
        "web",
        "violation",
        "medium",
        '"web" is used by nothing.',
        "Release it.",
        policy="eip-idle",
    )
    waiver = Waiver(
        policy="eip-idle",
        resource="web",
        reason="kept for DNS",
        owner="net@example.com",
        expires=date(2027, 3, 31),
    )
    budget = Budget(
        "over",
        (
            LimitResult(
                "gateways",
                Decimal(2000),
                "USD",
                exactly("2525.8"),
                "over",
                (Contribution(orders.urn, "orders", "apig.gateway", exactly("2525.8"), (), "priced"),),
                ("decided on third-party prices (1 of 1 lines)",),
            ),
            LimitResult(
                "all",
                Decimal(9000),
                "USD",
                Range(Decimal(0), None),
                "undecided",
                (
                    Contribution(
                        hub.urn, "hub", "apig.gateway", None, ("region",), "The region is not known."
                    ),
                ),
            ),
            LimitResult("ips", Decimal(100), "USD", Range(Decimal("12.5"), Decimal("94.251")), "within"),
        ),
    )
    stacks = (
        StackReport(
            stack,
            lines,
            (judgement(hub, "undecided"), judgement(orders)),
            (
                EnforcedFinding(over, "mandatory", "a" * 64),
                EnforcedFinding(undecided, "mandatory", "b" * 64),
                EnforcedFinding(unneeded, "advisory", "c" * 64),
                EnforcedFinding(idle, "mandatory", "d" * 64, waiver),
            ),
            budget,
            totals_of(list(lines), is_open=True),
            (Uncovered("compute_instance", 3, "billed"), Uncovered("nat_gateway", 1, "billed")),
        ),
        StackReport(
            Stack("empty", "dev", Origin("program", "empty"), []), (), (), (), Budget("none"), (), ()
        ),
    )
    return Report(
        "1.2.3",
        BookReference(
            "sha256:0123456789abcdef",
            date(2026, 10, 8),
            (LayerReference("sha256:0123456789abcdef", "bundled", date(2026, 10, 8)),),
        ),
        Decimal(730),
        stacks,
        (ReportError("broken.json", "line 3: not JSON; export the stack again"),),
        ('usage: "old-*" matches nothing; correct or remove it.',),
    )


HOSTILE = [
    "\x1b[31mred\x1b[0m\x07\x00\r\nnext",
    "::error::hijacked",
    "##[error]hijacked ##vso[task.complete]",
    "a|b`c`<script>alert(1)</script><!-- & \"'",
    "=cmd()|'/c calc'!A1",
    "@team #1 https://example.com www.example.com ![x](y) [x](javascript:alert(1)) {{x}} ${{x}}",
    "\u202egnp.exe \u2066x\u2069 \u200b\ufeff",
    "n" * 5000,
    "\udcff lone",
    "]]> --> %0A::error::x",
]


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest) -> str:
    """A text that tries to be more than a text."""
    return request.param


@pytest.fixture
def poisoned(report: Report) -> Callable[[str], Report]:
    """The fixed report with a text in every place that somebody else writes."""

    def poison(text: str) -> Report:
        stack = report.stacks[0]
        lines = tuple(
            replace(
                one,
                resource=replace(one.resource, name=text, urn=f"urn:pulumi:{text}::{text}::t::{text}"),
                spec=text,
                region=text,
                reasons=(text,),
                unknowns=(text,),
            )
            for one in stack.lines
        )
        findings = tuple(
            replace(
                one,
                finding=replace(
                    one.finding,
                    message=text,
                    hint=text,
                    resource=text,
                    urn=text,
                    key=text,
                    evidence=(Fact(text, text),),
                ),
                waiver=one.waiver and dataclasses.replace(one.waiver, reason=text, owner=text),
            )
            for one in stack.findings
        )
        evidence = Evidence(text, text, "backend-3", "private", "proves")
        gateways = tuple(
            replace(
                one,
                gateway=replace(one.gateway, resource=replace(one.gateway.resource, name=text, urn=text)),
                outbound=replace(one.outbound, evidence=(evidence,), missing=(text,)),
                entrance=replace(one.entrance, evidence=(evidence,), missing=(text,)),
            )
            for one in stack.gateways
        )
        limits = tuple(
            replace(
                one,
                name=text,
                notes=(text,),
                deciding=tuple(replace(part, resource=text, reason=text) for part in one.deciding),
            )
            for one in stack.budget.limits
        )
        declared = Stack(text, text, Origin("export", text), [], gaps=(text,), notes=(text,))
        return replace(
            report,
            stacks=(
                replace(
                    stack,
                    stack=declared,
                    lines=lines,
                    findings=findings,
                    gateways=gateways,
                    budget=replace(stack.budget, limits=limits),
                    not_covered=(Uncovered(text, 1, "billed"), Uncovered(text, 1, "perhaps")),
                ),
            ),
            errors=(ReportError(text, text),),
            warnings=(text,),
        )

    return poison


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compare with a stored file; for ``scripts/generate``, write what comes out into a folder of its."""

    def compare(name: str, text: str) -> None:
        if place := os.environ.get(UPDATE):
            Path(place, name).write_bytes(text.encode())
        else:
            assert text.encode() == (HERE / "snapshots" / name).read_bytes()

    return compare
