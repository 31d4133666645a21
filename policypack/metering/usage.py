"""Usage that no declaration holds: hours and traffic, stated in the settings."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

from msgspec import Struct

from policypack.declared import Known, Resource, Value
from policypack.huaweicloud.names import terraform_name
from policypack.metering.tags import Belongs, tagged
from policypack.settings.model import Settings, Usage
from policypack.settings.pattern import means
from pricing.money import Range


def matches(pattern: str, resource: Resource) -> bool:
    """Whether a pattern means a resource, by its name or its URN. Case matters."""
    return means(pattern, resource.name) or means(pattern, resource.urn)


class StatedUsage(Struct, frozen=True):
    """What the entries say of one resource.

    Attributes:
        traffic: GB of a month; ``None`` where no entry states it.
        traffic_is_open: Whether an entry that is not known to match would leave it unstated.
        hours: Hours of the month in which the resource exists.
        entries: The entries that may be meant, as the settings say them.
    """

    traffic: Range | None
    traffic_is_open: bool
    hours: Range
    entries: tuple[str, ...]


class UsageBook:
    """The usage entries, and which of them were used. Lives for one estimate."""

    def __init__(
        self, settings: Settings, by_traffic: Mapping[str, Value[bool]], packages: frozenset[str]
    ) -> None:
        """Take the entries of the settings.

        Args:
            settings: Usage entries and hours of the month.
            by_traffic: By URN, whether an EIP is paid by traffic.
            packages: Further packages that are known to hold the vendor's resources.
        """
        self._entries = settings.usage
        self._month = settings.hours_per_month
        self._by_traffic = by_traffic
        self._packages = packages
        self._used: set[int] = set()

    def of(self, resource: Resource) -> StatedUsage:
        """What the first entry that matches says.

        Where it is not known whether an entry matches, that one and the next may both be meant.
        """
        meant: list[Usage | None] = [None]
        for position, entry in enumerate(self._entries):
            belongs = self._belongs(entry, resource)
            if belongs is Belongs.NO:
                continue
            self._used.add(position)
            meant.insert(-1, entry)
            if belongs is Belongs.YES:
                meant.pop()
                break
        stated = [entry.traffic_gb for entry in meant if entry is not None and entry.traffic_gb is not None]
        hours = [
            self._month if entry is None or entry.hours_per_month is None else entry.hours_per_month
            for entry in meant
        ]
        return StatedUsage(
            reduce(Range.or_else, [Range(low, high) for low, high in stated]) if stated else None,
            len(stated) < len(meant),
            Range(min(hours), max(hours)),
            tuple(told(entry) for entry in meant if entry is not None),
        )

    def unmatched(self, resources: Iterable[Resource]) -> tuple[str, ...]:
        """Entries that mean no resource at all; an entry behind a wider one is not among them."""
        everything = tuple(resources)
        return tuple(
            told(entry)
            for position, entry in enumerate(self._entries)
            if position not in self._used
            and all(self._belongs(entry, one) is Belongs.NO for one in everything)
        )

    def _belongs(self, entry: Usage, resource: Resource) -> Belongs:
        parts = set(self._parts(entry, resource))
        if Belongs.NO in parts:
            return Belongs.NO
        return Belongs.MAYBE if Belongs.MAYBE in parts else Belongs.YES

    def _parts(self, entry: Usage, resource: Resource) -> Iterator[Belongs]:
        if entry.match is not None:
            yield Belongs.YES if matches(entry.match, resource) else Belongs.NO
        if entry.type is not None:
            kind = terraform_name(resource.token, self._packages)
            yield Belongs.YES if kind is not None and means(entry.type, kind) else Belongs.NO
        if entry.tag is not None:
            yield tagged(entry.tag, resource)
        if entry.charge_mode is not None:
            match self._by_traffic.get(resource.urn):
                case None:
                    yield Belongs.NO
                case Known(by_traffic):
                    fits = by_traffic == (entry.charge_mode == "traffic")
                    yield Belongs.YES if fits else Belongs.NO
                case _:
                    yield Belongs.MAYBE


def told(entry: Usage) -> str:
    """An entry as a message names it: what it matches."""
    parts = {"type": entry.type, "tag": entry.tag, "chargeMode": entry.charge_mode}
    others = [f'{key} "{value}"' for key, value in parts.items() if value is not None]
    return " and ".join(([f'"{entry.match}"'] if entry.match is not None else []) + others)
