"""How a gateway gets to one place: privately, over the public network, or nobody knows."""

from msgspec import Struct

from policypack.network.rows import Row
from policypack.network.verdict import Direction, Weight


class Reach(Struct, frozen=True):
    """One row of the decision table of backends, applied to one place.

    Attributes:
        row: Which.
        direction: ``public`` (outbound bandwidth needed), ``private`` or ``unknown``.
        what: A phrase in apposition to the place ("a private address inside VPC 'x'").
        weight: ``proves``, or ``suggests`` for what is likely and not documented.
        missing: For ``unknown``: what would have to be known, a phrase.
    """

    row: Row
    direction: Direction
    what: str
    weight: Weight = "proves"
    missing: str = ""


def private(row: Row, what: str, *, likely: bool = False) -> Reach:
    """Reached without the public network."""
    return Reach(row, "private", what, "suggests" if likely else "proves")


def public(row: Row, what: str, *, likely: bool = False) -> Reach:
    """Reached over the public network."""
    return Reach(row, "public", what, "suggests" if likely else "proves")


def unknown(row: Row, what: str, missing: str) -> Reach:
    """Cannot be told."""
    return Reach(row, "unknown", what, "none", missing)
