"""What is billed and has no price here, so that a total is never taken for the whole bill."""

from policypack.huaweicloud.model import Landscape
from policypack.huaweicloud.names import is_free
from policypack.metering.catalogue import billed_types
from policypack.metering.embedded import embedded


def not_covered(landscape: Landscape) -> tuple[tuple[str, int], ...]:
    """Billed resources of the stack that have no meter here, counted by Terraform name."""
    counted = {
        name: count
        for name, resources in landscape.by_type.items()
        if name not in billed_types()
        and name not in embedded().whole
        and not is_free(name)
        and (count := sum(1 for resource in resources if not resource.external))
    }
    return tuple(sorted(counted.items()))
