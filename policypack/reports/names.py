"""The names of the formats, without importing any of them."""

from pathlib import Path
from typing import Final

_NO_FORMATS: Final = frozenset(
    {
        "__init__",
        "catalogue",
        "console",
        "headline",
        "location",
        "names",
        "report",
        "safe",
        "summary",
        "version",
    }
)


def formats() -> tuple[str, ...]:
    """Names of all formats, sorted."""
    here = Path(__file__).parent
    return tuple(sorted(path.stem for path in here.glob("*.py") if path.stem not in _NO_FORMATS))
