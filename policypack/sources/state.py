"""One resource as the engine's state format describes it (``ResourceV3``).

Exports, state files and the steps of a preview share this record
(``sdk/go/common/apitype/core.go`` of pulumi/pulumi).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from policypack.declared import ABSENT, Provider, Resource, parse_urn
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


class State(Struct, rename="camel"):
    """What is read of a ``ResourceV3`` record.

    ``inputs`` is ``None`` when the record has none: the format leaves out empty ones.
    """

    urn: str
    token: str = field(name="type")
    custom: bool = True
    identifier: str | None = field(default=None, name="id")
    inputs: Any = None
    outputs: Any = None
    dependencies: dict[str, list[str] | None] | None = field(default=None, name="propertyDependencies")
    parent: str | None = None
    provider: str | None = None
    external: bool = False
    leaving: bool = field(default=False, name="delete")
    source_position: Any = None
    retained: bool = field(default=False, name="retainOnDelete")
    view_of: str | None = None
    """The resource that makes it."""
    pending_replacement: bool = False
    """It was deleted for its replacement: nothing exists for it."""

    @property
    def left_out(self) -> bool:
        """Whether this is no resource of its own."""
        return bool(self.view_of or self.pending_replacement)


def read_state(value: object, place: str) -> State:
    """Check one record.

    Raises:
        Malformed: A field has a wrong type; names its JSON path.
    """
    state = _checked(value, place)
    if state.token.startswith(PROVIDER_TYPE):
        state.inputs, state.outputs = facts(state.inputs or {}), {}
    elif state.outputs is None:
        state.outputs = {"id": state.identifier} if state.identifier else {}
    elif state.identifier and state.outputs.get("id") != state.identifier:
        state.outputs = {**state.outputs, "id": state.identifier}
    return state


def _checked(value: object, place: str) -> State:
    try:
        state = msgspec.convert(value, State)
    except msgspec.ValidationError:
        return _checked_by_hand(value, place)
    is_plain = (
        state.token
        and state.urn.startswith("urn:pulumi:")
        and state.urn.count("::") >= 3
        and (state.inputs is None or isinstance(state.inputs, dict))
        and (state.outputs is None or isinstance(state.outputs, dict))
    )
    return state if is_plain else _checked_by_hand(value, place)


def _checked_by_hand(value: object, place: str) -> State:
    """The same field by field, which finds the words for what is wrong."""
    record = fields.mapping(value, place)
    urn = fields.text(record, "urn", place)
    if not urn.startswith("urn:pulumi:") or urn.count("::") < 3:
        raise Malformed(f"{place}.urn", "a Pulumi URN was expected")
    return State(
        urn=urn,
        token=fields.text(record, "type", place),
        provider=fields.optional_text(record, "provider", place),
        inputs=fields.optional_mapping(record, "inputs", place),
        outputs=fields.optional_mapping(record, "outputs", place),
        identifier=fields.optional_text(record, "id", place),
        custom=fields.flag(record, "custom", place, default=True),
        dependencies=_dependencies(record, place),
        parent=fields.optional_text(record, "parent", place),
        external=fields.flag(record, "external", place),
        leaving=fields.flag(record, "delete", place),
        source_position=record.get("sourcePosition"),
        retained=fields.flag(record, "retainOnDelete", place),
        view_of=fields.optional_text(record, "viewOf", place),
        pending_replacement=fields.flag(record, "pendingReplacement", place),
    )


def resource_of(state: State, provider: Provider | None) -> Resource:
    """The declared resource of a record. Of one that exists without any property nothing is known."""
    inputs, outputs = state.inputs, state.outputs
    bare = state.custom and not inputs and outputs.keys() == {"id"}
    dependencies = state.dependencies
    return Resource(
        urn=state.urn,
        token=state.token,
        name=state.urn.split("::", 3)[3],
        inputs=None if bare else inputs or {},
        outputs=outputs,
        dependencies={key: tuple(sorted(urns)) for key, urns in dependencies.items() if urns}
        if dependencies
        else {},
        parent=state.parent or None,
        provider=provider,
        custom=state.custom,
        external=state.external,
        leaving=state.leaving,
        position=position_of(state.source_position),
        retained=state.retained,
        billed_on=RETAINED if state.leaving and state.retained else "",
    )


class Providers:
    """The providers of one stack, by URN; each is built once."""

    def __init__(self, states: Iterable[State], configured: Configured = lambda _: ABSENT) -> None:
        providers = [state for state in states if state.token.startswith(PROVIDER_TYPE)]
        providers.sort(key=lambda state: state.leaving, reverse=True)  # the living half of two counts
        self._inputs = {state.urn: state.inputs or {} for state in providers}
        self._explicit = {state.urn for state in providers if state.parent}
        self._configured = configured
        self._built: dict[str, Provider] = {}

    def of(self, state: State) -> Provider | None:
        """The provider that a record names."""
        if not state.provider:
            return None
        urn = state.provider.rpartition("::")[0] or state.provider
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
