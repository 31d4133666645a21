"""Finds sizes, pairs and modes of bandwidth that the service refuses or cannot use.

What it finds
    Bandwidths of gateways, EIPs and shared bandwidths that are no number, too small or too large; an
    inbound size without its charging mode or the reverse; an inbound bandwidth together with an EIP;
    outbound bandwidth that an NLB edition drops; bandwidth above what the edition can carry; prepaid
    EIPs in a form that cannot be bought.

Why it costs
    What the service refuses fails in the middle of a deployment, after other resources have been
    created and are billed. What it accepts and cannot use, such as 200 Mbit/s on an edition that
    carries 100, is billed in full.

Example
    ```python
    apig.Instance("orders", edition="BASIC", availability_zones=["cn-north-4a"],
                  ingress_bandwidth_size=3, bandwidth_size=200, ...)
    ```

Instead
    Inbound bandwidth starts at 5 Mbit/s and needs `ingress_bandwidth_charging_mode="bandwidth"`. Keep
    both bandwidths at or below what the edition carries: BASIC 50 Mbit/s with one availability zone,
    100 with two or more; PROFESSIONAL twice, ENTERPRISE four times, PLATINUM eight times as much.

Before you follow this advice
    Outbound sizes of 1 to 4 Mbit/s are accepted by some versions of the service and refused by others;
    try one before you change all.

References
    - https://support.huaweicloud.com/intl/en-us/api-apig/CreateInstanceV2.html
    - https://support.huaweicloud.com/eu/productdesc-apig/apig-specifications.html
    - https://github.com/huaweicloud/terraform-provider-huaweicloud/blob/master/docs/resources/apig_instance.md
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policypack.declared import Absent, Invalid, Known, Resource, Value
from policypack.findings.finding import Fact, Finding, FindingConfidence
from policypack.findings.phrasing import mbits, named
from policypack.findings.subject import Subject
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import OFF, Eip, Gateway, SharedBandwidth
from policypack.network.verdict import GatewayJudgement
from pricing.money import plain

LEVEL: Final = "advisory"


def find(subject: Subject) -> Iterator[Finding]:
    """One finding for each property that cannot be or cannot be used."""
    for judged in subject.network.gateways:
        if not judged.gateway.resource.leaving:
            yield from _outbound(judged)
            yield from _inbound(judged)
            yield from _balancers(judged.gateway)
    for eip in subject.landscape.eips:
        if not eip.resource.leaving:
            yield from _eip(eip)
    for bandwidth in subject.landscape.bandwidths:
        if not bandwidth.resource.leaving:
            yield from _shared(bandwidth)


def _outbound(judged: GatewayJudgement) -> Iterator[Finding]:
    gateway = judged.gateway
    resource, asked = gateway.resource, gateway.outbound_asked
    yield from _no_number(resource, asked, "bandwidthSize", "Set bandwidthSize to a whole number of Mbit/s.")
    if not isinstance(asked, Known) or asked.value == 0 or judged.kind == "nlb":
        return
    bounds = limits()
    if asked.value > bounds.outbound_largest:
        fact = (
            f"bandwidthSize of {named(resource)} is {mbits(asked)}, above the {bounds.outbound_largest} "
            "that exist"
        )
        yield _refused(
            resource, "bandwidthSize", fact, f"Set bandwidthSize to {bounds.outbound_largest} or less."
        )
    elif asked.value < bounds.outbound_usual_smallest:
        fact = (
            f"bandwidthSize of {named(resource)} is {mbits(asked)}, below the minimum of "
            f"{bounds.outbound_usual_smallest} that the API states"
        )
        hint = f"Set bandwidthSize to {bounds.outbound_usual_smallest} or more, or to 0."
        yield _finding(
            resource, "bandwidthSize", f"{fact}; some versions of the service refuse it.", hint, "low"
        )
    yield from _above_ceiling(gateway, asked, "bandwidthSize")


def _inbound(judged: GatewayJudgement) -> Iterator[Finding]:
    gateway = judged.gateway
    resource, size, mode = gateway.resource, gateway.inbound, gateway.inbound_mode
    path = "ingressBandwidthSize"
    hint = "Set ingressBandwidthSize and ingressBandwidthChargingMode together, or neither."
    yield from _no_number(resource, size, path, "Set ingressBandwidthSize to a whole number of Mbit/s.")
    if size == OFF:
        if not isinstance(mode, Absent):
            fact = f"{named(resource)} sets ingressBandwidthChargingMode without ingressBandwidthSize"
            yield _refused(resource, "ingressBandwidthChargingMode", fact, hint)
        return
    if isinstance(mode, Absent):
        fact = f"{named(resource)} sets ingressBandwidthSize without ingressBandwidthChargingMode"
        yield _refused(resource, "ingressBandwidthChargingMode", fact, hint)
    yield from _inbound_mode(gateway)
    if not isinstance(gateway.eip, Absent):
        fact = f"{named(resource)} sets both ingressBandwidthSize and eipId"
        yield _refused(resource, "eipId", fact, "Keep the one that the gateway's region supports.")
    if judged.kind == "lvs":
        fact = f"{named(resource)} sets ingressBandwidthSize in a region where a gateway takes an EIP instead"
        yield _refused(resource, "region", fact, "Bind an EIP with eipId instead.", "medium")
    if not isinstance(size, Known):
        return
    if size.value < limits().inbound_smallest:
        fact = (
            f"{path} of {named(resource)} is {mbits(size)}, below the minimum of {limits().inbound_smallest}"
        )
        yield _refused(resource, path, fact, f"Set {path} to {limits().inbound_smallest} or more.")
    yield from _above_ceiling(gateway, size, path)


def _inbound_mode(gateway: Gateway) -> Iterator[Finding]:
    mode, path = gateway.inbound_mode, "ingressBandwidthChargingMode"
    if isinstance(mode, Known) and mode.value not in limits().inbound_modes:
        fact = f'{path} of {named(gateway.resource)} is "{mode.value}", which the documentation does not list'
        yield _finding(
            gateway.resource,
            "mode",
            f"{fact}; the service may refuse it, and no price is published for it.",
            f'Set {path} to "{limits().inbound_modes[0]}".',
            "medium",
        )


def _above_ceiling(gateway: Gateway, size: Known[Decimal], path: str) -> Iterator[Finding]:
    if not isinstance(gateway.edition, Known):
        return
    zones = len(gateway.zones.value) if isinstance(gateway.zones, Known) else None
    ceiling = limits().ceiling(gateway.edition.value, zones)
    if ceiling is not None and size.value > ceiling:
        where = "one availability zone" if zones == 1 else "several availability zones"
        yield _finding(
            gateway.resource,
            f"{path}.ceiling",
            f"{path} of {named(gateway.resource)} is {mbits(size)}, and edition "
            f"{gateway.edition.value} carries "
            f"{plain(ceiling)} Mbit/s with {where}; the rest is paid for and cannot be used.",
            f"Set {path} to {plain(ceiling)} or less, or choose a larger edition.",
            "medium",
        )


def _balancers(gateway: Gateway) -> Iterator[Finding]:
    resource, edition = gateway.resource, gateway.edition
    has_balancers = isinstance(gateway.load_balancers, Known) and bool(gateway.load_balancers.value)
    if has_balancers and isinstance(gateway.outbound_asked, Known) and gateway.outbound_asked.value > 0:
        yield _finding(
            resource,
            "elbIds.bandwidthSize",
            f"{named(resource)} sets bandwidthSize to {mbits(gateway.outbound_asked)} together with "
            "elbIds; the "
            "provider drops it without a word, so the gateway has no way to the public network.",
            "Remove bandwidthSize and declare a NAT gateway with an SNAT rule.",
            "high",
        )
    if not isinstance(edition, Known):
        return
    is_nlb = edition.value.startswith("NLB_")
    none = isinstance(gateway.load_balancers, Absent) or gateway.load_balancers == Known(())
    if is_nlb and none:
        fact = f"{named(resource)} has edition {edition.value} and no elbIds"
        yield _refused(resource, "elbIds", fact, "Name a dedicated load balancer in elbIds.")
    elif has_balancers and not is_nlb:
        fact = f"{named(resource)} sets elbIds, and edition {edition.value} is no NLB edition"
        yield _refused(resource, "elbIds", fact, "Remove elbIds or choose an NLB edition.")


def _eip(eip: Eip) -> Iterator[Finding]:
    resource, size, bounds = eip.resource, eip.size, limits()
    path = "bandwidth.size"
    yield from _no_number(resource, size, path, f"Set {path} to a whole number of Mbit/s.")
    yield from _no_word(resource, eip.shared, "bandwidth.shareType")
    yield from _no_word(resource, eip.by_traffic, "bandwidth.chargeMode")
    yield from _no_word(resource, eip.purchase.prepaid, "chargingMode")
    if isinstance(size, Known) and not bounds.eip_smallest <= size.value <= bounds.eip_largest:
        fact = (
            f"{path} of EIP {named(resource)} is {mbits(size)}, outside {bounds.eip_smallest} to "
            f"{bounds.eip_largest}"
        )
        yield _refused(resource, path, fact, f"Set {path} to {bounds.eip_smallest} or more.")
    if isinstance(size, Absent) and eip.shared == Known(False):
        fact = f"EIP {named(resource)} has a bandwidth of its own and no {path}"
        yield _refused(resource, path, fact, f"Set {path}.")
    if eip.purchase.prepaid != Known(True):
        return
    if eip.shared == Known(True):
        fact = f"EIP {named(resource)} is prepaid and in a shared bandwidth"
        yield _refused(
            resource, "chargingMode", fact, "Pay for it by use, or give it a bandwidth of its own."
        )
    if eip.by_traffic == Known(True):
        fact = f"EIP {named(resource)} is prepaid and charged by traffic"
        yield _refused(resource, "chargingMode", fact, 'Set bandwidth.chargeMode to "bandwidth".')
    yield from _term(resource, eip.purchase.months)


def _shared(bandwidth: SharedBandwidth) -> Iterator[Finding]:
    resource, size, bounds = bandwidth.resource, bandwidth.size, limits()
    yield from _no_number(resource, size, "size", "Set size to a whole number of Mbit/s.")
    yield from _no_word(resource, bandwidth.by_peak, "chargeMode")
    yield from _no_word(resource, bandwidth.purchase.prepaid, "chargingMode")
    by_peak = bandwidth.by_peak == Known(True)
    smallest = bounds.shared_smallest_by_peak if by_peak else bounds.shared_smallest
    if (
        isinstance(size, Known)
        and isinstance(bandwidth.by_peak, Known)
        and not smallest <= size.value <= bounds.shared_largest
    ):
        mode = " by peak" if by_peak else ""
        fact = (
            f"Shared bandwidth {named(resource)}{mode} has a size of {mbits(size)}, outside {smallest} to "
            f"{bounds.shared_largest}"
        )
        yield _refused(resource, "size", fact, f"Set size to {smallest} or more.")
    if bandwidth.purchase.prepaid == Known(True):
        if by_peak:
            fact = f"Shared bandwidth {named(resource)} is prepaid and charged by its peak"
            yield _refused(resource, "chargingMode", fact, 'Set chargeMode to "bandwidth".')
        yield from _term(resource, bandwidth.purchase.months)


def _term(resource: Resource, months: Value[Decimal]) -> Iterator[Finding]:
    longest = limits().periods
    hint = f"Set period to 1 to {longest['month']} months or 1 to {longest['year']} years."
    if isinstance(months, Absent):
        yield _refused(resource, "period", f"{named(resource)} is prepaid and has no period", hint)
    elif isinstance(months, Invalid):
        yield _refused(resource, "period", f"The term of {named(resource)} is {months.found}", hint)
    elif isinstance(months, Known):
        count = months.value
        whole_years = count % 12 == 0 and 1 <= count / 12 <= longest["year"]
        if not (1 <= count <= longest["month"] or whole_years):
            yield _refused(
                resource, "period", f"The term of {named(resource)} is {plain(count)} months", hint
            )


def _no_number(resource: Resource, value: Value[Decimal], path: str, hint: str) -> Iterator[Finding]:
    if isinstance(value, Invalid):
        fact = f"{path} of {named(resource)} is {value.found}, not {value.expected}"
        yield _refused(resource, path, fact, hint)


def _no_word(resource: Resource, value: Value[bool], path: str) -> Iterator[Finding]:
    if isinstance(value, Invalid):
        fact = f"{path} of {named(resource)} is {value.found}, not {value.expected}"
        yield _refused(resource, path, fact, f"Set {path} to {value.expected}.")


def _refused(
    resource: Resource, path: str, fact: str, hint: str, confidence: FindingConfidence = "high"
) -> Finding:
    return _finding(resource, path, f"{fact}; the service refuses it.", hint, confidence)


def _finding(resource: Resource, key: str, message: str, hint: str, confidence: FindingConfidence) -> Finding:
    return Finding(
        urn=resource.urn,
        resource=resource.name,
        verdict="violation",
        confidence=confidence,
        message=message,
        hint=hint,
        evidence=(Fact(f"Declared by {named(resource)}: {key}.", resource.urn),),
        key=key,
    )
