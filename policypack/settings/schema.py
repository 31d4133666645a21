"""JSON schemas of both spellings of the settings, made from the model."""

import re
from collections.abc import Iterable
from inspect import getdoc
from typing import Any, Final

from policypack.settings import model
from policypack.settings.model import (
    BUDGET_ATTRIBUTES,
    BUDGET_POLICY,
    EXTEND,
    SHARED_POLICY,
    Settings,
    key_of,
)

Json = dict[str, Any]

_LEVELS: Final = ["advisory", "mandatory", "disabled"]
_ENGINE_LEVELS: Final = ["advisory", "mandatory", "remediate", "disabled"]
_ATTRIBUTE: Final = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.M)
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def pack_schema(policies: Iterable[str]) -> Json:
    """The configuration of the policy pack (``--policy-pack-config``)."""
    shared, budget, definitions = _parts()
    level: Json = {"enum": _ENGINE_LEVELS}
    properties: Json = {"all": {"anyOf": [level, _object({"enforcementLevel": level})]}}
    for name in sorted(policies):
        own = budget if name == BUDGET_POLICY else {}
        properties[name] = {"anyOf": [level, _object({"enforcementLevel": level, **own})]}
    properties[SHARED_POLICY] = {"anyOf": [level, _object({"enforcementLevel": level, **shared})]}
    return _schema("Configuration of the apig-cost policy pack", properties, definitions)


def toml_schema(policies: Iterable[str]) -> Json:
    """The settings file of the command line (``apig-cost.toml``)."""
    shared, budget, definitions = _parts()
    level: Json = {"enum": _LEVELS}
    properties: Json = {EXTEND: {"type": "string", "minLength": 1}, **shared}
    properties["all"] = _object({"level": level})
    for name in sorted(policies):
        properties[name] = _object({"level": level, **(budget if name == BUDGET_POLICY else {})})
    return _schema("Settings of apig-cost", properties, definitions)


def _schema(title: str, properties: Json, definitions: Json) -> Json:
    return {"$schema": _DIALECT, "title": title, **_object(properties), "$defs": definitions}


def _object(properties: Json) -> Json:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _parts() -> tuple[Json, Json, Json]:
    """Shared properties, properties of the budget, and what both refer to."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Settings).json_schema()
    _describe(schema, Settings)
    for name, part in schema["$defs"].items():
        _describe(part, getattr(model, name))
    properties: Json = schema["properties"]
    properties.pop("levels")
    keys = {key_of(attribute) for attribute in BUDGET_ATTRIBUTES}
    budget = {key: properties[key] for key in properties if key in keys}
    shared = {key: properties[key] for key in properties if key not in keys}
    return shared, budget, schema["$defs"]


def _describe(part: Json, documented: type) -> None:
    """Say of each key what the docstring of its class says of the attribute: editors show it."""
    properties = part["properties"]
    for attribute, told in _ATTRIBUTE.findall((getdoc(documented) or "").partition("Attributes:")[2]):
        properties[key_of(attribute)]["description"] = " ".join(told.split()).replace("``", "`")
