"""Comparing the results of an audit with those of the one before, which the journal holds, too."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from policypack.costs.line import Total
from policypack.fleet.audit import Fleet
from policypack.fleet.journal import Journal, Place, Run
from policypack.fleet.result import Head
from policypack.printable import without_credentials
from policypack.reports.changes import ChangedFinding, ChangedStack, ChangeKind, Changes
from policypack.reports.report import ReportError
from policypack.reports.row import StackRow, together
from pricing.money import Range

Json = dict[str, Any]


def changes_since(run: Run, fleet: Fleet, journal: Journal, given: str) -> Changes:
    """What is not as it was when a run ended.

    Only results that stand elsewhere in the journal than then are compared, and only two of them are held at
    a time.

    Args:
        run: The run before.
        fleet: What came of this one.
        journal: Holds the results of both.
        given: What this one was assessed with.
    """
    before = {journal.entry_at(place): place for place in run.places}
    changed: list[ChangedStack] = []
    costs = []
    unchanged = 0
    for entry, item in zip(fleet.entries, fleet.items, strict=True):
        place = before.pop(entry, None)
        old = journal.head(place) if place is not None else None
        costs += [stack.row.cost for stack in old.stacks] if old is not None else []
        if isinstance(item, ReportError) or item.head.errors:
            changed += [_as(stack.row, "unread") for stack in old.stacks] if old is not None else []
        elif item.place == place:
            unchanged += len(item.head.stacks)
        else:
            found = list(_compared(old, place, item.head, item.place, journal))
            changed += found
            unchanged += len(item.head.stacks) - sum(one.kind != "gone" for one in found)
    # what could not be listed may hold them still
    kind: ChangeKind = "unread" if "" in fleet.entries else "gone"
    for place in before.values():
        old = journal.head(place)
        costs += [stack.row.cost for stack in old.stacks]
        changed += [
            _as(stack.row, kind) if kind == "unread" else _gone(stack.row, text)
            for stack, text in zip(old.stacks, journal.texts(place), strict=True)
        ]
    return Changes(run.at, run.given == given, unchanged, tuple(changed), together(costs).totals)


def scope_of(places: Sequence[str]) -> str:
    """What tells audits of the same places: their addresses, whatever their order, without credentials."""
    named = sorted({without_credentials(place) for place in places})
    return sha256("\0".join(named).encode("utf-8", "surrogateescape")).hexdigest()


def places_of(fleet: Fleet, last: Run | None, journal: Journal) -> tuple[Place, ...]:
    """Where the results of a run stand; of what could not be read this time, where the last one stands.

    Otherwise it would be new as soon as it can be read again.
    """
    before = {journal.entry_at(place): place for place in last.places} if last is not None else {}
    places = dict[str, Place]()
    unlisted = "" in fleet.entries
    for entry, item in zip(fleet.entries, fleet.items, strict=True):
        if isinstance(item, ReportError) or item.head.errors:
            if entry in before:
                places[entry] = before[entry]
        else:
            places[entry] = item.place
    return tuple((before | places if unlisted else places).values())


def _compared(
    old: Head | None, old_place: Place | None, new: Head, new_place: Place, journal: Journal
) -> Iterator[ChangedStack]:
    """The stacks of one entry that are not as they were."""
    was: dict[tuple[str, str], tuple[StackRow, bytes]] = {}
    if old is not None and old_place is not None:
        for stack, text in zip(old.stacks, journal.texts(old_place), strict=True):
            was[stack.row.project, stack.row.name] = stack.row, text
    for stack, text in zip(new.stacks, journal.texts(new_place), strict=True):
        row = stack.row
        before = was.pop((row.project, row.name), None)
        now = _findings(text)
        if before is None:
            yield _as(row, "new", after=row.totals, new=tuple(now.values()))
            continue
        then = _findings(before[1])
        appeared = tuple(one for key, one in now.items() if key not in then)
        vanished = tuple(one for key, one in then.items() if key not in now)
        if appeared or vanished or _amounts(before[0].totals) != _amounts(row.totals):
            yield _as(row, "changed", before[0].totals, row.totals, appeared, vanished)
    for row, text in was.values():
        yield _gone(row, text)


def _as(
    row: StackRow,
    kind: ChangeKind,
    before: tuple[Total, ...] = (),
    after: tuple[Total, ...] = (),
    new: tuple[ChangedFinding, ...] = (),
    gone: tuple[ChangedFinding, ...] = (),
) -> ChangedStack:
    return ChangedStack(row.project, row.name, row.origin.path, kind, before, after, new, gone)


def _gone(row: StackRow, text: bytes) -> ChangedStack:
    return _as(row, "gone", row.totals, gone=tuple(_findings(text).values()))


def _findings(text: bytes) -> Mapping[str, ChangedFinding]:
    document: Json = json.loads(text)
    return {
        one["fingerprint"]: ChangedFinding(
            one["policy"], one["resource"], one["level"], one["verdict"], one["message"], one["fingerprint"]
        )
        for one in document["findings"]
    }


def _amounts(totals: tuple[Total, ...]) -> list[tuple[str | None, Decimal, Decimal | None]]:
    """What tells totals apart, whatever digits they were written with."""
    ranges: list[tuple[str | None, Range]] = [(total.currency, total.monthly) for total in totals]
    return [(currency, monthly.low, monthly.high) for currency, monthly in ranges]
