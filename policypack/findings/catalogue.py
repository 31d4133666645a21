"""All policies, found by their files: a new policy is one new file."""

import ast
from functools import cache
from pathlib import Path
from typing import cast

from policypack.findings.heads import RULES, Head, heads
from policypack.findings.pages import parse
from policypack.findings.policy import Policy
from policypack.plugins import PluginError, load_plugin
from policypack.settings.model import Level


@cache
def policies() -> tuple[Policy, ...]:
    """Every policy, ordered by name.

    Raises:
        PluginError: A file lacks something that a policy needs.
    """
    return tuple(map(_policy, heads()))


def _policy(head: Head) -> Policy:
    file = head.name.replace("-", "_")
    rule = load_plugin(RULES, file, find="def find(subject: Subject) -> Iterator[Finding]")
    documentation = rule.__doc__ or _documentation(RULES / f"{file}.py")
    try:
        parse(documentation)
    except ValueError as error:
        raise PluginError(RULES / f"{file}.py", str(error)) from None
    return Policy(head.name, head.summary, cast(Level, head.level), rule.find, documentation)


def _documentation(path: Path) -> str:
    """What ``python -OO`` leaves out of the module."""
    return ast.get_docstring(ast.parse(path.read_bytes()), clean=False) or ""
