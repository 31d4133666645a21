"""A result as one line of a journal: a checksum, the head, and for each stack its text and its details.

``CHECKSUM <TAB> HEAD [<TAB> TEXT <TAB> DETAILS]... <LF>``: JSON has no tab and no line break, so the parts
need no further marks, and the text of a stack is copied into a report without being parsed. Details are
compressed.
"""

import threading
from base64 import b64decode, b64encode
from functools import cache
from typing import TYPE_CHECKING, Final
from zlib import crc32

from msgspec import DecodeError, json

from policypack.fleet.result import Head, Result
from policypack.reports.report import StackReport
from pricing.quantity import Meter

if TYPE_CHECKING:
    import zstandard


class Damaged(Exception):
    """A line that is torn, was changed, or has another form."""


def to_line(result: Result) -> bytes:
    """The result as a line with its end."""
    parts = [_ENCODER.encode(result.head)]
    for text, details in zip(result.texts, result.details, strict=True):
        parts += [text.encode("ascii"), details]
    return sealed(b"\t".join(parts))


def sealed(body: bytes) -> bytes:
    """A body with its checksum before it and a line break after it."""
    return b"%08x\t%b\n" % (crc32(body), body)


def opened(line: bytes) -> bytes:
    """The body of a line.

    Raises:
        Damaged: It is not whole.
    """
    checksum, tab, body = line[:8], line[8:9], line[9:-1]
    if tab != b"\t" or line[-1:] != b"\n" or checksum != b"%08x" % crc32(body):
        raise Damaged
    return body


def head_of(body: bytes) -> Head:
    """The head of a result.

    Raises:
        Damaged: It has another form.
    """
    end = body.find(b"\t")
    try:
        return _heads().decode(body if end < 0 else body[:end])
    except (DecodeError, ValueError):
        raise Damaged from None


def texts_of(body: bytes) -> list[bytes]:
    """What the report says of each stack, as JSON."""
    return body.split(b"\t")[1::2]


def stack_of(body: bytes, position: int) -> StackReport:
    """The report of one stack, for formats other than JSON.

    Raises:
        Damaged: It has another form.
    """
    import zstandard

    try:
        packed = b64decode(body.split(b"\t")[2::2][position])
        return _stacks().decode(zstandard.decompress(packed))
    except (DecodeError, ValueError, IndexError, zstandard.ZstdError):
        raise Damaged from None


def details_of(stack: StackReport) -> bytes:
    """What ``stack_of`` reads."""
    return b64encode(_compressor().compress(_ENCODER.encode(stack)))


def _plain(value: object) -> object:
    if isinstance(value, Meter):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} is nothing that a journal keeps")


def _restored(kind: type, value: object) -> object:
    return value if kind is object else kind(value)


def _compressor() -> "zstandard.ZstdCompressor":
    """One for each thread (a Dask worker has several): making one takes fifteen times as long as its work."""
    import zstandard

    compressor: zstandard.ZstdCompressor | None = getattr(_OF_THREAD, "compressor", None)
    if compressor is None:
        compressor = _OF_THREAD.compressor = zstandard.ZstdCompressor(level=1)
    return compressor


_OF_THREAD: Final = threading.local()
_ENCODER: Final = json.Encoder(enc_hook=_plain)


@cache
def _heads() -> json.Decoder[Head]:
    return json.Decoder(Head, dec_hook=_restored)


@cache
def _stacks() -> json.Decoder[StackReport]:
    return json.Decoder(StackReport, dec_hook=_restored)
