"""``tofu show -json`` and ``terraform show -json`` of a state, and the values within a plan.

A state holds every attribute of every resource, whether it was set or computed, with an empty text or
list for what nobody set (``internal/command/jsonstate`` of opentofu/opentofu).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from policypack.declared import ABSENT, Known, Origin, Provider, Resource, Stack
from policypack.sources import fields
from policypack.sources.error import Malformed
from policypack.sources.state import in_order
from policypack.sources.terraform.naming import (
    ModuleInstance,
    Names,
    index_text,
    module_instance,
    token_of,
    urn_of,
)
from policypack.sources.terraform.outputs import outputs_of_values
from policypack.sources.terraform.values import properties, stated

_NO_CLOUD: Final = (
    "a state does not tell which cloud its provider talks to; the vendor's public cloud is assumed"
)
_SHOW_AGAIN: Final = "write the file again with 'tofu show -json' or 'terraform show -json'"


class StateResource(Struct, frozen=True):
    """One resource instance of a state.

    Attributes:
        values: Its attributes as they stand in the file.
        sensitive: Which of them are sensitive.
        leaving: It was replaced and waits for its deletion.
    """

    address: str
    module: ModuleInstance
    mode: str
    kind: str
    name: str
    index: str
    provider: str
    values: Mapping[str, object]
    sensitive: object
    leaving: bool = False

    def urn(self, names: Names) -> str:
        """What identifies it in a report."""
        return urn_of(names.project, names.stack, token_of(self.kind, self.provider), self.address)

    def resource(self, names: Names) -> Resource:
        """The resource as declared: a state does not tell what was set, but all that it is.

        One without any attribute was taken out by somebody: nothing is known of it.
        """
        outputs = properties(self.values, None, self.sensitive)
        inputs = stated(outputs)
        return Resource(
            urn=self.urn(names),
            token=token_of(self.kind, self.provider),
            name=self.address,
            inputs=inputs if isinstance(inputs, Mapping) and self.values else None,
            outputs=outputs,
            provider=Provider(self.provider, ABSENT, source=Known(self.provider)),
            external=self.mode == "data",
            leaving=self.leaving,
        )


def read_shown_state(document: Mapping[str, object], path: str, names: Names) -> Stack:
    """Read what ``show -json`` printed of a state.

    Raises:
        Malformed: The document does not have the form of a state.
    """
    check_format(document, ("1",), _SHOW_AGAIN)
    values = fields.optional_mapping(document, "values", "") or {}
    return stack_of(read_values(document, ""), path, names, outputs_of_values(values, "values"))


def stack_of(
    resources: Iterator[StateResource], path: str, names: Names, outputs: Mapping[str, object]
) -> Stack:
    """The stack of the resources of a state."""
    return Stack(
        project=names.project,
        name=names.stack,
        origin=Origin("terraform-state", path),
        resources=in_order(resource.resource(names) for resource in resources),
        outputs=outputs,
        notes=(_NO_CLOUD,),
    )


def check_format(document: Mapping[str, object], majors: tuple[str, ...], hint: str) -> None:
    """Refuse a major version of the format that is not read.

    Raises:
        Malformed: Names the version that was found.
    """
    version = fields.text(document, "format_version", "")
    if version.partition(".")[0] not in majors:
        raise Malformed("format_version", f"version 1 of the format is read, this is {version[:20]}", hint)


def read_values(document: Mapping[str, object], place: str) -> Iterator[StateResource]:
    """Every resource instance below ``values``, with those of all modules.

    Raises:
        Malformed: Something has a wrong type; names its JSON path.
    """
    values = fields.optional_mapping(document, "values", place)
    if not values:
        return
    inside = fields.inside(place, "values")
    modules = [(fields.optional_mapping(values, "root_module", inside) or {}, f"{inside}.root_module")]
    while modules:
        module, at = modules.pop()
        address = fields.optional_text(module, "address", at)
        for index, entry in enumerate(fields.records(module, "resources", at)):
            yield _resource(entry, f"{at}.resources[{index}]", address)
        for index, entry in enumerate(fields.records(module, "child_modules", at)):
            inner = f"{at}.child_modules[{index}]"
            modules.append((fields.mapping(entry, inner), inner))


def _resource(entry: object, place: str, module: str | None) -> StateResource:
    record = fields.mapping(entry, place)
    kind = fields.text(record, "type", place)
    return StateResource(
        address=fields.text(record, "address", place),
        module=module_instance(module, place),
        mode=fields.optional_text(record, "mode", place) or "managed",
        kind=kind,
        name=fields.text(record, "name", place),
        index=index_text(record.get("index")),
        provider=fields.optional_text(record, "provider_name", place) or kind.partition("_")[0],
        values=fields.optional_mapping(record, "values", place) or {},
        sensitive=record.get("sensitive_values"),
        leaving=fields.optional_text(record, "deposed_key", place) is not None,
    )
