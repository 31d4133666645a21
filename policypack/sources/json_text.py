"""Strict JSON: exact numbers, no NaN, bounded nesting, and the place of whatever is wrong.

A parser in C does the work. It refuses at least what the standard one does, which then has the words; places
are searched for only once something is known to be wrong.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

import msgspec

from policypack.sources.error import Malformed

DEEPEST: Final = 100
"""Levels of nesting that are read. Real declarations stay below 30."""

_LARGEST_EXPONENT: Final = 308
"""Beyond what the engine, which uses doubles, could ever have written."""

_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d[\d.eE+-]*', re.DOTALL)
_NO_MARKS: Final = bytes(code for code in range(256) if code not in b'{}[]"\\')
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")
_QUOTED: Final = re.compile(rb'"[^"]*"')
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class _Refused(Exception):
    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.token = token


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, or in UTF-16 with a mark, as a Windows shell writes it."""
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Malformed(f"byte {error.start}", "this is no text, JSON was expected", _EXPORT_AGAIN) from None


_EXPORT_AGAIN: Final = (
    "write the file again with 'pulumi stack export' or 'pulumi preview --json --show-sames'"
)


def parse(text: str) -> object:
    """Read one JSON document. Fractions become ``Decimal``.

    Raises:
        Malformed: Anything but one document of finite numbers and whole characters.
    """
    try:
        document = _fast_parser.decode(text)
    except (msgspec.DecodeError, ValueError, _Refused, RecursionError):
        document = _parsed_slowly(text)
    if _depth_exceeds(text, DEEPEST):
        raise _too_deep()
    return document


def _parsed_slowly(text: str) -> object:
    """The same by the standard parser: it says where what is wrong, and reads half characters."""
    try:
        document: object = _parser.decode(text)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        problem = "the JSON ends too early" if cut_off else f"no valid JSON here ({error.msg})"
        raise Malformed(f"line {error.lineno}, column {error.colno}", problem, _EXPORT_AGAIN) from None
    except _Refused as refused:
        raise Malformed(
            _place_of(text, refused.token), f"{refused.token[:40]} is no finite number", _EXPORT_AGAIN
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # an integer of more digits than Python converts
        raise Malformed(_place_of_longest_number(text), "a number of ordinary size was expected") from None
    if _SURROGATE.search(text) and not _depth_exceeds(text, DEEPEST):
        _refuse_half_characters(text)
    return document


def first_document(text: str) -> object:
    """The first of several JSON documents in a text, or ``None``. Serves only to name what a file is."""
    try:
        return _parser.raw_decode(text.lstrip())[0]
    except (ValueError, RecursionError, _Refused):
        return None


@lru_cache(maxsize=4096)
def _fraction(token: str) -> Decimal:
    try:
        number = Decimal(token)
    except InvalidOperation:
        raise _Refused(token) from None
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise _Refused(token)
    return number


def _constant(token: str) -> object:
    raise _Refused(token)


_parser: Final = json.JSONDecoder(parse_float=_fraction, parse_constant=_constant)
_fast_parser: Final = msgspec.json.Decoder(float_hook=_fraction)


def _too_deep() -> Malformed:
    return Malformed("", f"nested more than {DEEPEST} levels deep, no declaration is", _EXPORT_AGAIN)


def _depth_exceeds(text: str, limit: int) -> bool:
    """Whether valid JSON is nested deeper, told from its text, faster than to walk through the document.

    Only brackets and quotes are kept. Whether a bracket stands within quotes is the same without two quotes
    that have nothing between them.
    """
    data = text.encode("utf-8", "surrogatepass")
    marks = data.translate(_ONE_KIND, _NO_MARKS)
    if b"\\" in marks:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"").replace(b"\\", b"")
        marks = data.translate(_ONE_KIND, _NO_MARKS)
    marks = marks.replace(b'""', b"")
    if b'"' in marks:
        marks = _QUOTED.sub(b"", marks)
    for _ in range(limit):
        if not marks:
            return False
        marks = marks.replace(b"[]", b"")  # the innermost
    return bool(marks)


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line}, column {position - text.rfind(chr(10), 0, position)}"


def _place_of(text: str, token: str) -> str:
    for match in _TOKENS.finditer(text):
        if match.group() == token:
            return _place(text, match.start())
    return ""


def _place_of_longest_number(text: str) -> str:
    numbers = (match for match in _TOKENS.finditer(text) if not match.group().startswith('"'))
    longest = max(numbers, key=lambda match: len(match.group()), default=None)
    return "" if longest is None else _place(text, longest.start())


def _refuse_half_characters(text: str) -> None:
    for match in _TOKENS.finditer(text):
        token = match.group()
        if token.startswith('"') and _SURROGATE.search(token):
            try:
                json.loads(token).encode()
            except UnicodeEncodeError:
                raise Malformed(_place(text, match.start()), "half a character (a lone surrogate)") from None
            except ValueError:
                continue
