"""What is billed and has no price here, so that a total is never taken for the whole bill."""

from dataclasses import dataclass
from typing import Literal

from policypack.huaweicloud.model import Landscape
from policypack.huaweicloud.names import is_billed, is_free
from policypack.metering.catalogue import billed_types
from policypack.metering.embedded import embedded


@dataclass(frozen=True, slots=True)
class Uncovered:
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


def not_covered(landscape: Landscape) -> tuple[Uncovered, ...]:
    """Resources of the stack that are or may be billed and have no meter here, by Terraform name."""
    return tuple(
        Uncovered(name, count, "billed" if is_billed(name) else "perhaps")
        for name, resources in sorted(landscape.by_type.items())
        if name not in billed_types()
        and name not in embedded().whole
        and not is_free(name)
        and (count := sum(1 for resource in resources if not resource.external))
    )
