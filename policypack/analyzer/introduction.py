"""What the pack tells the engine about itself: policies, default levels, settings."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from policypack import __version__
from policypack.analyzer.protocol import analyzer_pb2
from policypack.policies.catalogue import policies
from policypack.settings import BUDGET_ATTRIBUTES, BUDGET_POLICY, SHARED_POLICY, Settings, key_of

PACK_NAME: Final = "apig-cost"
SHARED_SUMMARY: Final = (
    "Reads what is declared for all other policies and holds the settings that they share."
)
_DESCRIPTION: Final = "Cost and public-network judgement for Huawei Cloud API gateways."
_LEVELS: Final = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "disabled": analyzer_pb2.DISABLED,
}


def analyzer_info() -> analyzer_pb2.AnalyzerInfo:
    """Everything that the engine asks for before it configures the pack."""
    info = analyzer_pb2.AnalyzerInfo(
        name=PACK_NAME,
        displayName=PACK_NAME,
        version=__version__,
        supportsConfig=True,
        description=_DESCRIPTION,
        provider="huaweicloud",
        tags=["cost"],
        policies=[_policy_info(SHARED_POLICY, SHARED_SUMMARY, "mandatory")],
    )
    info.policies.extend(_policy_info(policy.name, policy.summary, policy.level) for policy in policies())
    return info


def _policy_info(name: str, summary: str, level: str) -> analyzer_pb2.PolicyInfo:
    info = analyzer_pb2.PolicyInfo(
        name=name,
        displayName=name,
        description=summary,
        enforcementLevel=_LEVELS[level],
        policy_type=analyzer_pb2.POLICY_TYPE_STACK,
    )
    schema = config_properties(name)
    if schema:
        info.configSchema.properties.update(schema)
    return info


def config_properties(policy: str) -> dict[str, dict[str, Any]]:
    """The settings that stand under a policy, as JSON schemas.

    The engine refuses a wrong type with these before anything runs; what a schema cannot say is
    checked when the pack is configured.
    """
    if policy not in (SHARED_POLICY, BUDGET_POLICY):
        return {}
    hints = get_type_hints(Settings)
    return {
        key_of(field.name): _schema(hints[field.name])
        for field in fields(Settings)
        if field.name != "levels" and (field.name in BUDGET_ATTRIBUTES) == (policy == BUDGET_POLICY)
    }


def _schema(kind: Any) -> dict[str, Any]:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _schema(next(one for one in get_args(kind) if one is not NoneType))
    if origin is Literal:
        return {"type": "string", "enum": list(get_args(kind))}
    if origin is tuple:
        return {"type": "array"}
    if is_dataclass(kind) or origin is Mapping:
        return {"type": "object"}
    return _SCALARS[kind]


_SCALARS: Final[Mapping[object, dict[str, Any]]] = {
    Decimal: {"type": ["number", "string"]},
    int: {"type": "integer"},
    str: {"type": "string"},
    date: {"type": "string"},
}
