"""What the listing of a place yields: one state with its version, or one other source."""

from msgspec import Struct

from policypack.sources.wanted import ANY, Wanted


class Entry(Struct, frozen=True):
    """The unit of work of an audit. Small, and all that another process needs to read it.

    Attributes:
        root: The place that holds it: a folder or the URL of a store; a program or another source itself.
        path: The file in it; empty where the root is what is read.
        shown: How reports name it, without credentials.
        version: What changes with its content (an etag, or size and times); ``None`` where the listing
            tells none, so that the content has to be read to tell.
        wanted: Names for a file that holds none, and which stacks of a program are meant.
        locked: Whether an update of it is running or was interrupted.
        is_state: Whether it is one file of a place, rather than a program or anything else that may read
            other files.
        may_be_other: Whether it was met in a folder, where a file may be of any kind and is then left alone.
    """

    root: str
    path: str = ""
    shown: str = ""
    version: str | None = None
    wanted: Wanted = ANY
    locked: bool = False
    is_state: bool = True
    may_be_other: bool = False
