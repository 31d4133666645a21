"""Running a Pulumi program without engine, account or network, to read what it declares."""

from pathlib import Path

from policypack.declared import Stack
from policypack.sources.error import SourceError


def run(directory: Path, *, stack: str | None = None) -> Stack:
    """Run the program of a directory."""
    raise SourceError(str(directory), "", f"programs cannot be run yet (stack {stack})")
