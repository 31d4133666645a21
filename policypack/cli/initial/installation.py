"""How a pipeline installs apig-cost: from where this installation came from."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from policypack import __version__

NAME: Final = "apig-cost"
PLACEHOLDER: Final = "OWNER"
"""Stands for the account that hosts the repository, until somebody publishes one (pyproject.toml)."""


def repository_address() -> str:
    """The address of the repository, as the distribution names it."""
    for entry in _metadata().get_all("Project-URL") or []:
        label, _, address = str(entry).partition(",")
        if label.strip() == "Repository":
            return address.strip()
    return f"https://github.com/{PLACEHOLDER}/{NAME}"


def requirement(extra: str = "") -> str:
    """What pip is told: the repository at a tag, or the very address that this was installed from.

    Never the bare name: who registers it first would be installed.

    Args:
        extra: An extra to ask for, or an empty text.
    """
    origin = _origin()
    return released(extra) if origin is None else f"{_named(extra)} @ {origin}"


def released(extra: str = "") -> str:
    """What pip is told to install this version from the repository.

    Args:
        extra: An extra to ask for, or an empty text.
    """
    return f"{_named(extra)} @ git+{repository_address()}@v{__version__}"


def _named(extra: str) -> str:
    return f"{NAME}[{extra}]" if extra else NAME


def _origin() -> str | None:
    """Where pip says that it installed this from (PEP 610), unless that is a place of this machine."""
    try:
        text = distribution(NAME).read_text("direct_url.json")
        found: Any = json.loads(text) if text else {}
        address = _without_user(str(found["url"]))
        if "vcs_info" in found:
            info = found["vcs_info"]
            revision = info.get("requested_revision") or info["commit_id"]
            return f"{info['vcs']}+{address}@{revision}"
    except (PackageNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return address if address.startswith("https://") else None


def _without_user(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _metadata() -> Any:
    try:
        return distribution(NAME).metadata
    except PackageNotFoundError:
        from email.message import Message

        return Message()
