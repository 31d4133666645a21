"""What the boxes of a drawing stand for, as a word for each row of the decision tables."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from policypack.declared import parse_urn
from policypack.network.verdict import Evidence

_SETTINGS: Final = "settings"


def kind_of(item: Evidence) -> str:
    """A word for what a piece of evidence is about: ``domain name``, ``security group``."""
    if item.stated:
        return "stated by the team"
    family, _, rest = item.rule.partition("-")
    number = rest.partition("-")[0]
    found = _kinds().get(family, {}).get(number)
    if found is not None:
        return found
    return _SETTINGS if item.urn is None else parse_urn(item.urn)[2].rpartition(":")[2]


@cache
def _kinds() -> dict[str, dict[str, str]]:
    text = files("policypack.reports.drawing").joinpath("kinds.toml").read_text(encoding="utf-8")
    kinds: dict[str, dict[str, str]] = tomllib.loads(text)
    return kinds
