"""Writes the pages of this folder from the docstrings of the policies: ``python docs/policies/write.py``."""

from pathlib import Path

from policypack.findings.catalogue import policies
from policypack.findings.pages import render_index, render_page

HERE = Path(__file__).parent


def main() -> None:
    """Write one page for each policy and the list of all."""
    for policy in policies():
        (HERE / f"{policy.name}.md").write_text(render_page(policy), encoding="utf-8")
    (HERE / "README.md").write_text(render_index(policies()), encoding="utf-8")


if __name__ == "__main__":
    main()
