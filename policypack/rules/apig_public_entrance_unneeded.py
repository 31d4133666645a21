"""Finds a public entrance of a gateway whose callers are all inside the VPC.

What it finds
    A gateway that pays for a public entrance (`ingressBandwidthSize` behind ELB, `eipId` behind LVS,
    an EIP of its load balancer for NLB editions) while all evidence says that its callers come
    privately: private DNS records, VPC endpoints, access control, a firewall or load balancer in front.
    Where nothing is known of the callers, it asks.

Why it costs
    The inbound bandwidth is billed by the hour at the price of an EIP, and an EIP of one's own with its
    bandwidth. Callers inside the VPC use the gateway's private address and never pass through either.

Example
    ```python
    gateway = apig.Instance("orders", ingress_bandwidth_size=5,
                            ingress_bandwidth_charging_mode="bandwidth", ...)
    dns.Recordset("orders", zone_id=private_zone.id, records=[gateway.vpc_ingress_address], ...)
    ```

Instead
    Leave out `ingress_bandwidth_size` and `ingress_bandwidth_charging_mode`, or `eip_id`. Callers reach
    `vpc_ingress_address` from the VPC; from other VPCs over peering, an enterprise router or a VPC
    endpoint; from other regions over Cloud Connect; from a data center over VPN or Direct Connect.

Before you follow this advice
    Look into the gateway's access log: callers outside the declaration cannot be seen here. Switching
    the entrance off and on again changes its public address. If there are public callers, say so with
    the tag `callers: public` on the gateway or a statement in the settings.

References
    - https://support.huaweicloud.com/intl/en-us/price-apig/apig_08_0003.html (APIs called within a VPC
      need no EIP)
    - https://support.huaweicloud.com/intl/en-us/usermanual-rms/rms_05_3103.html (the rule
      apig-instances-no-public-ip-check of Huawei Cloud Config)
"""

from collections.abc import Iterator
from typing import Final

from policypack.declared import Resource
from policypack.findings.about import about
from policypack.findings.finding import Finding, Saving
from policypack.findings.phrasing import a_month, facts, leaves, mbits, missing, named, sentence, sentences
from policypack.findings.subject import Subject
from policypack.network.verdict import GatewayJudgement
from pricing.quantity import Meter

LEVEL: Final = "advisory"


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each gateway that pays, or may pay, for an entrance that nobody uses."""
    for judged in subject.network.gateways:
        entrance = judged.entrance
        if judged.gateway.resource.leaving or entrance.declared == "off" or entrance.verdict == "needed":
            continue
        if entrance.verdict == "unneeded" and entrance.declared == "on":
            yield _unneeded(subject, judged)
        else:
            yield _undecided(subject, judged)


def _unneeded(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    saving = _saving(subject, judged)
    return about(gateway).violation(
        sentences(
            sentence(
                f"{named(gateway)} pays for {_entrance(subject, judged)}, and its callers come privately",
                "none uses that entrance",
            ),
            leaves(judged.entrance),
            a_month(saving, "Removing it"),
        ),
        _hint(subject, judged),
        evidence=facts(judged.entrance.evidence),
        confidence=judged.entrance.certainty,
        saving=saving,
    )


def _undecided(subject: Subject, judged: GatewayJudgement) -> Finding:
    gateway = judged.gateway.resource
    entrance = judged.entrance
    if entrance.declared == "unknown":
        pays = "may pay for a public entrance"
        cannot = "whether there is one depends on values that are not known yet"
    else:
        pays = f"pays for {_entrance(subject, judged)}"
        cannot = "whether anybody calls it from the public network cannot be told"
    return about(gateway).undecided(
        sentences(
            f"{named(gateway)} {pays}, and {cannot}.",
            f"Not known: {missing(entrance)}." if entrance.missing else "",
        ),
        "State who calls it with the tag callers: private or public, or remove the entrance.",
        evidence=facts(entrance.evidence),
    )


def _entrance(subject: Subject, judged: GatewayJudgement) -> str:
    if judged.kind == "nlb":
        return "a public entrance, the EIP of its load balancer"
    if judged.misplaced:
        return "a public entrance, an EIP associated with its address"
    if judged.kind == "lvs" and judged.eips:
        names = " and ".join(named(subject.landscape.stack.by_urn[urn]) for urn in judged.eips)
        return f"a public entrance, EIP {names}"
    if judged.kind == "lvs":
        return "a public entrance, an EIP that is declared elsewhere"
    size = mbits(judged.gateway.inbound)
    return f"a public entrance of {size} ({subject.spelled('ingressBandwidthSize')})"


def _hint(subject: Subject, judged: GatewayJudgement) -> str:
    if judged.kind == "nlb":
        return "Take the EIP from the gateway's load balancer and release it."
    if judged.misplaced:
        return "Remove the association of the EIP with the gateway's address and release the EIP."
    if judged.kind == "lvs":
        others = _other_users(subject, judged)
        then = f"keep the EIP, which {named(others[0])} uses, too" if others else "release the EIP"
        return f"Remove {subject.spelled('eipId')} and {then}."
    size, mode = subject.spelled("ingressBandwidthSize"), subject.spelled("ingressBandwidthChargingMode")
    return f"Remove {size} and {mode}."


def _other_users(subject: Subject, judged: GatewayJudgement) -> list[Resource]:
    """What else uses the EIP of a gateway, so that it is paid for on."""
    urns = {urn for eip in judged.eips for urn in subject.network.eips[eip].users}
    urns.discard(judged.gateway.resource.urn)
    return [
        subject.landscape.stack.by_urn[urn] for urn in sorted(urns) if urn in subject.landscape.stack.by_urn
    ]


def _saving(subject: Subject, judged: GatewayJudgement) -> Saving | None:
    if judged.kind == "elb" and not judged.misplaced:
        return subject.saving(judged.gateway.resource.urn, Meter.INBOUND_BANDWIDTH)
    if judged.kind == "lvs" and len(judged.eips) == 1 and not _other_users(subject, judged):
        return subject.saving(judged.eips[0], Meter.EIP_RETENTION, Meter.EIP_BANDWIDTH, Meter.EIP_TRAFFIC)
    return None
