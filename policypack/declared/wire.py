"""How Pulumi writes unknowns, secrets and other special values.

The same marks are used by the engine's protocol, in exports, in state files and in the output of
``pulumi preview --json`` (``pulumi_policy/proxy.py`` and ``sdk/go/common/resource/sig/sig.go``).
Nothing is converted ahead of time: a stack of 50,000 resources is read property by property.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from policypack.declared.value import SECRET, Known, Raw, Unknown

UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The sentinel that stands for every unknown in JSON, whatever its type."""

UNKNOWN_SENTINELS: Final = frozenset(
    {
        UNKNOWN_STRING,
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
    }
)

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a public mark
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFERENCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"

BLINDED_SECRET: Final = "[secret]"  # noqa: S105 - a public mark
"""What ``pulumi preview --json`` writes in place of a secret; an unknown secret looks the same."""

_SHORTEST_UNKNOWN: Final = len(UNKNOWN_STRING)
_NEVER_SPECIAL: Final = frozenset({list, bool, int, float, Decimal, type(None)})
"""Asking an abstract class about them takes longer than all the rest."""

NOT_KNOWN_YET: Final = Unknown("known only after the deployment")


def classify(raw: object) -> Raw:
    """Tell what one value of the wire is.

    ``None`` is a value that was set to null, which Pulumi treats as not set; callers that hold a
    key decide. A string that merely contains a sentinel was built from an unknown.
    """
    if isinstance(raw, str):
        if raw == BLINDED_SECRET:
            return SECRET
        if len(raw) >= _SHORTEST_UNKNOWN and contains_unknown(raw):
            return NOT_KNOWN_YET
        return Known(raw)
    if type(raw) in _NEVER_SPECIAL:
        return Known(raw)
    if (type(raw) is dict or isinstance(raw, Mapping)) and SIGNATURE_KEY in raw:
        return _special(raw)
    return Known(raw)


def known_text(raw: object) -> str | None:
    """A text that is known and not empty; ``None`` for anything else. Makes no value of it."""
    if not isinstance(raw, str) or not raw or raw == BLINDED_SECRET:
        return None
    return None if len(raw) >= _SHORTEST_UNKNOWN and contains_unknown(raw) else raw


def contains_unknown(text: str) -> bool:
    """Whether a text is, or was put together from, an unknown value."""
    return text in UNKNOWN_SENTINELS or UNKNOWN_STRING in text


def _special(raw: Mapping[str, object]) -> Raw:
    signature = raw[SIGNATURE_KEY]
    if signature == SECRET_SIGNATURE:
        return SECRET
    if signature == OUTPUT_SIGNATURE:
        if raw.get("secret"):
            return SECRET
        return classify(raw["value"]) if "value" in raw else NOT_KNOWN_YET
    if signature == REFERENCE_SIGNATURE:
        identifier = raw.get("id")
        return classify(identifier) if isinstance(identifier, str) and identifier else NOT_KNOWN_YET
    return Unknown("an asset, an archive or another value that has no text")
