"""Whether a file that cannot be read may be a state, a preview or a plan.

A repository holds JSON of many kinds. What is proven to be of another kind is not our business; what
cannot be told counts as a state, so that none is left out in silence.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from policypack.sources import json_text
from policypack.sources.error import Malformed

_MARKS: Final = re.compile(
    r'urn:pulumi:|"(?:deployment|checkpoint|steps|changeSummary|resourcePlans|manifest|format_version|'
    r'terraform_version|lineage|encrypted_data|@level)"\s*:'
)
_OURS: Final = re.compile(
    r'[0-9a-f]{8}\t\{"journal": "apig-cost/journal/|'
    r'\{"kind":"(?:stack|report)",|\{\s*"schema": "apig-cost/report/'
)
"""How a journal and the reports of this program begin, which name what they are about."""
_BEGINNING: Final = re.compile(r"\s*(?:[{[]|//|/\*)")
_LITERAL: Final = re.compile(r"(?:[\s:,\[](?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-)|\\(?:u[0-9a-fA-F]{0,3})?)\Z")
"""What is left of a literal, a number or an escape that was cut off."""
_OF_DEPLOYMENT: Final = frozenset(
    {"manifest", "resources", "secrets_providers", "pending_operations", "metadata"}
)
_OF_CHECKPOINT: Final = frozenset({"stack", "latest", "config"})
_OF_MANIFEST: Final = frozenset({"time", "magic", "version"})
_OF_STEP: Final = frozenset({"op", "urn"})
_OF_EVENT: Final = frozenset({"sequence", "timestamp"})
_OF_STATE_FILE: Final = frozenset(
    {
        "check_results",
        "encrypted_data",
        "encryption_version",
        "lineage",
        "meta",
        "outputs",
        "resources",
        "serial",
        "terraform_version",
        "version",
    }
)
_OF_TERRAFORM: Final = frozenset({"resources", "values", "planned_values", "resource_changes"})
_DEEPEST_WRAPPER: Final = 3
_ALONE: Final = frozenset({"changeSummary", "resourcePlans", "format_version", "terraform_version", "@level"})
"""Keys that no other kind of file is known to have at its top."""


def is_unrelated(text: str) -> bool:
    """Whether a text that no reader took is proven to be no kind of declaration.

    What is nearly JSON (comments, commas at the end, numbers without bound) is unrelated where no key of a
    declaration stands anywhere in it; what is cut off may have lost it, and so may what a crash left, or what
    stands for a file that is elsewhere or encrypted.
    """
    if _OURS.match(text):
        return True
    try:
        document = json_text.parse(text)
    except Malformed:
        is_whole = _BEGINNING.match(text) is not None and "\0" not in text and not _is_cut_off(text)
        return is_whole and _MARKS.search(text) is None
    return not may_be_declaration(document) and not _wraps(document, _DEEPEST_WRAPPER)


def _wraps(document: object, depth: int) -> bool:
    """Whether a declaration stands somewhere in a document, as an API or a script may have wrapped it."""
    if isinstance(document, Mapping):
        return _is_whole(document) or (
            depth > 0 and any(_wraps(value, depth - 1) for value in document.values())
        )
    return isinstance(document, list) and depth > 0 and any(_wraps(value, depth - 1) for value in document)


def _is_whole(document: Mapping[str, object]) -> bool:
    """Whether an object has what makes a declaration, and not only a key that one may have."""
    deployment, checkpoint, steps = (document.get(key) for key in ("deployment", "checkpoint", "steps"))
    return (
        (isinstance(deployment, Mapping) and isinstance(deployment.get("resources"), list))
        or (isinstance(checkpoint, Mapping) and "latest" in checkpoint)
        or (
            isinstance(steps, list)
            and any(isinstance(one, Mapping) and one.keys() >= _OF_STEP for one in steps)
        )
        or ("terraform_version" in document and bool(document.keys() & _OF_TERRAFORM))
    )


def looks_like_state(head: str) -> bool:
    """Whether the first characters of a file have a key of a declaration, for a count of such files."""
    return _MARKS.search(head) is not None and not _OURS.match(head)


def _is_cut_off(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return text[error.pos] in ",:]}"  # its beginning is missing
        is_at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        return is_at_end or _LITERAL.search(text.rstrip()) is not None
    except (RecursionError, ValueError):
        return False
    return False


def may_be_declaration(document: object) -> bool:
    """Whether a document has what only a declaration has, or a kind of file that is mistaken for one."""
    if isinstance(document, list):
        return any(isinstance(part, Mapping) and may_be_declaration(part) for part in document)
    if not isinstance(document, Mapping):
        return False
    keys = document.keys()
    return (
        bool(keys & _ALONE)
        or keys >= _OF_EVENT
        or ("deployment" in keys and _has(document["deployment"], _OF_DEPLOYMENT))
        or ("checkpoint" in keys and _has(document["checkpoint"], _OF_CHECKPOINT))
        or ("manifest" in keys and _has(document["manifest"], _OF_MANIFEST))
        or ("steps" in keys and _lists(document["steps"], _OF_STEP))
        or ("resources" in keys and _lists(document["resources"], frozenset({"urn"})))
        or (bool(keys & {"lineage", "encrypted_data"}) and len(keys & _OF_STATE_FILE) > 1)
    )


def _has(value: object, keys: frozenset[str]) -> bool:
    """Whether an object may be the one that has these keys; an empty one may."""
    return value is None or (isinstance(value, Mapping) and (not value or bool(value.keys() & keys)))


def _lists(value: object, keys: frozenset[str]) -> bool:
    """Whether a list may be one of objects with these keys."""
    if not isinstance(value, list):
        return value is None
    return not value or any(isinstance(one, Mapping) and one.keys() & keys for one in value)
