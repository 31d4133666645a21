"""Finds EIPs that are given to a gateway which cannot use them.

What it finds
    A gateway with `eipId` outside the regions whose gateways balance with LVS (cn-north-1 and
    na-mexico-1), or with load balancers of its own; and an EIP that is associated with the gateway's
    address, which nothing supports.

Why it costs
    The service refuses the EIP or ignores it. The EIP is created all the same, stays unbound and is
    billed: its bandwidth, and a retention fee for being unbound. The gateway has no public entrance.

Example
    ```python
    eip = vpc.Eip("gateway", ...)
    apig.Instance("stores", eip_id=eip.id, ...)   # in la-south-2
    ```

Instead
    Remove `eip_id` and the EIP. Where public callers are wanted, set `ingress_bandwidth_size` and
    `ingress_bandwidth_charging_mode`: the gateway gets a public address of its own.

Before you follow this advice
    The address that the gateway gets is assigned at random. If partners allow-list the address of the
    EIP, give it to a load balancer or NAT gateway in front of the gateway instead.

References
    - https://support.huaweicloud.com/intl/en-us/api-apig/AddEipV2.html ("only available for LVS
      gateways")
    - https://github.com/huaweicloud/terraform-provider-huaweicloud/pull/4178
    - https://support.huaweicloud.com/en-us/price-eip/eip_billing_0011.html (idle EIPs)
"""

from collections.abc import Iterator
from typing import Final

from policypack.declared import Absent, Known
from policypack.findings.finding import Fact, Finding
from policypack.findings.phrasing import named
from policypack.findings.subject import Subject
from policypack.network.verdict import GatewayJudgement

LEVEL: Final = "advisory"
_INSTEAD: Final = "Remove eipId and the EIP; set ingressBandwidthSize where public callers are wanted."


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each gateway with an EIP that it cannot use."""
    for judged in subject.network.gateways:
        if judged.gateway.resource.leaving:
            continue
        if not isinstance(judged.gateway.eip, Absent) and judged.kind != "lvs":
            yield _cannot_tell(subject, judged) if judged.kind == "unknown" else _ineffective(subject, judged)
        if judged.misplaced:
            yield _misplaced(subject, judged)


def _ineffective(subject: Subject, judged: GatewayJudgement) -> Finding:
    resource = judged.gateway.resource
    region = judged.gateway.region
    if judged.kind == "nlb":
        why = "a gateway with load balancers of its own binds no EIP"
    else:
        where = region.value if isinstance(region, Known) else "this region"
        why = f"gateways in {where} are behind ELB and bind no EIP"
    return Finding(
        urn=resource.urn,
        resource=resource.name,
        verdict="violation",
        confidence="high",
        message=(
            f"{named(resource)} names {_eip(subject, judged)} in eipId, but {why}; the EIP has no "
            "effect and is "
            "paid for as long as it exists."
        ),
        hint=_INSTEAD,
        evidence=_evidence(subject, judged),
        key="eipId",
    )


def _cannot_tell(subject: Subject, judged: GatewayJudgement) -> Finding:
    resource = judged.gateway.resource
    return Finding(
        urn=resource.urn,
        resource=resource.name,
        verdict="undecided",
        confidence="low",
        message=(
            f"{named(resource)} names {_eip(subject, judged)} in eipId; whether it has any effect "
            "cannot be told, "
            "because the region of the gateway is not known."
        ),
        hint="Set the region to a value that is known before the deployment.",
        evidence=_evidence(subject, judged),
        key="eipId",
    )


def _misplaced(subject: Subject, judged: GatewayJudgement) -> Finding:
    resource = judged.gateway.resource
    associations = [subject.landscape.stack.by_urn[urn] for urn in judged.misplaced]
    names = " and ".join(named(item) for item in associations)
    return Finding(
        urn=resource.urn,
        resource=resource.name,
        verdict="violation",
        confidence="medium",
        message=(
            f"{names} associates an EIP with the address of {named(resource)}, which the service does "
            "not support; "
            "the EIP has no effect and is paid for as long as it exists."
        ),
        hint=_INSTEAD.replace("eipId", "the association"),
        evidence=tuple(
            Fact(f"{named(item)} aims at the gateway's address.", item.urn) for item in associations
        ),
        key="association",
    )


def _eip(subject: Subject, judged: GatewayJudgement) -> str:
    if not judged.eips:
        return "an EIP that is declared elsewhere"
    return "EIP " + " or ".join(named(subject.landscape.stack.by_urn[urn]) for urn in judged.eips)


def _evidence(subject: Subject, judged: GatewayJudgement) -> tuple[Fact, ...]:
    region = judged.gateway.region
    where = f"in {region.value}" if isinstance(region, Known) else "in a region that is not known"
    named_eips = (
        Fact(f"eipId refers to {named(subject.landscape.stack.by_urn[urn])}.", urn) for urn in judged.eips
    )
    return (Fact(f"{named(judged.gateway.resource)} is {where}.", judged.gateway.resource.urn), *named_eips)
