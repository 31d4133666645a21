"""Comparing the results of an audit with those of the one before, which the journal holds, too."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from policypack.costs.line import Total
from policypack.fleet.audit import Fleet
from policypack.fleet.journal import Journal, Place, Run
from policypack.fleet.result import Head
from policypack.printable import without_credentials
from policypack.reports.changes import ChangedFinding, ChangedStack, ChangeKind, Changes
from policypack.reports.report import ReportError
from policypack.reports.row import StackRow, together

Json = dict[str, Any]

_OF_A_LINE: Final = ("urn", "meter", "spec", "region", "mode", "quantity", "status", "currency", "monthly")


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
        document: Json = json.loads(text)
        now = _findings(document)
        if before is None:
            yield _as(row, "new", after=row.totals, new=tuple(now.values()))
            continue
        document_before: Json = json.loads(before[1])
        then = _findings(document_before)
        appeared = tuple(one for key, one in now.items() if key not in then)
        vanished = tuple(one for key, one in then.items() if key not in now)
        if appeared or vanished or _substance(document_before) != _substance(document):
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
    return _as(row, "gone", row.totals, gone=tuple(_findings(json.loads(text)).values()))


def _findings(document: Json) -> Mapping[str, ChangedFinding]:
    return {
        one["fingerprint"]: ChangedFinding(
            one["policy"], one["resource"], one["level"], one["verdict"], one["message"], one["fingerprint"]
        )
        for one in document["findings"]
    }


def _substance(document: Json) -> list[object]:
    """What tells two reports of a stack apart, whatever rows their prices are from and in whatever words.

    Two changes may cancel each other in a total, and one that leaves more open may leave it as it was.
    """
    lines = ([line[key] for key in _OF_A_LINE] for line in document["lines"])
    return [
        sorted(map(repr, lines)),
        document["gaps"],
        document["notCovered"],
        document["network"],
        [[limit["name"], limit["verdict"]] for limit in document["budget"]["limits"]],
    ]
