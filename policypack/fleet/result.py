"""What examining one entry gives: small, without resources, and the same wherever it was made."""

from msgspec import Struct

from policypack.network.across import Summary
from policypack.reports.met import Met
from policypack.reports.report import ReportError
from policypack.reports.row import StackRow


class StackResult(Struct, frozen=True):
    """What is kept in memory of one stack until the report is made.

    Attributes:
        row: What the whole of the run needs of it.
        met: What it says of the settings.
        summary: What it says to the others.
    """

    row: StackRow
    met: Met
    summary: Summary


class Head(Struct, frozen=True):
    """What one entry gave, without the details of its stacks.

    Attributes:
        entry: Which entry (``key.identity``).
        key: What the result depends on (``key.key``): it is true as long as this is the same.
        told: What the other stacks said, as a digest, where the entry was examined again; else empty.
        digest: Of the content, where the listing told no version.
        version: Of this program, for who reads the journal; its digest is part of the key.
        stacks: Each stack that was read.
        errors: What could not be read.
        left_alone: The file, where it is proven to be no kind of declaration.
    """

    entry: str
    key: str
    told: str
    digest: str
    version: str
    stacks: tuple[StackResult, ...] = ()
    errors: tuple[ReportError, ...] = ()
    left_alone: str = ""


class Result(Struct, frozen=True):
    """What one entry gave, ready to be kept.

    Attributes:
        head: What is kept in memory.
        texts: For each stack its part of the report, as one line of JSON.
        details: For each stack what other formats need, packed.
    """

    head: Head
    texts: tuple[str, ...] = ()
    details: tuple[bytes, ...] = ()
