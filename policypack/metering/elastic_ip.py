"""What an elastic IP buys, wherever it is declared: retention while nothing uses it, bandwidth or traffic.

Which of them are billed in which state stands in ``pricing.eip_states``.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from policypack.declared import Known, Value
from policypack.huaweicloud.limits import limits
from policypack.huaweicloud.model import Eip
from policypack.metering.declaration import Declaration
from policypack.metering.item import Item, Notes
from policypack.network.verdict import Binding
from pricing.eip_states import EipMode, billed_meters
from pricing.money import ANYTHING, Range, plain
from pricing.quantity import Meter, Mode


class Places(Struct, frozen=True):
    """Where a declaration holds the properties of an EIP, as paths.

    Attributes:
        type: Terraform name of the resource.
        line: Line type; likewise the others.
        told: A sentence about the EIP that every line of it begins with; empty for none.
    """

    type: str
    line: str
    size: str
    charge_mode: str
    share_type: str
    shared_bandwidth: str
    told: str = ""


GIGABYTES_PER_MBIT_S_HOUR: Final = Decimal("0.45")
"""Physics: 1 Mbit/s for 3,600 s is 450 MB (decimal)."""

_EITHER: Final = (True, False)
_BOUND: Final = {"bound": (True,), "unbound": (False,), "undecided": _EITHER}


def eip_items(
    eip: Eip, binding: Binding, membership: Binding | None, declaration: Declaration, places: Places
) -> Iterator[Item]:
    """The items of one EIP.

    Args:
        eip: What is declared.
        binding: What uses it.
        membership: The association that puts, or may put, it into a shared bandwidth.
        declaration: The stack.
        places: Where its properties stand, for what is not known.
    """
    yield from _told(_retention(eip, binding, declaration, places), places)
    yield from _told([_transfer(eip, binding, membership, declaration, places)], places)


def _accepted() -> Range:
    return Range(limits().eip_smallest, limits().eip_largest)


def _told(items: Iterable[Item], places: Places) -> Iterator[Item]:
    for item in items:
        yield replace(item, reasons=(places.told, *item.reasons)) if places.told else item


def _retention(eip: Eip, binding: Binding, declaration: Declaration, places: Places) -> Iterator[Item]:
    due = {
        Meter.EIP_RETENTION in billed_meters(EipMode.BANDWIDTH, bound=bound, prepaid=prepaid)
        for bound in _BOUND[binding.state]
        for prepaid in _possible(eip.purchase.prepaid)
    }
    if True not in due:
        return
    notes = Notes()
    spec = notes.known(eip.line, places.line)
    hours = declaration.hours(eip.resource)
    if binding.state == "undecided":
        notes.reasons.append(f"Retention is due only while nothing uses the EIP: {binding.reason}")
        notes.unknowns.append("binding")
    else:
        notes.reasons.append(binding.reason)
    notes.known(eip.purchase.prepaid, "chargingMode")
    yield Item(
        resource=eip.resource,
        type=places.type,
        meter=Meter.EIP_RETENTION,
        region=eip.region,
        spec=spec,
        hours=hours if due == {True} else Range(Decimal(0), hours.high),
        reasons=tuple(notes.reasons),
        unknowns=tuple(notes.unknowns),
    )


def _transfer(
    eip: Eip, binding: Binding, membership: Binding | None, declaration: Declaration, places: Places
) -> Item:
    if eip.lacks_shared_bandwidth:
        missing = places.shared_bandwidth or places.share_type
        refused = Item(
            resource=eip.resource,
            type=places.type,
            meter=Meter.EIP_BANDWIDTH,
            region=eip.region,
            unknowns=(missing,),
            without_price=f"Share type WHOLE names no shared bandwidth by id ({missing}), which the service"
            " refuses (VPC.0501), so what it will pay is not known.",
        )
        return replace(refused, instead=(replace(refused, meter=Meter.EIP_TRAFFIC),))
    moved = (
        membership is not None
        and membership.state == "bound"
        and eip.purchase.prepaid == Known(value=False)  # a prepaid one is refused
    )
    if eip.shared == Known(value=True) or moved:
        own = f"{membership.reason} " if moved and membership else ""
        return Item(
            resource=eip.resource,
            type=places.type,
            meter=Meter.EIP_BANDWIDTH,
            region=eip.region,
            paid_elsewhere=f"{own}Its bandwidth is paid by the shared bandwidth that it belongs to.",
        )
    notes = Notes()
    if eip.by_traffic == Known(value=True):
        item = _traffic(eip, binding, declaration, notes, places)
    else:
        item = _bandwidth(eip, declaration, notes, places)
        if notes.known(eip.by_traffic, places.charge_mode) is None:
            item = replace(item, instead=(_traffic(eip, binding, declaration, Notes(), places),))
    perhaps_free = _may_be_shared(notes, eip, membership, places)
    return replace(
        item, perhaps_free=perhaps_free, reasons=tuple(notes.reasons), unknowns=tuple(notes.unknowns)
    )


def _bandwidth(eip: Eip, declaration: Declaration, notes: Notes, places: Places) -> Item:
    return Item(
        resource=eip.resource,
        type=places.type,
        meter=Meter.EIP_BANDWIDTH,
        region=eip.region,
        spec=notes.known(eip.line, places.line),
        mode=notes.mode(eip.purchase),
        size=notes.size(eip.size, places.size, _accepted()),
        hours=declaration.hours(eip.resource),
        months=notes.months(eip.purchase),
    )


def _traffic(eip: Eip, binding: Binding, declaration: Declaration, notes: Notes, places: Places) -> Item:
    return Item(
        resource=eip.resource,
        type=places.type,
        meter=Meter.EIP_TRAFFIC,
        region=eip.region,
        spec=notes.known(eip.line, places.line),
        mode=Mode.PAY_PER_USE,
        hours=declaration.hours(eip.resource),
        volume=_volume(eip, binding, declaration, notes),
    )


def _volume(eip: Eip, binding: Binding, declaration: Declaration, notes: Notes) -> Range:
    usage = declaration.usage.of(eip.resource)
    if usage.traffic is None:
        if binding.state == "unbound":
            notes.reasons.append("Nothing in this stack uses the EIP, but something elsewhere may.")
        return _possible_volume(eip, declaration, notes)
    entries = " or ".join(usage.entries)
    noun = "entry" if len(usage.entries) == 1 else "entries"
    notes.reasons.append(f"{_gigabytes(usage.traffic)} a month come from the usage {noun} {entries}.")
    if not usage.traffic_is_open:
        return usage.traffic
    notes.reasons.append("Whether an entry is about this EIP is not known.")
    return usage.traffic.or_else(_possible_volume(eip, declaration, notes))


def _gigabytes(volume: Range) -> str:
    if volume.is_exact or volume.high is None:
        return f"{plain(volume.low)} GB"
    return f"{plain(volume.low)} to {plain(volume.high)} GB"


def _possible_volume(eip: Eip, declaration: Declaration, notes: Notes) -> Range:
    """No more than the line can carry in the hours of the month."""
    notes.unknowns.append("usage.trafficGB")
    hours = declaration.hours(eip.resource).high
    if not isinstance(eip.size, Known) or hours is None or eip.size.value < _accepted().low:
        notes.reasons.append("The traffic is not stated, and without a size nothing bounds it.")
        return ANYTHING
    most = eip.size.value * GIGABYTES_PER_MBIT_S_HOUR * hours
    notes.reasons.append(
        f"The traffic is not stated; {plain(eip.size.value)} Mbit/s carry at most {plain(most)} GB in the "
        "month. State it under `usage` in the settings (trafficGB)."
    )
    return Range(Decimal(0), most)


def _may_be_shared(notes: Notes, eip: Eip, membership: Binding | None, places: Places) -> bool:
    """Whether a shared bandwidth may pay instead; notes why that is not known."""
    if membership is not None:
        notes.unknowns.append("membership")
        notes.reasons.append(membership.reason)
        if eip.purchase.prepaid != Known(value=False):
            notes.reasons.append("A shared bandwidth refuses an EIP that is yearly/monthly.")
        return True
    return notes.known(eip.shared, places.share_type) is None


def _possible(value: Value[bool]) -> tuple[bool, ...]:
    return (value.value,) if isinstance(value, Known) else _EITHER
