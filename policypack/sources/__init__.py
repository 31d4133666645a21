"""Where declarations are read from: one module for each kind of source."""

from policypack.sources.entry import Entry
from policypack.sources.error import SourceError, UnrelatedError
from policypack.sources.read import read, read_each
from policypack.sources.wanted import ANY, Wanted

__all__ = ["ANY", "Entry", "SourceError", "UnrelatedError", "Wanted", "read", "read_each"]
