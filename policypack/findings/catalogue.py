"""All policies, found by their files: a new policy is one new file."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from policypack.findings.policy import Policy

RULES: Final = Path(__file__).parents[1] / "rules"
"""The folder of the policies."""


@cache
def policies() -> tuple[Policy, ...]:
    """Every policy, ordered by name."""
    names = sorted(path.stem for path in RULES.glob("*.py") if path.stem != "__init__")
    found: list[Policy] = []
    for name in names:
        policy = import_module(f"policypack.rules.{name}").POLICY
        assert isinstance(policy, Policy)
        assert policy.name == name.replace("_", "-")
        found.append(policy)
    return tuple(sorted(found, key=lambda policy: policy.name))
