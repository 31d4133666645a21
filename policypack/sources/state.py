"""One resource as the engine's state format describes it (``ResourceV3``).

Exports, state files and the steps of a preview share this record
(``sdk/go/common/apitype/core.go`` of pulumi/pulumi).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

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


def read_state(value: object, place: str) -> State:
    """Check one record.

    Raises:
        Malformed: A field has a wrong type; names its JSON path.
    """
    record = fields.mapping(value, place)
    urn = fields.text(record, "urn", place)
    if not urn.startswith("urn:pulumi:") or urn.count("::") < 3:
        raise Malformed(f"{place}.urn", "a Pulumi URN was expected")
    token = fields.text(record, "type", place)
    provider = fields.optional_text(record, "provider", place)
    inputs = fields.optional_mapping(record, "inputs", place)
    outputs = fields.optional_mapping(record, "outputs", place) or {}
    identifier = fields.optional_text(record, "id", place)
    if token.startswith(PROVIDER_TYPE):
        inputs, outputs = facts(inputs or {}), {}
    elif identifier is not None and outputs.get("id") != identifier:
        outputs = {**outputs, "id": identifier}
    return State(
        urn=urn,
        token=token,
        custom=fields.flag(record, "custom", place, default=True),
        inputs=inputs,
        outputs=outputs,
        dependencies=_dependencies(record, place),
        parent=fields.optional_text(record, "parent", place),
        provider_urn=provider.rpartition("::")[0] or provider if provider else None,
        external=fields.flag(record, "external", place),
        leaving=fields.flag(record, "delete", place),
        position=position_of(record.get("sourcePosition")),
        retained=fields.flag(record, "retainOnDelete", place),
        view=fields.optional_text(record, "viewOf", place) is not None,
        to_be_created_again=fields.flag(record, "pendingReplacement", place),
    )


def resource_of(state: State, provider: Provider | None) -> Resource:
    """The declared resource of a record that has its inputs."""
    return Resource(
        urn=state.urn,
        token=state.token,
        name=parse_urn(state.urn)[3],
        inputs=state.inputs or {},
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
    return sorted(resources, key=lambda resource: (resource.urn, resource.leaving, resource.identifier or ""))


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


def _dependencies(record: Mapping[str, object], place: str) -> Mapping[str, tuple[str, ...]]:
    recorded = fields.optional_mapping(record, "propertyDependencies", place)
    if not recorded:
        return {}
    kept: dict[str, tuple[str, ...]] = {}
    for key, urns in recorded.items():
        if not urns:  # null or an empty list: free of dependencies
            continue
        if not isinstance(urns, list) or not all(isinstance(urn, str) for urn in urns):
            raise fields.wrong(f"{place}.propertyDependencies.{key}", "a list of URNs", urns)
        kept[key] = tuple(sorted(urns))
    return kept
