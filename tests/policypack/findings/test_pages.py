"""The pages in docs/policies are what the docstrings say."""

from pathlib import Path

import pytest

from policypack.findings.catalogue import policies
from policypack.findings.pages import HEADINGS, parse, render_index, render_page

PAGES = Path(__file__).parents[3] / "docs" / "policies"


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_a_page_is_up_to_date(policy):
    page = PAGES / f"{policy.name}.md"
    assert page.read_text(encoding="utf-8") == render_page(policy), "run scripts/generate"


def test_the_list_of_policies_is_up_to_date():
    assert (PAGES / "README.md").read_text(encoding="utf-8") == render_index(policies())


def test_no_page_is_left_over():
    assert {path.stem for path in PAGES.glob("*.md")} == {policy.name for policy in policies()} | {"README"}


def test_a_missing_heading_is_an_error():
    text = "Summary.\n\n" + "\n\n".join(
        f"{heading}\n    text" for heading in HEADINGS if heading != "Instead"
    )
    with pytest.raises(ValueError, match="in this order"):
        parse(text)
