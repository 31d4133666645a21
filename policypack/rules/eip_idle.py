"""Finds elastic IPs that are bound to nothing and shared bandwidths without an EIP.

What it finds
    An EIP that no gateway, server, load balancer, NAT rule or other resource of the stack uses, and a
    shared bandwidth that no EIP or load balancer is in. What the
    outputs of the stack hand out may be used elsewhere: then it cannot be told. Of an EIP that a gateway
    names in `eipId` and cannot use, `apig-eip-ineffective` speaks alone, unless its level is below.

Why it costs
    An unbound pay-per-use EIP pays a retention fee, and if it is charged by bandwidth, its bandwidth
    too. A prepaid EIP is paid until its term ends. A shared bandwidth is paid by size, empty or not.

Example
    ```python
    vpc.Eip("migration", publicip={"type": "5_bgp"},
            bandwidth={"share_type": "PER", "name": "migration", "size": 5, "charge_mode": "bandwidth"})
    ```

Instead
    Release the EIP or the bandwidth; do not renew what is prepaid. If the address has to be kept, charge it
    by traffic: then only the retention fee remains.

Before you follow this advice
    Another stack, the console or a script may bind the EIP: look at its state in the console. A released
    address is gone, so check that nobody allow-lists it.

References
    - https://support.huaweicloud.com/en-us/price-eip/eip_billing_0011.html
    - https://support.huaweicloud.com/eu/price-eip/eip_billing_0012.html (retention fee)
"""

from collections.abc import Iterator
from typing import Final

from policypack.declared import Known, Resource
from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding
from policypack.findings.named_eip import spoken_for
from policypack.findings.phrasing import a_month, ending, mbits, named, sentences
from policypack.findings.subject import Subject
from policypack.huaweicloud.model import Eip, Purchase, SharedBandwidth
from policypack.network.verdict import Binding
from pricing.quantity import Meter

LEVEL: Final = "advisory"


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each EIP and shared bandwidth that nothing uses, or perhaps nothing uses."""
    told = spoken_for(subject)
    for eip in subject.landscape.eips:
        binding = subject.network.eips[eip.resource.urn]
        if eip.resource.leaving or binding.state == "bound" or eip.resource.urn in told:
            continue
        yield (
            _idle_eip(subject, eip, binding)
            if binding.state == "unbound"
            else _undecided(eip.resource, "EIP", binding)
        )
    for bandwidth in subject.landscape.bandwidths:
        binding = subject.network.bandwidths[bandwidth.resource.urn]
        if bandwidth.resource.leaving or binding.state == "bound":
            continue
        yield (
            _empty_bandwidth(subject, bandwidth, binding)
            if binding.state == "unbound"
            else _undecided(bandwidth.resource, "shared bandwidth", binding)
        )


def _idle_eip(subject: Subject, eip: Eip, binding: Binding) -> Finding:
    resource = eip.resource
    # Were it idle as it seems, it would transfer nothing: traffic is no part of the saving.
    saving = subject.saving(resource.urn, Meter.EIP_RETENTION, Meter.EIP_BANDWIDTH)
    return about(resource).violation(
        sentences(
            f"EIP {named(resource)} is bound to nothing in this stack, and {_still_pays(eip)}.",
            a_month(saving, ending(eip.purchase)),
        ),
        f"{_end(eip.purchase)}, or bind it to what needs it.",
        evidence=[Fact(binding.reason, resource.urn)],
        confidence="medium",  # another stack or the console may use it
        saving=saving,
    )


def _end(purchase: Purchase) -> str:
    return "Do not renew it" if purchase.prepaid == Known(True) else "Release it"


def _still_pays(eip: Eip) -> str:
    if eip.purchase.prepaid == Known(True):
        return "its prepaid term is paid to the end"
    if eip.purchase.prepaid != Known(False):
        return "unless it is prepaid, an unbound EIP pays a retention fee"
    if eip.shared == Known(True):
        return "an unbound EIP pays a retention fee; its shared bandwidth is paid separately"
    if eip.by_traffic == Known(True):
        return "an unbound EIP pays a retention fee"
    if eip.shared == Known(False) and eip.by_traffic == Known(False):
        return f"an unbound EIP pays a retention fee on top of its bandwidth ({mbits(eip.size)})"
    return "an unbound EIP pays a retention fee, and its bandwidth where that is charged by size"


def _empty_bandwidth(subject: Subject, bandwidth: SharedBandwidth, binding: Binding) -> Finding:
    resource = bandwidth.resource
    saving = subject.saving(resource.urn, Meter.SHARED_BANDWIDTH, Meter.PEAK_BANDWIDTH)
    empty = f"Shared bandwidth {named(resource)} ({mbits(bandwidth.size)}) has no EIP in this stack"
    return about(resource).violation(
        sentences(
            f"{empty}, and it is paid for whether or not anything is in it.",
            a_month(saving, ending(bandwidth.purchase)),
        ),
        f"{_end(bandwidth.purchase)}, or put the EIPs into it that should share it.",
        evidence=[Fact(binding.reason, resource.urn)],
        confidence="medium",  # another stack or the console may use it
        saving=saving,
    )


def _undecided(resource: Resource, what: str, binding: Binding) -> Finding:
    return about(resource).undecided(
        sentences(f"Whether anything uses {what} {named(resource)} cannot be told.", binding.reason),
        "Check in the console what it is bound to, and release it if that is nothing.",
        evidence=[Fact(binding.reason, resource.urn), *(Fact("May use it.", urn) for urn in binding.users)],
    )
