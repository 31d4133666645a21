"""What the pack tells the engine about itself: policies, default levels, settings.

The engine waits for this before it starts the user's program, so nothing behind is imported for it:
the heads of the policies are read from their files, and the settings are written down here. A test
proves that they are those of the model of the settings.
"""

from typing import Any, Final

from policypack import __version__
from policypack.analyzer.protocol import analyzer_pb2
from policypack.findings.heads import Head, heads

PACK_NAME: Final = "apig-cost"
BUDGET_POLICY: Final = "apig-monthly-budget"
SHARED_POLICY: Final = "apig-cost"
SHARED_SUMMARY: Final = (
    "Reads what is declared for all other policies and holds the settings that they share."
)
_DESCRIPTION: Final = "Cost and public-network judgement for Huawei Cloud API gateways."
_LEVELS: Final = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "disabled": analyzer_pb2.DISABLED,
}

_NUMBER: Final[dict[str, Any]] = {"type": ["number", "string"]}
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_LIST: Final[dict[str, Any]] = {"type": "array"}
_OBJECT: Final[dict[str, Any]] = {"type": "object"}
SETTINGS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    SHARED_POLICY: {
        "site": {"type": "string", "enum": ["cn", "intl", "eu"]},
        "hoursPerMonth": _NUMBER,
        "priceBook": {"type": ["string", "array"]},
        "terms": _TEXT,
        "defaultRegion": _TEXT,
        "packages": _OBJECT,
        "usage": _LIST,
        "waivers": _LIST,
        "statements": _LIST,
        "vocabulary": _OBJECT,
        "report": _OBJECT,
        "portfolio": _OBJECT,
    },
    BUDGET_POLICY: {
        "limits": _LIST,
        "increases": _LIST,
        "exchange": _LIST,
        "required": {"type": "boolean"},
        "whenUndecided": {"type": "string", "enum": ["fail", "warn"]},
        "referencePrices": {"type": "string", "enum": ["refuse", "accept"]},
        "requireConfidence": {
            "type": "string",
            "enum": ["own", "billed", "official", "example", "third-party"],
        },
        "maxPriceAgeDays": {"type": "integer"},
    },
}
"""The settings that stand under a policy, as JSON schemas.

The engine refuses a wrong type with these before anything runs; what a schema of this kind cannot
say is checked with everything else.
"""


def analyzer_info() -> analyzer_pb2.AnalyzerInfo:
    """Everything that the engine asks for before it configures the pack."""
    shared = Head(SHARED_POLICY, SHARED_SUMMARY, "mandatory")
    return analyzer_pb2.AnalyzerInfo(
        name=PACK_NAME,
        displayName=PACK_NAME,
        version=__version__,
        supportsConfig=True,
        description=_DESCRIPTION,
        provider="huaweicloud",
        tags=["cost"],
        policies=[_policy_info(head) for head in (shared, *heads())],
    )


def _policy_info(head: Head) -> analyzer_pb2.PolicyInfo:
    info = analyzer_pb2.PolicyInfo(
        name=head.name,
        displayName=head.name,
        description=head.summary,
        enforcementLevel=_LEVELS[head.level],
        policy_type=analyzer_pb2.POLICY_TYPE_STACK,
    )
    if head.name in SETTINGS:
        info.configSchema.properties.update(SETTINGS[head.name])
    return info
