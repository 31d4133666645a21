"""Names: of resources, of module instances, of types and of properties."""

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from msgspec import Struct

from policypack.sources.error import Malformed

STACK: Final = "default"
"""The workspace that there is without any other."""

ModuleInstance: TypeAlias = tuple[tuple[str, str], ...]
"""Where a module stands: name and index of each call from the root on; no index is an empty text."""

_MODULE: Final = re.compile(r'module\.(?P<name>[^.\[\]"]+)(?P<index>\[(?:[^"\]]*|"(?:[^"\\]|\\.)*")\])?\.?')
_FIRST_OF_WORD: Final = re.compile(r"_([a-z0-9])")


class Names(Struct, frozen=True):
    """Project and stack, which no file of either tool holds."""

    project: str
    stack: str = STACK


def names_of(path: str, project: str | None = None, stack: str | None = None) -> Names:
    """The names of a file: those that were given, else its folder and workspace.

    Workspaces are folders below ``terraform.tfstate.d`` in a local backend and below ``env:`` in object
    stores; Google's stores have a file for each (``<prefix>/<workspace>.tfstate``).

    Args:
        path: The file as the user wrote it, or its key in a store.
        project: The name that the user gave.
        stack: The name that the user gave.
    """
    parts = PurePosixPath(path.replace("\\", "/")).parts
    workspace = STACK
    folders = list(parts[:-1])
    if "terraform.tfstate.d" in folders:
        at = folders.index("terraform.tfstate.d")
        workspace = folders[at + 1] if len(folders) > at + 1 else STACK
        folders = folders[:at]
    elif "env:" in folders:
        at = folders.index("env:")
        workspace = folders[at + 1] if len(folders) > at + 1 else STACK
        folders = [*folders[:at], *folders[at + 2 :]]
    elif parts and parts[0] == "gs:" and parts[-1].endswith(".tfstate"):
        workspace = parts[-1].removesuffix(".tfstate")
    folder = folders[-1] if folders and folders[-1] not in {".", "..", "/"} else ""
    if not folder:
        folder = Path(*folders).resolve().name if "://" not in path else ""
    return Names(project or folder or "terraform", stack or workspace)


def module_instance(address: str | None, place: str) -> ModuleInstance:
    """Split the address of a module instance, as in ``module.edge["a"].module.inner[0]``.

    Raises:
        Malformed: It has another form.
    """
    calls: list[tuple[str, str]] = []
    at = 0
    text = address or ""
    while at < len(text):
        match = _MODULE.match(text, at)
        if match is None:
            raise Malformed(place, "the address of a module was expected")
        calls.append((match["name"], match["index"] or ""))
        at = match.end()
    return tuple(calls)


def resource_address(module: str | None, mode: str, kind: str, name: str, index: object) -> str:
    """The address of one resource instance, as both tools print it."""
    path = f"{module}." if module else ""
    data = "data." if mode == "data" else ""
    return f"{path}{data}{kind}.{name}{index_text(index)}"


def index_text(index: object) -> str:
    """The key of an instance within its address; empty for a resource that is not repeated."""
    if index is None:
        return ""
    if isinstance(index, str):
        escaped = index.replace("\\", "\\\\").replace('"', '\\"')
        return f'["{escaped}"]'
    return f"[{index}]"


@lru_cache(maxsize=4096)
def token_of(kind: str, provider: str) -> str:
    """The type token that a Pulumi program would have for the same resource.

    Args:
        kind: The type, ``huaweicloud_apig_instance``; its first word is the provider's.
        provider: The provider's source, ``registry.opentofu.org/huaweicloud/huaweicloud``.
    """
    name = camel(kind.partition("_")[2] or kind)
    return f"{package_of(provider)}:index/{name}:{name[:1].upper()}{name[1:]}"


def package_of(provider: str) -> str:
    """What stands for the provider where Pulumi has a package: the last part of its source.

    Whether it is the vendor's own is told by the whole source (``Provider.source``).
    """
    return provider.rpartition("/")[2]


@lru_cache(maxsize=4096)
def camel(name: str) -> str:
    """A property as Pulumi spells it: ``bandwidth_size`` is ``bandwidthSize``."""
    return _FIRST_OF_WORD.sub(lambda match: match[1].upper(), name)


def urn_of(project: str, stack: str, token: str, address: str) -> str:
    """What identifies a resource in a report; the address is unique in its plan."""
    return f"urn:pulumi:{stack}::{project}::{token}::{address}"
