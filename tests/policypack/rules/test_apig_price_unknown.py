"""What has no upper bound is named; what has one is not."""

from datetime import date
from typing import Any

import pytest

import pricing
from policypack.assessment import assess
from policypack.declared import Known, Origin, Provider, Resource, Stack
from policypack.declared.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from policypack.findings.finding import Finding
from policypack.settings.model import Settings

TOKEN = "huaweicloud:DedicatedApig/instance:Instance"
PROVIDER = Provider("urn:pulumi:dev::shop::pulumi:providers:huaweicloud::default", Known("la-south-2"))
SECRET = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "BASIC"}


def found(region: str = "la-south-2", **inputs: Any) -> list[Finding]:
    urn = f"urn:pulumi:dev::shop::{TOKEN}::orders"
    inputs["region"] = region
    stack = Stack(
        "shop", "dev", Origin("program"), [Resource(urn, TOKEN, "orders", inputs, provider=PROVIDER)]
    )
    findings = assess(stack, Settings(), pricing.load(), date(2026, 11, 23)).findings
    return [finding for finding in findings if finding.policy == "apig-price-unknown"]


@pytest.mark.parametrize("inputs", [{"edition": "BASIC"}, {"edition": "BASIC", "bandwidthSize": 5}])
def test_what_has_a_price_is_not_named(inputs: dict[str, Any]) -> None:
    assert found(**inputs) == []


def test_what_the_book_does_not_hold_is_named_with_the_command_that_fetches_it() -> None:
    [finding] = found(edition="ENTERPRISE")
    assert finding.verdict == "violation"
    assert finding.message == (
        '"orders": the price book has no price of apig.gateway ENTERPRISE in la-south-2; it is billed and '
        "stands in no total."
    )
    assert "`apig-cost prices sync --site intl --region la-south-2`" in finding.hint


@pytest.mark.parametrize("hidden", [UNKNOWN_STRING, SECRET, ["BASIC"], {"a": 1}])
def test_what_is_not_known_is_named_with_its_property(hidden: object) -> None:
    [finding] = found(edition=hidden)
    assert finding.verdict == "undecided"
    assert "`edition` is not known" in finding.message
    assert "`edition`" in finding.hint
    assert "BASIC" not in finding.message
    assert finding.message.endswith("no total that includes it has an upper bound.")


def test_an_empty_edition_leaves_no_hole_in_the_sentence() -> None:
    [finding] = found(edition="")
    assert "no price of apig.gateway in la-south-2; " in finding.message


def test_lines_of_a_resource_that_lack_a_price_are_one_finding() -> None:
    [finding] = found(edition="ENTERPRISE", ingressBandwidthSize=5, ingressBandwidthChargingMode="bandwidth")
    assert "apig.gateway ENTERPRISE and apig.inbound-bandwidth in la-south-2" in finding.message
    assert finding.message.endswith("they are billed and stand in no total.")
    assert len(finding.evidence) == 2


def test_traffic_is_asked_for_where_it_can_be_stated() -> None:
    urn = "urn:pulumi:dev::shop::huaweicloud:Vpc/eip:Eip::web"
    inputs = {
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "chargeMode": "traffic", "size": UNKNOWN_STRING},
    }
    eip = Resource(urn, "huaweicloud:Vpc/eip:Eip", "web", inputs, provider=PROVIDER)
    user = Resource(
        "urn:pulumi:dev::shop::huaweicloud:Vpc/eipAssociate:EipAssociate::bound",
        "huaweicloud:Vpc/eipAssociate:EipAssociate",
        "bound",
        {"publicIp": UNKNOWN_STRING},
        provider=PROVIDER,
        dependencies={"publicIp": (urn,)},
    )
    stack = Stack("shop", "dev", Origin("program"), [eip, user])
    findings = assess(stack, Settings(), pricing.load(), date(2026, 11, 23)).findings
    [finding] = [one for one in findings if one.policy == "apig-price-unknown"]
    assert "its traffic is not known" in finding.message
    assert finding.hint.startswith("State the traffic under `usage` in the settings.")


def test_lines_that_are_open_for_two_causes_are_two_findings() -> None:
    assert len(found(edition="ENTERPRISE", bandwidthSize=UNKNOWN_STRING)) == 2


def test_messages_end_with_a_full_stop() -> None:
    for finding in found(edition="ENTERPRISE", bandwidthSize="many"):
        assert finding.message.endswith(".")
        assert finding.hint.endswith(".")


@pytest.mark.parametrize(
    ("region", "inputs", "reason", "hint"),
    [
        ("eu-de", {"edition": "BASIC"}, "Open Telekom Cloud bills this at prices of its own", "`[[region]]`"),
        (
            "eu-de",
            {"edition": UNKNOWN_STRING},
            "Open Telekom Cloud bills this at prices of its own",
            "`[[region]]`",
        ),
        (
            "ap-southeast-33",
            {"edition": "BASIC"},
            'No table lists a region "ap-southeast-33", so nobody knows who bills it. Did you mean '
            "ap-southeast-3?",
            "Correct the region",
        ),
        (
            "la-south-2",
            {"edition": "BASIC_IPV6"},
            "No source says that an IPv6 edition costs what the edition without IPv6 costs",
            "State the price that you agreed on",
        ),
    ],
)
def test_the_true_reason_is_told(region: str, inputs: dict[str, Any], reason: str, hint: str) -> None:
    [finding] = found(region, **inputs)
    assert finding.verdict == "violation"
    assert reason in finding.message
    assert hint in finding.hint
    assert "prices sync" not in finding.hint


def test_a_size_that_no_row_states_is_told() -> None:
    urn = "urn:pulumi:dev::shop::huaweicloud:Vpc/eip:Eip::web"
    inputs = {
        "region": "eu-west-101",
        "publicip": {"type": "5_bgp"},
        "bandwidth": {"shareType": "PER", "chargeMode": "bandwidth", "size": 20},
        "chargingMode": "prePaid",
        "periodUnit": "month",
        "period": 1,
    }
    stack = Stack("shop", "dev", Origin("program"), [Resource(urn, "huaweicloud:Vpc/eip:Eip", "web", inputs)])
    findings = assess(stack, Settings(), pricing.load(), date(2026, 11, 23)).findings
    [finding] = [one for one in findings if one.policy == "apig-price-unknown" and one.key == "price: size"]
    assert "is known for sizes from 10 to 10 Mbit/s only, not for 20." in finding.message
    assert "prices sync" in finding.hint
