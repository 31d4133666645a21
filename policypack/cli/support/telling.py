"""What a run tells beside its report: on standard error with ``-v``, and in the file of ``--log``.

No line is made of properties of resources. Addresses are told without credentials, and what a variable of the
environment holds whose name says that it is secret is not told at all.
"""

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, TextIO

from policypack.cli.support.errors import InputError, discard, tell
from policypack.printable import printable, without_credentials

if TYPE_CHECKING:
    from policypack.cli.support.run import Basis
    from policypack.declared import Stack
    from policypack.sources import SourceError

LOG: Final = logging.getLogger("apig-cost")
"""Takes ``info`` for what ``-v`` shows, and the rest for the file alone; libraries tell it nothing."""
LOG.propagate = False
_OFF: Final = logging.CRITICAL + 1
LOG.setLevel(_OFF)  # else the library writes warnings to standard error where nobody listens
_SECRET: Final = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "KEY")
"""Words in the names of variables that hold what nobody may read."""
_SHORTEST: Final = 6
"""Characters of a secret that is looked for; a shorter one would be found in every word."""


def begin(*, verbose: bool, log: str | None, command: str) -> None:
    """Begin to tell; until ``end``.

    Raises:
        InputError: The log cannot be written.
    """
    from policypack import __version__

    end()
    if log == "":
        raise InputError("--log: the name of a file was expected, found an empty text")
    if verbose:
        _take(_Terminal())
    if log is not None:
        try:
            # a log may be read by others later than the run; whoever wrote the report may read it now
            handle = os.open(Path(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            told = f"{log}: the log cannot be written ({reason}); name a file that you may write"
            raise InputError(told) from None
        _take(_File(log, os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace")))
    if LOG.handlers:
        LOG.info("apig-cost %s %s, Python %s", __version__, command, sys.version.split()[0])


def end(code: int | None = None) -> None:
    """End to tell, with the exit code of the run."""
    if code is not None:
        LOG.debug("exit code %s", code)
    for handler in list(LOG.handlers):
        _leave(handler)
        handler.close()


def tell_basis(given: "Basis") -> None:
    """Which settings and which prices a run uses."""
    if not LOG.isEnabledFor(logging.INFO):
        return
    LOG.info("settings: %s", given.search.told)
    for number, layer in enumerate(given.reference.layers, 1):
        LOG.info("price book %s: %s (%s of %s)", number, layer.name, layer.identifier, layer.as_of)


def heard(line: str) -> None:
    """Keep a line that standard error shows."""
    LOG.log(logging.ERROR if line.startswith("Error: ") else logging.WARNING, "%s", line)


class Reading:
    """Tells of each stack that is read what it is, where it stood and how long that took."""

    def __init__(self) -> None:
        self._began = self._last = monotonic()
        self._read = 0

    def met(self, outcome: "Stack | SourceError") -> None:
        """Tell of one more."""
        now = monotonic()
        seconds, self._last = now - self._last, now
        from policypack.reports.row import label
        from policypack.sources import SourceError

        if isinstance(outcome, SourceError):
            LOG.info("could not be read in %.3f s: %s", seconds, outcome.path or "input")
            return
        self._read += 1
        LOG.info(
            "read %s from %s (%s) in %.3f s: %s resources, %s gaps",
            label(outcome.project, outcome.name),
            outcome.origin.path or "standard input",
            outcome.origin.kind,
            seconds,
            len(outcome.resources),
            len(outcome.gaps),
        )

    def judged(self) -> None:
        """Tell that everything was judged."""
        now = monotonic()
        stacks = "1 stack" if self._read == 1 else f"{self._read} stacks"
        LOG.info("judged %s in %.3f s, %.3f s in all", stacks, now - self._last, now - self._began)


def _take(handler: logging.Handler) -> None:
    LOG.addHandler(handler)
    LOG.setLevel(logging.DEBUG)


def _leave(handler: logging.Handler) -> None:
    LOG.removeHandler(handler)
    if not LOG.handlers:
        LOG.setLevel(_OFF)


def clean(text: str) -> str:
    """Text on one line without credentials and without what the environment keeps secret."""
    text = printable(without_credentials(text))
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST and value in text and any(word in name.upper() for word in _SECRET):
            text = text.replace(value, "***")
    return text


class _Terminal(logging.Handler):
    """Lines for a person who waits; what stands on standard error anyway is not told twice."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno != logging.INFO:
            return
        try:
            sys.stderr.write(f"{clean(record.getMessage())}\n")
            sys.stderr.flush()
        except OSError:
            discard(sys.stderr)


class _File(logging.StreamHandler):  # type: ignore[type-arg]
    """Every line, with its time in UTC."""

    def __init__(self, path: str, stream: TextIO) -> None:
        super().__init__(stream)
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        try:
            self.stream.write(f"{at} {record.levelname.lower()} {clean(record.getMessage())}\n")
            self.stream.flush()
        except OSError as error:  # a full disk must not end the run
            _leave(self)
            discard(self.stream)
            self.close()
            tell(f"{self._path}: the log ends here, it cannot be written on ({error.strerror})")

    def close(self) -> None:
        self.stream.close()
        super().close()
