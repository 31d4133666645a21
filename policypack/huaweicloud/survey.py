"""Sorting a stack into gateways, elastic IPs and bandwidths."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Final, TypeVar

from policypack.declared import (
    ABSENT,
    Absent,
    Invalid,
    Known,
    Raw,
    Resource,
    Secret,
    Stack,
    Unknown,
    Value,
    read,
)
from policypack.huaweicloud.blocks import given, inside
from policypack.huaweicloud.model import OFF, Eip, Gateway, Landscape, Purchase, SharedBandwidth
from policypack.huaweicloud.names import renamed_package, terraform_name
from policypack.huaweicloud.packages import package_of
from policypack.huaweicloud.references import OWN_BALANCERS

_MONTHS_OF_UNIT: Final = {"month": 1, "year": 12}
_OF_DEPLOYED: Final = frozenset({"export", "checkpoint", "terraform-state"})
"""Sources that show what is deployed rather than what is to be."""

_NOT_DEPLOYED: Final = Unknown("nothing of it is deployed")

T = TypeVar("T")

_DEFAULT_LINE: Final = "5_bgp"
"""Dynamic BGP, the default of ``vpc_eip.publicip.type``."""


def survey(stack: Stack, default_region: str | None, packages: Mapping[str, str] | None = None) -> Landscape:
    """Sort the resources of a stack by what they are in the vendor's terms.

    Linear in the number of resources; only gateways, EIPs and bandwidths are decoded.

    Args:
        stack: What is declared.
        default_region: Region of resources that no other place gives one.
        packages: Packages that the settings name as Huawei's, each with the one that it stands for.
    """
    ordered = sorted(stack.resources, key=attrgetter("urn", "leaving"))
    renamed = _renamed_packages(ordered) | frozenset(packages or ())
    by_type = _sorted_by_type(ordered, renamed)
    return Landscape(
        stack=stack,
        by_type=by_type,
        gateways=tuple(gateway_of(stack, item, default_region) for item in _owned(by_type, "apig_instance")),
        eips=tuple(_eip(stack, item, default_region) for item in _owned(by_type, "vpc_eip")),
        bandwidths=tuple(
            _bandwidth(stack, item, default_region) for item in _owned(by_type, "vpc_bandwidth")
        ),
        default_region=default_region,
        packages=renamed,
    )


def region_of(stack: Stack, resource: Resource, default_region: str | None) -> Value[str]:
    """Where a resource is: its own input, its output, its provider, the configuration, the setting.

    One whose inputs were not seen may state a region of its own.
    """
    own = resource.resolved("region")
    configured = stack.configured_region(package_of(resource.token))
    places = (own, resource.provider.region if resource.provider else ABSENT, configured)
    for raw in places:
        match read.text(raw):
            case Absent() | Known(""):
                continue
            case value:
                return value
    return Known(default_region) if default_region else Unknown("no region is configured")


def _renamed_packages(resources: Sequence[Resource]) -> frozenset[str]:
    tokens = {resource.token for resource in resources}
    return frozenset(package for token in tokens if (package := renamed_package(token)))


def _sorted_by_type(
    resources: Sequence[Resource], packages: frozenset[str]
) -> Mapping[str, Sequence[Resource]]:
    by_type: dict[str, list[Resource]] = {}
    for resource in resources:
        if resource.custom and (name := terraform_name(resource.token, packages)) is not None:
            by_type.setdefault(name, []).append(resource)
    return by_type


def _owned(by_type: Mapping[str, Sequence[Resource]], name: str) -> list[Resource]:
    return [resource for resource in by_type.get(name, ()) if not resource.external]


def gateway_of(stack: Stack, resource: Resource, default_region: str | None) -> Gateway:
    """A gateway in the vendor's terms."""
    asked = _agreed(
        _or_off(read.size(resource.declared("bandwidthSize"))),
        read.size(_reported(stack, resource, "bandwidthSize")),
    )
    balancers = _balancers(OWN_BALANCERS.of(resource))
    mode = "ingressBandwidthChargingMode"
    return Gateway(
        resource=resource,
        region=region_of(stack, resource, default_region),
        edition=_agreed(
            read.text(resource.declared("edition", "specId")),
            read.text(_reported(stack, resource, "edition", "specId")),
        ),
        outbound=_sent_outbound(asked, balancers),
        inbound=_agreed(
            _or_off(read.size(resource.declared("ingressBandwidthSize"))),
            read.size(_reported(stack, resource, "ingressBandwidthSize")),
        ),
        inbound_mode=read.text(
            resource.resolved(mode) if stack.origin.kind in _OF_DEPLOYED else resource.declared(mode)
        ),
        eip=_reference(resource.declared("eipId")),
        load_balancers=balancers,
        zones=read.items(resource.declared("availabilityZones", "availableZones")),
        outbound_asked=asked,
    )


