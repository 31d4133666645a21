"""A page of each policy, made from the docstring of its file, and the list of all."""

from collections.abc import Iterator
from pathlib import Path

from policypack.findings import catalogue
from policypack.findings.pages import render_index, render_page


def files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """The pages; those of policies that are gone are removed."""
    folder = root / "docs" / "policies"
    policies = catalogue.policies()
    pages = {folder / f"{policy.name}.md": render_page(policy) for policy in policies}
    pages[folder / "README.md"] = render_index(policies)
    yield from pages.items()
    yield from ((path, None) for path in sorted(folder.glob("*.md")) if path not in pages)
