"""One resource as the engine's state format describes it (``ResourceV3``).

Exports, state files and the steps of a preview share this record
(``sdk/go/common/apitype/core.go`` of pulumi/pulumi).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import Struct

from policypack.declared import ABSENT, Position, Provider, Resource, parse_urn
from policypack.sources import fields
from policypack.sources.error import Malformed
from policypack.sources.position import position_of
from policypack.sources.provider_facts import PROVIDER_TYPE, Configured, facts, provider_of

RETAINED: Final = (
    "It leaves the program and is not destroyed (retainOnDelete): it is billed on outside of the stack."
)
RELEASED: Final = (
    "The program only reads it from now on, so nothing destroys it: it is billed on outside of the stack."
)
REGION_SETTING: Final = "huaweicloud:region"


class State(Struct, frozen=True):
    """A checked ``ResourceV3`` record.

    ``inputs`` is ``None`` when the record has none: the format leaves out empty ones.
    """

    urn: str
    token: str
    custom: bool
    inputs: Mapping[str, object] | None
    outputs: Mapping[str, object]
    dependencies: Mapping[str, tuple[str, ...]]
    parent: str | None
    provider_urn: str | None
    external: bool
    leaving: bool
    position: Position | None
    retained: bool
    view: bool
    """Another resource makes it."""
    to_be_created_again: bool
    """It was deleted for its replacement: nothing exists for it."""

    @property
    def left_out(self) -> bool:
        """Whether this is no resource of its own."""
        return self.view or self.to_be_created_again


class _Record(Struct, rename="camel"):
    """What is read of a record; null and what is missing are ``None``."""

    urn: str
    type: str
    custom: bool | None = None
    id: str | None = None
    inputs: Any = None
    outputs: Any = None
    property_dependencies: dict[str, list[str] | None] | None = None
    parent: str | None = None
    provider: str | None = None
    external: bool | None = None
    delete: bool | None = None
    source_position: Any = None
    retain_on_delete: bool | None = None
    view_of: str | None = None
    pending_replacement: bool | None = None


def read_state(value: object, place: str) -> State:
    """Check one record.

    Raises:
        Malformed: A field has a wrong type; names its JSON path.
    """
    record = _checked(value, place)
    inputs, outputs = record.inputs, record.outputs or {}
    if record.type.startswith(PROVIDER_TYPE):
        inputs, outputs = facts(inputs or {}), {}
    elif record.id and outputs.get("id") != record.id:
        outputs = {**outputs, "id": record.id}
    dependencies = record.property_dependencies
    provider = record.provider
    return State(
        urn=record.urn,
        token=record.type,
        custom=record.custom is not False,
        inputs=inputs,
        outputs=outputs,
        dependencies={key: tuple(sorted(urns)) for key, urns in dependencies.items() if urns}
        if dependencies
        else {},
        parent=record.parent or None,
        provider_urn=provider.rpartition("::")[0] or provider if provider else None,
        external=bool(record.external),
        leaving=bool(record.delete),
        position=position_of(record.source_position),
        retained=bool(record.retain_on_delete),
        view=bool(record.view_of),
        to_be_created_again=bool(record.pending_replacement),
    )


def _checked(value: object, place: str) -> _Record:
    try:
        record = msgspec.convert(value, _Record)
    except msgspec.ValidationError:
        return _checked_by_hand(value, place)
    is_plain = (
        record.type
        and record.urn.startswith("urn:pulumi:")
        and record.urn.count("::") >= 3
        and (record.inputs is None or isinstance(record.inputs, dict))
        and (record.outputs is None or isinstance(record.outputs, dict))
    )
    return record if is_plain else _checked_by_hand(value, place)


def _checked_by_hand(value: object, place: str) -> _Record:
    """The same field by field, which finds the words for what is wrong."""
    record = fields.mapping(value, place)
    urn = fields.text(record, "urn", place)
    if not urn.startswith("urn:pulumi:") or urn.count("::") < 3:
        raise Malformed(f"{place}.urn", "a Pulumi URN was expected")
    return _Record(
        urn=urn,
        type=fields.text(record, "type", place),
        provider=fields.optional_text(record, "provider", place),
        inputs=fields.optional_mapping(record, "inputs", place),
        outputs=fields.optional_mapping(record, "outputs", place),
        id=fields.optional_text(record, "id", place),
        custom=fields.flag(record, "custom", place, default=True),
        property_dependencies=_dependencies(record, place),
        parent=fields.optional_text(record, "parent", place),
        external=fields.flag(record, "external", place),
        delete=fields.flag(record, "delete", place),
        source_position=record.get("sourcePosition"),
        retain_on_delete=fields.flag(record, "retainOnDelete", place),
        view_of=fields.optional_text(record, "viewOf", place),
        pending_replacement=fields.flag(record, "pendingReplacement", place),
    )


def resource_of(state: State, provider: Provider | None) -> Resource:
    """The declared resource of a record. Of one that exists without any property nothing is known."""
    bare = state.custom and not state.inputs and state.outputs.keys() == {"id"}
    return Resource(
        urn=state.urn,
        token=state.token,
        name=state.urn.split("::", 3)[3],
        inputs=None if bare else state.inputs or {},
        outputs=state.outputs,
        dependencies=state.dependencies,
        parent=state.parent,
        provider=provider,
        custom=state.custom,
        external=state.external,
        leaving=state.leaving,
        position=state.position,
        retained=state.retained,
        billed_on=RETAINED if state.leaving and state.retained else "",
    )


class Providers:
    """The providers of one stack, by URN; each is built once."""

    def __init__(self, states: Iterable[State], configured: Configured = lambda _: ABSENT) -> None:
        providers = [state for state in states if state.token.startswith(PROVIDER_TYPE)]
        providers.sort(key=lambda state: state.leaving, reverse=True)  # the living half of two counts
        self._inputs = {state.urn: state.inputs or {} for state in providers}
        self._explicit = {state.urn for state in providers if state.parent is not None}
        self._configured = configured
        self._built: dict[str, Provider] = {}

    def of(self, state: State) -> Provider | None:
        """The provider that a record names."""
        urn = state.provider_urn
        if urn is None:
            return None
        if urn not in self._built:
            self._built[urn] = provider_of(
                urn, self._inputs.get(urn), self._configured, explicit=urn in self._explicit
            )
        return self._built[urn]


def in_order(resources: Iterable[Resource]) -> list[Resource]:
    """By URN; the old half of a replacement after the new one."""
    ordered = sorted(resources, key=attrgetter("urn", "leaving"))
    if any((one.urn, one.leaving) == (after.urn, after.leaving) for one, after in pairwise(ordered)):
        ordered.sort(key=lambda resource: (resource.urn, resource.leaving, resource.identifier or ""))
    return ordered


def stack_names(urns: Sequence[str]) -> tuple[str, str]:
    """Project and stack that the URNs belong to; empty when there is no URN."""
    for urn in urns:
        stack, project, kind, _ = parse_urn(urn)
        if kind == "pulumi:pulumi:Stack":
            return project, stack
    if not urns:
        return "", ""
    stack, project, _, _ = parse_urn(urns[0])
    return project, stack


def _dependencies(record: Mapping[str, object], place: str) -> dict[str, list[str] | None]:
    kept: dict[str, list[str] | None] = {}
    for key, urns in (fields.optional_mapping(record, "propertyDependencies", place) or {}).items():
        if not urns:  # null or an empty list: free of dependencies
            continue
        if not isinstance(urns, list) or not all(isinstance(urn, str) for urn in urns):
            raise fields.wrong(f"{place}.propertyDependencies.{key}", "a list of URNs", urns)
        kept[key] = urns
    return kept
