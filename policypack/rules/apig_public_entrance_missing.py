"""Finds gateways that are called from the public network and have no public entrance.

What it finds
    A gateway without inbound bandwidth and without an EIP that it can use, while the program shows
    public callers: a public DNS record that leads to the gateway, a cloud firewall or CDN with the
    gateway as its origin, or a team's statement.

Why it costs
    The declared cost is too low rather than too high: nobody on the public network can call the gateway
    until an entrance is paid for, so the bill will be higher than the estimate.

Example
    ```python
    gateway = apig.Instance("widget", edition="BASIC", ...)
    dns.Recordset("widget", zone_id=public_zone.id, records=[gateway.ingress_address], ...)
    ```

Instead
    Set `ingress_bandwidth_size` (5 Mbit/s or more) and `ingress_bandwidth_charging_mode="bandwidth"`. In
    cn-north-1 and na-mexico-1 bind an EIP with `eip_id`. For NLB editions give the load balancer an EIP.

Before you follow this advice
    Check that the public name is still wanted. If callers are inside after all, the record belongs into
    a private zone with `vpc_ingress_address`.

References
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0003.html (APIs called from public
      networks need an EIP)
    - https://support.huaweicloud.com/intl/en-us/api-apig/AddEipV2.html (LVS gateways)
    - https://support.huaweicloud.com/intl/en-us/api-apig/AddIngressEipV2.html (ELB gateways)
"""

from collections.abc import Iterator
from typing import Final

from policypack.costs.remedy import smallest
from policypack.findings.about import about
from policypack.findings.finding import Finding
from policypack.findings.phrasing import facts, named, sentences, would_cost
from policypack.findings.subject import Subject
from policypack.network.verdict import EntranceKind, GatewayJudgement
from pricing.quantity import Meter

LEVEL: Final = "advisory"
METER: Final = Meter.INBOUND_BANDWIDTH


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each gateway that public callers cannot reach."""
    for judged in subject.network.gateways:
        entrance = judged.entrance
        if (
            not judged.gateway.resource.leaving
            and entrance.declared == "off"
            and entrance.verdict == "needed"
        ):
            yield _missing(subject, judged)


def _missing(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    return about(gateway).violation(
        sentences(
            f"{named(gateway)} is called from the public network and has 0 Mbit/s of public entrance.",
            next(item.fact for item in judged.entrance.evidence if item.direction == "public"),
            "Nobody gets in until an entrance is bought by the hour, and the estimate does not include it.",
            would_cost(subject.remedy(gateway.urn, METER), smallest(METER)),
        ),
        _hint(subject, judged.kind),
        evidence=facts(judged.entrance.evidence),
        confidence=judged.entrance.certainty,
    )


def _hint(subject: Subject, kind: EntranceKind) -> str:
    eip, size = subject.spelled("eipId"), subject.spelled("ingressBandwidthSize")
    mode = subject.spelled("ingressBandwidthChargingMode")
    match kind:
        case "lvs":
            return f"Bind an EIP with {eip}."
        case "elb":
            return f'Set {size} to 5 or more and {mode} to "bandwidth".'
        case "nlb":
            return "Give the gateway's load balancer an EIP."
        case "unknown":
            return f"Set {size} and {mode}, or {eip} in an LVS region."
