"""Whether ``-target`` or ``-exclude`` limited a plan, of which OpenTofu has no sign of its own.

Both leave outputs and checks out that do not depend on what is planned; a plan without them has every
output, also one that is null, and has evaluated every check. Seen in plans of OpenTofu 1.12.6 and Terraform
1.11.4 (``TargetingTransformer`` in ``internal/tofu/transform_targets.go`` of opentofu/opentofu).
"""

from collections.abc import Iterator, Mapping

from policypack.sources import fields
from policypack.sources.terraform.configuration import Module


def left_out(document: Mapping[str, object], root: Module) -> Iterator[str]:
    """Outputs and checks that a plan of the whole configuration would have.

    Args:
        document: A plan of something else than ``-destroy``, which has neither.
        root: Its configuration.

    Raises:
        Malformed: Something has a wrong type; names its JSON path.
    """
    planned = _planned(document)
    yield from (f"output.{name}" for name in root.outputs if name not in planned)
    for place, check, name in _checks(document):
        if check.get("status") == "unknown" and not fields.records(check, "instances", place):
            yield name or place


def is_whole(document: Mapping[str, object], root: Module) -> bool:
    """Whether the plan is proven to be unlimited: it has an output that depends on no resource.

    A precondition may refer to one, and of those the plan says no more than which outputs have any.
    """
    planned = _planned(document)
    conditional = {name for _, _, name in _checks(document)}
    return any(
        not referred
        and name in planned
        and name not in root.waiting_outputs
        and f"output.{name}" not in conditional
        for name, referred in root.outputs.items()
    )


def _checks(document: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object], str | None]]:
    """Each check with its JSON path and the name of what it is about."""
    for index, entry in enumerate(fields.records(document, "checks", "")):
        place = f"checks[{index}]"
        check = fields.mapping(entry, place)
        address = fields.optional_mapping(check, "address", place) or {}
        yield place, check, fields.optional_text(address, "to_display", f"{place}.address")


def _planned(document: Mapping[str, object]) -> frozenset[str]:
    values = fields.optional_mapping(document, "planned_values", "") or {}
    outputs = fields.optional_mapping(values, "outputs", "planned_values") or {}
    return frozenset((*outputs, *(fields.optional_mapping(document, "output_changes", "") or {})))