def _balancers(raw: Raw) -> Value[tuple[Raw, ...]]:
    """Ids of load balancers. A list of anything else names none, nor does it prove that there is none."""
    listed = read.items(given(raw))
    for item in listed.value if isinstance(listed, Known) else ():
        if isinstance(item, Known) and not (isinstance(item.value, str) and item.value):
            return Invalid(read.shown(item.value), "the id of a load balancer")
    return listed


def _sent_outbound(asked: Value[Decimal], balancers: Value[tuple[Raw, ...]]) -> Value[Decimal]:
    """What the provider sends: nothing at all with load balancers of one's own.

    ``resource_huaweicloud_apig_instance.go``: "NLB series edition does not support bandwidth size".
    """
    match balancers:
        case Absent() | Known(()):
            return asked
        case Known():
            return OFF
        case Unknown() | Secret() | Invalid():
            return asked if asked == OFF else Unknown("elbIds is not known, and decides whether it counts")


def _or_off(value: Value[Decimal]) -> Value[Decimal]:
    return OFF if isinstance(value, Absent) else value


def _reference(raw: Raw) -> Raw:
    """A reference that is set; an empty string means not set, as in Terraform."""
    return ABSENT if isinstance(raw, Known) and raw.value in ("", None) else raw


def _eip(stack: Stack, resource: Resource, default_region: str | None) -> Eip:
    bandwidth = read.block(resource.declared("bandwidth"))
    reported = read.block(_reported(stack, resource, "bandwidth"))
    shared = _agreed(_is_shared(bandwidth), _is_shared(reported))
    line = read.text(inside(read.block(resource.declared("publicip")), "type"))
    size = _agreed(read.size(inside(bandwidth, "size")), read.size(inside(reported, "size")))
    own_id = not isinstance(_reference(inside(bandwidth, "id")), Absent)
    reported_id = ABSENT if isinstance(reported, Unknown) else _reference(inside(reported, "id"))
    return Eip(
        resource=resource,
        region=region_of(stack, resource, default_region),
        line=Known(_DEFAULT_LINE) if isinstance(line, Absent) else line,
        shared=shared,
        size=ABSENT if shared == Known(True) else size,
        by_traffic=_agreed(_is_by_traffic(bandwidth), _is_by_traffic(reported)),
        purchase=purchase_of(stack, resource),
        shared_bandwidth=_reference(inside(bandwidth, "id")) if own_id else reported_id,
    )


def _is_shared(bandwidth: Value[Mapping[str, object]]) -> Value[bool]:
    return _one_of(inside(bandwidth, "shareType"), {"WHOLE": True, "PER": False}, otherwise=False)


def _is_by_traffic(bandwidth: Value[Mapping[str, object]]) -> Value[bool]:
    words = {"traffic": True, "bandwidth": False, "": False}
    return _one_of(inside(bandwidth, "chargeMode"), words, otherwise=False)


def _bandwidth(stack: Stack, resource: Resource, default_region: str | None) -> SharedBandwidth:
    return SharedBandwidth(
        resource=resource,
        region=region_of(stack, resource, default_region),
        size=_agreed(read.size(resource.declared("size")), read.size(_reported(stack, resource, "size"))),
        by_peak=_agreed(
            _is_by_peak(resource.declared("chargeMode")),
            _is_by_peak(_reported(stack, resource, "chargeMode")),
        ),
        purchase=purchase_of(stack, resource),
        at_edge=_is_at_edge(resource),
    )


