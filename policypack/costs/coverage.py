"""What is billed and has no price here, so that a total is never taken for the whole bill."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from policypack.huaweicloud.model import Landscape
from policypack.huaweicloud.names import is_billed, is_free
from policypack.metering.catalogue import billed_types
from policypack.metering.embedded import embedded

if TYPE_CHECKING:
    from policypack.costs.line import Line


class Uncovered(Struct, frozen=True):
    """Resources of one type that no total here counts.

    Attributes:
        type: Terraform name.
        count: How many are declared.
        certainty: ``billed`` where the vendor is known to bill them, ``perhaps`` where nothing says that it
            does not.
    """

    type: str
    count: int
    certainty: Literal["billed", "perhaps"]


def not_covered(landscape: Landscape, unpriced: "Iterable[Line]" = ()) -> tuple[Uncovered, ...]:
    """Resources of the stack that are or may be billed and are no line, by Terraform name.

    Args:
        landscape: What is declared.
        unpriced: Lines that were left out, since nobody knows a price.
    """
    counts = Counter(line.type for line in unpriced)
    for name, resources in landscape.by_type.items():
        if name not in billed_types() and name not in embedded().whole and not is_free(name):
            counts[name] += sum(1 for resource in resources if not resource.external)
    return tuple(
        Uncovered(name, count, "billed" if is_billed(name) else "perhaps")
        for name, count in sorted(counts.items())
        if count
    )
