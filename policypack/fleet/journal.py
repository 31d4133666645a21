"""Results as they come, a line each, in a file that is only ever appended to.

The first line names the form. Each run that came to its end is one more line, which lists where its results
stand, and another one when its report was given, so that the next one can say what has changed since: what a
run that was killed in between has found is in no report yet. A line that was torn by a kill is cut off; one
that is damaged otherwise is not used.
"""

import fcntl
import json
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from policypack.fleet import wire
from policypack.fleet.result import Head
from policypack.reports.report import StackReport

FORM: Final = "apig-cost/journal/1"
_FORMS: Final = "apig-cost/journal/"
_END: Final = b"end\t"
_GIVEN: Final = b"given\t"


class JournalError(Exception):
    """A journal that cannot be used. Its text is a phrase about the file.

    Attributes:
        is_other: Whether the file is something else, or in use, and must not be touched.
    """

    def __init__(self, problem: str, *, is_other: bool = False) -> None:
        super().__init__(problem)
        self.is_other = is_other


class Place(Struct, frozen=True):
    """Where a line stands."""

    offset: int
    length: int


class Kept(Struct, frozen=True):
    """A result that stands in a journal."""

    head: Head
    place: Place


class Run(Struct, frozen=True):
    """A run that came to its end.

    Attributes:
        scope: What it was about, a digest.
        at: When it ended, in ISO 8601.
        given: What its stacks were assessed with (``key.fingerprint``).
        places: Where its results stand, in its order.
    """

    scope: str
    at: str
    given: str
    places: tuple[Place, ...]


