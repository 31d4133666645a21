"""Finds sizes, pairs and modes of bandwidth that the service refuses or cannot use.

What it finds
    Bandwidths of gateways, EIPs and shared bandwidths that are no number, too small or too large; an
    inbound size without its charging mode or the reverse; an inbound bandwidth together with an EIP;
    outbound bandwidth that an NLB edition drops; bandwidth above what the edition can carry; prepaid
    EIPs in a form that cannot be bought; EIPs that ask for a shared bandwidth without its id.

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

from policypack.declared import Absent, Invalid, Known, Resource, Secret, Unknown, Value
from policypack.findings.about import about
from policypack.findings.finding import Fact, Finding, FindingConfidence
from policypack.findings.phrasing import mbits, named, sentence
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
            yield from _outbound(subject, judged)
            yield from _inbound(subject, judged)
            yield from _balancers(subject, judged.gateway)
    for eip in subject.landscape.eips:
        if not eip.resource.leaving:
            yield from _eip(subject, eip)
    for bandwidth in subject.landscape.bandwidths:
        if not bandwidth.resource.leaving:
            yield from _shared(subject, bandwidth)


def _outbound(subject: Subject, judged: GatewayJudgement) -> Iterator[Finding]:
    gateway = judged.gateway
    resource, asked = gateway.resource, gateway.outbound_asked
    path, size = "bandwidthSize", subject.spelled("bandwidthSize")
    yield from _no_number(subject, resource, asked, path)
    if not isinstance(asked, Known) or asked.value == 0 or judged.kind == "nlb":
        return
    stated = f"{size} of {named(resource)} is {mbits(asked)}"
    largest, smallest = limits().outbound_largest, limits().outbound_usual_smallest
    if asked.value > largest:
        yield _refused(
            resource, path, f"{stated}, above the {largest} that exist", f"Set {size} to {largest} or less."
        )
    elif asked.value < smallest:
        yield _invalid(
            resource,
            path,
            sentence(
                f"{stated}, below the minimum of {smallest} that the API states",
                "some versions of the service refuse it",
            ),
            f"Set {size} to {smallest} or more, or to 0.",
            "low",
        )
    yield from _above_ceiling(subject, gateway, asked, path)


def _inbound(subject: Subject, judged: GatewayJudgement) -> Iterator[Finding]:
    gateway = judged.gateway
    resource, inbound, mode = gateway.resource, gateway.inbound, gateway.inbound_mode
    size_path, mode_path = "ingressBandwidthSize", "ingressBandwidthChargingMode"
    size_name, mode_name, eip_name = map(subject.spelled, (size_path, mode_path, "eipId"))
    both = f"Set {size_name} and {mode_name} together, or neither."
    yield from _no_number(subject, resource, inbound, size_path)
    if inbound == OFF:
        if not isinstance(mode, Absent):
            yield _refused(
                resource, mode_path, f"{named(resource)} sets {mode_name} without {size_name}", both
            )
        return
    yield from _inbound_mode(subject, gateway)
    if isinstance(inbound, (Unknown, Secret)):
        return  # it may be nothing
    if isinstance(mode, Absent):
        yield _refused(resource, mode_path, f"{named(resource)} sets {size_name} without {mode_name}", both)
    if not isinstance(gateway.eip, Absent):
        yield _refused(
            resource,
            "eipId",
            f"{named(resource)} sets both {size_name} and {eip_name}",
            "Keep the one that the gateway's region supports.",
        )
    if judged.kind == "lvs":
        yield _refused(
            resource,
            "region",
            f"{named(resource)} sets {size_name} in a region where a gateway takes an EIP instead",
            f"Bind an EIP with {eip_name} instead.",
            "medium",
        )
    if not isinstance(inbound, Known):
        return
    smallest, largest = limits().inbound_smallest, limits().inbound_largest
    if inbound.value > largest:
        yield _refused(
            resource,
            size_path,
            f"{size_name} of {named(resource)} is {mbits(inbound)}, above the {largest} that an EIP can have",
            f"Set {size_name} to {largest} or less.",
            "medium",
        )
    elif inbound.value < smallest:
        yield _refused(
            resource,
            size_path,
            f"{size_name} of {named(resource)} is {mbits(inbound)}, below the minimum of {smallest}",
            f"Set {size_name} to {smallest} or more.",
        )
    yield from _above_ceiling(subject, gateway, inbound, size_path)


def _inbound_mode(subject: Subject, gateway: Gateway) -> Iterator[Finding]:
    mode, name = gateway.inbound_mode, subject.spelled("ingressBandwidthChargingMode")
    if isinstance(mode, Known) and mode.value not in limits().inbound_modes:
        stated = f'{name} of {named(gateway.resource)} is "{mode.value}"'
        yield _invalid(
            gateway.resource,
            "mode",
            sentence(
                f"{stated}, which the documentation does not list",
                "the service may refuse it, and no price is published for it",
            ),
            f'Set {name} to "{limits().inbound_modes[0]}".',
            "medium",
        )


def _above_ceiling(subject: Subject, gateway: Gateway, size: Known[Decimal], path: str) -> Iterator[Finding]:
    if not isinstance(gateway.edition, Known):
        return
    edition = gateway.edition.value
    zones = len(gateway.zones.value) if isinstance(gateway.zones, Known) else None
    ceiling = limits().ceiling(edition, zones)
    if ceiling is not None and size.value > ceiling:
        name = subject.spelled(path)
        stated = f"{name} of {named(gateway.resource)} is {mbits(size)}"
        where = "one availability zone" if zones == 1 else "several availability zones"
        yield _invalid(
            gateway.resource,
            f"{path}.ceiling",
            sentence(
                f"{stated}, and edition {edition} carries {plain(ceiling)} Mbit/s with {where}",
                "the rest is paid for and cannot be used",
            ),
            f"Set {name} to {plain(ceiling)} or less, or choose a larger edition.",
            "medium",
        )


def _balancers(subject: Subject, gateway: Gateway) -> Iterator[Finding]:
    resource, edition, asked = gateway.resource, gateway.edition, gateway.outbound_asked
    balancers, size = subject.spelled("elbIds"), subject.spelled("bandwidthSize")
    has_balancers = isinstance(gateway.load_balancers, Known) and bool(gateway.load_balancers.value)
    if has_balancers and isinstance(asked, Known) and asked.value > 0:
        yield _invalid(
            resource,
            "elbIds.bandwidthSize",
            sentence(
                f"{named(resource)} sets {size} to {mbits(asked)} together with {balancers}",
                "the provider drops it without a word, so the gateway has no way to the public network",
            ),
            f"Remove {size} and declare a NAT gateway with an SNAT rule.",
        )
    if not isinstance(edition, Known):
        return
    is_nlb = edition.value.startswith("NLB_")
    none = isinstance(gateway.load_balancers, Absent) or gateway.load_balancers == Known(())
    if is_nlb and none:
        fact = f"{named(resource)} has edition {edition.value} and no {balancers}"
        yield _refused(resource, "elbIds", fact, f"Name a dedicated load balancer in {balancers}.")
    elif has_balancers and not is_nlb:
        fact = f"{named(resource)} sets {balancers}, and edition {edition.value} is no NLB edition"
        yield _refused(resource, "elbIds", fact, f"Remove {balancers} or choose an NLB edition.")


def _eip(subject: Subject, eip: Eip) -> Iterator[Finding]:
    resource, size, name = eip.resource, eip.size, f"EIP {named(eip.resource)}"
    path, size_name = "bandwidth.size", subject.spelled("bandwidth.size")
    smallest, largest = limits().eip_smallest, limits().eip_largest
    yield from _no_number(subject, resource, size, path)
    yield from _no_word(subject, resource, eip.shared, "bandwidth.shareType")
    yield from _no_word(subject, resource, eip.by_traffic, "bandwidth.chargeMode")
    yield from _no_word(subject, resource, eip.purchase.prepaid, "chargingMode")
    if isinstance(size, Known) and not smallest <= size.value <= largest:
        fact = f"{size_name} of {name} is {mbits(size)}, outside {smallest} to {largest}"
        yield _refused(resource, path, fact, f"Set {size_name} to {smallest} or more.")
    if isinstance(size, Absent) and eip.shared == Known(False):
        fact = f"{name} has a bandwidth of its own and no {size_name}"
        yield _refused(resource, path, fact, f"Set {size_name}.")
    if eip.lacks_shared_bandwidth and resource.inputs is not None:
        share, key = subject.spelled("bandwidth.shareType"), subject.spelled("bandwidth.id")
        fact = f'{name} has {share} "WHOLE" and no {key}, whatever name and size say'
        yield _refused(resource, "bandwidth.id", fact, f"Set {key} to the id of the shared bandwidth.")
    if eip.purchase.prepaid != Known(True):
        return
    if eip.shared == Known(True):
        hint = "Pay for it by use, or give it a bandwidth of its own."
        yield _refused(resource, "chargingMode", f"{name} is prepaid and in a shared bandwidth", hint)
    if eip.by_traffic == Known(True):
        hint = f'Set {subject.spelled("bandwidth.chargeMode")} to "bandwidth".'
        yield _refused(resource, "chargingMode", f"{name} is prepaid and charged by traffic", hint)
    yield from _term(subject, resource, eip.purchase.months)


def _shared(subject: Subject, bandwidth: SharedBandwidth) -> Iterator[Finding]:
    resource, size, name = bandwidth.resource, bandwidth.size, f"Shared bandwidth {named(bandwidth.resource)}"
    size_name, mode_name = subject.spelled("size"), subject.spelled("chargeMode")
    yield from _no_number(subject, resource, size, "size")
    yield from _no_word(subject, resource, bandwidth.by_peak, "chargeMode")
    yield from _no_word(subject, resource, bandwidth.purchase.prepaid, "chargingMode")
    by_peak = bandwidth.by_peak == Known(True)
    smallest = limits().shared_smallest_by_peak if by_peak else limits().shared_smallest
    largest = limits().shared_largest
    mode_is_known = isinstance(bandwidth.by_peak, Known)
    if mode_is_known and isinstance(size, Known) and not smallest <= size.value <= largest:
        mode = " by peak" if by_peak else ""
        fact = f"{name}{mode} has a size of {mbits(size)}, outside {smallest} to {largest}"
        yield _refused(resource, "size", fact, f"Set {size_name} to {smallest} or more.")
    if bandwidth.purchase.prepaid == Known(True):
        if by_peak:
            hint = f'Set {mode_name} to "bandwidth".'
            yield _refused(resource, "chargingMode", f"{name} is prepaid and charged by its peak", hint)
        yield from _term(subject, resource, bandwidth.purchase.months)


def _term(subject: Subject, resource: Resource, months: Value[Decimal]) -> Iterator[Finding]:
    longest, period = limits().periods, subject.spelled("period")
    hint = f"Set {period} to 1 to {longest['month']} months or 1 to {longest['year']} years."
    if isinstance(months, Absent):
        yield _refused(resource, "period", f"{named(resource)} is prepaid and has no {period}", hint)
    elif isinstance(months, Invalid):
        yield _refused(resource, "period", f"The term of {named(resource)} is {months.found}", hint)
    elif isinstance(months, Known):
        count = months.value
        whole_years = count % 12 == 0 and 1 <= count / 12 <= longest["year"]
        if not (1 <= count <= longest["month"] or whole_years):
            fact = f"The term of {named(resource)} is {plain(count)} months"
            yield _refused(resource, "period", fact, hint)


def _no_number(subject: Subject, resource: Resource, value: Value[Decimal], path: str) -> Iterator[Finding]:
    if isinstance(value, Invalid):
        name = subject.spelled(path)
        fact = f"{name} of {named(resource)} is {value.found}, not {value.expected}"
        yield _refused(resource, path, fact, f"Set {name} to a whole number of Mbit/s.")


def _no_word(subject: Subject, resource: Resource, value: Value[bool], path: str) -> Iterator[Finding]:
    if isinstance(value, Invalid):
        name = subject.spelled(path)
        fact = f"{name} of {named(resource)} is {value.found}, not {value.expected}"
        yield _refused(resource, path, fact, f"Set {name} to {value.expected}.")


def _refused(
    resource: Resource, path: str, fact: str, hint: str, confidence: FindingConfidence = "high"
) -> Finding:
    return _invalid(resource, path, sentence(fact, "the service refuses it"), hint, confidence)


def _invalid(
    resource: Resource, key: str, message: str, hint: str, confidence: FindingConfidence = "high"
) -> Finding:
    return about(resource).violation(
        message,
        hint,
        evidence=[Fact(f"Declared by {named(resource)}: {key}.", resource.urn)],
        confidence=confidence,
        key=key,
    )
