"""What a root module hands out, with the marks of unknowns and secrets that Pulumi's sources have."""

from collections.abc import Mapping

from policypack.sources import fields
from policypack.sources.terraform.values import merged


def planned_outputs(document: Mapping[str, object]) -> Mapping[str, object]:
    """The outputs as they will be after a plan.

    Raises:
        Malformed: Something has a wrong type.
    """
    planned = fields.optional_mapping(document, "planned_values", "") or {}
    outputs = dict(outputs_of_values(planned, "planned_values"))
    for name, entry in (fields.optional_mapping(document, "output_changes", "") or {}).items():
        change = fields.mapping(entry, f"output_changes.{name}")
        if change.get("actions") == ["delete"]:
            outputs.pop(name, None)
            continue
        outputs[name] = merged(
            change.get("after"), change.get("after_unknown"), change.get("after_sensitive"), of_block=False
        )
    return outputs


def outputs_of_values(record: Mapping[str, object], place: str) -> Mapping[str, object]:
    """The outputs that a state, or the planned values, list; one without a value is not known.

    Raises:
        Malformed: Something has a wrong type.
    """
    outputs: dict[str, object] = {}
    for name, entry in (fields.optional_mapping(record, "outputs", place) or {}).items():
        output = fields.mapping(entry, f"{fields.inside(place, 'outputs')}.{name}")
        unknown = "value" not in output
        outputs[name] = merged(output.get("value"), unknown, bool(output.get("sensitive")), of_block=False)
    return outputs
