"""Usage that no declaration holds: hours and traffic, stated in the settings."""

from collections.abc import Iterable
from decimal import Decimal
from fnmatch import fnmatchcase

from policypack.declared import Resource
from policypack.settings.model import Settings, Usage


def matches(pattern: str, resource: Resource) -> bool:
    """Whether a glob means a resource, by its name or its URN. Case matters."""
    return fnmatchcase(resource.name, pattern) or fnmatchcase(resource.urn, pattern)


class UsageBook:
    """The usage entries, and which of them were used. Lives for one estimate."""

    def __init__(self, settings: Settings) -> None:
        self._entries = settings.usage
        self._used: set[int] = set()

    def of(self, resource: Resource) -> Usage | None:
        """The first entry that matches."""
        for position, entry in enumerate(self._entries):
            if matches(entry.match, resource):
                self._used.add(position)
                return entry
        return None

    def unmatched(self, resources: Iterable[Resource]) -> tuple[str, ...]:
        """Patterns that mean no resource at all; an entry behind a wider one is not among them."""
        everything = tuple(resources)
        return tuple(
            entry.match
            for position, entry in enumerate(self._entries)
            if position not in self._used and not any(matches(entry.match, one) for one in everything)
        )


def hours_of(usage: Usage | None, settings: Settings) -> Decimal:
    """Metered hours of the month."""
    if usage is not None and usage.hours_per_month is not None:
        return usage.hours_per_month
    return settings.hours_per_month
