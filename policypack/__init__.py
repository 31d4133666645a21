"""A Pulumi policy pack and a command line that say what Huawei Cloud API gateways cost.

``from policypack import policies`` gives the ``pulumi_policy`` objects for a team's own pack.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_policy import Policy

    policies: list[Policy]

__version__ = "0.1.0"


class _Package(ModuleType):
    """This package, with a list named ``policies`` beside a sub-package of that name.

    ``PolicyPack(policies=...)`` insists on a real list, and the rules live in the sub-package
    ``policypack.policies``. The import system stores a sub-package as an attribute of its parent; a
    property on the class takes precedence over that and ignores the store, so that the name means
    the list however and whenever the sub-package was imported. ``from policypack.policies import x``
    does not look at the attribute and works as ever.
    """

    @property
    def policies(self) -> "list[Policy]":
        """Our policies as ``pulumi_policy`` objects."""
        from policypack.pack import pulumi_policies

        try:
            return list(pulumi_policies())
        except AttributeError as error:  # would make Python look for the sub-package instead
            raise ImportError(f"the policies of apig-cost cannot be built: {error}") from error

    @policies.setter
    def policies(self, sub_package: ModuleType) -> None:
        """The import system reports ``policypack.policies``; there is nothing to store."""


sys.modules[__name__].__class__ = _Package
