"""Compressed state files, told from their first bytes as Pulumi itself does."""

import io
import zlib
from typing import Final

from policypack.sources.error import Malformed

LARGEST: Final = 384 * 1024 * 1024
"""Bytes that are read at most, before and after decompression. The largest known states stay below
half of that; a few kilobytes of gzip can claim to be terabytes."""
TOO_LARGE: Final = f"more than {LARGEST // 1024 // 1024} MiB, no state and no plan is that large"

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_WIDEST_WINDOW: Final = 128 * 1024 * 1024


def expand(data: bytes, largest: int = LARGEST) -> bytes:
    """Undo gzip or zstd where the bytes show it.

    Raises:
        Malformed: Damaged, cut off or too large.
    """
    if data.startswith(_GZIP):
        return _bounded(_gunzip(data, largest), largest)
    if data.startswith(_ZSTD):
        return _bounded(_unzstd(data, largest), largest)
    return _bounded(data, largest)


def _gunzip(data: bytes, largest: int) -> bytes:
    import gzip

    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(largest + 1)
    except (OSError, EOFError, zlib.error):
        raise _damaged("gzip") from None


def _unzstd(data: bytes, largest: int) -> bytes:
    import zstandard

    expander = zstandard.ZstdDecompressor(max_window_size=_WIDEST_WINDOW)
    try:
        with expander.stream_reader(data, read_across_frames=True) as stream:
            content = stream.read(largest + 1)
    except (zstandard.ZstdError, MemoryError):
        raise _damaged("zstd") from None
    if not content:  # the library reports a frame that ends within its header as an empty one
        raise _damaged("zstd")
    return content


def _bounded(content: bytes, largest: int) -> bytes:
    if len(content) > largest:
        raise Malformed("", f"more than {largest // 1024 // 1024} MiB, no state and no plan is that large")
    return content


def _damaged(kind: str) -> Malformed:
    return Malformed("", f"starts as {kind} but is damaged or cut off", "copy or export it again")
