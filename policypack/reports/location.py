"""Where in a repository a stack stands, for formats that attach findings to files."""

from pathlib import PurePath
from urllib.parse import quote

from policypack.declared import Origin


def location(origin: Origin) -> str:
    """A relative or absolute URI. A program is its project file, as is what the engine sent."""
    if "://" in origin.path:
        return quote(origin.path, safe=":/?#@%&=+~.-_")
    if origin.kind in {"engine", "program"}:
        folder = PurePath(origin.path) if origin.path else PurePath()
        return _uri(folder / "Pulumi.yaml")
    return _uri(PurePath(origin.path)) if origin.path not in {"", "-", "standard input"} else "stdin"


def _uri(path: PurePath) -> str:
    written = quote(path.as_posix().encode("utf-8", "surrogateescape"), safe="/~.-_")
    return f"file://{written}" if path.is_absolute() else written
