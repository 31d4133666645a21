"""An edition or region that is spelled nearly like a known one: both the line and its finding name that."""

from datetime import date

import pytest

import pricing
from policypack.assessment import Assessment, assess
from policypack.declared import Known, Origin, Resource, Stack
from policypack.settings.model import Settings

TOKEN = "huaweicloud:DedicatedApig/instance:Instance"


def assessed(edition: str, region: str, **settings: str) -> Assessment:
    gateway = Resource(f"urn:pulumi:dev::shop::{TOKEN}::g", TOKEN, "g", {"edition": edition})
    stack = Stack("shop", "dev", Origin("export"), (gateway,), Known(region))
    return assess(stack, Settings(**settings), pricing.load(), date(2026, 11, 25))


def told(found: Assessment) -> str:
    return " ".join(
        (
            *(reason for line in found.estimate.lines for reason in line.reasons),
            *(f"{one.message} {one.hint}" for one in found.findings if one.policy == "apig-price-unknown"),
        )
    )


@pytest.mark.parametrize(
    ("edition", "near"),
    [("PROFESIONAL", "PROFESSIONAL"), ("professional", "PROFESSIONAL"), ("ENTERPRSE", "ENTERPRISE")],
)
def test_an_edition(edition: str, near: str) -> None:
    found = assessed(edition, "sa-brazil-1")
    assert told(found).count(f"No apig.gateway {edition} is known; did you mean {near}?") == 2
    assert "Correct the name" in told(found)
    assert "prices sync" not in told(found)
    assert found.estimate.lines[0].monthly is None


def test_an_edition_where_the_price_list_is_complete() -> None:
    found = assessed("PROFESIONAL", "cn-north-4")
    assert "did you mean PROFESSIONAL?" in told(found)


@pytest.mark.parametrize("edition", ["PROFESSIONAL", "PLATINUM_X9", "STARTER", "NLB_PROFESSIONAL"])
def test_an_edition_that_is_known_or_new(edition: str) -> None:
    assert "did you mean" not in told(assessed(edition, "sa-brazil-1"))


@pytest.mark.parametrize(
    ("region", "near", "settings"),
    [
        ("sa-brasil-1", "sa-brazil-1", {}),
        ("sa-brasil-1", "sa-brazil-1", {"site": "intl"}),
        ("cn-norht-4", "cn-north-4", {}),
    ],
)
def test_a_region(region: str, near: str, settings: dict[str, str]) -> None:
    assert f"id you mean {near}?" in told(assessed("PROFESSIONAL", region, **settings))


@pytest.mark.parametrize("region", ["sa-brazil-1", "cn-north-4", "xx-nowhere-9"])
def test_a_region_that_is_known_or_like_none(region: str) -> None:
    assert "id you mean" not in told(assessed("PROFESSIONAL", region))
