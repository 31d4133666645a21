"""``pulumi stack export``, and the deployment inside one on its own."""

from collections.abc import Mapping

from policypack.declared import Origin, Stack
from policypack.sources.deployment import check_version, read_deployment


def read_export(document: Mapping[str, object], path: str) -> Stack:
    """Read what ``pulumi stack export`` wrote.

    Raises:
        Malformed: The document does not have the form of an export.
    """
    notes = check_version(document)
    return read_deployment(document["deployment"], "deployment", Origin("export", path), notes=notes)


def read_inner_deployment(document: Mapping[str, object], path: str) -> Stack:
    """Read the inner part of an export alone.

    Raises:
        Malformed: The document does not have the form of a deployment.
    """
    return read_deployment(document, "", Origin("export", path))
