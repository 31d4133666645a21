"""Resources that a change replaces, and what it costs while both halves run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from policypack.costs.line import Line
from policypack.declared import Known
from policypack.huaweicloud.survey import property_of
from policypack.metering.catalogue import billed_types
from pricing.money import ANYTHING, Range, total


class Overlap(Struct, frozen=True):
    """A resource whose change cannot be made in place: for a while both halves run and are billed.

    Attributes:
        urn: The resource.
        resource: Its name.
        reason: Which property shows it.
        currency: ISO 4217 code; ``None`` where it is not known or differs.
        hourly: Cost of one hour in which both run.
    """

    urn: str
    resource: str
    reason: str
    currency: str | None
    hourly: Range


def identity(line: Line) -> str:
    """A resource without stack and project, so that two stacks of one program can be compared."""
    return line.resource.urn.split("::", 2)[-1]


def overlaps(base: Sequence[Line], head: Sequence[Line]) -> Iterator[Overlap]:
    """Every replacement in which both halves run: as the source says, else as far as it can be seen.

    It can be seen in a property that forces one, is known on both sides and differs.
    """
    old, new = _by_resource(base), _by_resource(head)
    for key in sorted(old.keys() & new.keys()):
        reason = _reason(old[key][0], new[key][0])
        if reason is None:
            continue
        lines = [*old[key], *new[key]]
        currencies = {line.currency for line in lines}
        currency = currencies.pop() if len(currencies) == 1 else None
        hourly = total(line.hourly or ANYTHING for line in lines) if currency else ANYTHING
        resource = new[key][0].resource
        yield Overlap(resource.urn, resource.name, reason, currency, hourly)


def _by_resource(lines: Sequence[Line]) -> Mapping[str, list[Line]]:
    by_resource: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.resource.leaving:
            by_resource[identity(line)].append(line)
    return by_resource


def _reason(old: Line, new: Line) -> str | None:
    told = new.resource.change
    if told is not None:
        return (told.reason or "it is created before the old one is destroyed") if told.both_run else None
    if old.region is not None and new.region is not None and old.region != new.region:
        return f"region {old.region} becomes {new.region}"
    billed = billed_types().get(new.type)
    for path in billed.replaced_by if billed else ():
        before, after = property_of(old.resource, path), property_of(new.resource, path)
        if isinstance(before, Known) and isinstance(after, Known) and before.value != after.value:
            return f"{path} changes"
    return None
