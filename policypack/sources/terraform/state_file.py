"""The state file itself, ``terraform.tfstate`` of version 4.

Backends keep this file, so an audit meets it where nobody has run ``show``
(``internal/states/statefile/version4.go`` of opentofu/opentofu).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policypack.declared import Stack
from policypack.sources import fields
from policypack.sources.error import Malformed
from policypack.sources.terraform.naming import Names, index_text, module_instance, resource_address
from policypack.sources.terraform.outputs import outputs_of_values
from policypack.sources.terraform.state import StateResource, stack_of

_PROVIDER: Final = re.compile(r'(?:module\..+\.)?provider\["(?P<source>[^"]+)"\]')
_SHOW: Final = "give the output of 'tofu show -json' or 'terraform show -json' instead"


def read_state_file(document: Mapping[str, object], path: str, names: Names) -> Stack:
    """Read a state file.

    Raises:
        Malformed: It is encrypted, of another version, or does not have the form of a state.
    """
    if "encrypted_data" in document:
        raise Malformed("", "this state is encrypted by OpenTofu", _SHOW)
    version = document.get("version")
    if version != 4 or isinstance(version, bool):
        raise Malformed("version", "version 4 of a state of OpenTofu or Terraform is read", _SHOW)
    return stack_of(_resources(document), path, names, outputs_of_values(document, ""))


def _resources(document: Mapping[str, object]) -> Iterator[StateResource]:
    for number, entry in enumerate(fields.records(document, "resources", "")):
        place = f"resources[{number}]"
        record = fields.mapping(entry, place)
        module = fields.optional_text(record, "module", place)
        mode = fields.text(record, "mode", place)
        kind, name = fields.text(record, "type", place), fields.text(record, "name", place)
        provider = _PROVIDER.match(fields.optional_text(record, "provider", place) or "")
        for index, written in enumerate(fields.records(record, "instances", place)):
            inside = f"{place}.instances[{index}]"
            instance = fields.mapping(written, inside)
            if "attributes_flat" in instance:
                raise Malformed(f"{inside}.attributes_flat", "attributes of an old state", _SHOW)
            key = instance.get("index_key")
            yield StateResource(
                address=resource_address(module, mode, kind, name, key),
                module=module_instance(module, f"{place}.module"),
                mode=mode,
                kind=kind,
                name=name,
                index=index_text(key),
                provider=provider["source"] if provider else kind.partition("_")[0],
                values=fields.optional_mapping(instance, "attributes", inside) or {},
                sensitive=_marks(fields.records(instance, "sensitive_attributes", inside)),
                leaving=fields.optional_text(instance, "deposed", inside) is not None,
            )


def _marks(paths: Sequence[object]) -> Mapping[str, object]:
    """Paths of sensitive attributes as a tree of marks.

    A path that leads into an attribute marks all of it: what is near a secret is not worth a mistake.
    """
    marked: dict[str, object] = {}
    for path in paths:
        first = path[0] if isinstance(path, list) and path else None
        name = first.get("value") if isinstance(first, Mapping) else None
        if not isinstance(name, str):
            raise Malformed("sensitive_attributes", "a list of paths was expected", _SHOW)
        marked[name] = True
    return marked
