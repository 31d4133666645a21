"""Values that may not be known, resources, and the stack that holds them."""

from policypack.declared.resource import Change, Position, Provider, Resource
from policypack.declared.stack import Origin, Stack, parse_urn
from policypack.declared.value import (
    ABSENT,
    SECRET,
    Absent,
    Invalid,
    Known,
    Raw,
    Secret,
    Unknown,
    Value,
    unknown_reason,
)

__all__ = [
    "ABSENT",
    "SECRET",
    "Absent",
    "Change",
    "Invalid",
    "Known",
    "Origin",
    "Position",
    "Provider",
    "Raw",
    "Resource",
    "Secret",
    "Stack",
    "Unknown",
    "Value",
    "parse_urn",
    "unknown_reason",
]
