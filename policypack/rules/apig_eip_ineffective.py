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
from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding
from policypack.findings.named_eip import the_eip_of
from policypack.findings.phrasing import a_month, ending, named, sentence, sentences
from policypack.findings.subject import Subject
from policypack.network.verdict import GatewayJudgement
from pricing.quantity import Meter

LEVEL: Final = "advisory"
_WASTED: Final = "the EIP has no effect and is paid for as long as it exists"


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
    gateway, region = judged.gateway.resource, judged.gateway.region
    if judged.kind == "nlb":
        why = "a gateway with load balancers of its own binds no EIP"
    else:
        where = region.value if isinstance(region, Known) else "this region"
        why = f"gateways in {where} are behind ELB and bind no EIP"
    fact, key = f"{_names_eip(subject, judged)}, but {why}", subject.spelled("eipId")
    eip = the_eip_of(subject, judged)
    if eip is None:
        return about(gateway).violation(
            sentence(fact, _WASTED),
            _instead(subject, f"{key} and the EIP"),
            evidence=_evidence(subject, judged),
            key="eipId",
        )
    declared, binding = eip
    saving, remove = None, key
    message = sentence(fact, f"{key} has no effect")
    if binding.state == "unbound":
        saving = subject.saving(declared.resource.urn, Meter.EIP_RETENTION, Meter.EIP_BANDWIDTH)
        message = sentences(sentence(fact, _WASTED), a_month(saving, ending(declared.purchase)))
        remove = f"{key} and the EIP"
    elif binding.state == "undecided":
        message = sentences(message, binding.reason)
        remove = f"{key}, and the EIP where the console shows that nothing else uses it"
    return about(gateway).violation(
        message,
        _instead(subject, remove),
        evidence=[*_evidence(subject, judged), Fact(binding.reason, declared.resource.urn)],
        saving=saving,
        key="eipId",
    )


def _cannot_tell(subject: Subject, judged: GatewayJudgement) -> Finding:
    is_known = isinstance(judged.gateway.region, Known)
    why = "the kind of its load balancer" if is_known else "the region of the gateway"
    hint = "Look in the console whether the EIP is bound to the gateway."
    return about(judged.gateway.resource).undecided(
        sentence(
            _names_eip(subject, judged),
            f"whether it has any effect cannot be told, because {why} is not known",
        ),
        hint if is_known else "Set the region to a value that is known before the deployment.",
        evidence=_evidence(subject, judged),
        key="eipId",
    )


def _misplaced(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    associations = [subject.landscape.stack.by_urn[urn] for urn in judged.misplaced]
    names = " and ".join(named(item) for item in associations)
    associates = f"{names} associates an EIP with the address of {named(gateway)}"
    return about(gateway).violation(
        sentence(f"{associates}, which the service does not support", _WASTED),
        _instead(subject, "the association and the EIP"),
        evidence=[Fact(f"{named(item)} aims at the gateway's address.", item.urn) for item in associations],
        confidence="medium",
        key="association",
    )


def _instead(subject: Subject, what: str) -> str:
    size = subject.spelled("ingressBandwidthSize")
    return f"Remove {what}; set {size} where public callers are wanted."


def _names_eip(subject: Subject, judged: GatewayJudgement) -> str:
    eips = " or ".join(named(subject.landscape.stack.by_urn[urn]) for urn in judged.eips)
    eip = f"EIP {eips}" if eips else "an EIP that is declared elsewhere"
    return f"{named(judged.gateway.resource)} names {eip} in {subject.spelled('eipId')}"


def _evidence(subject: Subject, judged: GatewayJudgement) -> Iterator[Fact]:
    gateway, region = judged.gateway.resource, judged.gateway.region
    where = f"in {region.value}" if isinstance(region, Known) else "in a region that is not known"
    yield Fact(f"{named(gateway)} is {where}.", gateway.urn)
    for urn in judged.eips:
        eip = named(subject.landscape.stack.by_urn[urn])
        yield Fact(f"{subject.spelled('eipId')} refers to {eip}.", urn)
