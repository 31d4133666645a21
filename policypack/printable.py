"""Text of unknown origin, for errors and reports: on one line, and without what opens a door."""

import re
from re import Match
from typing import Final


def printable(text: str) -> str:
    """Text in which what cannot be printed, line breaks among it, is a space."""
    return "".join(character if character.isprintable() else " " for character in text)


def without_credentials(text: str) -> str:
    """Text in which no address says a user, a password, or a parameter that is not known to be harmless.

    ``s3://key:secret@bucket?region=eu&token=x`` is shown as ``s3://***@bucket?region=eu&...``. Signed
    addresses carry their signature in a parameter, and a fragment may carry a token.
    """
    return _ADDRESS.sub(_stripped, text) if "://" in text else text


def _stripped(value: Match[str]) -> str:
    scheme, rest = value.groups()
    written, rest = rest, rest.rstrip(_AFTER)
    after = written[len(rest) :]
    place, section, fragment = rest.partition("#")
    place, mark, query = place.partition("?")
    kept = scheme + _without_user(place)
    if mark:  # an empty one stays: the dots of one that was hidden before are taken for the end of a sentence
        parts = _BETWEEN_PARAMETERS.split(query)
        told = [part if not part or _is_harmless(part) else "..." for part in parts]
        once = told.index("...") if "..." in told else len(told)
        kept += "?" + "&".join([*told[: once + 1], *(one for one in told[once + 1 :] if one != "...")])
    shown = fragment if _SECTION.fullmatch(fragment) or not fragment else "..."
    return kept + section + shown + after


def _without_user(place: str) -> str:
    """Hide what stands before the host. A password with a slash in it makes the port none."""
    authority, slash, path = place.partition("/")
    user, _, host = authority.rpartition("@")
    if user:
        return f"***@{host}{slash}{path}"
    port = authority.rpartition(":")[2] if ":" in authority else ""
    if port and "@" in path and not port.isdecimal() and not authority.startswith("["):
        return "***@" + path.rpartition("@")[2]
    return place


def _is_harmless(parameter: str) -> bool:
    key, _, value = parameter.partition("=")
    is_plain = _PLAIN.fullmatch(value) is not None
    return (key.lower() in _HARMLESS and is_plain) or parameter == "sign=common"  # the calculator's, too


_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^ \t\n\r]*)")
_AFTER: Final = "\"'`<>()[]{}.,;:!?"
"""What ends a sentence or a quotation rather than an address."""
_BETWEEN_PARAMETERS: Final = re.compile(r"[&;]")
_SECTION: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.:/-]*")
_HARMLESS: Final = frozenset(
    {
        *(
            "awssdk",
            "disable_https",
            "disablessl",
            "endpoint",
            "region",
            "s3forcepathstyle",
            "use_path_style",
        ),
        *("tab", "tag", "urlpath"),  # of the vendor's price calculator, whose addresses are sources of prices
    }
)
"""Parameters that say where something is. ``endpoint`` may hold an address of its own, but a plain one."""
