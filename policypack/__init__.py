"""A Pulumi policy pack and a command line that say what Huawei Cloud API gateways cost.

``from policypack import policies`` gives the ``pulumi_policy`` objects for a team's own pack.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_policy import Policy

    policies: list[Policy]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Make ``policies`` when it is asked for: the command line never needs the SDK behind it.

    ``PolicyPack(policies=...)`` insists on a real list; each caller gets one of its own.
    """
    if name != "policies":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from policypack.pack import pulumi_policies

    try:
        return list(pulumi_policies())
    except AttributeError as error:  # would be taken for a missing name
        raise ImportError(f"the policies of apig-cost cannot be built: {error}") from error
