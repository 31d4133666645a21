"""Terraform modules that a program uses as a resource, and resources that another one makes itself.

``pulumi package add terraform-module`` makes a package with one resource, ``<package>:index:Module``. What
the module makes stands in a state and in a preview as *views* of it (``viewOf``), ``<package>:tf:<type>``,
with properties in Terraform's spelling; a running program shows the module alone. Nothing of that is read.
"""

from collections.abc import Iterable
from typing import Final

from policypack.declared import Resource

_MODULE: Final = ":index:Module"
_MADE: Final = "tf"
_MOST_NAMES: Final = 3


def unread_modules(resources: Iterable[Resource], views: Iterable[str] = ()) -> tuple[str, ...]:
    """One sentence where a stack has resources that are not read.

    Args:
        resources: What was read.
        views: URNs of what is a view of another resource, and was left out.
    """
    resources = list(resources)
    tokens = {one.token for one in resources}  # few
    of_modules = {token for token in tokens if token.endswith(_MODULE)}
    of_views = {token for token in tokens if token.split(":")[1:2] == [_MADE]}
    modules = {one.name for one in resources if one.custom and one.token in of_modules}
    made = {one.name for one in resources if one.token in of_views}
    inner = made | {urn.split("::", 3)[-1] for urn in views}
    names = sorted(modules or inner)
    if not names:
        return ()
    shown = ", ".join(names[:_MOST_NAMES]) + (" and others" if len(names) > _MOST_NAMES else "")
    what = (
        f"What a Terraform module makes is not read ({shown})"
        if modules
        else f"Resources that another resource makes itself are not read ({shown})"
    )
    return (f"{what}; check the module's own plan (docs/terraform.md).",)
