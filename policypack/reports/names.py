"""The names of the formats, without importing any of them."""

from pathlib import Path
from typing import Final

from policypack.plugins import plugin_names

FORMATS: Final = Path(__file__).parent / "formats"
DIFFERENCE_FORMATS: Final = Path(__file__).parent / "differences" / "formats"


def formats() -> tuple[str, ...]:
    """Names of all formats, sorted."""
    return plugin_names(FORMATS)


def difference_formats() -> tuple[str, ...]:
    """Names of the formats that show a comparison; all others show the head of one alone."""
    return plugin_names(DIFFERENCE_FORMATS)
