"""Finds gateways with a backend on the public network and no public outbound bandwidth.

What it finds
    A gateway without `bandwidthSize`, or with 0, while an API, authorizer or plugin of it sends requests
    to a public address, a public domain name or a function of another region. For NLB editions, which
    have no outbound bandwidth, a gateway whose VPC declares no NAT gateway with an SNAT rule.

Why it costs
    The declared cost is too low rather than too high: such calls fail ("No backend available") until
    outbound bandwidth is bought, so the bill will be higher than the estimate. An EIP does not help:
    the gateway never sends through it.

Example
    ```python
    gateway = apig.Instance("weather", edition="BASIC", ...)
    apig.Api("forecast", instance_id=gateway.id, web={"backend_address": "api.example.org:443", ...}, ...)
    ```

Instead
    Set `bandwidth_size` (Mbit/s), 5 being the smallest size that every version of the service accepts.
    If the backend also has a private address, name that one and pay nothing.

Before you follow this advice
    Check that the backend has no private address: a public load balancer or an EIP in front of a server
    of the same VPC is reached more cheaply by its private address.

References
    - https://support.huaweicloud.com/intl/en-us/apig_faq/apig-faq-2005004.html
    - https://support.huaweicloud.com/intl/en-us/apig_faq/apig-faq-2005003.html (load balancers)
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0003.html
"""

from collections.abc import Iterator
from typing import Final

from policypack.costs.remedy import smallest
from policypack.findings.about import about
from policypack.findings.finding import Finding
from policypack.findings.phrasing import facts, named, sentences, would_cost
from policypack.findings.subject import Subject
from policypack.network.verdict import GatewayJudgement
from pricing.quantity import Meter

LEVEL: Final = "advisory"
METER: Final = Meter.OUTBOUND_BANDWIDTH


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each gateway that cannot reach a backend."""
    for judged in subject.network.gateways:
        outbound = judged.outbound
        if judged.gateway.resource.leaving or outbound.declared != "off" or outbound.verdict != "needed":
            continue
        if judged.kind != "nlb":
            yield _missing(subject, judged)
        elif judged.address_translation is None:
            yield _no_translation(judged)


def _missing(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    return about(gateway).violation(
        sentences(
            f"{named(gateway)} has 0 Mbit/s of public outbound bandwidth, and a backend needs it.",
            _reason(judged),
            "Those calls fail until bandwidth is bought by the hour, and the estimate does not include it.",
            would_cost(subject.remedy(gateway.urn, METER), smallest(METER)),
        ),
        f"Set {subject.spelled('bandwidthSize')} to 5 or more, or name a private address of the backend.",
        evidence=facts(judged.outbound.evidence),
        confidence=judged.outbound.certainty,
    )


def _no_translation(judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    needs = "with load balancers of its own it needs a NAT gateway with an SNAT rule, and none is declared."
    return about(gateway).violation(
        sentences(
            f"{named(gateway)} has no way to the public network: {needs}",
            _reason(judged),
            "Those calls fail.",
        ),
        "Declare a NAT gateway with an SNAT rule in the gateway's VPC.",
        evidence=facts(judged.outbound.evidence),
        confidence=judged.outbound.certainty,
    )


def _reason(judged: GatewayJudgement) -> str:
    return next(item.fact for item in judged.outbound.evidence if item.direction == "public")
