"""A page of documentation for each policy, made of the docstring of its file.

The renderer is pure; ``scripts/generate`` writes the pages.
"""

import inspect
import textwrap
from collections.abc import Mapping
from typing import Final

from policypack.findings.policy import Policy

HEADINGS: Final = (
    "What it finds",
    "Why it costs",
    "Example",
    "Instead",
    "Before you follow this advice",
    "References",
)
"""Every policy's docstring has these headings, in this order, each followed by an indented text."""


def render_page(policy: Policy) -> str:
    """The page of one policy, in Markdown."""
    summary, sections = parse(policy.documentation)
    parts = [f"# {policy.name}", summary, f"Default level: {policy.level}."]
    for heading in HEADINGS:
        parts += [f"## {heading}", sections[heading]]
    return "\n\n".join(parts) + "\n"


def render_index(policies: tuple[Policy, ...]) -> str:
    """The list of all policies, in Markdown."""
    rows = "\n".join(
        f"| [{item.name}]({item.name}.md) | {item.level} | {item.summary} |" for item in policies
    )
    return f"# Policies\n\n| name | default level | what it finds |\n|---|---|---|\n{rows}\n"


def parse(documentation: str) -> tuple[str, Mapping[str, str]]:
    """Split a docstring into its summary and the text under each heading.

    Raises:
        ValueError: A heading is missing, comes twice or in another order.
    """
    lines = inspect.cleandoc(documentation).splitlines()
    places = [(number, line) for number, line in enumerate(lines) if line in HEADINGS]
    if tuple(line for _, line in places) != HEADINGS:
        raise ValueError(f"expected the headings {', '.join(HEADINGS)}, in this order")
    ends = [number for number, _ in places[1:]] + [len(lines)]
    sections = {
        heading: textwrap.dedent("\n".join(lines[start + 1 : end])).strip()
        for (start, heading), end in zip(places, ends, strict=True)
    }
    return lines[0].strip(), sections