class Journal:
    """A journal that is read once when it is opened and then written to.

    Attributes:
        torn: Bytes that were cut off at its end.
        damaged: Lines that are not used.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.torn = 0
        self.damaged = 0
        self._file = file
        self._held: dict[tuple[str, str], Kept] = {}
        self._entries: dict[int, str] = {}
        self._ended: dict[str, Run] = {}
        self._given: dict[str, Run] = {}
        self._end = self._read()

    @classmethod
    def temporary(cls) -> "Journal":
        """A journal that is gone when it is closed.

        Raises:
            OSError: There is no room for one.
        """
        return cls(tempfile.TemporaryFile(prefix="apig-cost-journal-"))

    @classmethod
    def at(cls, path: Path) -> "Journal":
        """The journal of a file, which is made where there is none.

        Raises:
            JournalError: It cannot be opened, read or begun, is none, is in use or has another form.
        """
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise JournalError(f"cannot be opened ({error.strerror})", is_other=True) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise JournalError("is no regular file", is_other=True)
        file = os.fdopen(handle, "r+b")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cls(file)
        except BlockingIOError:
            file.close()
            raise JournalError("is in use by another audit", is_other=True) from None
        except OSError as error:  # a full disk, or a file system without locks
            file.close()
            raise JournalError(f"cannot be used ({error.strerror})") from None
        except BaseException:
            file.close()
            raise

    def held(self, entry: str, told: str = "") -> Kept | None:
        """What is held of an entry, as it is by itself or with what others told."""
        return self._held.get((entry, told))

    def last_run(self, scope: str) -> Run | None:
        """The last run about the same places whose report was given."""
        return self._given.get(scope)

    def append(self, line: bytes) -> Kept:
        """Keep a result.

        Raises:
            OSError: It cannot be written; what stood there before still stands.
        """
        kept = Kept(wire.head_of(wire.opened(line)), self._write(line))
        self._remember(kept)
        return kept

    def end_run(self, run: Run) -> None:
        """Remember that a run came to its end.

        Raises:
            OSError: It cannot be written.
        """
        places = [[place.offset, place.length] for place in run.places]
        document = {"scope": run.scope, "at": run.at, "given": run.given, "places": places}
        self._write(wire.sealed(_END + json.dumps(document, separators=(",", ":")).encode()))
        os.fsync(self._file.fileno())
        self._ended[run.scope] = run

    def report_given(self, scope: str) -> None:
        """Remember that the report on the last run that ended was given.

        Raises:
            OSError: It cannot be written.
        """
        self._write(wire.sealed(_GIVEN + scope.encode()))
        self._given[scope] = self._ended[scope]

    def texts(self, place: Place) -> list[bytes]:
        """What the report says of each stack of a result, as JSON."""
        return wire.texts_of(self._body(place))

    def stack(self, place: Place, position: int) -> StackReport:
        """The report of one stack of a result."""
        return wire.stack_of(self._body(place), position)

    def head(self, place: Place) -> Head:
        """The head of a result."""
        return wire.head_of(self._body(place))

    def entry_at(self, place: Place) -> str:
        """Which entry a result is about."""
        return self._entries[place.offset]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _body(self, place: Place) -> bytes:
        return wire.opened(os.pread(self._file.fileno(), place.length, place.offset))

    def _write(self, line: bytes) -> Place:
        try:
            _write_at(self._file.fileno(), line, self._end)
        except OSError:
            self._cut()
            raise
        place = Place(self._end, len(line))
        self._end += len(line)
        return place

    def _cut(self) -> None:
        """Take back a line that was written in part."""
        with suppress(OSError):  # the next one to read it finds the line torn
            os.ftruncate(self._file.fileno(), self._end)

    def _read(self) -> int:
        """Take in every line; where new ones go."""
        self._file.seek(0)
        first = self._file.readline(1 << 16)
        if not first:
            return self._first_line()
        self._check_form(first)
        offset = len(first)
        for line in self._file:
            if not line.endswith(b"\n"):  # torn by a kill, or by a full disk
                self.torn = len(line)
                os.ftruncate(self._file.fileno(), offset)
                break
            self._take(line, Place(offset, len(line)))
            offset += len(line)
        return offset

    def _first_line(self) -> int:
        self._end = 0
        return self._write(wire.sealed(json.dumps({"journal": FORM}).encode())).length

    def _check_form(self, line: bytes) -> None:
        try:
            document = json.loads(wire.opened(line))
            form = document["journal"]
        except (wire.Damaged, ValueError, KeyError, TypeError):
            raise JournalError("is no journal of apig-cost", is_other=True) from None
        if form != FORM:
            raise JournalError(f"is a journal of another version ({str(form).removeprefix(_FORMS)[:20]})")

    def _take(self, line: bytes, place: Place) -> None:
        try:
            body = wire.opened(line)
            if body.startswith(_END):
                self._take_run(body)
                return
            if body.startswith(_GIVEN):
                self._take_given(body)
                return
            head = wire.head_of(body)
        except wire.Damaged:
            self.damaged += 1
            return
        self._remember(Kept(head, place))

    def _remember(self, kept: Kept) -> None:
        self._held[kept.head.entry, kept.head.told] = kept
        self._entries[kept.place.offset] = kept.head.entry

    def _take_run(self, body: bytes) -> None:
        try:
            document = json.loads(body.removeprefix(_END))
            places = tuple(Place(int(offset), int(length)) for offset, length in document["places"])
            run = Run(str(document["scope"]), str(document["at"]), str(document["given"]), places)
        except (ValueError, KeyError, TypeError):
            raise wire.Damaged from None
        if any(place.offset not in self._entries for place in places):  # a line of it is damaged
            raise wire.Damaged
        self._ended[run.scope] = run

    def _take_given(self, body: bytes) -> None:
        scope = body.removeprefix(_GIVEN).decode("ascii", "replace")
        if scope not in self._ended:  # its own line is damaged
            raise wire.Damaged
        self._given[scope] = self._ended[scope]


def _write_at(handle: int, data: bytes, offset: int) -> None:
    """Write all of it; nothing stays in a buffer, from which it could be written later, in another place."""
    while data:
        written = os.pwrite(handle, data, offset)
        data, offset = data[written:], offset + written
