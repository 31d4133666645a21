"""The names of the formats, without importing any of them."""

from pathlib import Path
from typing import Final

_FORMATS: Final = Path(__file__).parent / "formats"


def formats() -> tuple[str, ...]:
    """Names of all formats, sorted."""
    return tuple(sorted(path.stem for path in _FORMATS.glob("*.py") if path.stem != "__init__"))
