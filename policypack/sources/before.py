"""What was deployed before a preview or a plan, as far as the file itself shows it.

Every step of ``pulumi preview --json`` that is about an existing resource carries its old state
(``oldState``; ``pkg/display/json.go`` of pulumi/pulumi), and so does every change of a plan
(``before``), so one file holds both sides of a change.
"""

import re
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from policypack.declared import Stack
from policypack.sources import compression, fields, json_text
from policypack.sources.error import Malformed, SourceError
from policypack.sources.preview_json import read_preview
from policypack.sources.terraform.naming import names_of
from policypack.sources.terraform.plan import read_plan_before
from policypack.sources.terraform.recognise import is_plan

_START: Final = re.compile(r"^\{", re.MULTILINE)


def read_before(address: str, *, project: str | None = None, stack: str | None = None) -> Stack:
    """The stack before the preview or plan in a file.

    Args:
        address: The file.
        project: Name of the project, for a plan, which does not hold it.
        stack: Name of the stack, likewise.

    Raises:
        SourceError: The file cannot be read or holds no preview.
    """
    try:
        with Path(address).open("rb") as file:
            text = json_text.decode(compression.expand(file.read(compression.LARGEST + 1)))
        start = _START.search(text)
        document = json_text.parse(text[start.start() :] if start else text)
        record = fields.mapping(document, "")
        if is_plan(record):
            return read_plan_before(record, address, names_of(address, project, stack))
        if "steps" not in record:
            raise Malformed(
                "", "this is no preview and no plan", "give two sources, what was before and what is to be"
            )
        steps: dict[str, dict[str, object]] = {}
        for index, entry in enumerate(fields.records(record, "steps", "")):
            step = _as_it_was(entry, f"steps[{index}]")
            if step is not None:
                steps.setdefault(str(step["urn"]), step)
        stack_before = read_preview({"config": record.get("config"), "steps": list(steps.values())}, address)
        # What the file does not list is missing from both sides; the stack that it leads to says so.
        return replace(stack_before, gaps=(), origin=replace(stack_before.origin, path=f"{address} (before)"))
    except Malformed as malformed:
        raise malformed.at(address) from None
    except OSError as error:
        raise SourceError(address, "", f"cannot be read ({error.strerror or type(error).__name__})") from None
    except (ValueError, RecursionError, MemoryError):
        raise SourceError(address, "", "cannot be read as the output of a preview") from None


def _as_it_was(value: object, place: str) -> dict[str, object] | None:
    """A step as if nothing were to change; ``None`` for what did not exist."""
    step = fields.mapping(value, place)
    old = fields.optional_mapping(step, "oldState", place)
    if old is None or old.get("external"):
        return None
    return {"op": "same", "urn": fields.text(step, "urn", place), "oldState": old}
