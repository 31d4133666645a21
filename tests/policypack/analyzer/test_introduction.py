"""What is written down for speed says what the rules and the model of the settings say."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from importlib.metadata import version
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import policypack
from policypack.analyzer import introduction
from policypack.analyzer.introduction import analyzer_info
from policypack.findings.catalogue import policies
from policypack.findings.heads import heads
from policypack.settings.model import BUDGET_ATTRIBUTES, BUDGET_POLICY, SHARED_POLICY, Settings, key_of


def test_the_heads_are_those_of_the_rules() -> None:
    """One reads the text of a file, the other imports it."""
    assert [(head.name, head.level) for head in heads()] == [
        (policy.name, import_module(policy.find.__module__).LEVEL) for policy in policies()
    ]


def test_the_settings_are_those_of_the_model() -> None:
    hints = get_type_hints(Settings)
    expected: dict[str, dict[str, Any]] = {SHARED_POLICY: {}, BUDGET_POLICY: {}}
    for field in fields(Settings):
        if field.name != "levels":
            policy = BUDGET_POLICY if field.name in BUDGET_ATTRIBUTES else SHARED_POLICY
            expected[policy][key_of(field.name)] = schema(hints[field.name])
    expected[SHARED_POLICY]["priceBook"] = {"type": ["string", "array"]}  # one, or several in their order
    assert expected == introduction.SETTINGS
    assert (introduction.BUDGET_POLICY, introduction.SHARED_POLICY) == (BUDGET_POLICY, SHARED_POLICY)


def schema(kind: Any) -> dict[str, Any]:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return schema(next(one for one in get_args(kind) if one is not NoneType))
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(kind))}
    if origin is tuple:
        return {"type": "array"}
    if is_dataclass(kind) or origin is Mapping:
        return {"type": "object"}
    scalars: dict[Any, Any] = {
        Decimal: ["number", "string"],
        int: "integer",
        str: "string",
        bool: "boolean",
        date: "string",
    }
    return {"type": scalars[kind]}


def test_the_version_is_that_of_the_distribution() -> None:
    assert policypack.__version__ == version("apig-cost")


def test_every_name_is_one_that_pulumi_accepts() -> None:
    info = analyzer_info()
    for name in (info.name, *(policy.name for policy in info.policies)):
        assert name != "all"
        assert len(name) <= 100
        assert all(character.isalnum() or character in "-_." for character in name)
