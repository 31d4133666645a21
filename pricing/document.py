"""Strict reading of TOML tables: every error names the file, the table and the key.

Prices are exact, so numbers with a decimal point must be written as strings: a TOML float would
have been rounded to binary before anyone could check it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST_NUMBER = 40


class DocumentError(ValueError):
    """A file cannot be read, or does not say what is expected of it. The message is one line."""


class Float:
    """A TOML float, kept as it was written so that an error can show it."""

    def __init__(self, written: str) -> None:
        self.written = written


def read_document(path: Path, what: str = "file") -> dict[str, object]:
    """Read a TOML file.

    Args:
        path: The file.
        what: What it should be, for errors ("price book").

    Raises:
        DocumentError: The file is missing, unreadable or not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        told = f"{path}: the {what} cannot be read ({error.strerror or error}); check its path."
        raise DocumentError(told) from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: the {what} is not text in UTF-8 (byte {error.start}).") from error
    return parse_document(text, str(path), what)


def parse_document(text: str, place: str, what: str = "file") -> dict[str, object]:
    """Read TOML text.

    Raises:
        DocumentError: It is not TOML.
    """
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Float)
    except RecursionError as error:
        raise DocumentError(f"{place}: the {what} is nested too deeply.") from error
    except ValueError as error:  # also of a number with thousands of digits
        raise DocumentError(f"{place}: the {what} is not TOML: {error}.") from error


