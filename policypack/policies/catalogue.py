"""All policies, found by their files: a new policy is one new file."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from policypack.policies.policy import Policy

_PREFIXES: Final = ("apig_", "eip_")
"""Files that hold a policy start with the service that it is about."""


@cache
def policies() -> tuple[Policy, ...]:
    """Every policy, ordered by name."""
    here = Path(__file__).parent
    names = sorted(path.stem for path in here.glob("*.py") if path.stem.startswith(_PREFIXES))
    found: list[Policy] = []
    for name in names:
        policy = import_module(f"policypack.policies.{name}").POLICY
        assert isinstance(policy, Policy)
        assert policy.name == name.replace("_", "-")
        found.append(policy)
    return tuple(sorted(found, key=lambda policy: policy.name))
