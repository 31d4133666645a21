"""The deployment record that exports and state files of self-managed backends share."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from policypack.declared import ABSENT, Origin, Raw, Resource, Stack
from policypack.sources import fields
from policypack.sources.error import Malformed
from policypack.sources.provider_facts import configured_regions
from policypack.sources.state import (
    REGION_SETTING,
    Providers,
    State,
    in_order,
    read_state,
    resource_of,
    stack_names,
)
from policypack.sources.terraform_module import unread_modules

_KNOWN_FEATURES: Final = frozenset(
    {
        "refreshBeforeUpdate",
        "views",
        "hooks",
        "taint",
        "replaceWith",
        "snippets-prototype",
        "extensionParameterization",
        "byteString",
    }
)
_UNFINISHED: Final = {
    "creating": "its creation was interrupted, so it may exist and be billed without being in the list",
    "updating": "its update was interrupted, so its sizes may differ from those in the list",
    "importing": "its import was interrupted, so it may be missing in the list",
}
_MAY_BE_GONE: Final = {
    "deleting": "Its deletion was interrupted: it may still exist, and is billed as long as it does.",
    "creating": "Its creation was interrupted: it may exist, and is billed if it does.",
    "importing": "Its import was interrupted: it may exist, and is billed if it does.",
}
"""Operations after whose interruption nobody knows whether the resource exists."""

_HARMLESS: Final = frozenset({"deleting", "reading"})


def read_deployment(
    value: object,
    place: str,
    origin: Origin,
    *,
    names: tuple[str, str] = ("", ""),
    config: Mapping[str, Raw] | None = None,
    notes: tuple[str, ...] = (),
) -> Stack:
    """Turn a deployment into a stack.

    Args:
        value: The record, not yet checked.
        place: Its JSON path.
        origin: Where it was read.
        names: Project and stack, used when the deployment has no resource to tell them.
        config: The stack's configuration, where the source has it.
        notes: What is known about the file around it.

    Raises:
        Malformed: Wrong types, or two living resources with the same URN.
    """
    record = fields.mapping(value, place)
    prefix = fields.inside(place, "resources")
    states = [
        read_state(entry, f"{prefix}[{index}]")
        for index, entry in enumerate(fields.records(record, "resources", place))
    ]
    _refuse_twins(states, prefix)
    configured = config or {}
    providers = Providers(states, lambda key: configured.get(key, ABSENT))
    unfinished = _interrupted(record, place)
    resources: list[Resource] = [
        _marked(resource_of(state, providers.of(state)), unfinished) for state in states if not state.left_out
    ]
    living = {state.urn for state in states}
    resources.extend(
        _marked(resource_of(state, providers.of(state)), unfinished)
        for state, _ in unfinished.values()
        if state.urn not in living and not state.external and not state.left_out
    )
    urns = [state.urn for state in states]
    project, stack = stack_names(urns) if urns else names
    return Stack(
        project=project,
        name=stack,
        origin=origin,
        resources=in_order(resources),
        region=configured.get(REGION_SETTING, ABSENT),
        regions=configured_regions(configured, lambda raw: raw),
        gaps=(
            *_integrity(record, place),
            *_unfinished(record, place),
            *_not_made_again(states),
            *unread_modules(resources, (state.urn for state in states if state.view_of)),
        ),
        notes=notes,
    )


def check_version(record: Mapping[str, object]) -> tuple[str, ...]:
    """Refuse layouts that are not read; return notes on features that are not known.

    Raises:
        Malformed: The version is not 3 or 4.
    """
    version = record.get("version")
    if version is None:
        return ()
    if isinstance(version, bool) or not isinstance(version, int):
        raise fields.wrong("version", "3 or 4", version)
    if version not in {3, 4}:
        hint = "export it with a current Pulumi CLI" if version < 3 else "a newer apig-cost is needed"
        raise Malformed("version", f"versions 3 and 4 are read, this is {version}", hint)
    features = fields.records(record, "features", "")
    if not all(isinstance(feature, str) for feature in features):
        raise Malformed("features", "a list of texts was expected")
    unknown = sorted({str(feature) for feature in features} - _KNOWN_FEATURES)
    return (f"features of the file that are not known here: {', '.join(unknown)}",) if unknown else ()


def _refuse_twins(states: list[State], prefix: str) -> None:
    seen: set[str] = set()
    for index, state in enumerate(states):
        if state.leaving:
            continue
        if state.urn in seen:
            raise Malformed(
                f"{prefix}[{index}].urn",
                f"two living resources have the URN {state.urn}",
                "the state is damaged; see 'pulumi state repair'",
            )
        seen.add(state.urn)


def _pending(record: Mapping[str, object], place: str) -> Iterator[tuple[str, Mapping[str, object], str]]:
    """Operations that never finished: kind, what they concern, and its JSON path."""
    prefix = fields.inside(place, "pending_operations")
    for index, entry in enumerate(fields.records(record, "pending_operations", place)):
        here = f"{prefix}[{index}]"
        operation = fields.mapping(entry, here)
        concerned = fields.mapping(operation.get("resource"), f"{here}.resource")
        yield fields.text(operation, "type", here), concerned, f"{here}.resource"


def _unfinished(record: Mapping[str, object], place: str) -> list[str]:
    """One sentence for each operation that never finished and may have changed what is billed."""
    unfinished: list[str] = []
    for kind, concerned, here in _pending(record, place):
        urn = fields.text(concerned, "urn", here)
        if kind not in _HARMLESS:
            told = _UNFINISHED.get(kind, f"an operation on it ({kind}) was interrupted")
            unfinished.append(f"{urn}: {told}; run 'pulumi refresh'.")
    return sorted(unfinished)


def _not_made_again(states: list[State]) -> list[str]:
    """One sentence for each resource that was deleted for a replacement and not made anew."""
    gone = (
        state.urn for state in states if state.pending_replacement and state.custom and not state.external
    )
    return sorted(
        f"{urn}: its replacement was interrupted, so the next deployment makes it anew; run 'pulumi up'."
        for urn in gone
    )


def _interrupted(record: Mapping[str, object], place: str) -> Mapping[str, tuple[State, str]]:
    """By URN: what an operation that never finished may have left or destroyed, and the sentence for it."""
    return {
        state.urn: (state, _MAY_BE_GONE[kind])
        for kind, concerned, here in _pending(record, place)
        if kind in _MAY_BE_GONE and "type" in concerned
        for state in [read_state(concerned, here)]
    }


def _marked(resource: Resource, unfinished: Mapping[str, tuple[State, str]]) -> Resource:
    """A resource that an interrupted operation may have destroyed, or may have made."""
    if resource.urn not in unfinished or resource.external or not resource.custom:
        return resource
    state, why = unfinished[resource.urn]
    if state.outputs.get("id") and state.outputs["id"] != resource.identifier:
        return resource  # the other half of a replacement
    return replace(resource, leaving=True, billed_on=why, may_be_gone=True)


def _integrity(record: Mapping[str, object], place: str) -> tuple[str, ...]:
    metadata = fields.optional_mapping(record, "metadata", place)
    if metadata and metadata.get("integrity_error"):
        return ("Pulumi itself found this state damaged (integrity_error); see 'pulumi state repair'.",)
    return ()
