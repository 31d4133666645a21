"""Timelines: what a file says that happened, in order."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Final

from msgspec import Struct

from pricing.book.loader import definitions
from pricing.document import DocumentError, Table, read_document
from pricing.eip_states import EipMode
from pricing.quantity import Meter, Mode
from pricing.tiers import Tariff, Tier, TierError
from pricing.timeline.clock import VENDOR_TIME

_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2199
"""Every time that the vendor can bill is well inside, and so is all that is computed from it."""

_LONGEST_TERM: Final = 120
"""Months; longer than any term that is sold."""


class TimelineError(ValueError):
    """What a timeline tells cannot have happened, or cannot be rated. Names the event."""


class Action(StrEnum):
    """What happened."""

    CREATE = "create"
    BIND = "bind"
    UNBIND = "unbind"
    RESIZE = "resize"
    CHANGE_EDITION = "change-edition"
    CONVERT = "convert"
    DELETE = "delete"


class Kind(StrEnum):
    """What it happened to."""

    EIP = "eip"
    GATEWAY = "gateway"
    SHARED_BANDWIDTH = "shared-bandwidth"


class Event(Struct, frozen=True):
    """One thing that happened to one resource.

    Attributes:
        place: File and event, as errors name it.
        at: When, in the vendor's time.
        bandwidth: Mbit/s, the new one where it changes.
        mode: What an EIP is paid by.
        payment: What the resource is converted to.
        months: Term of a conversion to yearly/monthly.
        price: Price of the whole term; after a resize of a yearly/monthly EIP the new price a month.
        traffic: GB that an EIP paid by traffic has sent since its creation.
    """

    place: str
    at: datetime
    resource: str
    action: Action
    kind: Kind | None = None
    bandwidth: Decimal | None = None
    edition: str | None = None
    mode: EipMode | None = None
    payment: Mode | None = None
    months: int | None = None
    price: Decimal | None = None
    traffic: Decimal | None = None


class Timeline(Struct, frozen=True):
    """A whole file.

    Attributes:
        site: Site whose prices are taken from the book.
        region: Region whose prices are taken from the book.
        currency: Currency of the stated rates.
        until: End of what is billed.
        rates: Stated tariffs by meter and spec (``*`` for any); the book is asked for the rest.
        events: In order of time.
        ends_with_last_event: Whether the file states no end of its own.
    """

    site: str | None
    region: str | None
    currency: str | None
    until: datetime
    rates: Mapping[tuple[Meter, str], Tariff]
    events: tuple[Event, ...]
    ends_with_last_event: bool = False


def read_timeline(path: str | Path) -> Timeline:
    """Read a timeline (docs/billing.md describes the file).

    Raises:
        DocumentError: The file cannot be read, or a key is not what is expected.
        TimelineError: Events are out of order.
    """
    return decode_timeline(Table(read_document(Path(path)), str(path)))


def decode_timeline(root: Table) -> Timeline:
    """Read a timeline from a document that was read; raises like ``read_timeline``."""
    site, region = root.optional_text("site"), root.optional_text("region")
    rates = _rates(root.table("rates")) if "rates" in root else {}
    currency = root.text("currency") if rates else root.optional_text("currency")
    events = tuple(_event(table) for table in root.tables("event"))
    if not events:
        raise root.fail("event", "at least one [[event]]")
    for earlier, later in pairwise(events):
        if later.at < earlier.at:
            raise TimelineError(f"{later.place}: it is before the event above it ({_clock(earlier.at)}).")
    until = _moment(root, "until") if "until" in root else events[-1].at
    if until < events[-1].at:
        raise TimelineError(
            f"{root.place}: until is {_clock(until)}, before the last event ({_clock(events[-1].at)})."
        )
    timeline = Timeline(
        site=site,
        region=region,
        currency=currency,
        until=until,
        rates=rates,
        events=events,
        ends_with_last_event="until" not in root,
    )
    root.finish()
    return timeline


def _event(table: Table) -> Event:
    action = table.choice("do", Action)
    resource = table.text("resource")
    at = _moment(table, "at")
    table.named(f"{resource} {action} at {_clock(at)}")
    converts = action is Action.CONVERT
    event = Event(
        place=table.place,
        at=at,
        resource=resource,
        action=action,
        kind=table.choice("kind", Kind) if "kind" in table or action is Action.CREATE else None,
        bandwidth=table.optional_number("bandwidth"),
        edition=table.optional_text("edition"),
        mode=table.choice("mode", EipMode) if "mode" in table and not converts else None,
        payment=table.choice("mode", Mode) if converts else None,
        months=_months(table),
        price=table.optional_number("price"),
        traffic=table.optional_number("trafficGB"),
    )
    table.finish()
    return event


def _months(table: Table) -> int | None:
    months = table.optional_count("months")
    if months is not None and months > _LONGEST_TERM:
        raise table.fail("months", f"a term of at most {_LONGEST_TERM} months")
    return months


def _moment(table: Table, key: str) -> datetime:
    moment = table.moment(key)
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise table.fail(key, f"a time of the years {_FIRST_YEAR} to {_LAST_YEAR}")
    if moment.microsecond:
        raise table.fail(key, "a whole second: the vendor bills by the second")
    return moment.astimezone(VENDOR_TIME)


def _rates(table: Table) -> dict[tuple[Meter, str], Tariff]:
    rates: dict[tuple[Meter, str], Tariff] = {}
    for name in table.names():
        if name not in definitions().meters:
            known = ", ".join(definitions().meters)
            raise DocumentError(f"{table.place}: {name} is not one of {known}.")
        meter = Meter(name)
        if meter == Meter.GATEWAY and table.is_table(name):
            editions = table.table(name)
            for edition in editions.names():
                rates[meter, edition] = Tariff.flat(editions.number(edition))
        else:
            rates[meter, "*"] = _tariff(table, name)
    return rates


def _tariff(table: Table, name: str) -> Tariff:
    if not table.is_list(name):
        return Tariff.flat(table.number(name))
    tiers: list[Tier] = []
    end = Decimal(0)
    for step in table.tables(name):
        up_to = step.optional_number("upTo")
        tiers.append(Tier(end, up_to, step.number("rate")))
        step.finish()
        end = end if up_to is None else up_to
    try:
        return Tariff(tuple(tiers))
    except TierError as error:
        raise DocumentError(f"{table.place}, {name}: {error}.") from error


def _clock(at: datetime) -> str:
    return at.astimezone(VENDOR_TIME).strftime("%Y-%m-%d %H:%M:%S")