class Table:
    """One TOML table that is read key by key; ``finish`` refuses keys that nobody asked for.

    Attributes:
        place: File and table, as errors name it.
    """

    def __init__(self, content: object, place: str) -> None:
        if not isinstance(content, Mapping):
            raise DocumentError(f"{place}: expected a table, found {_shown(content)}.")
        self.place = place
        self._content: Mapping[str, object] = content
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def fail(self, key: str, expected: str) -> DocumentError:
        """The error for a key whose value is not what was expected."""
        if key not in self._content:
            return DocumentError(f"{self.place}: {key} is missing; expected {expected}.")
        raw = _shown(self._content[key])
        return DocumentError(f"{self.place}: {key} is {raw}; expected {expected}.")

    def names(self) -> tuple[str, ...]:
        """All keys, in the order of the file; counts as having asked for them."""
        for key in self._content:
            if not key.isprintable():
                raise DocumentError(f"{self.place}: {key!r} is not a key.")
        self._asked.update(self._content)
        return tuple(self._content)

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not empty."""
        raw = self._get(key)
        if raw is None and default is not None:
            return default
        if not isinstance(raw, str) or not raw.strip() or not raw.isprintable():
            raise self.fail(key, "a text that is not empty, on one line")
        return raw

    def optional_text(self, key: str) -> str | None:
        """A string, or ``None`` where the key is missing."""
        return None if self._get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where the key is missing."""
        raw = self._get(key)
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise self.fail(key, "a list of texts")
        return tuple(raw)

    def number(self, key: str, default: Decimal | None = None) -> Decimal:
        """A number of zero or more, written as a string or an integer."""
        raw = self._get(key)
        if raw is None and default is not None:
            return default
        expected = 'a number of zero or more, written as a string ("0.5")'
        if isinstance(raw, Float):
            raise DocumentError(
                f'{self.place}: {key} is a float; write "{raw.written}" in quotes, so that it stays exact.'
            )
        if isinstance(raw, bool) or not isinstance(raw, (int, str)):
            raise self.fail(key, expected)
        value = exact(str(raw))
        if value is None or value < 0:
            raise self.fail(key, expected)
        return value

    def optional_number(self, key: str) -> Decimal | None:
        """A number, or ``None`` where the key is missing."""
        return None if self._get(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """True or false; false where the key is missing."""
        raw = self._get(key)
        if raw is not None and not isinstance(raw, bool):
            raise self.fail(key, "true or false")
        return bool(raw)

    def count(self, key: str) -> int:
        """A whole number of one or more."""
        raw = self._get(key)
        if isinstance(raw, bool) or not isinstance(raw, int) or raw < 1:
            raise self.fail(key, "a whole number of one or more")
        return raw

    def optional_count(self, key: str) -> int | None:
        """A whole number, or ``None`` where the key is missing."""
        return None if self._get(key) is None else self.count(key)

    def day(self, key: str, default: date | None = None) -> date:
        """A date without quotes."""
        raw = self._get(key)
        if raw is None and default is not None:
            return default
        if isinstance(raw, datetime) or not isinstance(raw, date):
            raise self.fail(key, "a date such as 2026-11-23, without quotes")
        return raw

    def optional_day(self, key: str) -> date | None:
        """A date, or ``None`` where the key is missing."""
        return None if self._get(key) is None else self.day(key)

    def moment(self, key: str) -> datetime:
        """A date and time with its offset from UTC, without quotes."""
        raw = self._get(key)
        if not isinstance(raw, datetime) or raw.tzinfo is None:
            raise self.fail(key, "a time with its offset such as 2023-04-18T08:45:00+08:00, without quotes")
        return raw

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """One of the values of an enumeration."""
        raw = self._get(key)
        if raw is None and default is not None:
            return default
        for member in choices:
            if member.value == raw:
                return member
        raise self.fail(key, f"one of {', '.join(choices)}")

    def one_of(self, key: str, names: Collection[str]) -> str:
        """One of some names that are data."""
        word = self._get(key)
        if isinstance(word, str) and word in names:
            return word
        raise self.fail(key, f"one of {', '.join(names)}")

    def tables(self, key: str) -> "tuple[Table, ...]":
        """A list of tables; empty where the key is missing."""
        raw = self._get(key)
        if raw is None:
            return ()
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            raise self.fail(key, f"a list of tables ([[{key}]])")
        return tuple(Table(item, f"{self.place}, {key} {number}") for number, item in enumerate(raw, start=1))

    def table(self, key: str) -> "Table":
        """A table."""
        if self._get(key) is None:
            raise self.fail(key, "a table")
        return Table(self._content[key], f"{self.place}, {key}")

    def is_table(self, key: str) -> bool:
        """Whether the value of a key is a table."""
        return isinstance(self._content.get(key), Mapping)

    def is_list(self, key: str) -> bool:
        """Whether the value of a key is a list."""
        return isinstance(self._content.get(key), list)

    def is_empty(self, key: str) -> bool:
        """Whether the value of a key is a text without anything in it."""
        raw = self._content.get(key)
        return isinstance(raw, str) and not raw.strip()

    def finish(self) -> None:
        """Refuse keys that have not been asked for."""
        for key in self._content:
            if key not in self._asked:
                near = get_close_matches(key, self._asked, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                shown = key if key.isprintable() else repr(key)
                raise DocumentError(f"{self.place}: {shown} is not a known key.{hint}")

    def named(self, name: str) -> "Table":
        """The same table, with a place that says more."""
        self.place = f"{self.place} ({name})"
        return self

    def _get(self, key: str) -> object:
        self._asked.add(key)
        return self._content.get(key)


def exact(written: str) -> Decimal | None:
    """A finite decimal in plain notation; ``None`` for anything else (``nan``, ``1e9``, ``1_000``)."""
    plain_digits = written.isascii() and len(written) <= _LONGEST_NUMBER
    if not plain_digits or not all(character in "0123456789.-" for character in written):
        return None
    try:
        return Decimal(written)
    except InvalidOperation:
        return None


def _shown(raw: object) -> str:
    if isinstance(raw, Float):
        return f"the float {raw.written}"
    if isinstance(raw, Mapping):
        return "a table"
    if isinstance(raw, str):
        return repr(raw if len(raw) <= 60 else raw[:59] + "…")
    if isinstance(raw, Sequence):
        return f"a list of {len(raw)}"
    return str(raw).lower() if isinstance(raw, bool) else str(raw)
