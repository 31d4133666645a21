"""Making text of unknown origin safe to show: names come from programs that anybody may write."""

import json
import re
import unicodedata
from functools import lru_cache
from typing import Final

import msgspec

from policypack.printable import without_credentials

LONGEST_NAME: Final = 120
"""Characters of a name that are shown; Pulumi itself allows more."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that move the cursor, turn the writing direction, or show nothing."""


def visible(text: str, longest: int | None = None) -> str:
    """Text on one line in which every character can be seen.

    Control characters (also those of a terminal), direction marks, zero-width characters and lone
    surrogates are written as escapes such as ``\\u202e``; what is too long is cut in the middle. Addresses
    are shown without credentials.
    """
    text = without_credentials(text)
    if longest is not None and len(text) > 2 * longest:  # no escape makes a text shorter
        text = text[:longest] + text[-longest:]
    if not text.isprintable():  # which finds all that is hidden, and rare spaces that are not
        text = "".join(_escape(character) for character in text)
    if "##" in text:  # GitHub and Azure take ##[command] and ##vso[command] anywhere in a line
        text = text.replace("##[", "#\\x23[").replace("##vso[", "#\\x23vso[")
    if longest is not None and len(text) > longest:
        keep = (longest - 1) // 2
        text = f"{text[: longest - 1 - keep]}…{text[len(text) - keep :]}"
    return text


def name(text: str) -> str:
    """A name of a resource, stack or file as reports for people show it; one of spaces alone can be seen."""
    if text and not text.strip():
        text = "".join(map(_code, text))
    return visible(text, LONGEST_NAME)


def _escape(character: str) -> str:
    return _code(character) if unicodedata.category(character) in _HIDDEN else character


def _code(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def log_lines(text: str) -> str:
    """Output of several lines, none of which begins a ``::command::`` to GitHub.

    A long name that wraps can start any line.
    """
    return "".join(_log_line(line) for line in text.splitlines(keepends=True))


def _log_line(line: str) -> str:
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}\\x3a{bare[1:]}" if bare.startswith("::") else line


def json_text(document: object) -> str:
    """JSON without credentials in addresses; non-ASCII characters and commands to a CI system are escaped."""
    text = _compact(document)
    try:
        text = msgspec.json.format(text, indent=2)
    except msgspec.DecodeError:  # half a character, which it does not lay out
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=True)
    return _inert(text) + "\n"


def json_line(document: object) -> str:
    """Likewise on one line, without its end."""
    return _inert(_compact(document))


def _compact(document: object) -> str:
    """JSON in ASCII. An encoder in C writes it where the standard one would write the same."""
    written = _fast(document)
    if written is not None and all(map(_is_harmless, _WRITTEN_ADDRESS.findall(written))):
        return written
    return json.dumps(_without_credentials(document), separators=(",", ":"), ensure_ascii=True)


def _fast(document: object) -> str | None:
    try:
        text = msgspec.json.encode(document)
    except (TypeError, ValueError):  # half a character, a large number; the standard encoder knows what to do
        return None
    return text.decode("ascii") if text.isascii() and b"\x7f" not in text else None


def _inert(text: str) -> str:
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[")


_WRITTEN_ADDRESS: Final = re.compile(r'://[^"\s]*')
"""An address in JSON, without its scheme. It ends where its text does, at the latest."""


@lru_cache(maxsize=1024)
def _is_harmless(address: str) -> bool:
    """Whether an address in JSON may be shown as it is: sources of prices may, and stand everywhere."""
    whole = f"x{address}"
    return "\\" not in address and without_credentials(whole) == whole


def _without_credentials(document: object) -> object:
    if isinstance(document, str):
        return without_credentials(document) if "://" in document else document
    if isinstance(document, dict):
        shown: dict[object, object] = {}
        for key, value in document.items():
            name = without_credentials(key) if isinstance(key, str) else key
            while name in shown:  # nothing is lost where two differ in what is hidden
                name = f"{name}'"
            shown[name] = value if value is None else _without_credentials(value)
        return shown
    if isinstance(document, (list, tuple)):
        return [_without_credentials(value) for value in document]
    return document


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
