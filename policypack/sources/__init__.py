"""Where declarations are read from: one module for each kind of source."""

from policypack.sources.error import SourceError
from policypack.sources.read import read, read_each

__all__ = ["SourceError", "read", "read_each"]