def _is_at_edge(resource: Resource) -> Value[bool]:
    """Whether a shared bandwidth is one of an edge site: both properties say so, and neither is needed."""
    kind, group = (
        read.text(resource.declared("bandwidthType")),
        read.text(resource.declared("publicBorderGroup")),
    )
    for value, central in ((kind, "share"), (group, "center")):
        if isinstance(value, Known) and value.value not in ("", central):
            return Known(value=True)
    for value in (kind, group):
        if isinstance(value, Unknown | Secret | Invalid):
            return value
    return Known(value=False)


def _is_by_peak(raw: Raw) -> Value[bool]:
    return _one_of(raw, {"95peak_plus": True, "bandwidth": False, "": False}, otherwise=False)


def _reported(stack: Stack, resource: Resource, *names: str) -> Raw:
    """What the provider of a deployed stack returned; ``Unknown`` where it did not."""
    if stack.origin.kind not in _OF_DEPLOYED:
        return _NOT_DEPLOYED
    reported_name = next((name for name in names if resource.outputs.get(name) is not None), names[0])
    return resource.computed(reported_name)


def _agreed(declared: Value[T], reported: Value[T]) -> Value[T]:
    """What the program says, unless the state of a deployed stack tells that something else exists.

    A state is read for what is there. After a change in the console, a refresh keeps what the program
    says in the inputs and tells what is billed in the outputs alone. In a preview the inputs decide.
    """
    if not (isinstance(declared, Known) and isinstance(reported, Known)) or declared.value == reported.value:
        return declared
    return Unknown(
        f"the program says {_said(declared.value)} and the provider reports {_said(reported.value)}"
    )


def property_at(value: Raw, path: str) -> Raw:
    """What stands at a path inside a property; an empty path means the property itself."""
    if path:
        for key in path.split("."):
            value = inside(read.block(value), key)
    return value


def property_of(resource: Resource, path: str) -> Raw:
    """What a resource declares at the path of a property (``bandwidth.size``)."""
    name, _, inner = path.partition(".")
    return property_at(resource.declared(name), inner)


def size_of_bandwidth(resource: Resource) -> Value[Decimal]:
    """The size in a block ``bandwidth``, also where the provider chose it."""
    return read.size(property_at(resource.resolved("bandwidth"), "size"))


def stated(stack: Stack, resource: Resource, path: str, read_as: Callable[[Raw], Value[T]]) -> Value[T]:
    """A property that decides a price, by its path (``bandwidth.size``): as declared, unless the state of a
    deployed stack tells that something else exists."""
    name, _, inner = path.partition(".")
    return _agreed(
        read_as(property_at(resource.declared(name), inner)),
        read_as(property_at(_reported(stack, resource, name), inner)),
    )


def _said(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else read.shown(value)


def purchase_of(stack: Stack, resource: Resource) -> Purchase:
    """How a resource is paid for; nearly every type of the vendor spells it alike."""
    prepaid = _agreed(
        _is_prepaid(resource.declared("chargingMode")),
        _is_prepaid(_reported(stack, resource, "chargingMode")),
    )
    period, unit = read.size(resource.declared("period")), read.text(resource.declared("periodUnit"))
    return Purchase(prepaid=prepaid, months=_months(period, unit))


def _is_prepaid(raw: Raw) -> Value[bool]:
    return _one_of(raw, {"prePaid": True, "postPaid": False, "": False}, otherwise=False)


_LONGEST_TERM: Final = 1_200
"""Months. Limits of what is sold stand in limits.toml; what is longer is no term but a mistake."""


def _months(period: Value[Decimal], unit: Value[str]) -> Value[Decimal]:
    if not isinstance(period, Known):
        return period
    match unit:
        case Known(word) if word in _MONTHS_OF_UNIT:
            months = period.value * _MONTHS_OF_UNIT[word]
            return Known(months) if months <= _LONGEST_TERM else Invalid(read.shown(period.value), "a term")
        case Known(word):
            return Invalid(read.shown(word), "month or year")
        case Absent():
            return Invalid("a period without a unit", "month or year")
        case Unknown() | Secret() | Invalid():
            return unit


def _one_of(raw: Raw, words: Mapping[str, bool], *, otherwise: bool) -> Value[bool]:
    """Read a word that decides between two ways; the vendor's spelling is exact."""
    match read.text(raw):
        case Known(word) if word in words:
            return Known(words[word])
        case Known(word):
            return Invalid(read.shown(word), " or ".join(name for name in words if name))
        case Absent():
            return Known(otherwise)
        case other:
            return other
