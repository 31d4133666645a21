"""State files of self-managed backends."""

from collections.abc import Mapping

from policypack.declared import ABSENT, SECRET, Origin, Raw, Stack
from policypack.declared.wire import classify
from policypack.sources import fields
from policypack.sources.deployment import check_version, read_deployment
from policypack.sources.state import REGION_SETTING


def read_checkpoint(document: Mapping[str, object], path: str) -> Stack:
    """Read a state file.

    Raises:
        Malformed: The document does not have the form of a state file.
    """
    notes = check_version(document)
    checkpoint = fields.mapping(document["checkpoint"], "checkpoint")
    names = _names(fields.optional_text(checkpoint, "stack", "checkpoint") or "")
    match = fields.optional_mapping(checkpoint, "config", "checkpoint") or {}
    config = {key: _value(value) for key, value in match.items()}
    origin = Origin("checkpoint", path)
    latest = checkpoint.get("latest")
    if latest is None:  # a stack that was made and never deployed
        return Stack(*names, origin, (), config.get(REGION_SETTING, ABSENT), notes=notes)
    return read_deployment(latest, "checkpoint.latest", origin, names=names, config=config, notes=notes)


def _names(qualified: str) -> tuple[str, str]:
    """Project and stack of ``organization/project/stack``; older files hold the stack alone."""
    parts = qualified.split("/")
    return (parts[-2] if len(parts) > 1 else "", parts[-1])


def _value(given: object) -> Raw:
    match given:
        case None:
            return ABSENT
        case {"secure": _}:
            return SECRET
        case {"value": value}:
            return classify(value)
        case _:
            return classify(given)
