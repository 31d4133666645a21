"""The names of the formats, without importing any of them."""

from pathlib import Path
from typing import Final

from policypack.plugins import plugin_names

FORMATS: Final = Path(__file__).parent / "formats"


def formats() -> tuple[str, ...]:
    """Names of all formats, sorted."""
    return plugin_names(FORMATS)
